from __future__ import annotations

import pytest

from crawlers.addresses import host_of, is_login, objection, split, unwrap


def test_odd_addresses_are_answered_not_raised() -> None:
    for url in ("http://[bad", "http://host:port/", "", "\ud800"):
        host_of(url)
        is_login(url)
        unwrap(url)
        objection(url)
    assert split("http://host:port/") is None
    assert host_of("HTTP://Example.AZ/x") == "example.az"
    assert host_of("javascript:alert(1)") is None


def test_the_link_shim_is_unwrapped() -> None:
    assert unwrap("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.example%2F%3Fa%3D1&h=AT") == "https://x.example/?a=1"
    assert (
        unwrap("https://x.example/l.php?u=https%3A%2F%2Fy.example")
        == "https://x.example/l.php?u=https%3A%2F%2Fy.example"
    )
    assert unwrap("https://l.facebook.com/l.php") == "https://l.facebook.com/l.php"


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("https://x.example/login?next=1", True),
        ("https://x.example/login.php", True),
        ("https://x.example/en/signin/", True),
        ("https://x.example/blogging", False),
        ("https://x.example/news/login-stolen", False),
        ("https://x.example/", False),
    ],
)
def test_login_pages_are_known_by_their_path(url: str, login: bool) -> None:
    assert is_login(url) is login
