"""A person's own media as ads."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.folder import import_files, import_media, kept_media, media_files
from evidence.records import Ad, Capture
from evidence.store import EvidenceStore
from evidence.tables import read_records

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "media"
    (made / "deep").mkdir(parents=True)
    (made / "a.mp4").write_bytes(b"one")
    (made / "a.txt").write_text("Qazanc!")
    (made / "deep" / "b.jpg").write_bytes(b"two")
    (made / ".hidden.mp4").write_bytes(b"three")
    return made


def test_folders_are_taken_whole_without_texts_and_hidden_files(folder: Path) -> None:
    assert [path.name for path in media_files([folder])] == ["a.mp4", "b.jpg"]
    assert [path.name for path in media_files([folder / ".hidden.mp4"])] == [".hidden.mp4"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file or folder .*nowhere"):
        list(media_files([tmp_path / "nowhere"]))


def test_media_become_ads_with_their_text_and_evidence(folder: Path, tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path / "evidence"))
    ads = import_media([folder], store=store, directory=tmp_path / "crawl", clock=clock)
    assert {(ad.title, ad.body) for ad in ads} == {("a.mp4", "Qazanc!"), ("b.jpg", None)}
    captures = read_records(tmp_path / "crawl" / "captures.parquet", Capture)
    assert {store.read(capture.body) for capture in captures if capture.body} == {b"one", b"two"}


def test_importing_again_changes_nothing(folder: Path, tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path / "evidence"))
    first = import_media([folder], store=store, directory=tmp_path / "crawl", clock=clock)
    before = (tmp_path / "crawl" / "ads.parquet").read_bytes()
    assert import_media([folder], store=store, directory=tmp_path / "crawl", clock=clock) == first
    assert (tmp_path / "crawl" / "ads.parquet").read_bytes() == before
    assert len(read_records(tmp_path / "crawl" / "ads.parquet", Ad)) == 2


def test_the_same_bytes_with_another_text_are_another_ad(folder: Path, tmp_path: Path) -> None:
    (folder / "c.mp4").write_bytes(b"one")
    ads = import_media([folder], store=EvidenceStore(str(tmp_path / "e")), directory=tmp_path / "crawl", clock=clock)
    assert len({ad.ad_id for ad in ads}) == 3
    assert len({ad.raw.sha256 for ad in ads}) == 2


def test_a_folder_without_media_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Qazanc!")
    with pytest.raises(FileNotFoundError, match=r"there is no media in the folder .*; name one that"):
        list(media_files([tmp_path]))


def test_records_do_not_say_where_files_lie(folder: Path, tmp_path: Path) -> None:
    import_media([folder], store=EvidenceStore(str(tmp_path / "e")), directory=tmp_path / "crawl", clock=clock)
    ads = read_records(tmp_path / "crawl" / "ads.parquet", Ad)
    captures = read_records(tmp_path / "crawl" / "captures.parquet", Capture)
    written = repr([*ads, *captures]) + (tmp_path / "crawl" / "journal.jsonl").read_text()
    assert str(tmp_path) not in written
    assert {ad.media_urls for ad in ads} == {("file:a.mp4",), ("file:b.jpg",)}


def test_of_all_that_was_imported_what_is_named_now_is_given(folder: Path, tmp_path: Path) -> None:
    place: dict[str, Any] = {"store": EvidenceStore(str(tmp_path / "e")), "directory": tmp_path / "crawl"}
    import_media([folder], clock=clock, **place)
    (one,) = import_media([folder / "deep"], clock=clock, **place)
    assert one.title == "b.jpg"
    assert len(read_records(tmp_path / "crawl" / "ads.parquet", Ad)) == 2


def test_what_is_kept_is_the_same_ad_again_without_its_file(folder: Path, tmp_path: Path) -> None:
    store, directory = EvidenceStore(str(tmp_path / "e")), tmp_path / "crawl"
    ads = import_media([folder], store=store, directory=directory, clock=clock)
    shutil.rmtree(folder)
    kept = [kept_media(ad.ad_id, store=store, directory=directory) for ad in ads]
    again = import_files(kept, store=EvidenceStore(str(tmp_path / "f")), directory=tmp_path / "again", clock=clock)
    assert again == ads
    with pytest.raises(LookupError, match="there is no ad 123 of own media in"):
        kept_media("123", store=store, directory=directory)
    with pytest.raises(LookupError, match="go to the data folder that holds it"):
        kept_media(ads[0].ad_id, store=store, directory=tmp_path / "nowhere")
