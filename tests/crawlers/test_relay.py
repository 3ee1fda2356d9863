"""One exchange between real sockets: what is passed on, and how a client notices that something is missing."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import h11
import pytest

from crawlers.egress_log import Budget, Exchange, Meter
from crawlers.egress_policy import EgressPolicy, Route, Target
from crawlers.errors import EgressCut, EgressRefused
from crawlers.relay import ClientGone, Peer, forward
from tests.factories import AT
from tests.fakes.raw_origin import RawOrigin, answering, text

POLICY = EgressPolicy(idle_timeout_s=20.0, max_response_bytes=10_000)


async def relay(
    origin: RawOrigin | None,
    sent: bytes,
    *,
    addresses: tuple[str, ...] = ("127.0.0.1",),
    policy: EgressPolicy = POLICY,
) -> bytes:
    """What a client that sent these bytes receives from ``forward``."""
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    theirs.sendall(sent)
    theirs.shutdown(socket.SHUT_WR)
    client = Peer(h11.SERVER, (reader, writer), idle_timeout_s=policy.idle_timeout_s)
    try:
        request = await client.event()
        assert isinstance(request, h11.Request)
        exchange = Exchange(at=AT, method="GET")
        await forward(
            client,
            request,
            target=Target(host="a.example", port=80, path="/path?query"),
            route=Route(addresses=addresses, port=origin.port if origin else 1),
            exchange=exchange,
            meter=Meter(exchange, Budget(policy.max_total_bytes), policy),
            policy=policy,
        )
        writer.close()
        theirs.setblocking(False)
        received = b""
        while data := await asyncio.get_running_loop().sock_recv(theirs, 65_536):
            received += data
        return received
    finally:
        client.abort()
        theirs.close()


GET = b"GET http://a.example/path?query HTTP/1.1\r\nHost: a.example\r\n"


def test_an_answer_is_passed_on() -> None:
    with RawOrigin(
        answering(text(b"hello", headers=b"Keep-Alive: 5\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"))
    ) as origin:
        received = asyncio.run(relay(origin, GET + b"\r\n"))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b"\r\n\r\nhello")
    assert received.count(b"Set-Cookie") == 2
    assert b"Keep-Alive" not in received


def test_the_next_address_is_tried_when_one_is_closed() -> None:
    with RawOrigin(answering(text(b"hello"))) as origin:
        assert asyncio.run(relay(origin, GET + b"\r\n", addresses=("127.0.0.2", "127.0.0.1"))).endswith(b"hello")


def test_no_address_takes_a_connection() -> None:
    with pytest.raises(OSError, match="cannot be connected to"):
        asyncio.run(relay(None, GET + b"\r\n"))


def test_interim_answers_are_skipped() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3
    with RawOrigin(answering(interim + text(b"hello"))) as origin:
        assert b"103" not in asyncio.run(relay(origin, GET + b"\r\n"))


def test_a_body_that_the_client_announces_is_passed_on() -> None:
    with RawOrigin(answering(text(b"ok"))) as origin:
        asyncio.run(relay(origin, GET.replace(b"GET", b"POST") + b"Content-Length: 4\r\n\r\nbody"))
        assert b"content-length: 4" in origin.requests[0].lower()


def test_too_large_too_many_and_upgrades_are_refused() -> None:
    with RawOrigin(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n")) as origin:
        with pytest.raises(EgressCut, match="larger than"):
            asyncio.run(relay(origin, GET + b"\r\n"))
        with pytest.raises(EgressRefused, match="change of protocol"):
            asyncio.run(relay(origin, GET + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"))
        with pytest.raises(EgressRefused, match="headers"):
            asyncio.run(relay(origin, GET + b"X: 1\r\n" * 300 + b"\r\n"))


def test_a_silent_server_is_a_timeout() -> None:
    def silent(connection: socket.socket, head: bytes) -> None:
        connection.recv(1)

    with RawOrigin(silent) as origin, pytest.raises(TimeoutError, match="The server did nothing for 1 s"):
        asyncio.run(relay(origin, GET + b"\r\n", policy=replace(POLICY, idle_timeout_s=1.0)))


def test_a_client_that_goes_away_in_its_body() -> None:
    with RawOrigin(answering(text(b"ok"))) as origin, pytest.raises(ClientGone):
        asyncio.run(relay(origin, GET.replace(b"GET", b"POST") + b"Content-Length: 100\r\n\r\nshort"))
