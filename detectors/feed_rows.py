"""The rows of a list of warned-of domains, whatever the file's form: one entry each, damaged ones counted and passed over."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

_LONGEST_CELL = 20_000
_DOMAIN_KEYS = frozenset(
    {
        "domain",
        "domainname",
        "domainaddress",
        "adresdomeny",
        "fqdn",
        "url",
        "urls",
        "otherurls",
        "website",
        "websites",
        "host",
    }
    | {"webaddress", "link", "ioc"}
)
_TEXT_KEYS = frozenset({"content", "details", "description", "warning"})
"""Prose, which may name the domains of those who are warned of, and others."""
_FIRM_KEYS = frozenset(
    {
        "entityname",
        "name",
        "commercialname",
        "corporatenames",
        "othercommercialnames",
        "firm",
        "company",
        "companyname",
        "entity",
    }
)
_SINCE_KEYS = frozenset(
    {
        "date",
        "insertdate",
        "datawpisania",
        "firstseen",
        "dateadded",
        "created",
        "listed",
        "warningdate",
        "publicationdate",
    }
    | {"datepublished", "ncadate", "addedat"}
)
_UNTIL_KEYS = frozenset({"deletedate", "datawykreslenia", "removed", "removedat"})
_BY_KEYS = frozenset({"ncaname", "authority", "regulator", "source"})

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NO_DOMAINS = frozenset({"localhost", "localhost.localdomain", "local", "broadcasthost"})
"""What the first lines of a hosts file name."""
_HOSTS_LINE = re.compile(r"^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: ``addresses`` are domains or URLs, ``prose`` what may name some, ``firms`` names of firms."""

    addresses: tuple[str, ...]
    prose: tuple[str, ...]
    firms: tuple[str, ...]
    since: date | None
    by: str | None
    ended: bool
    """Whether it was taken off the list."""


@dataclass(slots=True)
class Damage:
    """How many rows could not be read."""

    rows: int = 0


def entries(text: str, damage: Damage) -> Iterator[Entry]:
    """The rows of a text, CSV or JSON list in their order."""
    if not _is_table(text):
        yield from _lines(text)
        return
    for row in _rows(text, damage):
        yield Entry(
            addresses=_all(row, _DOMAIN_KEYS),
            prose=_all(row, _TEXT_KEYS),
            firms=_all(row, _FIRM_KEYS),
            since=next((day for cell in _all(row, _SINCE_KEYS) if (day := _day(cell))), None),
            by=next(iter(_all(row, _BY_KEYS)), None),
            ended=bool(_all(row, _UNTIL_KEYS)),
        )


def _all(row: Mapping[str, Any], keys: frozenset[str]) -> tuple[str, ...]:
    return tuple(text for key in sorted(keys & row.keys()) for text in _texts(row[key]))


def _rows(text: str, damage: Damage) -> Iterator[Mapping[str, Any]]:
    """The entries as key → value, keys in small letters without punctuation."""
    start = text.lstrip()[:1]
    if start in {"[", "{"}:
        yield from map(_plain, _json_rows(text, damage))
        return
    yield from _csv_rows(text, _separator(_first_line(text)), damage)


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _separator(header: str) -> str:
    return max(",;\t", key=header.count)


def _is_table(text: str) -> bool:
    """Whether the file is JSON or CSV with a header that is known, and no plain list."""
    header = _first_line(text)
    names = {_key(cell) for cell in header.split(_separator(header))} if _separator(header) in header else set()
    return header.lstrip()[:1] in {"[", "{"} or bool(names & (_DOMAIN_KEYS | _FIRM_KEYS))


def _lines(text: str) -> Iterator[Entry]:
    for line in text.splitlines():
        address = _HOSTS_LINE.sub("", line.split("#")[0].strip()).removeprefix("||").rstrip("^")
        if address and address not in _NO_DOMAINS and not address.startswith("!"):
            yield Entry(addresses=(address,), prose=(), firms=(), since=None, by=None, ended=False)


def _json_rows(text: str, damage: Damage) -> Iterator[Mapping[str, Any]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        for line in text.splitlines():
            try:
                row = json.loads(line.strip().rstrip(","))
            except (ValueError, RecursionError):
                damage.rows += bool(line.strip(" []\t,"))
                continue
            yield from _dicts(row, damage)
        return
    yield from _dicts(content, damage)


def _dicts(content: Any, damage: Damage) -> Iterator[Mapping[str, Any]]:
    """The entries of a list, or of the list within an envelope (``{"data": [...]}``)."""
    if isinstance(content, dict):
        lists = [
            value for value in content.values() if isinstance(value, list) and value and isinstance(value[0], dict)
        ]
        content = lists[0] if lists and not {_key(key) for key in content} & (_DOMAIN_KEYS | _FIRM_KEYS) else [content]
    for row in content if isinstance(content, list) else []:
        if isinstance(row, dict):
            yield row
        elif isinstance(row, str):
            yield {"domain": row}
        else:
            damage.rows += 1


def _csv_rows(text: str, separator: str, damage: Damage) -> Iterator[Mapping[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: list[str] | None = None
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            damage.rows += 1
            continue
        if header is None:
            header = [_key(cell) for cell in row] if any(row) else None
        elif any(row):
            yield dict(zip(header, row, strict=False))


def _plain(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {_key(str(key)): value for key, value in row.items()}


def _key(cell: str) -> str:
    return re.sub(r"[\W_]+", "", cell[:100]).lower()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value[:_LONGEST_CELL]] if value.strip() and value.strip().lower() not in {"null", "none"} else []
    if isinstance(value, list):
        return [item[:_LONGEST_CELL] for item in value[:1_000] if isinstance(item, str) and item.strip()]
    return []


def _day(cell: str) -> date | None:
    """The day that a cell begins with: 2026-11-01… or 01/11/2026 (day first, as the regulators write it)."""
    found = _DATE.search(cell[:60])
    if found is None:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
