"""The front gate, on a running console."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.triage.conftest import Desk, desk_in
from triage.security import REQUEST_MAX_BYTES, console_policy


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from desk_in(tmp_path_factory.mktemp("gate"))


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    policy = dict(part.split(" ", 1) for part in console_policy("http://m.example").split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["media-src"] == "http://m.example"
    assert "unsafe" not in console_policy("http://m.example")


@pytest.mark.parametrize("path", ["/login", "/", "/nothing", "/static/console.css", "/health", "/cases/x"])
def test_every_answer_carries_the_headers(desk: Desk, path: str) -> None:
    headers = desk.browser().get(path).headers
    assert headers["content-security-policy"] == console_policy(desk.addresses.media_origin)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers


def test_another_host_name_is_refused(desk: Desk) -> None:
    answer = desk.browser().get("/login", headers={"Host": "rebound.example"})
    assert answer.status_code == 421
    assert desk.addresses.origin in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_not_done(desk: Desk, headers: dict[str, str]) -> None:
    answer = desk.browser().post("/login", data={"name": "x", "password": "y"}, headers=headers)
    assert answer.status_code == 403


def test_a_browsers_own_form_passes(desk: Desk) -> None:
    for headers in ({"Origin": desk.addresses.origin}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
        assert desk.browser().post("/login", data={"name": "x", "password": "y"}, headers=headers).status_code == 401


def test_too_much_is_refused_before_it_is_read(desk: Desk) -> None:
    assert desk.browser().post("/login", content=b"x" * (REQUEST_MAX_BYTES + 1)).status_code == 413
    address = urlsplit(desk.addresses.origin)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as raw:
        raw.sendall(f"POST /login HTTP/1.1\r\nHost: {address.netloc}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        assert b" 411 " in raw.recv(4096)
