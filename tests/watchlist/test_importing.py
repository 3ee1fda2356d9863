"""Many people at once, on real portraits: each is enrolled or refused by name, and a dry run writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.watchlist import portraits
from watchlist.errors import WatchlistInvalid
from watchlist.importing import Imported, import_people
from watchlist.listing import list_people

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = "id,names,legal_basis,expires,born,pictures"


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    portraits.write_picture(folder / "astronaut.jpg", portraits.astronaut())
    portraits.write_picture(folder / "hopper.jpg", portraits.hopper())
    rows = [
        "aysel,Aysel,consent,2027-01-01,1970-05-05,astronaut.jpg",
        "mixed,Mixed,consent,2027-01-01,1970-05-05,astronaut.jpg|hopper.jpg",
        "child,Child,consent,2027-01-01,2015-05-05,astronaut.jpg",
        "absent,Absent,consent,2027-01-01,1970-05-05,absent.jpg",
        "aysel,Aysel again,consent,2027-01-01,1970-05-05,hopper.jpg",
        "gulnar,Gulnar,consent,2027-01-01,1970-05-05,hopper.jpg",
        "farid,Farid,consent,2027-01-01,1970-05-05,hopper.jpg",
    ]
    (folder / "people.csv").write_text("\n".join([HEAD, *rows]))
    return folder / "people.csv"


def everything(directory: Path, source: Path, pack: LoadedPack, **changes: Any) -> list[Imported]:
    return import_people(directory, source, pack=pack, by="Rena", now=NOW, cap=2, **changes)


def test_everybody_is_enrolled_or_refused_by_name(tmp_path: Path, source: Path, pack: LoadedPack) -> None:
    heard: list[Imported] = []
    dry = everything(tmp_path / "w", source, pack, dry_run=True)
    assert not (tmp_path / "w").exists()
    done = everything(tmp_path / "w", source, pack, tell=heard.append)
    assert dry == done == heard
    assert [(one.where, one.person_id) for one in done if one.person_id] == [
        ("row 2 (Aysel)", "aysel"),
        ("row 7 (Gulnar)", "gulnar"),
    ]
    refused = [one.refusal or "" for one in done if not one.person_id]
    for words, refusal in zip(
        ("is not like that in", "is a minor", "absent.jpg: no such file", "aysel is enrolled already", "may hold 2"),
        refused,
        strict=True,
    ):
        assert words in refusal
    assert [(row.person.person_id, row.state) for row in list_people(tmp_path / "w", NOW)] == [
        ("aysel", "waiting for approval (0 of 2)"),
        ("gulnar", "waiting for approval (0 of 2)"),
    ]


def test_a_damaged_watchlist_stops_it(tmp_path: Path, source: Path, pack: LoadedPack) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w/current").write_text("no pointer")
    with pytest.raises(WatchlistInvalid, match="current is damaged"):
        everything(tmp_path / "w", source, pack)
