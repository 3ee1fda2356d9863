"""Enrolment requests as they are handed in for many people: a folder per person with ``person.toml``, or a CSV.

::

    people/aysel/person.toml        names = ["Aysel Quliyeva"], legal_basis = "…", expires = 2028-10-31, adult = true …
                                    [sources], "pictures/one.jpg" = "press office, 3 May 2026" … where files differ
    people/aysel/pictures/          also audio/ and footage/

    id;names;legal_basis;expires;adult;pictures;audio        a CSV: lists separated by |, files beside it
    ;Aysel Quliyeva|Айсель Кулиева;…;2028-10-31;yes;aysel/;aysel.wav

A CSV may have a column ``sources`` with ``aysel.wav=her office|aysel/one.jpg=press office, 3 May 2026``. Of files that
are not named there, ``provenance`` is noted.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from watchlist.errors import EnrolmentRefused
from watchlist.rules import EnrolmentRequest, identifier

DEFAULT_PURPOSE = "to find advertising that impersonates this person and have it taken down"
LISTS = ("names", "languages", "official_pages", "official_domains")
MEDIA = ("pictures", "audio", "footage")
TEXTS = ("id", "role", "jurisdiction", "legal_basis", "purpose", "requested_by", "provenance", "document")
DATES = ("expires", "review", "born")
FIELDS = (*TEXTS, *LISTS, *DATES, "adult", "sources")
YES, NO = {"yes", "true", "1"}, {"no", "false", "0", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One entry of what was handed in: where it stands, and the request or what is wrong with it."""

    where: str
    request: EnrolmentRequest | None
    refusal: str | None


def read_requests(source: Path, *, by: str) -> list[Handed]:
    """Every entry of a folder or CSV, in order; ``by`` asks where an entry names nobody.

    Raises ``EnrolmentRefused`` if the source as a whole is not usable; ``OSError`` passes through.
    """
    entries = list(_folders(source) if source.is_dir() else _rows(source))
    if not entries:
        raise EnrolmentRefused(f"{source} holds nobody: see `qalqan watchlist import --help` for what it should hold")
    return [_handed(where, fields, base, by=by) for where, fields, base in entries]


Entry = tuple[str, Mapping[str, Any] | EnrolmentRefused, Path]


def _folders(source: Path) -> Iterator[Entry]:
    for folder in sorted(path for path in source.iterdir() if path.is_dir() and not path.name.startswith(".")):
        described = folder / "person.toml"
        try:
            fields = tomllib.loads(described.read_text(encoding="utf-8"))
        except FileNotFoundError:
            yield folder.name, EnrolmentRefused(f"{folder} has no person.toml: add one"), folder
            continue
        except ValueError as error:
            yield folder.name, EnrolmentRefused(f"{described} is not TOML ({error}): correct it"), folder
            continue
        media = {kind: [kind] for kind in MEDIA if (folder / kind).is_dir()}
        yield folder.name, fields | media, folder


def _rows(source: Path) -> Iterator[Entry]:
    text = source.read_text(encoding="utf-8-sig")
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    unknown = set(reader.fieldnames or ()) - {*FIELDS, *MEDIA}
    if unknown:
        raise EnrolmentRefused(f"{source} has the unknown column {min(unknown)!r}: use {', '.join((*FIELDS, *MEDIA))}")
    for row in reader:
        where = f"row {reader.line_num}"
        if None in row or None in row.values():
            yield (
                where,
                EnrolmentRefused(f"{where} of {source} has another number of cells than the head: correct it"),
                source,
            )
            continue
        fields: dict[str, Any] = {name: value.strip() for name, value in row.items() if value.strip()}
        for name in (*LISTS, *MEDIA):
            fields[name] = [part.strip() for part in fields.get(name, "").split("|") if part.strip()]
        stated = (part.partition("=") for part in fields.get("sources", "").split("|") if part.strip())
        fields["sources"] = {name.strip(): words.strip() for name, _, words in stated}
        yield f"{where} ({' '.join(fields['names'][:1]) or fields.get('id', 'nameless')})", fields, source.parent


def _handed(where: str, fields: Mapping[str, Any] | EnrolmentRefused, base: Path, *, by: str) -> Handed:
    try:
        if isinstance(fields, EnrolmentRefused):
            raise fields
        return Handed(where=where, request=_request(fields, base, by=by), refusal=None)
    except EnrolmentRefused as refused:
        return Handed(where=where, request=None, refusal=str(refused))


def _request(fields: Mapping[str, Any], base: Path, *, by: str) -> EnrolmentRequest:
    unknown = set(fields) - {*FIELDS, *MEDIA}
    if unknown:
        raise EnrolmentRefused(f"it has the unknown key {min(unknown)!r}: use {', '.join(FIELDS)}")
    texts = {name: _text(fields, name) for name in TEXTS}
    lists = {name: _list(fields, name) for name in LISTS}
    dates = {name: _date(fields, name) for name in DATES}
    if not lists["names"]:
        raise EnrolmentRefused('it has no names: add at least one, such as names = ["Aysel Quliyeva"]')
    expires = dates["expires"]
    if expires is None:
        raise EnrolmentRefused("it does not say until when: add expires, such as expires = 2028-10-31")
    requested_by = texts["requested_by"] or by
    return EnrolmentRequest(
        person_id=texts["id"] or identifier(lists["names"][0]),
        names=lists["names"],
        role=texts["role"],
        jurisdiction=texts["jurisdiction"],
        languages=lists["languages"],
        legal_basis=texts["legal_basis"] or "",
        purpose=texts["purpose"] or DEFAULT_PURPOSE,
        requested_by=requested_by,
        expires_at=end_of(expires),
        review_at=None if dates["review"] is None else datetime.combine(dates["review"], time(), UTC),
        provenance=texts["provenance"] or f"supplied by {requested_by}",
        born=dates["born"],
        adult_confirmed=_yes(fields.get("adult", False)),
        document=None if texts["document"] is None else base / texts["document"],
        images=_files(fields, "pictures", base),
        audio=_files(fields, "audio", base),
        footage=_files(fields, "footage", base),
        official_pages=lists["official_pages"],
        official_domains=lists["official_domains"],
        sources=_sources(fields, base),
    )


def _sources(fields: Mapping[str, Any], base: Path) -> tuple[tuple[Path, str], ...]:
    value = fields.get("sources", {})
    if not isinstance(value, Mapping) or not all(isinstance(words, str) for words in value.values()):
        raise EnrolmentRefused('sources is not a table of texts: write "pictures/one.jpg" = "…" below [sources]')
    return tuple((base / name, words) for name, words in value.items())


def end_of(day: date) -> datetime:
    """The last moment of a day in UTC: the last day of an enrolment counts whole."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise EnrolmentRefused(f'{name} is not a text: write it as {name} = "…"')
    return value or None


def _list(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise EnrolmentRefused(f'{name} is not a list of texts: write it as {name} = ["…", "…"]')
    return tuple(item.strip() for item in value)


def _date(fields: Mapping[str, Any], name: str) -> date | None:
    value = fields.get(name)
    try:
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise EnrolmentRefused(f"{name} is not a day: write it as 2028-10-31") from None


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).casefold() not in YES | NO:
        raise EnrolmentRefused(f"adult is {value!r}: write yes or no")
    return str(value).casefold() in YES


def _files(fields: Mapping[str, Any], kind: str, base: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for name in _list(fields, kind):
        path = base / name
        inside = path.iterdir() if path.is_dir() else [path]
        found += sorted(file for file in inside if not file.is_dir() and not file.name.startswith("."))
    return tuple(found)
