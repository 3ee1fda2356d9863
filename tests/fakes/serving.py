"""A real little HTTP server per fake, on a free loopback port, in a thread: what all fakes are built on."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: ``host`` without port, as the client named it; ``query`` with the last value of each name."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. A body that is not bytes is sent piece by piece without a length, until it ends or the client goes."""

    status: int = 200
    reason: str | None = None
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""


def page(html: str, **changes: object) -> Answer:
    """An HTML page."""
    return Answer(body=html.encode(), **changes)  # type: ignore[arg-type]


def redirect(url: str) -> Answer:
    """A 302 to ``url``."""
    return Answer(status=302, headers={"Location": url})


class Fake:
    """A server that runs while its ``with`` block does; ``asked`` lists what it was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _serve(self, fake)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class' name
                """Quiet: tests look at ``asked``."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT``, as the egress policy pins it."""
        return f"127.0.0.1:{self._server.server_port}"

    def answer(self, asked: Asked) -> Answer:
        """What this server says; each fake has its own."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _serve(handler: BaseHTTPRequestHandler, fake: Fake) -> None:
    parts = urlsplit(handler.path)
    length = int(handler.headers.get("Content-Length") or 0)
    asked = Asked(
        method=handler.command,
        host=(handler.headers.get("Host") or "").partition(":")[0],
        path=parts.path,
        query={name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=handler.rfile.read(length),
    )
    fake.asked.append(asked)
    answer = fake.answer(asked)
    handler.send_response(answer.status, answer.reason)
    handler.send_header("Content-Type", answer.media_type)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    try:
        if isinstance(answer.body, bytes):
            if "Content-Length" not in answer.headers:
                handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            handler.wfile.write(answer.body)
        else:
            handler.end_headers()
            for piece in answer.body:
                handler.wfile.write(piece)
    except OSError:
        pass  # the client has gone, as capped clients do
    handler.close_connection = True
