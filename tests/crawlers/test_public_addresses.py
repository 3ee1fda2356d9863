"""The known ways of writing an address that is not public; all of them are seen through."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.public_addresses import canonical_host, literal_address, why_not_public


def words(text: str) -> list[str]:
    return text.split()


PRIVATE_V4 = words("""
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 169.254.170.2
172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.9 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
""")
PRIVATE_V6 = words("""
:: ::1 ::127.0.0.1 ::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:db8::1 3fff::1 3fff:fff::1 fc00::1 fd00:ec2::254 fe80::1
fec0::1 ff02::1 ff0e::1 4000::1 5f00::1 1::1 ::ffff:0:127.0.0.1
""")
PUBLIC = words("1.1.1.1 8.8.8.8 93.184.215.14 172.32.0.1 192.0.1.1 2606:4700:4700::1111 2a00:1450:4001:80b::200e")


@pytest.mark.parametrize("text", PRIVATE_V4 + PRIVATE_V6)
def test_never_public(text: str) -> None:
    assert why_not_public(ip_address(text)) is not None


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert why_not_public(ip_address(text)) is None


def mapped(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0xFFFF << 32) | int(inner))


def nat64(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x0064FF9B << 96) | int(inner))


def six_to_four(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)


def teredo(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (int(inner) ^ 0xFFFFFFFF))


@pytest.mark.parametrize("wrap", [mapped, nat64, six_to_four, teredo])
@pytest.mark.parametrize("text", PRIVATE_V4)
def test_wrapped_private_addresses_are_unwrapped(text: str, wrap: object) -> None:
    assert callable(wrap)
    why = why_not_public(wrap(IPv4Address(text)))
    assert why is not None
    assert text in why


def test_wrapped_public_addresses() -> None:
    inner = IPv4Address("8.8.8.8")
    assert why_not_public(mapped(inner)) is None
    assert why_not_public(nat64(inner)) is None
    assert why_not_public(six_to_four(inner)) is not None, "the relay decides where it goes"
    assert why_not_public(teredo(inner)) is not None, "the relay decides where it goes"


def test_an_interface_is_never_public() -> None:
    assert why_not_public(IPv6Address("2606:4700:4700::1111%eth0")) is not None


@given(st.ip_addresses(v=4))
def test_private_by_the_library_is_private_here(address: IPv4Address) -> None:
    if not address.is_global:
        assert why_not_public(address) is not None


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0X7F.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "１２７.０.０.１",
        "２１３０７０６４３３",
        "127。0。0。1",
        "①②⑦.0.0.1",
    ],
)
def test_loopback_in_all_its_spellings(written: str) -> None:
    assert canonical_host(written) == "127.0.0.1"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),
        ("[0:0:0:0:0:FFFF:7F00:0001]", "::ffff:7f00:1"),
        ("ⓛocalhost", "localhost"),
        ("ｌｏｃａｌｈｏｓｔ", "localhost"),
        ("AdLibrary.Example.", "adlibrary.example"),
        ("xəzər.example", "xn--xzr-dtbb.example"),
        ("xn--xzr-dtbb.example", "xn--xzr-dtbb.example"),
        ("a_b.example", "a_b.example"),
    ],
)
def test_one_spelling_per_host(written: str, canonical: str) -> None:
    if written == "[::ffff:127.0.0.1]" or "FFFF" in written:
        assert literal_address(canonical_host(written)) == IPv6Address("::ffff:127.0.0.1")
    else:
        assert canonical_host(written) == canonical


@pytest.mark.parametrize(
    "written",
    [
        *["", ".", "..", "a..b", "-a.example", "a b", "a%2e", "a/b", "a@b", "a\\b", "a\0b", "256.1.1.1", "1.2.3.4.5"],
        *[
            "1.2.3.0x",
            "example.1x.5",
            "[::1",
            "::1]",
            "[fe80::1%25eth0]",
            "[1.2.3.4]",
            "[]",
            "a" * 64,
            "a." * 127 + "abc",
        ],
        *["08.1.1.1", "4294967296", "x:1", "\u200b.\ud800"],
    ],
)
def test_what_is_no_host_is_refused(written: str) -> None:
    try:
        host = canonical_host(written)
    except ValueError:
        return
    pytest.fail(f"{written!r} was read as {host!r}")


@given(st.text(max_size=30))
def test_any_text_is_refused_or_becomes_stable(text: str) -> None:
    try:
        host = canonical_host(text)
    except ValueError:
        return
    assert host.isascii()
    assert canonical_host(host) == host
