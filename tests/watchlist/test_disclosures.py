"""Who asked whom media of their own show is on record before anybody is named, and the record does not change unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.errors import EvidenceAltered
from qalqan.demo.protected import BRANDS_TOML
from watchlist import store
from watchlist.brands import import_brands
from watchlist.disclosures import DISCLOSURES_NAME, Disclosure, disclosures, note
from watchlist.errors import WatchlistInvalid

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ASKED = {"by": " L. Hasanova ", "account": "leyla", "why": "reported by e-mail, no. 412", "at": NOW}
MEDIA = ["b" * 64, "a" * 64, "b" * 64]


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    (tmp_path / "brands.toml").write_text(BRANDS_TOML)
    import_brands(tmp_path / "watchlist", tmp_path / "brands.toml", by="officer", now=NOW)
    return tmp_path / "watchlist"


def test_every_question_is_a_line_and_the_watchlist_lives_with_it(watchlist: Path) -> None:
    assert disclosures(watchlist) == []
    first = note(watchlist, media=MEDIA, **ASKED)  # type: ignore[arg-type]
    assert first == Disclosure(
        at=NOW,
        by="L. Hasanova",
        account="leyla",
        why="reported by e-mail, no. 412",
        media=("a" * 64, "b" * 64),
    )
    import_brands(watchlist, watchlist.with_name("brands.toml"), by="officer", now=NOW)
    note(watchlist, media=[], **ASKED)  # type: ignore[arg-type]
    assert len(disclosures(watchlist)) == 2
    assert disclosures(watchlist)[0] == first
    assert store.read(watchlist).brands


@pytest.mark.parametrize("missing", ["by", "why"])
def test_nobody_asks_without_a_name_and_a_reason(watchlist: Path, missing: str) -> None:
    with pytest.raises(ValueError, match="say who asks and why"):
        note(watchlist, media=MEDIA, **{**ASKED, missing: " "})  # type: ignore[arg-type]
    assert not (watchlist / DISCLOSURES_NAME).exists()


def test_where_there_is_no_watchlist_none_is_begun(tmp_path: Path) -> None:
    with pytest.raises(WatchlistInvalid, match="there is no watchlist in"):
        note(tmp_path / "nowhere", media=MEDIA, **ASKED)  # type: ignore[arg-type]
    assert not (tmp_path / "nowhere").exists()


def test_a_line_that_was_changed_is_noticed(watchlist: Path) -> None:
    note(watchlist, media=MEDIA, **ASKED)  # type: ignore[arg-type]
    path = watchlist / DISCLOSURES_NAME
    path.write_text(path.read_text().replace("412", "413"))
    with pytest.raises(EvidenceAltered, match="was changed after it was written"):
        disclosures(watchlist)
