"""The watchlist as the console sees it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from tests.factories import AT
from tests.triage.small_screen import write_watchlist
from triage.references import ReferenceBook
from watchlist.generations import Change
from watchlist.records import ReferenceKind
from watchlist.store import StoredWatchlist, change


def test_names_and_references_come_from_the_watchlist(tmp_path: Path) -> None:
    write_watchlist(tmp_path / "watchlist")
    book = ReferenceBook(tmp_path / "watchlist")
    assert book.person_name("aysel-quliyeva") == "Aysel Quliyeva"
    assert book.brand_name("socar") == "SOCAR"
    kinds = {}
    for reference in book.references("aysel-quliyeva"):
        sealed = book.open(reference.sha256)
        assert sealed is not None
        assert sha256(sealed.read()).hexdigest() == reference.sha256
        assert sealed.path.read_bytes()[-1000:] not in sealed.read()
        kinds[reference.kind] = sealed
    assert set(kinds) == {ReferenceKind.IMAGE, ReferenceKind.FOOTAGE}


def test_who_is_removed_is_gone_at_once(tmp_path: Path) -> None:
    write_watchlist(tmp_path / "watchlist")
    book = ReferenceBook(tmp_path / "watchlist")
    references = book.references("aysel-quliyeva")
    change(
        tmp_path / "watchlist",
        lambda _: StoredWatchlist(pack="test@1"),
        record=Change(at=AT, by="test", action="remove", subject="aysel-quliyeva", detail="for a test"),
    )
    assert book.person_name("aysel-quliyeva") == "aysel-quliyeva"
    assert book.references("aysel-quliyeva") == ()
    assert all(book.open(reference.sha256) is None for reference in references)


def test_an_altered_reference_is_not_shown(tmp_path: Path) -> None:
    write_watchlist(tmp_path / "watchlist")
    book = ReferenceBook(tmp_path / "watchlist")
    reference = book.references("aysel-quliyeva")[0]
    sealed = book.open(reference.sha256)
    assert sealed is not None
    data = bytearray(sealed.path.read_bytes())
    data[100] ^= 1
    sealed.path.write_bytes(data)
    assert book.open(reference.sha256) is None


def test_without_a_watchlist_ids_stand_for_names(tmp_path: Path) -> None:
    for book in (ReferenceBook(None), ReferenceBook(tmp_path / "nothing")):
        assert book.person_name("x") == "x"
        assert book.brand_name("y") == "y"
        assert book.references("x") == ()
        assert book.open("0" * 64) is None
