from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.fetch import Fetched
from crawlers.video import VideoLimits, _environment, fetch_video
from evidence.records import Outcome
from tests.fakes.video_host import MP4
from tests.fakes.world import Looking

LIMITS = VideoLimits(max_bytes=300_000, timeout_s=60.0)


def get(looking: Looking, path: str, limits: VideoLimits = LIMITS) -> Fetched:
    return fetch_video(f"http://video.example{path}", proxy_url=looking.proxy_url, limits=limits)


def test_what_a_page_plays_is_kept(looking: Looking) -> None:
    got = get(looking, "/watch/good")
    assert got.outcome is Outcome.CAPTURED, got.reason
    assert got.data == MP4 + b"/ok/film.mp4"
    assert got.media_type == "video/mp4"
    assert got.redirect_chain == ("http://video.example/watch/good", "http://video.example/ok/film.mp4")


@pytest.mark.parametrize(
    ("path", "outcome", "words"),
    [
        ("/watch/nothing", Outcome.FAILED, "plays nothing"),
        ("/watch/inside", Outcome.BLOCKED, "egress proxy refused"),
        ("/watch/endless", Outcome.FAILED, "larger than 300000 bytes"),
        ("/watch/refused", Outcome.BLOCKED, "answered 403"),
    ],
)
def test_what_cannot_be_kept_says_why(looking: Looking, path: str, outcome: Outcome, words: str) -> None:
    got = get(looking, path)
    assert got.outcome is outcome, got.reason
    assert words in (got.reason or "")
    assert got.data is None


@pytest.mark.parametrize(
    ("url", "outcome", "words"),
    [
        ("https://127.0.0.1/film", Outcome.BLOCKED, "egress proxy refused"),
        ("https://absent.invalid/film", Outcome.FAILED, "could not be reached"),
        ("http://absent.invalid/film", Outcome.FAILED, "could not be reached"),
    ],
)
def test_what_the_proxy_says_is_passed_on(looking: Looking, url: str, outcome: Outcome, words: str) -> None:
    got = fetch_video(url, proxy_url=looking.proxy_url, limits=LIMITS)
    assert got.outcome is outcome, got.reason
    assert words in (got.reason or "")


def test_a_download_ends_at_the_wall_clock(looking: Looking) -> None:
    got = get(looking, "/watch/good", replace(LIMITS, timeout_s=0.05))
    assert got.outcome is Outcome.FAILED
    assert "not complete within" in (got.reason or "")


def test_other_schemes_are_not_handed_to_yt_dlp(looking: Looking) -> None:
    got = fetch_video("file:///etc/passwd", proxy_url=looking.proxy_url, limits=LIMITS)
    assert got.outcome is Outcome.BLOCKED


def test_the_download_finds_no_program_that_would_go_past_the_proxy(tmp_path: Path) -> None:
    path = _environment(str(tmp_path))["PATH"]
    assert shutil.which("sh") is not None
    assert shutil.which("sh", path=path) is None
