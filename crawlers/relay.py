"""Move one request and its answer between a client and an origin that may both be hostile: HTTP by h11, tunnels as bytes."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import h11

from crawlers.egress_log import Exchange, Meter
from crawlers.egress_policy import EgressPolicy, Route, Target
from crawlers.errors import EgressCut, EgressRefused

VERDICT_HEADER = "X-Qalqan-Egress"
MAX_HEADER_BYTES = 64 * 1024
MAX_HEADERS = 200
_BLOCK = 64 * 1024
_HOP_BY_HOP = {
    b"connection",
    b"expect",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    VERDICT_HEADER.lower().encode(),
}
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Headers = list[tuple[bytes, bytes]]
Result = TypeVar("Result")


class ClientGone(ConnectionError):
    """The client closed its connection or does not speak HTTP."""


class Peer:
    """One side of an exchange: an h11 connection over a stream, with a limit on how long each wait may take."""

    def __init__(
        self,
        role: type[h11.CLIENT] | type[h11.SERVER],
        streams: Streams,
        *,
        idle_timeout_s: float,
        meter: Meter | None = None,
    ) -> None:
        """``role`` is the part that we play; ``meter`` counts what is moved (on the origin's side only)."""
        self.http = h11.Connection(our_role=role, max_incomplete_event_size=MAX_HEADER_BYTES)
        self.reader, self.writer = streams
        self.idle_timeout_s = idle_timeout_s
        self._meter = meter
        self._broken: type[ConnectionError] = ClientGone if role is h11.SERVER else ConnectionError
        self._name = "client" if role is h11.SERVER else "server"

    async def event(self) -> h11.Event:
        """The next event; raises ``ConnectionError`` (``ClientGone`` for a client) or ``TimeoutError``."""
        while True:
            try:
                event = self.http.next_event()
                if isinstance(event, h11.Event):
                    return event
                if event is h11.PAUSED:
                    raise self._broken(f"The {self._name} sent more than one message at once.")
                data = await self._in_time(self.reader.read(_BLOCK))
                if self._meter:
                    self._meter.received(len(data))
                self.http.receive_data(data)
            except h11.RemoteProtocolError as error:
                raise self._broken(f"The {self._name} broke the HTTP protocol ({error}).") from error
            except ConnectionError as error:
                raise self._broken(f"The {self._name} broke off the connection.") from error

    async def send(self, event: h11.Event) -> None:
        """Send an event; errors as for ``event``."""
        try:
            data = self.http.send(event)
        except h11.LocalProtocolError as error:
            raise ConnectionError(f"The message cannot be passed on as HTTP ({error}).") from error
        if data:
            await self.write(data)

    async def write(self, data: bytes) -> None:
        """Send bytes as they are; errors as for ``event``."""
        if self._meter:
            self._meter.sent(len(data))
        try:
            self.writer.write(data)
            await self._in_time(self.writer.drain())
        except ConnectionError as error:
            raise self._broken(f"The {self._name} broke off the connection.") from error

    def abort(self) -> None:
        """End the connection with a reset, so that the other side cannot take what it has for the whole."""
        connected = self.writer.get_extra_info("socket")
        if connected is not None and connected.fileno() >= 0:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.writer.transport.abort()

    async def _in_time(self, work: Coroutine[Any, Any, Result]) -> Result:
        try:
            async with asyncio.timeout(self.idle_timeout_s):
                return await work
        except TimeoutError as error:
            raise TimeoutError(f"The {self._name} did nothing for {self.idle_timeout_s:g} s.") from error


async def forward(
    client: Peer,
    request: h11.Request,
    *,
    target: Target,
    route: Route,
    exchange: Exchange,
    meter: Meter,
    policy: EgressPolicy,
) -> None:
    """Pass the request on and the answer back; what was begun when an error is raised, the caller has to abort."""
    outgoing = _outgoing(request, target)
    async with _connected(route, exchange, policy) as streams:
        origin = Peer(h11.CLIENT, streams, idle_timeout_s=policy.idle_timeout_s, meter=meter)
        await origin.send(outgoing)
        await _pass_request_body(client, origin)
        response = await _final_response(origin)
        exchange.status = response.status_code
        headers = _incoming(response, policy)
        await client.send(h11.Response(status_code=response.status_code, reason=response.reason, headers=headers))
        while isinstance(event := await origin.event(), h11.Data):
            await client.send(h11.Data(data=event.data))
        await client.send(h11.EndOfMessage())  # without trailers


async def tunnel(client: Peer, *, route: Route, exchange: Exchange, meter: Meter, policy: EgressPolicy) -> None:
    """Answer a CONNECT and move bytes both ways until both sides are done or nothing moved for the idle time."""
    async with _connected(route, exchange, policy) as (reader, writer):
        exchange.status = 200
        await client.send(h11.Response(status_code=200, reason=b"Connection established", headers=[]))
        early, _ = client.http.trailing_data
        if early:
            meter.sent(len(early))
            writer.write(early)
        pumps = {
            asyncio.create_task(_pump(client.reader, writer, meter.sent)),
            asyncio.create_task(_pump(reader, client.writer, meter.received)),
        }
        try:
            await _until_done(pumps, exchange, policy)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)


async def _until_done(pumps: set[asyncio.Task[None]], exchange: Exchange, policy: EgressPolicy) -> None:
    while pumps:
        moved = exchange.bytes_in + exchange.bytes_out
        done, pumps = await asyncio.wait(pumps, timeout=policy.idle_timeout_s, return_when=asyncio.FIRST_COMPLETED)
        for pump in done:
            pump.result()
        if not done and moved == exchange.bytes_in + exchange.bytes_out:
            return


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None]) -> None:
    """Move bytes one way until that way ends. A side that breaks off has ended: what it meant is inside the tunnel."""
    try:
        while data := await reader.read(_BLOCK):
            count(len(data))
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except EgressCut:
        raise
    except OSError:
        writer.transport.abort()


@asynccontextmanager
async def _connected(route: Route, exchange: Exchange, policy: EgressPolicy) -> AsyncIterator[Streams]:
    """A connection to the first of the route's addresses that takes one; it is ended on leaving."""
    reader, writer = await _connect(route, exchange, policy)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _connect(route: Route, exchange: Exchange, policy: EgressPolicy) -> Streams:
    problem = OSError("There is no address to connect to.")
    for address in route.addresses:
        exchange.address = f"[{address}]:{route.port}" if ":" in address else f"{address}:{route.port}"
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connecting = socket.socket(family, socket.SOCK_STREAM)
        connecting.setblocking(False)
        try:
            # A literal address: nothing is looked up again, so nothing can be answered differently the second time.
            async with asyncio.timeout(policy.idle_timeout_s):
                await asyncio.get_running_loop().sock_connect(connecting, (address, route.port))
            return await asyncio.open_connection(sock=connecting)
        except TimeoutError:
            connecting.close()
            problem = TimeoutError(f"The server did not accept a connection within {policy.idle_timeout_s:g} s.")
        except OSError as error:
            connecting.close()
            problem = OSError(f"The server cannot be connected to ({error.strerror or error}).")
        except asyncio.CancelledError:
            connecting.close()
            raise
    raise problem


def _end_to_end(message: h11.Request | h11.Response) -> Headers:
    """The headers that are not about one connection only, in the spelling in which they came."""
    named = {
        token.strip().lower() for name, value in message.headers if name == b"connection" for token in value.split(b",")
    }
    return [(name, value) for name, value in message.headers.raw_items() if name.lower() not in _HOP_BY_HOP | named]


def _outgoing(request: h11.Request, target: Target) -> h11.Request:
    """The request for the origin: its own path and host, one connection per request. May raise ``EgressRefused``."""
    present = {name for name, _ in request.headers}
    if b"upgrade" in present:
        raise EgressRefused("A change of protocol does not pass over plain HTTP; WebSockets go through CONNECT.")
    if len(request.headers) > MAX_HEADERS:
        raise EgressRefused(f"The request has more than {MAX_HEADERS} headers.")
    chunked = b"transfer-encoding" in present
    dropped = {b"host", b"content-length"} if chunked else {b"host"}
    kept = [(name, value) for name, value in _end_to_end(request) if name.lower() not in dropped]
    host = f"[{target.host}]" if ":" in target.host else target.host
    authority = host if target.port == 80 else f"{host}:{target.port}"
    headers = [(b"Host", authority.encode()), *kept, (b"Connection", b"close")]
    if chunked:
        headers.append((b"Transfer-Encoding", b"chunked"))
    return h11.Request(method=request.method, target=(target.path or "/").encode("ascii"), headers=headers)


async def _pass_request_body(client: Peer, origin: Peer) -> None:
    if client.http.they_are_waiting_for_100_continue:
        await client.send(h11.InformationalResponse(status_code=100, reason=b"Continue", headers=[]))
    try:
        while isinstance(event := await client.event(), h11.Data):
            await origin.send(h11.Data(data=event.data))
        await origin.send(h11.EndOfMessage())
    except ClientGone:
        raise
    except ConnectionError:
        return  # it may have answered without reading everything; if not, reading the answer fails next


async def _final_response(origin: Peer) -> h11.Response:
    while True:
        event = await origin.event()
        if isinstance(event, h11.Response):
            return event
        if not isinstance(event, h11.InformationalResponse):
            raise ConnectionError("The server closed the connection without an answer.")


def _incoming(response: h11.Response, policy: EgressPolicy) -> Headers:
    """The answer's headers for the client; raises for answers that are too large or have too many headers."""
    if len(response.headers) > MAX_HEADERS:
        raise EgressCut(f"The answer has more than {MAX_HEADERS} headers.")
    chunked = any(name == b"transfer-encoding" for name, _ in response.headers)
    lengths = [int(value) for name, value in response.headers if name == b"content-length"]
    if not chunked and lengths and lengths[0] > policy.max_response_bytes:
        raise EgressCut(f"The answer is larger than {policy.max_response_bytes} bytes.")
    headers = _end_to_end(response)
    return [pair for pair in headers if pair[0].lower() != b"content-length"] if chunked else headers
