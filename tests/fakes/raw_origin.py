"""An origin server that answers with exactly the bytes it is told to: well-formed, hostile or none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Script = Callable[[socket.socket, bytes], None]
"""Given the connection and the head of the request (for a tunnel: the first bytes), does what it likes."""


class RawOrigin:
    """Listens on a loopback port; each connection runs the script in a thread of its own, then is closed."""

    def __init__(self, script: Script, *, speaks_first: bool = False) -> None:
        self._script = script
        self._speaks_first = speaks_first
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.requests: list[bytes] = []
        """The heads of all requests."""
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT``, as an allowed origin wants it."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; harmless to repeat."""
        if not self.closing.is_set():
            self.closing.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                head = b"" if self._speaks_first else self._head(connection)
                self.requests.append(head)
                self._script(connection, head)
            except OSError:
                return  # the proxy went away, as several tests want it to

    def _head(self, connection: socket.socket) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            data = connection.recv(65_536)
            if not data:
                break
            received += data
        return received


def answering(raw: bytes) -> Script:
    """A script that sends these bytes, whatever was asked."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(raw)

    return script


def text(body: bytes, *, status: str = "200 OK", headers: bytes = b"") -> bytes:
    """A well-formed answer."""
    length = str(len(body)).encode()
    return b"HTTP/1.1 " + status.encode() + b"\r\nContent-Length: " + length + b"\r\n" + headers + b"\r\n" + body
