"""Creatives that were verified to be somebody's own: noted by hash, taken back, refused with the reason."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from embeddings.print_tables import unpacked_print
from tests.factories import AT, make_brand, make_enrolment, make_person
from tests.watchlist import portraits
from watchlist import store
from watchlist.allowing import allow, withdraw
from watchlist.enrol import remove
from watchlist.errors import EnrolmentRefused, PersonUnknown
from watchlist.generations import Change
from watchlist.store import StoredWatchlist

WHO: dict[str, Any] = {"by": " Leyla ", "why": "press office", "now": AT + timedelta(days=1)}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    stored = StoredWatchlist(
        pack="test@1", persons=(make_person(),), enrolments=(make_enrolment(),), brands=(make_brand(),)
    )
    record = Change(at=AT, by="Rena", action="enrol", subject="aysel-quliyeva", detail="")
    store.change(tmp_path / "w", lambda _: stored, record=record)
    return tmp_path / "w"


@pytest.fixture
def creative(tmp_path: Path) -> Path:
    return portraits.write_picture(tmp_path / "own.png", portraits.astronaut())


def test_noted_for_a_person_and_for_a_brand(directory: Path, creative: Path) -> None:
    own = allow(directory, "aysel-quliyeva", creative, **WHO)
    assert own.sha256 == hashlib.sha256(creative.read_bytes()).hexdigest()
    assert (own.person_id, own.brand_id, own.allowed_by, own.allowed_at) == (
        "aysel-quliyeva",
        None,
        "Leyla",
        AT + timedelta(days=1),
    )
    look = unpacked_print(own.look or b"")
    assert look is not None
    assert (look.creative.sha256, len(look.frames)) == (own.sha256, 1)
    theirs = allow(directory, "socar", creative, **WHO)
    assert (theirs.person_id, theirs.brand_id) == (None, "socar")
    assert store.read(directory).allowed == (own, theirs)
    last = json.loads((directory / "audit.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["subject"], last["detail"]) == ("allow", "socar", f"{own.sha256}: press office")
    remove(directory, "aysel-quliyeva", by="Leyla", now=AT)
    assert store.read(directory).allowed == (theirs,)


def test_taken_back(directory: Path, creative: Path) -> None:
    own = allow(directory, "socar", creative, **WHO)
    with pytest.raises(EnrolmentRefused, match=r"own\.png is not noted as a creative of aysel-quliyeva"):
        withdraw(directory, "aysel-quliyeva", creative, **WHO)
    assert withdraw(directory, "socar", creative, **WHO) == own
    assert store.read(directory).allowed == ()
    assert json.loads((directory / "audit.jsonl").read_text().splitlines()[-1])["action"] == "disallow"


def test_refusals(directory: Path, creative: Path, tmp_path: Path) -> None:
    allow(directory, "socar", creative, **WHO)
    with pytest.raises(EnrolmentRefused, match=r"own\.png is noted as a creative of socar already"):
        allow(directory, "socar", creative, **WHO)
    with pytest.raises(PersonUnknown, match=r"no person and no brand in the watchlist .* has the id 'farid'"):
        allow(directory, "farid", creative, **WHO)
    with pytest.raises(EnrolmentRefused, match="it is not said who vouches for"):
        allow(directory, "socar", creative, **WHO | {"by": " "})
    with pytest.raises(EnrolmentRefused, match="it is not said how it is known about"):
        withdraw(directory, "socar", creative, **WHO | {"why": ""})
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(EnrolmentRefused, match=r"text\.png cannot be read \(.*\): give a picture, film or recording"):
        allow(directory, "socar", tmp_path / "text.png", **WHO)
    with pytest.raises(FileNotFoundError):
        allow(directory, "socar", tmp_path / "absent.png", **WHO)
    assert len(store.read(directory).allowed) == 1
