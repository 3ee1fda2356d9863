"""Domains are compared by who registered them, without asking the network."""

from __future__ import annotations

import pytest

from detectors.hosts import defanged, host_of, is_under, page_key, registrable_domain, split_host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.kapitalbank.az", "kapitalbank.az"),
        ("a.b.com.az", "b.com.az"),
        ("www.socar-qazanc.example", "socar-qazanc.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://WWW.Socar.AZ:80/x", "www.socar.az"),
        ("socar.az/x", "socar.az"),
        ("http://xn--80ak6aa92e.com/", "аррӏе.com"),
        ("http://[::1]/", "::1"),
        ("http://xn--80ak6aa92e.xn--zzzzzzzzzz99999.com./", "аррӏе.xn--zzzzzzzzzz99999.com"),
        ("http://xn--a-.com/", "xn--a-.com"),
        ("http://[broken/", None),
        ("", None),
        ("/only/a/path", None),
        (f"http://{'a.' * 1_000}example/", None),
    ],
)
def test_host_of(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_below_a_domain_but_not_beside_it() -> None:
    assert is_under("online.kapitalbank.az", ["KapitalBank.az"])
    assert not is_under("fakekapitalbank.az", ["kapitalbank.az"])
    assert not is_under("kapitalbank.az.evil.example", ["kapitalbank.az"])


def test_page_keys_tell_pages_apart_and_nothing_else() -> None:
    assert page_key("https://www.Facebook.com/kapitalbank/") == page_key("http://facebook.com/kapitalbank#x")
    assert page_key("https://facebook.com/profile.php?id=1") != page_key("https://facebook.com/profile.php?id=2")
    assert page_key("http://[odd") == "http://[odd"


def test_a_shown_url_cannot_be_clicked() -> None:
    assert defanged("http://a.example/b") == "hxxp://a[.]example/b"


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("pay.shop.example.com.az", (("pay", "shop"), "example", "com.az")),
        ("socar.az", ((), "socar", "az")),
        ("a.b.unknown-suffix", (("a",), "b", "unknown-suffix")),
        ("127.0.0.1", ((), "127.0.0.1", "")),
        ("localhost", ((), "localhost", "")),
    ],
)
def test_the_parts_of_a_host(host: str, parts: tuple[tuple[str, ...], str, str]) -> None:
    assert split_host(host) == parts
