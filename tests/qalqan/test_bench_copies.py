"""Copies for the measurement are smaller, worse, and of films only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from crawlers.folder import import_media
from embeddings.fingerprints import read_prints
from embeddings.sameness import same_creative
from evidence.store import EvidenceStore
from pipelines.screen import screen
from pipelines.tools import ScreenSettings
from qalqan.bench_copies import HEIGHT_SHARE, reencode, screen_copies
from qalqan.demo.protected import BRANDS_TOML
from tests.media import SPEECH, portrait, say, swaying, write_clip, write_picture
from watchlist.brands import import_brands

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("voiced", [True, False])
def test_a_copy_is_smaller_and_still_the_same(tmp_path: Path, voiced: bool) -> None:
    sound = say(tmp_path / "speech.wav", voice="en+f2", text=SPEECH) if voiced else None
    film = write_clip(tmp_path / "film.mp4", swaying(portrait("astronaut"), frames=60), sound=sound)
    copy = reencode(film, tmp_path / "copy.mp4")
    assert copy is not None
    with av.open(str(film)) as before, av.open(str(copy)) as after:
        assert after.streams.video[0].height == pytest.approx(HEIGHT_SHARE * before.streams.video[0].height, abs=2)
        assert len(after.streams.audio) == len(before.streams.audio)
    assert copy.stat().st_size < film.stat().st_size
    assert same_creative(read_prints(film), read_prints(copy)) is not None


def test_what_is_no_film_has_no_copy(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "picture.jpg", portrait("hopper"))
    assert reencode(picture, tmp_path / "copy.mp4") is None
    assert not (tmp_path / "copy.mp4").exists()


def test_copies_of_what_was_screened_are_looked_up(tmp_path: Path) -> None:
    sound = say(tmp_path / "speech.wav", voice="en+f2", text=SPEECH)
    ads = tmp_path / "ads"
    ads.mkdir()
    film = write_clip(ads / "film.mp4", swaying(portrait("astronaut"), frames=60), sound=sound)
    settings = ScreenSettings(
        crawl_dir=tmp_path / "run" / "crawl",
        out_dir=tmp_path / "run" / "screen",
        store_url=str(tmp_path / "run" / "evidence"),
        watchlist_dir=tmp_path / "watchlist",
        cache_dir=tmp_path / "run" / "analyses",
        campaigns_dir=tmp_path / "run" / "campaigns",
        pack="open",
        now=NOW,
    )
    (tmp_path / "brands.toml").write_text(BRANDS_TOML, encoding="utf-8")
    import_brands(settings.watchlist_dir, tmp_path / "brands.toml", by="somebody", now=NOW)
    import_media([ads], store=EvidenceStore(settings.store_url), directory=settings.crawl_dir, clock=lambda: NOW)
    screen(settings, beam_args=[], clock=lambda: NOW)
    result = screen_copies([film], settings, beam_args=[], clock=lambda: NOW)
    assert (result.made, result.recognised) == (1, 1)
    assert result.lookup_s > 0
