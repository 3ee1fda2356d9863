"""Which hosts and addresses the outside world may make us connect to: only public ones, however they are written.

``ipaddress.is_global`` is not enough: depending on the Python version it calls multicast, cloud metadata and addresses that
wrap a private one global. So we list what is never public, unwrap what wraps, and ask ``is_global`` last.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import idna

Address = IPv4Address | IPv6Address

_NEVER_V4 = {
    IPv4Network(network): what
    for network, what in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "a private network",
        "100.64.0.0/10": "carrier-grade private space",
        "127.0.0.0/8": "this machine",
        "168.63.129.16/32": "a cloud metadata service",
        "169.254.0.0/16": "link-local space, where cloud metadata services are",
        "172.16.0.0/12": "a private network",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation space",
        "192.88.99.0/24": "old tunnel relays",
        "192.168.0.0/16": "a private network",
        "198.18.0.0/15": "benchmark networks",
        "198.51.100.0/24": "documentation space",
        "203.0.113.0/24": "documentation space",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved space",
    }.items()
}
_NEVER_V6 = {
    IPv6Network(network): what
    for network, what in {
        "::1/128": "this machine",
        "::/128": "no address",
        "::/96": "obsolete IPv4 addresses",
        "64:ff9b:1::/48": "local translation",
        "100::/64": "discarded traffic",
        "2001::/23": "protocol assignments",
        "2001:db8::/32": "documentation space",
        "2002::/16": "old tunnels",
        "3fff::/20": "documentation space",
        "fc00::/7": "a private network",
        "fe80::/10": "link-local space",
        "fec0::/10": "site-local space",
        "ff00::/8": "multicast",
    }.items()
}
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")

_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def canonical_host(host: str) -> str:
    """The one spelling of a host: compatibility characters folded, IDNA A-labels, lower case, no trailing dot; numeric
    hosts as the plain address that they mean (``0x7f000001``, ``2130706433``, ``127.1`` and full-width digits are
    ``127.0.0.1``); IPv6 without brackets. Raises ``ValueError`` for what is no host.
    """
    bracketed = host.startswith("[") and host.endswith("]")
    text = unicodedata.normalize("NFKC", host[1:-1] if bracketed else host).lower()
    if bracketed or ":" in text:
        return str(_ipv6(text, host))
    text = re.sub("[。．｡]", ".", text).removesuffix(".")
    if not text.isascii():
        try:
            text = idna.encode(text, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"{host!r} is not a host name ({error})") from error
    labels = text.split(".")
    if _NUMBER.match(labels[-1]):
        return str(_ipv4(text, labels, host))
    if len(text) > 253 or not all(_LABEL.match(label) for label in labels):
        raise ValueError(f"{host!r} is not a host name")
    return text


def literal_address(host: str) -> Address | None:
    """The address that a canonical host is; None for a name, which has to be resolved."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def why_not_public(address: Address) -> str | None:
    """Why we never connect to ``address``, in words that follow "which is"; None for a public address."""
    inner = _wrapped(address)
    if inner is not None:
        why = why_not_public(inner)
        if why is not None:
            return f"a wrapping of {inner}, which is {why}"
        if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _NAT64):
            return None
    for network, what in (_NEVER_V4 if isinstance(address, IPv4Address) else _NEVER_V6).items():
        if address in network:
            return what
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _UNICAST):
        return "outside of the public address space"
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return "outside of the public address space"
    return None


def _wrapped(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries: mapped, compatible, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _ipv6(text: str, host: str) -> IPv6Address:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise ValueError(f"{host!r} is not an IPv6 address") from error
    if address.scope_id:
        raise ValueError(f"{host!r} names a network interface of this machine")
    return address


def _ipv4(text: str, labels: list[str], host: str) -> IPv4Address:
    """The address as the C library reads it, which reads hexadecimal, octal and short forms."""
    try:
        if len(labels) > 4 or not all(_NUMBER.match(label) for label in labels):
            raise ValueError(f"{host!r} ends like an address and is none")
        return IPv4Address(socket.inet_aton(text))
    except OSError as error:
        raise ValueError(f"{host!r} ends like an address and is none") from error
