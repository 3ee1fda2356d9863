"""Whose place a URL is; what is everybody's is nobody's."""

from __future__ import annotations

import pytest

from pipelines.shared_hosts import PlaceKind, owned_domain, phone, place_of, shared_hosts

DOMAIN, ACCOUNT, LINK = PlaceKind.DOMAIN, PlaceKind.ACCOUNT, PlaceKind.LINK


@pytest.mark.parametrize(
    ("url", "kind", "value"),
    [
        ("https://pay.socar-invest.com.az/start?x=1", DOMAIN, "socar-invest.com.az"),
        ("http://xn--e1afmkfd.xn--p1ai/", DOMAIN, "пример.рф"),
        ("http://пример.рф/", DOMAIN, "пример.рф"),
        ("https://a.fast-profit.github.io/", DOMAIN, "fast-profit.github.io"),
        ("https://x.fast-profit.tilda.ws/", DOMAIN, "fast-profit.tilda.ws"),
        ("http://8.8.8.8/x", DOMAIN, "8.8.8.8"),
        ("https://t.me/Fast_Profit?start=1", ACCOUNT, "t.me/fast_profit"),
        ("telegram.me/s/fast_profit", ACCOUNT, "t.me/fast_profit"),
        ("https://t.me/joinchat/AbC", ACCOUNT, "t.me/+AbC"),
        ("https://t.me/+AbC", ACCOUNT, "t.me/+AbC"),
        ("https://wa.me/994505551213", ACCOUNT, "+994505551213"),
        ("https://api.whatsapp.com/send?phone=%2B994505551213&text=hi", ACCOUNT, "+994505551213"),
        ("https://www.instagram.com/fast.profit/", ACCOUNT, "instagram.com/fast.profit"),
        ("https://bit.ly/AbC?x", LINK, "bit.ly/AbC"),
        ("https://docs.google.com/forms/d/e/1", LINK, "docs.google.com/forms/d/e/1"),
    ],
)
def test_what_tells_whose_it_is(url: str, kind: PlaceKind, value: str) -> None:
    place = place_of(url)
    assert place is not None
    assert (place.kind, place.value) == (kind, value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://www.facebook.com/some.page",
            "https://l.facebook.com/l.php?u=x",
            "https://t.me/",
            "t.me/share/url?url=x",
        ),
        *("https://www.instagram.com/p/AbC/", "https://bit.ly/", "https://wa.me/123", "http://tilda.ws@google.com/"),
        *("http://127.0.0.1:8000/x", "http://10.1.2.3/", "http://[::1]/", "http://[::1", "http://", "", "localhost/x"),
        *("http://" + "a" * 70 + ".example/", "http://" + "a." * 200 + "com/", "http://a..b/", "javascript:alert(1)"),
        *("http://\u202egoo.example/", "http://exa mple.com/", "\x00", "http://\ud800.com/"),
    ],
)
def test_what_is_everybodys_or_nothing(url: str) -> None:
    assert place_of(url) is None


def test_long_urls_are_cut_and_read() -> None:
    place = place_of("https://bit.ly/" + "a" * 1_000_000)
    assert place is not None
    assert len(place.value) <= 200


def test_a_builder_itself_is_nobody_elses() -> None:
    assert owned_domain("tilda.ws") == "tilda.ws"


@pytest.mark.parametrize("written", ["+994 50 555-12-13", "(994)505551213"])
def test_telephone_numbers_are_compared_by_their_digits(written: str) -> None:
    assert phone(written) == "+994505551213"


@pytest.mark.parametrize("written", ["", "12345", "+1 (234) 567-89-01", "+994 50 000 00 00", "9" * 30])
def test_examples_and_other_numbers_are_no_telephone(written: str) -> None:
    assert phone(written) is None


def test_the_lists_hold_hosts_as_they_are_compared() -> None:
    lists = shared_hosts()
    for host in lists.nobodys | lists.accounts | lists.links | lists.builders:
        assert host == host.lower().strip(".")
        assert "/" not in host
    assert not lists.accounts & (lists.links | lists.nobodys | lists.builders)
