"""Many people enrolled at once: everybody is enrolled or refused by name, and nobody waits for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from embeddings.samples import LoadedPack
from watchlist import store
from watchlist.enrol import enrol_prepared
from watchlist.enrolment_files import Handed, read_requests
from watchlist.errors import EnrolmentRefused
from watchlist.preparing import Prepared, prepare
from watchlist.rules import GALLERY_CAP, EnrolmentRequest, check_admission, check_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one entry: the id of the person, or why they were refused."""

    where: str
    person_id: str | None
    refusal: str | None


def import_people(
    directory: Path,
    source: Path,
    *,
    pack: LoadedPack,
    by: str,
    now: datetime,
    cap: int = GALLERY_CAP,
    dry_run: bool = False,
    tell: Callable[[Imported], None] | None = None,
) -> list[Imported]:
    """Enrol everybody in a folder or CSV (see ``watchlist.enrolment_files``); with ``dry_run`` everything is read and
    checked, and nothing is written. ``tell`` hears of each entry when it is done.

    Raises ``EnrolmentRefused`` if the source as a whole is not usable, ``WatchlistInvalid`` for a damaged watchlist or
    one of another pack; ``OSError`` passes through where the watchlist cannot be written. Whoever was enrolled stays.
    """
    stored = store.read(directory)
    done = []
    for entry in read_requests(source, by=by):
        try:
            asked = _asked(entry)
            check_request(asked, now=now)
            check_admission(stored, asked.person_id, pack=pack.manifest, cap=cap)
            ready = _prepared(asked, pack=pack, now=now)
            if not dry_run:
                enrol_prepared(directory, ready, now=now, cap=cap)
            stored = ready.added_to(stored, now=now)
            imported = Imported(where=entry.where, person_id=asked.person_id, refusal=None)
        except EnrolmentRefused as refused:
            imported = Imported(where=entry.where, person_id=None, refusal=str(refused))
        if tell is not None:
            tell(imported)
        done.append(imported)
    return done


def _asked(entry: Handed) -> EnrolmentRequest:
    if entry.request is None:
        raise EnrolmentRefused(str(entry.refusal))
    return entry.request


def _prepared(asked: EnrolmentRequest, *, pack: LoadedPack, now: datetime) -> Prepared:
    try:
        return prepare(asked, pack=pack, now=now)
    except OSError as error:
        raise EnrolmentRefused(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
    except EnrolmentRefused:
        raise
    except ValueError as error:  # vectors that cannot be compared
        raise EnrolmentRefused(str(error)) from error
