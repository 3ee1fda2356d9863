"""Sealed media over HTTP: whole, in ranges, and as headers only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from triage.sealed_response import AT_ONCE, sealed_response
from watchlist.sealing import open_sealed, seal

FILM = os.urandom(AT_ONCE + 1000)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    seal(tmp_path / "film", FILM, key=bytes(32), name="film")

    def serve(request: Request) -> Response:
        sealed = open_sealed(tmp_path / "film", key=bytes(32), name="film")
        return sealed_response(sealed, request, media_type="video/mp4", name="film.mp4")

    return TestClient(Starlette(routes=[Route("/", serve)]))


def test_the_whole_file(client: TestClient) -> None:
    whole = client.get("/")
    assert (whole.status_code, whole.content) == (200, FILM)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    head = client.head("/")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(FILM)))


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=4-11", 4, 12),
        ("bytes=1048570-", 1048570, len(FILM)),
        ("bytes=-20", len(FILM) - 20, len(FILM)),
        ("bytes=5-99999999", 5, len(FILM)),
    ],
)
def test_ranges(client: TestClient, asked: str, start: int, end: int) -> None:
    piece = client.get("/", headers={"Range": asked})
    assert (piece.status_code, piece.content) == (206, FILM[start:end])
    assert piece.headers["content-range"] == f"bytes {start}-{end - 1}/{len(FILM)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_ranges_outside_are_refused(client: TestClient, asked: str) -> None:
    answer = client.get("/", headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(FILM)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=-", ""])
def test_what_is_no_single_range_gives_everything(client: TestClient, asked: str) -> None:
    answer = client.get("/", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, FILM)
