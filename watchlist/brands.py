"""Brands whose names scams use, from a TOML file. No biometric data, so no approval is needed.

::

    [[brand]]
    id = "socar"
    names = ["SOCAR", "СОКАР"]
    official_pages = ["https://www.facebook.com/SOCAR"]
    official_domains = ["socar.az"]
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from watchlist import store
from watchlist.errors import EnrolmentRefused
from watchlist.generations import Change
from watchlist.records import Brand
from watchlist.rules import check_domain, check_identifier
from watchlist.store import StoredWatchlist

KEYS = {"id", "names", "official_pages", "official_domains"}


def import_brands(directory: Path, toml_path: Path, *, by: str, now: datetime) -> tuple[Brand, ...]:
    """Add the file's brands, replacing those of the same id; gives the file's brands. Importing them again changes
    nothing.

    Raises ``EnrolmentRefused`` naming the file and what is wrong in it, ``WatchlistInvalid`` for a damaged watchlist;
    ``OSError`` passes through. Nothing is written then.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as importer of {toml_path}: say who imports")
    brands = read_brands(toml_path)
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
    )
    return brands


def read_brands(toml_path: Path) -> tuple[Brand, ...]:
    """The brands of a file; ``EnrolmentRefused`` names the file and what is wrong in it, ``OSError`` passes through."""
    try:
        content = tomllib.loads(toml_path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EnrolmentRefused(f"{toml_path} is not TOML ({error}): correct it") from error
    tables = content.get("brand")
    if not isinstance(tables, list) or not tables or set(content) != {"brand"}:
        raise EnrolmentRefused(
            f"{toml_path} must hold [[brand]] tables and nothing else: see `qalqan watchlist brands --help`"
        )
    brands = tuple(_brand(table, toml_path, number=number) for number, table in enumerate(tables, start=1))
    ids = [brand.brand_id for brand in brands]
    for brand_id in ids:
        if ids.count(brand_id) > 1:
            raise EnrolmentRefused(f"{toml_path} has the brand {brand_id!r} {ids.count(brand_id)} times: leave one")
    return brands


def _brand(table: Any, toml_path: Path, *, number: int) -> Brand:
    where = f"brand {number} of {toml_path}"
    if not isinstance(table, dict):
        raise EnrolmentRefused(f"{where} is not a [[brand]] table: correct it")
    unknown = set(table) - KEYS
    if unknown:
        raise EnrolmentRefused(f"{where} has the unknown key {min(unknown)!r}: use {', '.join(sorted(KEYS))}")
    if not isinstance(table.get("id"), str):
        raise EnrolmentRefused(f'{where} has no id: add one, such as id = "socar"')
    lists = {key: _strings(table.get(key, []), where=f"{key} of {where}") for key in sorted(KEYS - {"id"})}
    if not lists["names"]:
        raise EnrolmentRefused(f"{where} has no names: add at least one")
    try:
        check_identifier(table["id"])
        for domain in lists["official_domains"]:
            check_domain(domain)
    except EnrolmentRefused as error:
        raise EnrolmentRefused(f"{where}: {error}") from None
    return Brand(
        brand_id=table["id"],
        names=lists["names"],
        official_pages=lists["official_pages"],
        official_domains=tuple(domain.casefold() for domain in lists["official_domains"]),
    )


def _strings(value: Any, *, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise EnrolmentRefused(f'{where} is not a list of texts: write it as ["…", "…"]')
    return tuple(item.strip() for item in value)
