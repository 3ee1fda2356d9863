"""When domains were registered, from a local file of RDAP or WHOIS answers, one JSON object a line; nobody is asked here.

An RDAP answer has ``ldhName`` and ``events``; a WHOIS answer ``domain`` and ``created`` (also ``creation_date``,
``registered``). Lines that cannot be read are passed over and counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LARGEST_BYTES = 256_000_000
_NAMES = ("ldhName", "unicodeName", "domain", "domain_name", "name")
_CREATED = ("created", "creation_date", "creationDate", "registered", "registration_date")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registrations:
    """By domain in small letters, when each was registered; of several answers the earliest time."""

    name: str
    registered: Mapping[str, datetime]
    unread: int
    """Lines that held no domain and time."""


def read_registrations(path: Path) -> Registrations:
    """Read the file. Raises ``ValueError`` where it is too large or no line can be read; ``OSError`` passes through."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(
            f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB: give the answers for the domains seen only"
        )
    registered: dict[str, datetime] = {}
    unread = 0
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            if not line.strip():
                continue
            found = _answer(line)
            if found is None:
                unread += 1
                continue
            domain, at = found
            registered[domain] = min(at, registered.get(domain, at))
    if not registered:
        raise ValueError(f"{path} holds no RDAP or WHOIS answer: give one JSON object a line, with ldhName and events")
    return Registrations(name=path.name, registered=registered, unread=unread)


def _answer(line: str) -> tuple[str, datetime] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    domain = next((value for key in _NAMES if isinstance(value := _first(row.get(key)), str) and "." in value), None)
    times = [_time(event.get("eventDate")) for event in _events(row) if event.get("eventAction") == "registration"]
    times += [_time(_first(row.get(key))) for key in _CREATED]
    known = [at for at in times if at is not None]
    return (domain.lower().rstrip("."), min(known)) if domain and known else None


def _events(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    events = row.get("events")
    return [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip()[:40])
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
