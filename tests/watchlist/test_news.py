"""News publishers: noted by page, replaced, taken back, refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factories import AT, make_brand, make_model_pack, make_news_publisher
from watchlist import store
from watchlist.errors import EnrolmentRefused
from watchlist.gallery import Gallery
from watchlist.generations import Change
from watchlist.news import trust, withdraw

WHO: dict[str, Any] = {"by": " Leyla ", "why": "press council", "now": AT}
OWN: dict[str, Any] = {"pages": ["7001"], "domains": ["Gununxeberi.example"]}


def test_noted_replaced_and_taken_back(tmp_path: Path) -> None:
    noted = trust(tmp_path / "w", ["Günün Xəbəri", "Новости дня"], **OWN, **WHO)
    assert (noted.publisher_id, noted.domains, noted.trusted_by) == ("gunun-xeberi", ("gununxeberi.example",), "Leyla")
    again = trust(tmp_path / "w", ["Günün Xəbəri"], pages=["7002"], domains=[], **WHO)
    assert store.read(tmp_path / "w").publishers == (again,)
    last = json.loads((tmp_path / "w/audit.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["subject"]) == ("trust publisher", "gunun-xeberi")
    assert withdraw(tmp_path / "w", "gunun-xeberi", **WHO) == again
    assert store.read(tmp_path / "w").publishers == ()
    with pytest.raises(EnrolmentRefused, match="nothing to take back"):
        withdraw(tmp_path / "w", "gunun-xeberi", **WHO)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentRefused, match="lacks a page, by its id or address"):
        trust(tmp_path / "w", ["Günün Xəbəri"], pages=[" "], domains=[], **WHO)
    with pytest.raises(EnrolmentRefused, match="lacks a name"):
        trust(tmp_path / "w", [""], **OWN, **WHO)
    with pytest.raises(EnrolmentRefused, match="not said why"):
        trust(tmp_path / "w", ["Günün Xəbəri"], **OWN, **WHO | {"why": ""})
    with pytest.raises(EnrolmentRefused, match="is not a domain"):
        trust(tmp_path / "w", ["Günün Xəbəri"], pages=["7001"], domains=["http://a.example"], **WHO)
    assert not (tmp_path / "w").exists()


def test_workers_know_them(tmp_path: Path) -> None:
    record = Change(at=AT, by="Rena", action="import brands", subject="socar", detail="")
    store.change(tmp_path / "w", lambda _: store.StoredWatchlist(brands=(make_brand(),)), record=record)
    before = Gallery.load(tmp_path / "w", make_model_pack(), now=AT)
    noted = trust(tmp_path / "w", ["Günün Xəbəri"], **OWN, **WHO)
    after = Gallery.load(tmp_path / "w", make_model_pack(), now=AT)
    assert (before.publishers, after.publishers) == ((), (noted,))
    assert before.version == after.version
    assert make_news_publisher().publisher_id == noted.publisher_id
