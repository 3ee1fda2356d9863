"""Where a page's icon is, and what of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.fetch import FetchLimits, open_client
from crawlers.icons import Icon, fetch_icon, icon_url
from tests.fakes.serving import Answer, Asked, Fake

PAGE = "https://offer.example/start/?a=1"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n....."


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("", "https://offer.example/favicon.ico"),
        (
            '<link rel="stylesheet" href="/a.css"><link rel="shortcut icon" href="i.png">',
            "https://offer.example/start/i.png",
        ),
        ("<link href=//cdn.example/x.ico rel=icon>", "https://cdn.example/x.ico"),
        ("<LINK rel='icon' href='/late.png'><link rel='icon' href='/i.svg'>", "https://offer.example/i.svg"),
        ('<link rel="mask-icon" href="/mask.svg">', "https://offer.example/favicon.ico"),
        ('<link rel="icon" href="data:image/png;base64,AAAA">', None),
        (f'<link rel="icon" href="data:image/png;base64,{"A" * 10_000}">', None),
        ('<link rel="icon" href="javascript:alert(1)">', None),
        ('<link rel="icon" href="http://[::1">', None),
        ('<link rel="icon">', "https://offer.example/favicon.ico"),
    ],
)
def test_where_the_icon_is(html: str, url: str | None) -> None:
    assert icon_url(html, PAGE) == url


@pytest.mark.parametrize("html", ["<link " * 200_000, "<link rel=" + "'" * 500_000, "<link " + "rel = " * 100_000])
def test_hostile_markup_is_read_to_its_end(html: str) -> None:
    assert icon_url(html, PAGE) == "https://offer.example/favicon.ico"


class Icons(Fake):
    def answer(self, asked: Asked) -> Answer:
        bodies = {
            "/icon.png": PNG,
            "/icon.svg": b"<?xml version='1.0'?><svg/>",
            "/page.ico": b"<html><svg></svg></html>",
            "/large.png": PNG + bytes(600_000),
        }
        if asked.path not in bodies:
            return Answer(status=404, body=b"no")
        return Answer(media_type="text/plain", body=bodies[asked.path])


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/icon.png", Icon(data=PNG, media_type="image/png")),
        ("/icon.svg", Icon(data=b"<?xml version='1.0'?><svg/>", media_type="image/svg+xml")),
        ("/page.ico", "what the server sent is no picture"),
        ("/large.png", "larger than 500000 bytes"),
        ("/favicon.ico", "the server answered 404 Not Found"),
    ],
)
def test_only_small_pictures_are_kept(path: str, wanted: Icon | str) -> None:
    with Icons() as server, open_client(f"http://{server.address}", user_agent="test") as client:
        assert fetch_icon(f"http://offer.example{path}", client=client, limits=FetchLimits(), now=NOW) == wanted
