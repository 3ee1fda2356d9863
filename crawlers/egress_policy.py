"""What the egress proxy lets through: the policy, and the route of one request if there is one."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from crawlers.errors import EgressRefused
from crawlers.public_addresses import canonical_host, literal_address, why_not_public

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port → addresses as text; ``OSError`` if there are none. Called once per connection, perhaps in any thread."""

PUBLIC_PORTS = {80, 443}

BACKGROUND_HOSTS = frozenset(
    {
        "accounts.google.com",
        "android.clients.google.com",
        "clients1.google.com",
        "clients2.google.com",
        "clients2.googleusercontent.com",
        "clients4.google.com",
        "clientservices.googleapis.com",
        "content-autofill.googleapis.com",
        "edgedl.me.gvt1.com",
        "mtalk.google.com",
        "optimizationguide-pa.googleapis.com",
        "passwordsleakcheck-pa.googleapis.com",
        "redirector.gvt1.com",
        "safebrowsing.googleapis.com",
        "safebrowsingohttpgateway.googleapis.com",
        "sb-ssl.google.com",
        "update.googleapis.com",
    }
)
"""Where Chromium calls home of its own accord; no part of any evidence."""

_AUTHORITY = re.compile(r"(\[[^\]@]*\]|[^:@\[\]]+)(?::([0-9]{1,5}))?\Z")
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedOrigin:
    """An exception that somebody wrote down: ``host``:``port`` is always the literal ``connect`` ("127.0.0.1:18700"),
    whatever names resolve to, public or not."""

    host: str
    port: int
    connect: str

    def __post_init__(self) -> None:
        """Raises ``ValueError`` unless ``connect`` is a literal address with a port."""
        canonical_host(self.host)
        _ = self.endpoint

    @property
    def endpoint(self) -> tuple[str, int]:
        """The address and port of ``connect``."""
        try:
            host, port = split_authority(self.connect)
            address = literal_address(host)
        except EgressRefused as error:
            raise ValueError(f"{self.connect!r} is not an address with a port: {error}") from error
        if address is None or port is None:
            raise ValueError(f"an allowed origin connects to an address with a port, not to {self.connect!r}")
        return str(address), port


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressPolicy:
    """The limits of all traffic of one crawl. Bytes are counted as they travel, headers included.

    ``max_response_bytes`` bounds what one answer (or one CONNECT tunnel) brings in, ``max_request_bytes`` what it takes out,
    ``max_total_bytes`` both directions of everything. ``timeout_s`` bounds one exchange from its request line to its last
    byte; ``idle_timeout_s`` each wait within it (name, connection, next byte).
    """

    allow: tuple[AllowedOrigin, ...] = ()
    max_response_bytes: int = 256 * 2**20
    max_request_bytes: int = 8 * 2**20
    max_total_bytes: int = 20 * 2**30
    timeout_s: float = 300.0
    idle_timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a request asks for. ``path`` is the origin form with its query; None for CONNECT."""

    host: str
    port: int
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request goes: checked literal addresses, to be tried in order, and the port."""

    addresses: tuple[str, ...]
    port: int


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses that the operating system gives; ``OSError`` if there are none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def split_authority(authority: str) -> tuple[str, int | None]:
    """Canonical host and port; raises ``EgressRefused`` for user names and for anything that is no host."""
    if "@" in authority:
        raise EgressRefused("The address carries a user name or password, which we never send.")
    parts = _AUTHORITY.match(authority)
    if parts is None:
        raise EgressRefused("The address names no host that can be understood.")
    try:
        host = canonical_host(parts[1])
    except ValueError as error:
        raise EgressRefused(f"The address names no host: {error}.") from error
    port = int(parts[2]) if parts[2] else None
    if port is not None and not 0 < port < 65_536:
        raise EgressRefused(f"There is no port {port}.")
    return host, port


def read_target(method: str, target: str) -> Target:
    """The target of a proxy request; raises ``ValueError`` if it is none, ``EgressRefused`` if it may not be asked for."""
    if method == "CONNECT":
        host, port = split_authority(target)
        if port is None:
            raise ValueError("CONNECT needs host:port.")
        return Target(host=host, port=port, path=None)
    parts = _ABSOLUTE.match(target)
    if parts is None:
        raise ValueError("This is a proxy: ask for an absolute http:// address, or use CONNECT.")
    if parts[1].lower() != "http":
        raise EgressRefused(f"The scheme {parts[1]!r} does not pass here; https and wss go through CONNECT.")
    host, port = split_authority(parts[2])
    path = parts[3] if parts[3].startswith("/") else f"/{parts[3]}"
    return Target(host=host, port=port or 80, path=path)


def pinned_route(policy: EgressPolicy, host: str, port: int) -> Route | None:
    """The route that needs no name service: an allowed origin, or a literal public address. None for public names.

    Raises ``EgressRefused`` where no answer of a name service could make the request admissible.
    """
    for origin in policy.allow:
        if (canonical_host(origin.host), origin.port) == (host, port):
            address, pinned_port = origin.endpoint
            return Route(addresses=(address,), port=pinned_port)
    if host in BACKGROUND_HOSTS:
        raise EgressRefused("browser background traffic")
    if port not in PUBLIC_PORTS:
        raise EgressRefused(f"Port {port} is not a port of the web; only 80 and 443 are.")
    if literal_address(host) is not None:
        return checked_route(host, port, [host])
    return None


def checked_route(host: str, port: int, answers: Sequence[str]) -> Route:
    """The route to what a name resolved to; raises ``EgressRefused`` if any answer is not a public address."""
    if not answers:
        raise OSError(f"The name {host} has no address.")
    addresses: list[str] = []
    for answer in answers:
        try:
            address = ip_address(answer)
        except ValueError as error:
            raise EgressRefused(f"{host} resolves to {answer!r}, which is no address.") from error
        why = why_not_public(address)
        if why is not None:
            named = f"The address {host} is" if literal_address(host) else f"{host} resolves to {address}, which is"
            raise EgressRefused(f"{named} {why}.")
        if str(address) not in addresses:
            addresses.append(str(address))
    return Route(addresses=tuple(addresses), port=port)
