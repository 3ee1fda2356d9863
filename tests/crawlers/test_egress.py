"""The proxy as its clients and the hostile internet see it: real sockets on both sides, a real HTTP client."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from crawlers.egress import VERDICT_HEADER, AllowedOrigin, EgressPolicy, EgressProxy
from tests.fakes.raw_origin import RawOrigin, Script, answering, text


class World:
    """A proxy with allowed fake origins and a name service of its own, and what it logged."""

    def __init__(self, tmp_path: Path) -> None:
        self.log_path = tmp_path / "egress.jsonl"
        self.names: dict[str, list[str]] = {}
        self.lookups: list[str] = []
        self.limits: dict[str, Any] = {"timeout_s": 5.0, "idle_timeout_s": 2.0}
        self._stack = ExitStack()
        self._running = ExitStack()
        self._allow: list[AllowedOrigin] = []
        self._proxy: EgressProxy | None = None

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.lookups.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.names[host]

    def origin(self, host: str, script: Script, *, port: int = 80, speaks_first: bool = False) -> RawOrigin:
        origin = self._stack.enter_context(RawOrigin(script, speaks_first=speaks_first))
        self._allow.append(AllowedOrigin(host=host, port=port, connect=origin.address))
        return origin

    @property
    def proxy(self) -> EgressProxy:
        if self._proxy is None:
            policy = EgressPolicy(allow=tuple(self._allow), **self.limits)
            self._proxy = self._running.enter_context(EgressProxy(policy, self.log_path, resolver=self.resolve))
        return self._proxy

    @property
    def client(self) -> httpx.Client:
        return self._stack.enter_context(httpx.Client(proxy=self.proxy.url, trust_env=False, timeout=10))

    def raw(self, data: bytes, *, until_closed: bool = True) -> bytes:
        """Send bytes to the proxy and read until it closes the connection."""
        with socket.create_connection(("127.0.0.1", httpx.URL(self.proxy.url).port or 0), timeout=10) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            try:
                while block := connection.recv(65_536):
                    received += block
            except ConnectionResetError:
                received += b"<reset>"
            return received

    def connect(self, authority: str) -> tuple[socket.socket, bytes]:
        """A CONNECT, and what the proxy answered to it."""
        connection = socket.create_connection(("127.0.0.1", httpx.URL(self.proxy.url).port or 0), timeout=10)
        connection.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            block = connection.recv(65_536)
            if not block:
                break
            received += block
        return connection, received

    def log(self, *, lines: int = 1) -> list[dict[str, Any]]:
        """Wait for so many lines (a client may be done before the proxy is), close the proxy and read its log."""
        deadline = time.monotonic() + 10
        while self.log_path.read_text().count("\n") < lines and time.monotonic() < deadline:
            time.sleep(0.01)
        self._running.close()
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def close(self) -> None:
        self._running.close()
        self._stack.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def refused(response: httpx.Response) -> bool:
    return response.status_code == 403 and response.headers.get(VERDICT_HEADER) == "refused"


def test_an_allowed_origin_answers(world: World) -> None:
    origin = world.origin("adlibrary.example", answering(text(b"hello", headers=b"X-Own: 1\r\n")))
    response = world.client.get("http://adlibrary.example/ads?q=SOCAR&access_token=secret")
    assert (response.status_code, response.content, response.headers["x-own"]) == (200, b"hello", "1")
    assert VERDICT_HEADER not in response.headers
    assert origin.requests[0].startswith(
        b"GET /ads?q=SOCAR&access_token=secret HTTP/1.1\r\nHost: adlibrary.example\r\n"
    )
    (line,) = world.log()
    assert (line["verdict"], line["reason"], line["status"]) == ("allowed", None, 200)
    assert (line["method"], line["host"], line["port"], line["path"]) == ("GET", "adlibrary.example", 80, "/ads")
    assert line["address"] == origin.address
    assert line["bytes_in"] > 5
    assert line["bytes_out"] > 50
    assert "secret" not in world.log_path.read_text()
    assert world.lookups == []


def test_the_host_header_is_the_one_of_the_address(world: World) -> None:
    origin = world.origin("a.example", answering(text(b"")))
    world.raw(
        b"GET http://a.example/ HTTP/1.1\r\nHost: metadata.google.internal\r\nConnection: close, X-Secret\r\n"
        b"X-Secret: 1\r\nProxy-Authorization: Basic eDp5\r\nKeep-Alive: 5\r\nX-Kept: 1\r\n\r\n"
    )
    head = origin.requests[0].lower()
    assert b"host: a.example\r\n" in head
    assert b"x-kept: 1" in head
    for absent in (b"metadata", b"x-secret: 1", b"proxy-authorization", b"keep-alive"):
        assert absent not in head


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://017700000001/",
        "http://127.1/",
        "http://0/",
        "http://10.0.0.1:443/",
        "http://8.8.8.8:22/",
        "http://8.8.8.8:8080/",
        "http://user@8.8.8.8/",
        "http://user:hunter2@8.8.8.8/",
        "http://8.8.8.8:80@127.0.0.1/",
        "https://8.8.8.8/",
        "ftp://8.8.8.8/",
        "http:///",
        "http://%31%32%37.0.0.1/",
        "http://8.8.8.8\\@127.0.0.1/",
        "http://8.8.8.8:99999/",
    ],
)
def test_forbidden_addresses_are_refused_without_looking_anything_up(world: World, url: str) -> None:
    answer = world.raw(f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert f"{VERDICT_HEADER}: refused".encode().lower() in answer.lower()
    assert world.lookups == []
    (line,) = world.log()
    assert (line["verdict"], line["address"], line["bytes_out"]) == ("refused", None, 0)
    assert line["reason"]
    assert "hunter2" not in world.log_path.read_text()


@pytest.mark.parametrize(
    "authority",
    [
        "127.0.0.1:443",
        "[::1]:443",
        "169.254.169.254:80",
        "8.8.8.8:22",
        "u@8.8.8.8:443",
        "0x7f.1:443",
        "[::ffff:a00:1]:443",
    ],
)
def test_forbidden_tunnels_are_refused(world: World, authority: str) -> None:
    connection, answer = world.connect(authority)
    connection.close()
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"refused" in answer
    assert world.log()[0]["verdict"] == "refused"


def test_names_are_judged_by_all_their_addresses(world: World) -> None:
    world.names = {
        "private.example": ["10.1.2.3"],
        "mixed.example": ["93.184.215.14", "127.0.0.1"],
        "mapped.example": ["::ffff:169.254.169.254"],
        "localhost": ["127.0.0.1", "::1"],
        "metadata.google.internal": ["169.254.169.254"],
        "nonsense.example": ["not an address"],
    }
    for name in world.names:
        response = world.client.get(f"http://{name}/")
        assert refused(response), name
        assert name in response.text
    assert world.lookups == list(world.names)


def test_a_name_that_changes_its_mind_is_asked_once(tmp_path: Path) -> None:
    answers = iter([["127.0.0.1"], ["93.184.215.14"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    policy = EgressPolicy(idle_timeout_s=2)
    with (
        EgressProxy(policy, tmp_path / "log", resolver=rebinding) as proxy,
        httpx.Client(proxy=proxy.url, trust_env=False) as client,
    ):
        assert refused(client.get("http://rebind.example/"))
        assert asked == ["rebind.example"]


def test_an_unknown_name_is_a_failure_not_a_refusal(world: World) -> None:
    response = world.client.get("http://nowhere.example/")
    assert (response.status_code, response.headers[VERDICT_HEADER]) == (502, "failed")
    assert "nowhere.example cannot be resolved" in response.text


def test_a_slow_name_service_does_not_hold_up_others_nor_the_end(tmp_path: Path) -> None:
    release = threading.Event()

    def stuck(host: str, port: int) -> Sequence[str]:
        release.wait(20)
        return []

    with RawOrigin(answering(text(b"quick"))) as origin:
        policy = EgressPolicy(
            allow=(AllowedOrigin(host="a.example", port=80, connect=origin.address),), idle_timeout_s=15
        )
        with EgressProxy(policy, tmp_path / "log", resolver=stuck) as proxy:
            waiting = [socket.create_connection(("127.0.0.1", httpx.URL(proxy.url).port or 0)) for _ in range(40)]
            for connection in waiting:
                connection.sendall(b"GET http://stuck.example/ HTTP/1.1\r\nHost: x\r\n\r\n")
            with httpx.Client(proxy=proxy.url, trust_env=False, timeout=5) as client:
                assert client.get("http://a.example/").text == "quick"
            begun = time.monotonic()
        assert time.monotonic() - begun < 3
    release.set()
    for connection in waiting:
        connection.close()
    reasons = [json.loads(line)["reason"] for line in (tmp_path / "log").read_text().splitlines()]
    assert reasons.count("The proxy was closed.") == 40


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://127.0.0.1:22/"])
def test_a_redirect_to_a_forbidden_address_is_refused(world: World, target: str) -> None:
    world.origin("cdn.example", answering(text(b"", status="302 Found", headers=f"Location: {target}\r\n".encode())))
    response = world.client.get("http://cdn.example/v/1.mp4", follow_redirects=True)
    assert [step.status_code for step in response.history] == [302]
    assert refused(response)
    assert [line["verdict"] for line in world.log(lines=2)] == ["allowed", "refused"]


def test_an_allowed_origin_opens_its_own_port_only(world: World) -> None:
    origin = world.origin("a.example", answering(text(b"")))
    assert refused(world.client.get("http://a.example:8080/"))
    assert refused(world.client.get(f"http://{origin.address}/"))


@pytest.mark.parametrize("host", ["update.googleapis.com", "accounts.google.com"])
def test_browser_background_traffic_is_refused_quietly(world: World, host: str) -> None:
    connection, answer = world.connect(f"{host}:443")
    connection.close()
    assert answer.startswith(b"HTTP/1.1 403 browser background traffic")
    assert world.lookups == []
    assert world.log()[0]["reason"] == "browser background traffic"


def endless(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def endless_chunks(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def download(client: httpx.Client, url: str, got: list[bytes]) -> None:
    with client.stream("GET", url) as response:
        got.extend(response.iter_raw())


@pytest.mark.parametrize("script", [endless, endless_chunks])
def test_an_endless_answer_is_cut_so_that_the_client_knows(world: World, script: Script) -> None:
    world.limits["max_response_bytes"] = 1_000_000
    world.origin("a.example", script)
    got: list[bytes] = []
    with pytest.raises(httpx.HTTPError):
        download(world.client, "http://a.example/", got)
    assert 0 < len(b"".join(got)) <= 1_000_000
    (line,) = world.log()
    assert line["verdict"] == "cut"
    assert "larger than 1000000 bytes" in line["reason"]
    assert line["bytes_in"] < 1_200_000


def test_an_old_client_notices_the_cut_too(world: World) -> None:
    world.limits["max_response_bytes"] = 100_000
    world.origin("a.example", endless)
    assert world.raw(b"GET http://a.example/ HTTP/1.0\r\n\r\n").endswith(b"<reset>")


def test_an_answer_that_says_it_is_too_large_is_not_begun(world: World) -> None:
    world.limits["max_response_bytes"] = 1000
    world.origin("a.example", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"))
    response = world.client.get("http://a.example/")
    assert (response.status_code, response.headers[VERDICT_HEADER]) == (502, "cut")


def test_the_budget_of_all_traffic(world: World) -> None:
    world.limits["max_total_bytes"] = 3_000
    world.origin("a.example", answering(text(b"x" * 1_000)))
    statuses = [world.client.get("http://a.example/").status_code for _ in range(2)]
    assert statuses == [200, 200]
    assert world.client.get("http://a.example/").headers[VERDICT_HEADER] == "cut"
    response = world.client.get("http://a.example/")
    assert refused(response)
    assert "used up" in response.text


def test_a_request_that_carries_too_much_out(world: World) -> None:
    world.limits["max_request_bytes"] = 10_000

    def swallow(connection: socket.socket, head: bytes) -> None:
        while connection.recv(65_536):
            pass

    world.origin("a.example", swallow)
    with pytest.raises(httpx.HTTPError):
        world.client.post("http://a.example/", content=b"x" * 1_000_000).raise_for_status()
    assert world.log()[0]["verdict"] == "cut"


def silent(connection: socket.socket, head: bytes) -> None:
    time.sleep(4)


def dripping(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        connection.sendall(b"x")
        time.sleep(0.1)


def test_a_silent_origin_is_504(world: World) -> None:
    world.limits["idle_timeout_s"] = 0.3
    world.origin("a.example", silent)
    response = world.client.get("http://a.example/")
    assert (response.status_code, response.headers[VERDICT_HEADER]) == (504, "failed")
    assert "did nothing for 0.3 s" in response.text


def test_a_dripping_origin_is_ended_by_the_total_time(world: World) -> None:
    world.limits["timeout_s"] = 0.5
    world.origin("a.example", dripping)
    begun = time.monotonic()
    with pytest.raises(httpx.HTTPError):
        world.client.get("http://a.example/")
    assert time.monotonic() - begun < 2
    assert "not complete after 0.5 s" in world.log()[0]["reason"]


def test_a_closed_port_is_502(world: World) -> None:
    origin = world.origin("a.example", answering(b""))
    origin.close()
    response = world.client.get("http://a.example/")
    assert (response.status_code, response.headers[VERDICT_HEADER]) == (502, "failed")
    assert "cannot be connected to" in response.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBroken header\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    ],
)
def test_a_broken_answer_is_502(world: World, raw: bytes) -> None:
    world.origin("a.example", answering(raw))
    response = world.client.get("http://a.example/")
    assert response.status_code == 502
    assert response.headers[VERDICT_HEADER] in {"failed", "cut"}
    assert response.text.endswith(".\n")


def test_an_answer_that_breaks_off_is_not_taken_for_whole(world: World) -> None:
    world.origin("a.example", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"))
    with pytest.raises(httpx.HTTPError):
        world.client.get("http://a.example/")
    assert world.log()[0]["verdict"] == "failed"


def test_an_origin_cannot_pose_as_the_proxy(world: World) -> None:
    world.origin("a.example", answering(text(b"", status="403 No", headers=b"X-Qalqan-Egress: refused\r\n")))
    response = world.client.get("http://a.example/")
    assert response.status_code == 403
    assert VERDICT_HEADER not in response.headers


def test_chunked_bodies_pass_both_ways(world: World) -> None:
    bodies: list[bytes] = []

    def echo(connection: socket.socket, head: bytes) -> None:
        received = head.split(b"\r\n\r\n", 1)[1]
        while not received.endswith(b"0\r\n\r\n"):
            received += connection.recv(65_536)
        bodies.append(received)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n")
        connection.sendall(b"3\r\nabc\r\n3;ext=1\r\ndef\r\n0\r\nX-Trailer: 1\r\n\r\n")

    origin = world.origin("a.example", echo)
    response = world.client.post("http://a.example/", content=iter([b"one", b"two"]))
    assert response.content == b"abcdef"
    assert "content-length" not in response.headers
    assert b"transfer-encoding: chunked" in origin.requests[0].lower()
    assert b"one" in bodies[0]
    assert b"two" in bodies[0]


def test_head_204_and_304_have_no_body(world: World) -> None:
    world.origin("head.example", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"))
    world.origin("none.example", answering(b"HTTP/1.1 204 No Content\r\n\r\n"))
    world.origin("same.example", answering(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"))
    client = world.client
    assert client.head("http://head.example/").headers["content-length"] == "500"
    assert client.get("http://none.example/").status_code == 204
    assert client.get("http://same.example/").status_code == 304


def test_one_client_connection_carries_many_requests(world: World) -> None:
    world.origin("a.example", answering(text(b"hello")))
    one = b"GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"
    bad = b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: a.example\r\n\r\n"
    received = world.raw(one + bad + one)
    assert received.count(b"hello") == 2
    assert received.count(b"403") == 1


def test_many_clients_at_once(world: World) -> None:
    together = threading.Barrier(30, timeout=8)

    def only_together(connection: socket.socket, head: bytes) -> None:
        together.wait()
        connection.sendall(text(b"hello"))

    world.origin("a.example", only_together)
    client = world.client
    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(lambda _: client.get("http://a.example/").text, range(30))) == ["hello"] * 30


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_a_change_of_protocol_over_plain_http_is_refused(world: World, protocol: str) -> None:
    origin = world.origin("a.example", answering(text(b"")))
    response = world.client.get("http://a.example/", headers={"Upgrade": protocol, "Connection": "upgrade"})
    assert refused(response)
    assert origin.requests == []


@pytest.mark.parametrize(
    "raw", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT a.example HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_what_is_no_proxy_request_is_400(world: World, raw: bytes) -> None:
    assert world.raw(raw).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET x y z\r\n\r\n", b"A: " + b"b" * 99_999]
)
def test_garbage_from_a_client_is_400(world: World, raw: bytes) -> None:
    assert world.raw(raw).startswith((b"HTTP/1.1 400 ", b"<reset>"))


def echo(connection: socket.socket, head: bytes) -> None:
    while data := connection.recv(65_536):
        connection.sendall(data.upper())


def test_a_tunnel_moves_bytes_both_ways(world: World) -> None:
    origin = world.origin("secure.example", echo, port=443, speaks_first=True)
    connection, answer = world.connect("secure.example:443")
    with connection:
        assert answer.startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"hello")
        assert connection.recv(100) == b"HELLO"
        connection.sendall(b"more")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"MORE"
        assert connection.recv(100) == b""
    (line,) = world.log()
    assert (line["method"], line["host"], line["port"], line["path"]) == ("CONNECT", "secure.example", 443, None)
    assert (line["verdict"], line["address"], line["bytes_in"], line["bytes_out"]) == ("allowed", origin.address, 9, 9)


def test_a_tunnel_is_cut_at_the_cap(world: World) -> None:
    world.limits["max_response_bytes"] = 200_000

    def pour(connection: socket.socket, head: bytes) -> None:
        while True:
            connection.sendall(b"x" * 65_536)

    world.origin("secure.example", pour, port=443, speaks_first=True)
    connection, _ = world.connect("secure.example:443")
    with connection, connection.makefile("rb") as stream, pytest.raises(ConnectionResetError):
        stream.read(10_000_000)
    assert world.log()[0]["verdict"] == "cut"


def test_an_idle_tunnel_is_closed(world: World) -> None:
    world.limits["idle_timeout_s"] = 0.3
    world.origin("secure.example", echo, port=443, speaks_first=True)
    connection, _ = world.connect("secure.example:443")
    with connection:
        assert connection.recv(100) == b""


def test_closing_is_quick_and_logs_what_was_open(world: World) -> None:
    world.limits |= {"timeout_s": 60.0, "idle_timeout_s": 60.0}
    world.origin("secure.example", echo, port=443, speaks_first=True)
    open_tunnels = [world.connect("secure.example:443")[0] for _ in range(20)]
    begun = time.monotonic()
    log = world.log(lines=0)
    assert time.monotonic() - begun < 3
    assert [line["verdict"] for line in log] == ["cut"] * 20
    for connection in open_tunnels:
        connection.close()


def test_nothing_leaves_when_it_cannot_be_logged(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to("/dev/full")
    with RawOrigin(answering(text(b"hello"))) as origin:
        policy = EgressPolicy(allow=(AllowedOrigin(host="a.example", port=80, connect=origin.address),))
        proxy = EgressProxy(policy, tmp_path / "log")

        def crawl() -> None:
            with proxy, httpx.Client(proxy=proxy.url, trust_env=False) as client:
                client.get("http://a.example/")
                assert refused(client.get("http://a.example/"))

        with pytest.raises(OSError, match="could not be written"):
            crawl()
        assert len(origin.requests) == 1


def test_a_log_that_cannot_be_opened_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="log"):
        EgressProxy(EgressPolicy(), tmp_path).__enter__()
