"""Creatives that were verified to be a person's or a brand's own. Anybody can copy one: it excuses an ad only together with
where the ad leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from embeddings.errors import UnreadableMedia
from embeddings.fingerprints import SAMPLING, fingerprints
from embeddings.media import decode
from embeddings.print_tables import packed_print
from embeddings.samples import DecodedMedia
from watchlist import store
from watchlist.errors import EnrolmentRefused, PersonUnknown
from watchlist.generations import Change
from watchlist.records import AllowedCreative
from watchlist.store import StoredWatchlist


def allow(directory: Path, owner_id: str, creative: Path, *, by: str, why: str, now: datetime) -> AllowedCreative:
    """Note a creative as the own one of a person or brand, by its SHA-256 and its print, by which copies of it are
    recognised; the file is not kept.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` for a nameless or unexplained wish, for a file that is no picture,
    film or sound, and for one that is noted already; ``OSError`` passes through.
    """
    _check_named(creative, by=by, why=why)
    media = _decode(creative)
    sha256 = media.creative.sha256
    look = packed_print(fingerprints(media))

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        person_id, brand_id = _owner(stored, owner_id, directory)
        allowed = AllowedCreative(
            sha256=sha256,
            person_id=person_id,
            brand_id=brand_id,
            allowed_by=by.strip(),
            why=why.strip(),
            allowed_at=now,
            look=look,
        )
        if _find(stored, owner_id, sha256) is not None:
            raise EnrolmentRefused(f"{creative} is noted as a creative of {owner_id} already: nothing to do")
        return replace(stored, allowed=(*stored.allowed, allowed))

    detail = f"{sha256}: {why.strip()}"
    record = Change(at=now, by=by.strip(), action="allow", subject=owner_id, detail=detail)
    return store.change(directory, add, record=record).allowed[-1]


def withdraw(directory: Path, owner_id: str, creative: Path, *, by: str, why: str, now: datetime) -> AllowedCreative:
    """Take back what ``allow`` noted; gives what was noted. Raises as ``allow`` does, and ``EnrolmentRefused`` for a
    creative that is not noted."""
    _check_named(creative, by=by, why=why)
    sha256 = _decode(creative).creative.sha256
    gone: list[AllowedCreative] = []

    def drop(stored: StoredWatchlist) -> StoredWatchlist:
        _owner(stored, owner_id, directory)
        noted = _find(stored, owner_id, sha256)
        if noted is None:
            raise EnrolmentRefused(f"{creative} is not noted as a creative of {owner_id}: nothing to take back")
        gone.append(noted)
        return replace(stored, allowed=tuple(item for item in stored.allowed if item is not noted))

    detail = f"{sha256}: {why.strip()}"
    store.change(
        directory, drop, record=Change(at=now, by=by.strip(), action="disallow", subject=owner_id, detail=detail)
    )
    return gone[-1]


def _check_named(creative: Path, *, by: str, why: str) -> None:
    if not by.strip() or not why.strip():
        missing = "who vouches for" if not by.strip() else "how it is known about"
        raise EnrolmentRefused(f"it is not said {missing} {creative}: say it")


def _decode(creative: Path) -> DecodedMedia:
    try:
        return decode(creative, limits=SAMPLING)
    except UnreadableMedia as error:
        raise EnrolmentRefused(f"{creative} cannot be read ({error}): give a picture, film or recording") from error


def _owner(stored: StoredWatchlist, owner_id: str, directory: Path) -> tuple[str | None, str | None]:
    """(person id, brand id), one of them None."""
    if any(person.person_id == owner_id for person in stored.persons):
        return owner_id, None
    if any(brand.brand_id == owner_id for brand in stored.brands):
        return None, owner_id
    raise PersonUnknown(
        f"no person and no brand in the watchlist {directory} has the id {owner_id!r}: enrol them first"
    )


def _find(stored: StoredWatchlist, owner_id: str, sha256: str) -> AllowedCreative | None:
    for item in stored.allowed:
        if item.sha256 == sha256 and owner_id in (item.person_id, item.brand_id):
            return item
    return None
