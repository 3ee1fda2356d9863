"""The front gate, on a running console."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from tests.triage.conftest import Desk, desk_in
from triage.app import create_app
from triage.cases import Shelf
from triage.console import Console
from triage.database import open_database
from triage.media_app import create_media_app
from triage.media_links import MediaLinks
from triage.references import ReferenceBook
from triage.security import REQUEST_MAX_BYTES, console_policy
from triage.serve import wall_clock


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from desk_in(tmp_path_factory.mktemp("gate"))


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    policy = dict(part.split(" ", 1) for part in console_policy("http://m.example").split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["media-src"] == "http://m.example"
    assert "unsafe" not in console_policy("http://m.example")


def routes(of: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """With those of the routers that were included."""
    for one in of:
        inner = getattr(one, "original_router", None)
        yield from [one] if inner is None else routes(inner.routes)


def test_no_route_takes_media(tmp_path: Path) -> None:
    """Else somebody could ask who a face is. A new route has to be added here, with the reason why it cannot tell."""
    links = MediaLinks(origin="http://127.0.0.2", secret="s", clock=wall_clock)
    shelf = Shelf(derivatives=tmp_path, links=links, book=ReferenceBook(None))
    engine = open_database(f"sqlite:///{tmp_path / 'console.db'}")
    console = Console(engine=engine, shelf=shelf, secret="s", origin="http://127.0.0.1", clock=wall_clock)
    taken = {}
    for route in [*routes(create_app(console).routes), *routes(create_media_app(shelf).routes)]:
        assert isinstance(route, Route | APIRoute | Mount), f"{route} is of a kind that this test does not know"
        if isinstance(route, APIRoute):
            parts = [part for part in route.dependant.body_params if part.field_info.annotation is str]
            assert parts == route.dependant.body_params, f"{route.path} takes something other than words"
        if isinstance(route, Mount):
            assert isinstance(route.app, StaticFiles)
        elif not (route.methods or set()) <= {"GET", "HEAD"}:
            assert isinstance(route, APIRoute)
            taken[route.path] = {part.name for part in route.dependant.body_params}
    engine.dispose()
    assert taken == {
        "/login": {"name", "password", "target"},
        "/logout": {"form_token"},
        "/cases/{candidate_id}/decisions": {"reason", "note", "form_token"},
    }
    assert REQUEST_MAX_BYTES <= 64 * 1024


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
