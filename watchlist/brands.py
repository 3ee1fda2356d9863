"""Brands whose names scams use, from a TOML file. No biometric data, so no approval is needed.

::

    [[brand]]
    id = "socar"
    names = ["SOCAR"]
    official_pages = ["https://www.facebook.com/SOCAR"]
    official_domains = ["socar.az"]
    logos = ["logos/socar.png"]        # beside the file; the pictures are kept with the watchlist
    [brand.spellings]                  # by language; these count as names too
    ru = ["СОКАР", "ГНКАР"]
    kk = ["СОКАР"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from embeddings.records import MediaKind
from watchlist import store
from watchlist.errors import EnrolmentRefused
from watchlist.generations import Change
from watchlist.records import Brand, Spelling
from watchlist.rules import check_domain, check_identifier, check_language
from watchlist.store import StoredWatchlist

LISTS = {"names", "official_pages", "official_domains", "logos"}
KEYS = {"id", "spellings", *LISTS}


def import_brands(directory: Path, toml_path: Path, *, by: str, now: datetime) -> tuple[Brand, ...]:
    """Add the file's brands, replacing those of the same id; gives the file's brands. Importing them again changes
    nothing.

    Raises ``EnrolmentRefused`` naming the file and what is wrong in it, ``WatchlistInvalid`` for a damaged watchlist;
    ``OSError`` passes through. Nothing is written then.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as importer of {toml_path}: say who imports")
    brands, logos = _read(toml_path)
    ids = {brand.brand_id for brand in brands}

    def merge(stored: StoredWatchlist) -> StoredWatchlist:
        kept = [brand for brand in stored.brands if brand.brand_id not in ids]
        merged = tuple(sorted([*kept, *brands], key=lambda brand: brand.brand_id))
        return stored if merged == stored.brands else replace(stored, brands=merged)

    detail = f"{len(brands)} brands"
    store.change(
        directory,
        merge,
        record=Change(at=now, by=by.strip(), action="import brands", subject=", ".join(sorted(ids)), detail=detail),
        logos=logos,
    )
    return brands


def read_brands(toml_path: Path) -> tuple[Brand, ...]:
    """The brands of a file; ``EnrolmentRefused`` names the file and what is wrong in it, ``OSError`` passes through."""
    return _read(toml_path)[0]


def _read(toml_path: Path) -> tuple[tuple[Brand, ...], dict[str, bytes]]:
    """The brands, and the pictures of their logos by SHA-256."""
    try:
        content = tomllib.loads(toml_path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EnrolmentRefused(f"{toml_path} is not TOML ({error}): correct it") from error
    tables = content.get("brand")
    if not isinstance(tables, list) or not tables or set(content) != {"brand"}:
        raise EnrolmentRefused(
            f"{toml_path} must hold [[brand]] tables and nothing else: see `qalqan watchlist brands --help`"
        )
    logos: dict[str, bytes] = {}
    brands = tuple(_brand(table, toml_path, number=number, logos=logos) for number, table in enumerate(tables, start=1))
    ids = [brand.brand_id for brand in brands]
    for brand_id in ids:
        if ids.count(brand_id) > 1:
            raise EnrolmentRefused(f"{toml_path} has the brand {brand_id!r} {ids.count(brand_id)} times: leave one")
    return brands, logos


def _brand(table: Any, toml_path: Path, *, number: int, logos: dict[str, bytes]) -> Brand:
    where = f"brand {number} of {toml_path}"
    if not isinstance(table, dict):
        raise EnrolmentRefused(f"{where} is not a [[brand]] table: correct it")
    unknown = set(table) - KEYS
    if unknown:
        raise EnrolmentRefused(f"{where} has the unknown key {min(unknown)!r}: use {', '.join(sorted(KEYS))}")
    if not isinstance(table.get("id"), str):
        raise EnrolmentRefused(f'{where} has no id: add one, such as id = "socar"')
    lists = {key: _strings(table.get(key, []), where=f"{key} of {where}") for key in sorted(LISTS)}
    spellings = _spellings(table.get("spellings", {}), where=where)
    if not lists["names"] and not spellings:
        raise EnrolmentRefused(f"{where} has no names: add at least one")
    try:
        check_identifier(table["id"])
        for domain in lists["official_domains"]:
            check_domain(domain)
        for spelling in spellings:
            check_language(spelling.language)
    except EnrolmentRefused as error:
        raise EnrolmentRefused(f"{where}: {error}") from None
    pictures = [_logo(toml_path.parent / name, where=where) for name in lists["logos"]]
    logos |= dict(pictures)
    return Brand(
        brand_id=table["id"],
        names=tuple(dict.fromkeys([*lists["names"], *(spelling.name for spelling in spellings)])),
        official_pages=lists["official_pages"],
        official_domains=tuple(domain.casefold() for domain in lists["official_domains"]),
        spellings=spellings,
        logos=tuple(dict.fromkeys(sha256 for sha256, _ in pictures)),
    )


def _spellings(value: Any, *, where: str) -> tuple[Spelling, ...]:
    if not isinstance(value, Mapping):
        raise EnrolmentRefused(f'spellings of {where} is not a table by language: write ru = ["…"] under it')
    return tuple(
        Spelling(language=language, name=name)
        for language in sorted(value)
        for name in _strings(value[language], where=f"spellings in {language} of {where}")
    )


def _logo(path: Path, *, where: str) -> tuple[str, bytes]:
    """SHA-256 and bytes of a picture."""
    try:
        creative = decode(path).creative
    except UnreadableMedia as error:
        raise EnrolmentRefused(f"the logo {path} of {where} cannot be read ({error}): give a picture") from error
    data = path.read_bytes()
    if creative.kind is not MediaKind.IMAGE:
        raise EnrolmentRefused(f"the logo {path} of {where} is not a picture but {creative.kind}: give a picture")
    return creative.sha256, data


def _strings(value: Any, *, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise EnrolmentRefused(f'{where} is not a list of texts: write it as ["…", "…"]')
    return tuple(item.strip() for item in value)
