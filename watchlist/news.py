"""Publishers of news that the operator trusts. What their own pages publish is looked at later, and is cleared by nothing here:
pages are taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from watchlist import store
from watchlist.errors import EnrolmentRefused
from watchlist.generations import Change
from watchlist.records import NewsPublisher
from watchlist.rules import check_domain, check_identifier, identifier
from watchlist.store import StoredWatchlist


def trust(
    directory: Path,
    names: Sequence[str],
    *,
    pages: Sequence[str],
    domains: Sequence[str],
    by: str,
    why: str,
    now: datetime,
    publisher_id: str | None = None,
) -> NewsPublisher:
    """Note a publisher, replacing the one of the same id, which is made of the first name where none is given.

    Raises ``EnrolmentRefused`` for a nameless or unexplained wish and for a publisher without a page: an id or an address, as a
    display name proves nothing. ``OSError`` passes through.
    """
    _check_named(by=by, why=why, what="publisher")
    known = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    own = tuple(dict.fromkeys(page.strip() for page in pages if page.strip()))
    if not known or not own:
        missing = "a name" if not known else "a page, by its id or address: anybody can choose a display name"
        raise EnrolmentRefused(f"the news publisher {' / '.join(known) or '?'} lacks {missing}")
    chosen = identifier(known[0]) if publisher_id is None else publisher_id
    check_identifier(chosen)
    for domain in domains:
        check_domain(domain)
    noted = NewsPublisher(
        publisher_id=chosen,
        names=known,
        pages=own,
        domains=tuple(dict.fromkeys(domain.casefold() for domain in domains)),
        trusted_by=by.strip(),
        why=why.strip(),
        trusted_at=now,
    )

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        kept = [one for one in stored.publishers if one.publisher_id != chosen]
        return replace(stored, publishers=tuple(sorted([*kept, noted], key=lambda one: one.publisher_id)))

    record = Change(at=now, by=by.strip(), action="trust publisher", subject=chosen, detail=why.strip())
    store.change(directory, add, record=record)
    return noted


def withdraw(directory: Path, publisher_id: str, *, by: str, why: str, now: datetime) -> NewsPublisher:
    """Take back what ``trust`` noted; gives what was noted. Raises ``EnrolmentRefused`` for a nameless or unexplained wish and
    for a publisher who is not noted."""
    _check_named(by=by, why=why, what=publisher_id)
    gone: list[NewsPublisher] = []

    def drop(stored: StoredWatchlist) -> StoredWatchlist:
        gone[:] = [one for one in stored.publishers if one.publisher_id == publisher_id]
        if not gone:
            raise EnrolmentRefused(
                f"no news publisher in the watchlist {directory} has the id {publisher_id!r}: nothing to take back"
            )
        return replace(stored, publishers=tuple(one for one in stored.publishers if one.publisher_id != publisher_id))

    record = Change(at=now, by=by.strip(), action="distrust publisher", subject=publisher_id, detail=why.strip())
    store.change(directory, drop, record=record)
    return gone[0]


def _check_named(*, by: str, why: str, what: str) -> None:
    if not by.strip() or not why.strip():
        missing = "who decides about" if not by.strip() else "why this is decided about"
        raise EnrolmentRefused(f"it is not said {missing} {what}: say it")
