"""A person's own media as ads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.folder import import_media, media_files
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
