"""The egress proxy: the one way out for every HTTP client, browser and downloader, and the boundary against hostile links.

It resolves a name once, refuses unless every address is public (or the origin is on the allow-list), connects to the address
that it checked, limits bytes and time, and logs. A redirect is a new request, checked like any other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import h11

from crawlers.egress_log import Budget, EgressLog, Exchange, Meter, Verdict
from crawlers.egress_policy import (
    AllowedOrigin,
    EgressPolicy,
    Resolver,
    Route,
    Target,
    checked_route,
    pinned_route,
    read_target,
    system_resolver,
)
from crawlers.errors import EgressCut, EgressRefused
from crawlers.relay import VERDICT_HEADER, ClientGone, Peer, forward, tunnel

__all__ = ["VERDICT_HEADER", "AllowedOrigin", "EgressPolicy", "EgressProxy"]

_LINGER_S = 1.0
_LONGEST_REASON = 200
_CLOSE_S = 10.0


def _now() -> datetime:
    return datetime.now(UTC)


class EgressProxy:
    """A forward proxy on loopback (HTTP absolute form and CONNECT), in a thread of its own, as a context manager.

    A refusal is answered 403, an unreachable origin 502 or 504, both with a plain-text sentence and ``X-Qalqan-Egress``
    naming the verdict; an answer that is cut while it passes ends with a reset. The log is complete once the proxy is closed.
    """

    def __init__(
        self,
        policy: EgressPolicy,
        log_path: Path,
        *,
        resolver: Resolver = system_resolver,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Starts nothing yet; ``resolver`` is called once per connection to a name, ``clock`` dates the log."""
        self._policy = policy
        self._log_path = log_path
        self._resolver = resolver
        self._clock = clock
        self._budget = Budget(policy.max_total_bytes)
        self._log_failure: OSError | None = None
        self._clients: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, for clients; only while the proxy runs."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def bytes_moved(self) -> int:
        """Bytes to and from all origins so far."""
        return self._budget.spent

    def __enter__(self) -> Self:
        """Start; ``OSError`` if the log cannot be written or no port is free."""
        self._log = EgressLog(self._log_path)
        started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="egress", daemon=True)
        self._thread.start()
        try:
            self._port = started.result()
        except BaseException:
            self._log.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Cut what is still passing, log it and stop; raises ``OSError`` if a line of the log could not be written."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_CLOSE_S)
        self._log.close()
        if self._log_failure is not None and error is None:
            raise OSError(
                f"The egress log {self._log_path} could not be written ({self._log_failure}); free space and crawl again."
            ) from self._log_failure

    def _run(self, started: Future[int]) -> None:
        asyncio.run(self._serve(started))

    async def _serve(self, started: Future[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            server = await asyncio.start_server(self._client, "127.0.0.1", 0, backlog=512)
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(server.sockets[0].getsockname()[1])
        await self._stop.wait()
        server.close()
        for task in self._clients:
            task.cancel()
        if self._clients:
            await asyncio.wait(self._clients, timeout=_CLOSE_S / 2)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client connection: its requests, one after the other."""
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        peer = Peer(h11.SERVER, (reader, writer), idle_timeout_s=self._policy.idle_timeout_s)
        try:
            while await self._serve_request(peer):
                peer.http.start_next_cycle()
            await _linger(peer)
        except asyncio.CancelledError:
            peer.abort()  # the proxy is being closed
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve_request(self, client: Peer) -> bool:
        """Read and deal with one request; whether the connection can carry another one."""
        exchange = Exchange(at=self._clock(), method="?")
        begun = self._loop.time()
        try:
            request = await client.event()
            if not isinstance(request, h11.Request):
                return False
            begun, exchange.at = self._loop.time(), self._clock()
            status = await self._judge(client, request, exchange)
        except (ClientGone, TimeoutError) as error:
            if client.http.their_state is not h11.ERROR:
                return False  # nothing was asked: the ordinary end of a connection
            status = _end(exchange, Verdict.REFUSED, f"{error}", status=400)
        except asyncio.CancelledError:
            if exchange.host is not None:
                _end(exchange, Verdict.CUT, "The proxy was closed.", status=0)
                self._write_log(exchange, begun)
            raise
        self._write_log(exchange, begun)
        return await _conclude(client, exchange, status)

    async def _judge(self, client: Peer, request: h11.Request, exchange: Exchange) -> int:
        """Carry the request out or say in ``exchange`` why not; returns the status that we have to answer, 0 for none."""
        exchange.method = request.method.decode("ascii")
        try:
            async with asyncio.timeout(self._policy.timeout_s):
                await self._carry_out(client, request, exchange)
        except EgressRefused as error:
            return _end(exchange, Verdict.REFUSED, str(error), status=403)
        except EgressCut as error:
            return _end(exchange, Verdict.CUT, str(error), status=502)
        except ClientGone as error:
            return _end(exchange, Verdict.CUT, str(error), status=400)
        except TimeoutError as error:
            why = str(error) or f"The exchange was not complete after {self._policy.timeout_s:g} s."
            return _end(exchange, Verdict.FAILED, why, status=504)
        except OSError as error:
            return _end(exchange, Verdict.FAILED, str(error), status=502)
        except ValueError as error:
            return _end(exchange, Verdict.REFUSED, str(error), status=400)
        return 0

    async def _carry_out(self, client: Peer, request: h11.Request, exchange: Exchange) -> None:
        if self._log_failure is not None:
            raise EgressRefused("The egress log cannot be written, and nothing leaves without being logged.")
        target = read_target(exchange.method, request.target.decode("ascii"))
        exchange.host, exchange.port, exchange.path = target.host, target.port, target.path
        if self._budget.exhausted:
            raise EgressRefused(f"The crawl has used up its {self._policy.max_total_bytes} bytes of traffic.")
        route = pinned_route(self._policy, target.host, target.port) or await self._resolve(target)
        meter = Meter(exchange, self._budget, self._policy)
        if target.path is None:
            await tunnel(client, route=route, exchange=exchange, meter=meter, policy=self._policy)
        else:
            await forward(
                client, request, target=target, route=route, exchange=exchange, meter=meter, policy=self._policy
            )

    async def _resolve(self, target: Target) -> Route:
        """Look the name up, once, in a thread that nobody has to wait for when the proxy closes."""
        found: Future[Sequence[str]] = Future()

        found.set_running_or_notify_cancel()  # from here on nobody can cancel it under the thread

        def look_up() -> None:
            try:
                found.set_result(self._resolver(target.host, target.port))
            except (OSError, ValueError) as error:
                found.set_exception(OSError(f"The name {target.host} cannot be resolved ({error})."))

        threading.Thread(target=look_up, name="resolve", daemon=True).start()
        try:
            answers = await asyncio.wait_for(asyncio.wrap_future(found), self._policy.idle_timeout_s)
        except TimeoutError as error:
            raise TimeoutError(f"No name server answered for {target.host} in time.") from error
        return checked_route(target.host, target.port, answers)

    def _write_log(self, exchange: Exchange, begun: float) -> None:
        try:
            self._log.write(exchange, seconds=self._loop.time() - begun)
        except OSError as error:
            self._log_failure = error


def _end(exchange: Exchange, verdict: Verdict, reason: str, *, status: int) -> int:
    exchange.verdict = verdict
    exchange.reason = reason
    return status


async def _conclude(client: Peer, exchange: Exchange, status: int) -> bool:
    """Answer with ``status`` if one is due; whether the client's connection can carry another request."""
    try:
        if status and client.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            await _answer(client, exchange, status, close=not _all_read(client))
        elif status:
            client.abort()
            return False
    except (OSError, h11.LocalProtocolError):
        return False  # nobody is there to read it
    return client.http.our_state is h11.DONE and client.http.their_state is h11.DONE


def _all_read(client: Peer) -> bool:
    """Whether the client's request is read to its end, without waiting for more of it."""
    try:
        if client.http.their_state is h11.SEND_BODY:
            client.http.next_event()
    except h11.RemoteProtocolError:
        return False
    return client.http.their_state not in (h11.SEND_BODY, h11.ERROR, h11.CLOSED)


async def _answer(client: Peer, exchange: Exchange, status: int, *, close: bool) -> None:
    """Our own answer: the reason as text, and in the status line too, where clients look that asked for a tunnel."""
    body = f"{exchange.reason}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        (VERDICT_HEADER, exchange.verdict.value),
        *([("Connection", "close")] if close else []),
    ]
    reason = "".join(character for character in exchange.reason or "" if " " <= character <= "~")
    await client.send(
        h11.Response(status_code=status, reason=reason[:_LONGEST_REASON].encode("ascii"), headers=headers)
    )
    if exchange.method != "HEAD":
        await client.send(h11.Data(data=body))
    await client.send(h11.EndOfMessage())


async def _linger(client: Peer) -> None:
    """Read on for a moment after the last answer: closing at once could take the answer away from the client."""
    try:
        client.writer.write_eof()
        async with asyncio.timeout(_LINGER_S):
            while await client.reader.read(65_536):
                pass
    except (OSError, TimeoutError):
        return
