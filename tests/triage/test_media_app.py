"""The media origin over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.factories import sha
from tests.triage.conftest import Desk, desk_in
from triage.media_app import resource_policy
from triage.media_links import LIFETIME, MediaLinks


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from desk_in(tmp_path_factory.mktemp("media"))


def link(desk: Desk, path: str) -> str:
    links = MediaLinks(origin=desk.addresses.media_origin, secret="a secret for tests only", clock=desk.clock)
    return links.url(path)


def test_a_film_comes_in_pieces_and_never_as_a_page(desk: Desk) -> None:
    url = link(desk, f"derivatives/{sha('creative')}/proxy.mp4")
    whole = httpx.get(url)
    piece = httpx.get(url, headers={"Range": "bytes=4-11"})
    assert (whole.status_code, piece.status_code) == (200, 206)
    assert piece.content == whole.content[4:12]
    for answer in (whole, piece):
        assert answer.headers["content-type"] == "video/mp4"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    assert httpx.head(url).status_code == 200


def test_a_link_ends(desk: Desk) -> None:
    url = link(desk, f"derivatives/{sha('creative')}/thumb.jpg")
    assert httpx.get(url).headers["content-type"] == "image/jpeg"
    desk.clock.move(LIFETIME + timedelta(seconds=2))
    answer = httpx.get(url)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/plain")


def test_only_what_was_signed_is_served(desk: Desk) -> None:
    url = link(desk, f"derivatives/{sha('creative')}/thumb.jpg")
    assert httpx.get(url.replace("thumb.jpg", "thumb.html")).status_code == 404
    assert httpx.get(url[:-12] + "x/thumb.jpg").status_code == 403
    assert httpx.get(f"{desk.addresses.media_origin}/derivatives/{sha('creative')}/thumb.jpg").status_code == 404
    assert httpx.get(link(desk, f"derivatives/{sha('none')}/thumb.jpg")).status_code == 404
    assert httpx.get(link(desk, f"references/{sha('none')}.jpg")).status_code == 404
    assert httpx.post(url).status_code == 405
    assert httpx.get(url, headers={"Host": "rebound.example"}).status_code == 421


def test_a_link_in_the_directory_leads_nowhere(desk: Desk) -> None:
    directory = desk.small.derivatives / sha("planted")
    directory.mkdir()
    (directory / "thumb.jpg").symlink_to("/etc/passwd")
    assert httpx.get(link(desk, f"derivatives/{sha('planted')}/thumb.jpg")).status_code == 404


@pytest.mark.parametrize(
    ("origin", "policy"),
    [
        ("https://media.qalqan.example", "same-site"),
        ("http://127.0.0.1:8766", "cross-origin"),
        ("http://[::1]:8766", "cross-origin"),
        ("http://localhost:8766", "cross-origin"),
    ],
)
def test_who_may_embed(origin: str, policy: str) -> None:
    assert resource_policy(origin) == policy
