"""What the demo's servers share: a threading HTTP listener on loopback, and the canary that nobody may reach."""

from __future__ import annotations

import re
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

HTML = "text/html; charset=utf-8"
RANGED_TYPES = ("video/mp4", "image/jpeg")
MAX_FORM_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request that arrived."""

    method: str
    host: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: ``location`` makes it a redirect."""

    status: int = 200
    body: bytes = b""
    media_type: str = HTML
    location: str | None = None


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with single byte ranges; takes origin-form and, as proxies send it, absolute-form targets."""

    protocol_version = "HTTP/1.1"
    server_version = "demo"
    timeout = 30

    def answer(self, method: str, host: str, target: str) -> Reply:
        """What to reply; subclasses say."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def form(self) -> dict[str, list[str]]:
        """The fields of a posted form, at most ``MAX_FORM_BYTES``."""
        length = min(int(self.headers.get("Content-Length") or 0), MAX_FORM_BYTES)
        return parse_qs(self.rfile.read(length).decode("utf-8", "replace"), keep_blank_values=True)

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        host = parts.hostname or urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        reply = self.answer(self.command, host, target)
        status, body, extra = _ranged(reply, self.headers.get("Range"))
        self.send_response(status)
        if reply.location is not None:
            self.send_header("Location", reply.location)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: ``hits`` is the log."""


def _ranged(reply: Reply, asked: str | None) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers after a ``Range`` header; media only, one range, else the whole."""
    if reply.media_type not in RANGED_TYPES or reply.status != 200:
        return reply.status, reply.body, {}
    size = len(reply.body)
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
    if wanted is None or not any(wanted.groups()):
        return 200, reply.body, {"Accept-Ranges": "bytes"}
    first, last = wanted.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return 416, b"", {"Content-Range": f"bytes */{size}"}
    return 206, reply.body[start : end + 1], {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{size}"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Visitors who hang up are nothing to report; everything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Listener:
    """A threading HTTP server on 127.0.0.1 that runs while the context lasts."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), handler)
        except OSError as error:
            raise OSError(
                f"The demo cannot listen on 127.0.0.1:{port} ({error.strerror}): choose another port."
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self.hits: list[Hit] = []

    @property
    def port(self) -> int:
        """The port it listens on, also where 0 was asked for."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Canary(Listener):
    """A listener that no allow-list names: ``hits`` must stay empty."""

    def __init__(self, *, port: int = 0) -> None:
        canary = self

        class CanaryHandler(Handler):
            def answer(self, method: str, host: str, target: str) -> Reply:
                canary.hits.append(Hit(method=method, host=host, path=target))
                return Reply(body=b"canary", media_type="text/plain")

        super().__init__(CanaryHandler, port=port)
