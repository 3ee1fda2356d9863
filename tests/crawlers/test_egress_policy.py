"""Routes: what an address means, where the allow-list leads, and what any answer of a name service may lead to."""

from __future__ import annotations

import pytest

from crawlers.egress_policy import (
    AllowedOrigin,
    EgressPolicy,
    Route,
    Target,
    checked_route,
    pinned_route,
    read_target,
    system_resolver,
)
from crawlers.errors import EgressRefused

POLICY = EgressPolicy(allow=(AllowedOrigin(host="Xəzər.Example.", port=80, connect="127.0.0.1:18700"),))


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "http://A.example", Target(host="a.example", port=80, path="/")),
        ("GET", "http://a.example:443/x?y#z", Target(host="a.example", port=443, path="/x?y")),
        ("GET", "HTTP://a.example?q=1", Target(host="a.example", port=80, path="/?q=1")),
        ("GET", "http://[2606:4700::1111]/", Target(host="2606:4700::1111", port=80, path="/")),
        ("CONNECT", "a.example:443", Target(host="a.example", port=443, path=None)),
        ("CONNECT", "[2606:4700::1111]:443", Target(host="2606:4700::1111", port=443, path=None)),
    ],
)
def test_targets(method: str, target: str, expected: Target) -> None:
    assert read_target(method, target) == expected


@pytest.mark.parametrize(
    "target",
    [
        *["https://a.example/", "ws://a.example/", "file:///etc/passwd", "http://u:p@a.example/", "http://a@b@c/"],
        *["http://a.example:0/", "http://a.example:70000/", "http://a.example:8 0/", "http://a..b/", "http://[::1/"],
    ],
)
def test_targets_that_are_refused(target: str) -> None:
    with pytest.raises(EgressRefused):
        read_target("GET", target)


@pytest.mark.parametrize(("method", "target"), [("GET", "/"), ("GET", "*"), ("OPTIONS", "*"), ("CONNECT", "a.example")])
def test_targets_that_are_none(method: str, target: str) -> None:
    with pytest.raises(ValueError, match=r"proxy|CONNECT"):
        read_target(method, target)


def test_an_allowed_origin_is_pinned_whatever_its_spelling() -> None:
    host = read_target("GET", "http://xn--xzr-dtbb.example/").host
    assert pinned_route(POLICY, host, 80) == Route(addresses=("127.0.0.1",), port=18700)
    assert pinned_route(POLICY, host, 443) is None, "another port is another origin"


@pytest.mark.parametrize("connect", ["localhost:80", "127.0.0.1", "a.example:80", "", "127.0.0.1:99999"])
def test_an_allowed_origin_needs_a_literal_address(connect: str) -> None:
    with pytest.raises(ValueError, match="address"):
        AllowedOrigin(host="a.example", port=80, connect=connect)


def test_an_allowed_origin_may_be_ipv6() -> None:
    assert AllowedOrigin(host="a.example", port=80, connect="[::1]:8080").endpoint == ("::1", 8080)


@pytest.mark.parametrize(("host", "port"), [("a.example", 22), ("a.example", 8080), ("127.0.0.1", 80), ("::1", 443)])
def test_without_an_entry_ports_and_literals_are_judged_at_once(host: str, port: int) -> None:
    with pytest.raises(EgressRefused):
        pinned_route(POLICY, host, port)


def test_public_literals_need_no_name_service() -> None:
    assert pinned_route(POLICY, "8.8.8.8", 443) == Route(addresses=("8.8.8.8",), port=443)


def test_all_answers_must_be_public() -> None:
    assert checked_route("a.example", 80, ["8.8.8.8", "2606:4700::1111", "8.8.8.8"]) == Route(
        addresses=("8.8.8.8", "2606:4700::1111"), port=80
    )
    with pytest.raises(EgressRefused, match=r"a\.example resolves to 127\.0\.0\.1, which is this machine"):
        checked_route("a.example", 80, ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(OSError, match="no address"):
        checked_route("a.example", 80, [])


def test_the_system_resolver_knows_this_machine() -> None:
    assert "127.0.0.1" in system_resolver("127.0.0.1", 80)
