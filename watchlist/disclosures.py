"""Who asked whom media of their own show, why, and about which files: a hash-chained list in the watchlist's folder.

The line is durable before anybody is named. It lies with the watchlist, not with the results, whose folder whoever asks chooses
and may delete; it names nobody who is protected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evidence.chain import append_line, read_chain
from watchlist import generations
from watchlist.errors import WatchlistInvalid

DISCLOSURES_NAME = generations.DISCLOSURES_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One line: ``by`` is the name that was given, ``account`` the one under which the command ran, ``media`` the SHA-256 of the
    files."""

    at: datetime
    by: str
    account: str
    why: str
    media: tuple[str, ...]


def note(directory: Path, *, by: str, account: str, why: str, media: Sequence[str], at: datetime) -> Disclosure:
    """Write the line; without it nobody may be named.

    Raises ``ValueError`` for a nameless or unexplained question, ``WatchlistInvalid`` where there is no watchlist,
    ``StoreUnavailable`` where its folder cannot be written, ``EvidenceAltered`` if the list was changed.
    """
    if not by.strip() or not why.strip():
        raise ValueError("names in media of your own are told to somebody with a reason: say who asks and why")
    if generations.current(directory) is None:
        raise WatchlistInvalid(f"there is no watchlist in {directory}: enrol somebody first, or name another directory")
    told = Disclosure(at=at, by=by.strip(), account=account, why=why.strip(), media=tuple(sorted(set(media))))
    content = {"by": told.by, "account": told.account, "why": told.why, "media": list(told.media)}
    append_line(directory / DISCLOSURES_NAME, {"at": at.astimezone(UTC).isoformat(), **content})
    return told


def disclosures(directory: Path) -> list[Disclosure]:
    """All of them, oldest first; none where nobody asked. Raises ``EvidenceAltered`` if the list was changed."""
    return [
        Disclosure(
            at=datetime.fromisoformat(line.content["at"]),
            by=line.content["by"],
            account=line.content["account"],
            why=line.content["why"],
            media=tuple(line.content["media"]),
        )
        for line in read_chain(directory / DISCLOSURES_NAME)
    ]
