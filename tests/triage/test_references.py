"""The watchlist as the console sees it."""

from __future__ import annotations

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
    kinds = {reference.kind: book.path(reference.sha256) for reference in book.references("aysel-quliyeva")}
    assert set(kinds) == {ReferenceKind.IMAGE, ReferenceKind.FOOTAGE}
    assert all(path is not None and path.is_file() for path in kinds.values())


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
    assert all(book.path(reference.sha256) is None for reference in references)


def test_an_altered_reference_is_not_shown(tmp_path: Path) -> None:
    write_watchlist(tmp_path / "watchlist")
    book = ReferenceBook(tmp_path / "watchlist")
    reference = book.references("aysel-quliyeva")[0]
    path = book.path(reference.sha256)
    assert path is not None
    path.chmod(0o600)
    path.write_bytes(b"another face")
    assert book.path(reference.sha256) is None


def test_without_a_watchlist_ids_stand_for_names(tmp_path: Path) -> None:
    for book in (ReferenceBook(None), ReferenceBook(tmp_path / "nothing")):
        assert book.person_name("x") == "x"
        assert book.brand_name("y") == "y"
        assert book.references("x") == ()
        assert book.path("0" * 64) is None
