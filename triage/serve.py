"""Running the console: two servers, one for pages and one for media, until someone stops them."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from triage.app import create_app
from triage.cases import Shelf
from triage.console import Console
from triage.database import open_database
from triage.media_app import create_media_app
from triage.media_links import MediaLinks
from triage.references import ReferenceBook

STARTS_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """How to run the console. Port 0 takes any free port.

    ``secret`` signs media links and forms; without one a new one is drawn at every start. Behind a TLS proxy ``origin`` and
    ``media_origin`` are the two addresses that browsers use, with different host names of one site.
    """

    database_url: str
    derivatives: Path
    watchlist: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    media_port: int = 8766
    secret: str | None = None
    origin: str | None = None
    media_origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The addresses of a console that is running."""

    origin: str
    media_origin: str


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def serve(settings: ConsoleSettings, *, announce: Callable[[Running], None]) -> None:
    """Run until Ctrl-C or SIGTERM; ``announce`` is called once, when the console answers.

    Raises ``OSError`` as ``running`` does. Must be called in the main thread.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with running(settings, clock=wall_clock) as addresses:
            announce(addresses)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def running(settings: ConsoleSettings, *, clock: Callable[[], datetime]) -> Iterator[Running]:
    """The console in threads of this process, for as long as the context lasts.

    Raises ``OSError`` in one sentence if a port is taken or the database cannot be opened.
    """
    with ExitStack() as stack:
        page_socket = stack.enter_context(_listen(settings.host, settings.port, "port"))
        media_socket = stack.enter_context(_listen(settings.host, settings.media_port, "media_port"))
        addresses = Running(
            origin=settings.origin or _origin(settings.host, page_socket),
            media_origin=settings.media_origin or _origin(settings.host, media_socket),
        )
        engine = open_database(settings.database_url)
        stack.callback(engine.dispose)
        secret = settings.secret or secrets.token_urlsafe(32)
        shelf = Shelf(
            derivatives=settings.derivatives,
            links=MediaLinks(origin=addresses.media_origin, secret=secret, clock=clock),
            book=ReferenceBook(settings.watchlist),
        )
        console = Console(engine=engine, shelf=shelf, secret=secret, origin=addresses.origin, clock=clock)
        stack.enter_context(_serving(create_app(console), page_socket))
        stack.enter_context(_serving(create_media_app(shelf), media_socket))
        yield addresses


def _listen(host: str, port: int, key: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            why, remedy = "is in use by another program", f"stop that program or set another {key} under [console]"
        else:
            why, remedy = f"cannot be opened ({error.strerror})", f"set another host or {key} under [console]"
        raise OSError(f"the console's address {host}:{port} {why}; {remedy}") from error
    return listener


def _origin(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        return f"http://127.0.0.1:{port}"
    return f"http://[{host}]:{port}" if address.version == 6 else f"http://{host}:{port}"


@contextmanager
def _serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        limit_concurrency=200,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="console server")
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise OSError("the console's server did not start; see the log for the reason")
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
