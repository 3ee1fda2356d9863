"""Questions about web addresses that strangers wrote; never raises for odd ones."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qs, urlsplit

_LOGIN = {"login", "login.php", "signin", "sign-in"}


def split(url: str) -> SplitResult | None:
    """The parts of an address, or None when it cannot be parsed."""
    try:
        parts = urlsplit(url)
        _ = (parts.hostname, parts.port)
    except ValueError:
        return None
    return parts


def host_of(url: str) -> str | None:
    """The host of an ``http`` or ``https`` address, lower case; None for anything else."""
    parts = split(url)
    return parts.hostname if parts is not None and parts.scheme in {"http", "https"} else None


def objection(url: str) -> str | None:
    """Why an address is not asked for at all, in words; None when nothing speaks against it."""
    parts = split(url)
    if parts is None:
        return "the address cannot be parsed"
    if parts.scheme not in {"http", "https"}:
        return f"only http and https addresses are fetched, not {parts.scheme or 'relative ones'}"
    if not parts.hostname:
        return "the address names no host"
    if parts.username is not None:
        return "addresses that carry a user name are not fetched"
    return None


def is_login(url: str) -> bool:
    """Whether an address is a login page by its path."""
    parts = split(url)
    segments = [segment.lower() for segment in parts.path.split("/") if segment] if parts is not None else []
    return bool(segments) and (segments[0] in _LOGIN or segments[-1] in _LOGIN)


def unwrap(url: str) -> str:
    """The address behind Meta's link shim (``l.facebook.com/l.php?u=…``), or the address itself."""
    for _ in range(3):
        parts = split(url)
        if parts is None or parts.path != "/l.php" or not (parts.hostname or "").startswith(("l.", "lm.")):
            break
        inner = parse_qs(parts.query).get("u")
        if not inner:
            break
        url = inner[0]
    return url
