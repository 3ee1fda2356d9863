"""Fetch one address by HTTP through the egress proxy: capped in bytes and time, each redirect taken by us and recorded.

The proxy is the security boundary; this module is the polite client in front of it.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from crawlers.addresses import is_login, objection
from evidence.records import Outcome

EGRESS_HEADER = "X-Qalqan-Egress"
"""Set by the egress proxy on answers of its own, so that a refusal is never mistaken for the server's answer."""

TOOL = f"httpx/{httpx.__version__}"
_REDIRECTS = {301, 302, 303, 307, 308}
_REFUSED = {401, 403, 407, 429, 451}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Caps for one fetch. ``timeout_s`` bounds the whole of it, redirects included; ``max_bytes`` the decoded body."""

    max_bytes: int = 80 * 2**20
    timeout_s: float = 60.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How one fetch ended. ``data`` is set exactly when ``outcome`` is ``captured``, ``reason`` exactly when it is not.

    ``redirect_chain`` lists every address asked for, the first included, in order.
    """

    outcome: Outcome
    reason: str | None
    final_url: str
    redirect_chain: tuple[str, ...]
    status: int | None
    media_type: str | None
    data: bytes | None


def open_client(proxy_url: str, *, user_agent: str) -> httpx.Client:
    """A client that knows no other way out than the proxy: environment, redirects and stored cookies are off."""
    return httpx.Client(
        proxy=proxy_url,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(15.0),
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
    )


def fetch(url: str, *, client: httpx.Client, limits: FetchLimits, now: datetime) -> Fetched:
    """Get ``url``; never raises for what a server, the proxy or the network does. ``now`` dates expired signatures only."""
    deadline_s = time.monotonic() + limits.timeout_s
    chain = [url]
    while True:
        step = _fetch_once(chain[-1], client=client, limits=limits, now=now, deadline_s=deadline_s)
        client.cookies.clear()
        if isinstance(step, Fetched):
            return replace(step, redirect_chain=tuple(chain))
        if len(chain) > limits.max_redirects:
            return _ended(Outcome.FAILED, f"more than {limits.max_redirects} redirects", chain[-1], chain=chain)
        chain.append(step)


def _fetch_once(
    url: str, *, client: httpx.Client, limits: FetchLimits, now: datetime, deadline_s: float
) -> Fetched | str:
    """One request: how it ended, or the address it redirects to. ``deadline_s`` is on the monotonic clock."""
    if (why_not := objection(url)) is not None:
        return _ended(Outcome.BLOCKED, why_not, url)
    if (left_s := deadline_s - time.monotonic()) <= 0:
        return _ended(Outcome.FAILED, f"no answer within {limits.timeout_s:g} s", url)
    try:
        with client.stream("GET", url, timeout=min(15.0, left_s)) as response:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                # The proxy itself never redirects
                return urljoin(url, response.headers["location"])
            body = bytearray()
            decoder = _decoder(response.headers.get("content-encoding", "identity"))
            for chunk in response.iter_raw(65_536):
                body += decoder(chunk, limits.max_bytes + 1 - len(body))
                if len(body) > limits.max_bytes:
                    return _ended(Outcome.FAILED, f"larger than {limits.max_bytes} bytes", url, response)
                if time.monotonic() > deadline_s:
                    return _ended(Outcome.FAILED, f"not complete within {limits.timeout_s:g} s", url, response)
    except httpx.ProxyError as error:
        return _ended(*tunnel_verdict(str(error)), url)
    except httpx.TimeoutException:
        return _ended(Outcome.FAILED, "the server did not answer in time", url)
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error, ValueError) as error:
        return _ended(Outcome.FAILED, f"the transfer broke off: {error}", url)
    return _judged(bytes(body), url, response, now=now)


def _judged(body: bytes, url: str, response: httpx.Response, *, now: datetime) -> Fetched:
    verdict = proxy_verdict(url, response.headers)
    if verdict == "refused":
        return _ended(Outcome.BLOCKED, f"the egress proxy refused: {_sentence(body)}", url)
    if verdict is not None:
        return _ended(Outcome.FAILED, f"the server could not be reached: {_sentence(body)}", url)
    status = response.status_code
    if status >= 400:
        if (expired := signature_expiry(url)) is not None and expired <= now:
            return _ended(Outcome.FAILED, f"the signed address expired on {expired:%Y-%m-%d %H:%M} UTC", url, response)
        outcome = Outcome.BLOCKED if status in _REFUSED else Outcome.FAILED
        return _ended(outcome, f"the server answered {status} {response.reason_phrase}".rstrip(), url, response)
    if is_login(url):
        return _ended(Outcome.BLOCKED, "login wall: the server sent us to a login page", url, response)
    if not body:
        return _ended(Outcome.FAILED, "empty file: the server sent 0 bytes", url, response)
    return Fetched(
        outcome=Outcome.CAPTURED,
        reason=None,
        final_url=url,
        redirect_chain=(),
        status=status,
        media_type=_media_type(response),
        data=body,
    )


def tunnel_verdict(said: str) -> tuple[Outcome, str]:
    """How a connection through the proxy ended that did not come about; ``said`` is its status and reason, ``403 …``."""
    status, _, reason = said.partition(" ")
    if status == "403":
        return Outcome.BLOCKED, f"the egress proxy refused: {reason}"
    return Outcome.FAILED, f"the server could not be reached: {reason or said}"


def ask_tunnel(proxy_url: str, url: str) -> tuple[Outcome, str]:
    """Why the proxy opens no tunnel to the host of ``url``: browsers hear that it does not, but keep the reason from us."""
    proxy, target = urlsplit(proxy_url), urlsplit(url)
    connection = HTTPConnection(proxy.hostname or "", proxy.port, timeout=15.0)
    try:
        connection.set_tunnel(target.hostname or "", target.port or 443)
        connection.connect()
    except (OSError, HTTPException) as error:
        return tunnel_verdict(str(error).removeprefix("Tunnel connection failed: "))
    finally:
        connection.close()
    return Outcome.FAILED, "the connection through the egress proxy broke off"


def proxy_verdict(url: str, headers: Mapping[str, str]) -> str | None:
    """What the egress proxy says in an answer of its own to ``url``; None for an answer of the server.

    ``headers`` are found in lower case. Inside TLS only the server speaks: one that sets the header there is lying, and over
    plain HTTP the proxy takes it off.
    """
    return headers.get(EGRESS_HEADER.lower()) if url.lower().startswith("http:") else None


def signature_expiry(url: str) -> datetime | None:
    """When a signed media address (``oe``, hex Unix seconds, as Meta's CDN writes it) stops working; None if unsigned."""
    try:
        (value,) = parse_qs(urlsplit(url).query)["oe"]
        return datetime.fromtimestamp(int(value, 16), tz=UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _decoder(encoding: str) -> Callable[[bytes, int], bytes]:
    """Content decoding that stops at a given number of bytes: a small body must not become a large memory."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return lambda chunk, _: chunk
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise ValueError(f"the server insists on the content encoding {name!r}")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    return lambda chunk, room: unpacker.decompress(chunk, max(room, 1))


def _media_type(response: httpx.Response) -> str:
    stated: str = response.headers.get("content-type", "")
    return stated.split(";")[0].strip().lower() or "application/octet-stream"


def _sentence(body: bytes) -> str:
    return " ".join(body[:500].decode("utf-8", "replace").split()) or "no reason given"


def _ended(
    outcome: Outcome,
    reason: str,
    url: str,
    response: httpx.Response | None = None,
    *,
    chain: list[str] | None = None,
) -> Fetched:
    return Fetched(
        outcome=outcome,
        reason=reason,
        final_url=url,
        redirect_chain=tuple(chain or ()),
        status=response.status_code if response is not None else None,
        media_type=None,
        data=None,
    )
