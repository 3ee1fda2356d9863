"""``qalqan watchlist list | show | review | expire | remove``: who is enrolled, what is held about them, and the end of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qalqan.clock import utc_now
from qalqan.commands.watchlist_options import DATE, DEFAULT_DIRECTORY, By, Directory, PersonId, Why, Yes, confirm
from qalqan.table import plain

if TYPE_CHECKING:
    from watchlist.listing import Held, Listed

COLUMNS = ("Id", "Names", "State", "Last day", "Review", "Pictures", "Recordings", "Films", "Legal basis")
COUNTED = ("Pictures", "Recordings", "Films")


def list_people(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Everybody who is enrolled, whether active, waiting for approval or expired. Example: qalqan watchlist list"""
    from watchlist import store
    from watchlist.listing import list_people as listed

    console = Console()
    people = listed(directory, utc_now())
    stored = store.read(directory)
    if not people:
        console.print(f"Nobody is enrolled in {directory}: begin with `qalqan watchlist enroll --help`.", markup=False)
    else:
        table = Table(title=escape(f"Watchlist {directory}"), title_justify="left")
        for title in COLUMNS:
            # Other commands ask for the id: it stays whole and on one line, however narrow the terminal is.
            table.add_column(
                title, justify="right" if title in COUNTED else "left", no_wrap=title == "Id", overflow="fold"
            )
        for row in people:
            counts = (str(row.pictures), str(row.recordings), str(row.films))
            names, basis = plain(" / ".join(row.person.names)), plain(row.enrolment.legal_basis)
            last_day = str(row.enrolment.expires_at.date())
            table.add_row(row.person.person_id, names, row.state, last_day, _review(row), *counts, basis)
        console.print(table)
    console.print(f"Brands: {len(stored.brands)}", highlight=False)
    for one in stored.publishers:
        console.print(plain(f"News publisher: {one.publisher_id} ({' / '.join(one.names)})"))


def show(person_id: PersonId, directory: Directory = DEFAULT_DIRECTORY) -> None:
    """All that is held about a person and what was done: no vectors, and nothing of anybody else.

    Example: qalqan watchlist show aysel-quliyeva
    """
    from watchlist.listing import show as held_about

    held = held_about(directory, person_id, now=utc_now())
    for label, value in _facts(held):
        print(plain(f"{label + ':':<20} {value}").plain)
    for title, lines in (
        ("References", [f"{r.kind} {r.sha256} ({r.media_type}, {r.provenance}, {r.pack})" for r in held.references]),
        ("Own creatives", [f"{a.sha256} ({a.allowed_by}, {a.allowed_at.date()}: {a.why})" for a in held.allowed]),
        ("Audit", [f"{c.at:%Y-%m-%d %H:%M} {c.action} by {c.by} {c.detail}".rstrip() for c in held.changes]),
    ):
        print(f"{title}: {len(lines)}")
        for line in lines:
            print(plain(f"  {line}").plain)


def expire(
    person_id: PersonId,
    by: By,
    why: Why,
    at: Annotated[datetime | None, typer.Option(formats=DATE, help="Last day; left out, it ends now.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """End an enrolment: nobody is matched with this person any more. What is held stays until it is removed.

    Example: qalqan watchlist expire aysel-quliyeva --by "L. Hasanova" --why "left office"
    """
    from watchlist.enrol import expire as end
    from watchlist.enrolment_files import end_of

    ends = None if at is None else end_of(at.date())
    ended = end(directory, person_id, by=by, why=why, now=utc_now(), at=ends)
    print(f"{person_id} is enrolled until {ended.expires_at:%Y-%m-%d %H:%M} UTC and not matched after it:")
    print(f"  qalqan watchlist remove {person_id} --directory {directory}   deletes what is held")


def review(
    person_id: PersonId,
    by: By,
    why: Why,
    next_day: Annotated[datetime, typer.Option("--next", formats=DATE, help="When to ask again.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Note that an enrolment was reviewed and is still needed, and when to ask again.

    Example: qalqan watchlist review aysel-quliyeva --by "L. Hasanova" --why "in office" --next 2027-10-31
    """
    from watchlist.enrol import review as note

    note(directory, person_id, by=by, why=why, now=utc_now(), next_at=next_day.replace(tzinfo=UTC))
    print(f"{person_id} is to be reviewed again on {next_day.date()}")


def remove(
    person_id: PersonId,
    by: By,
    why: Annotated[str, typer.Option("--why", help="The reason, for the audit.")] = "",
    data: Annotated[
        list[Path] | None, typer.Option("--data", help="A data folder whose pictures of the person go too.")
    ] = None,
    yes: Yes = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Destroy a person's key and delete their record, vectors, film and pictures; the audit keeps that it happened.

    What is sealed in backups cannot be opened any more either, as long as no backup has the key. Working copies that show the
    person unblurred lie in the data folders of screenings: name each with --data.

    Example: qalqan watchlist remove aysel-quliyeva --by "L. Hasanova" --why "asked for it" --data data --yes
    """
    from pipelines.derive import purge_copies
    from watchlist.enrol import remove as remove_person
    from watchlist.listing import show as held_about

    for folder in data or ():
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no data folder {folder}: check --data")
    held = held_about(directory, person_id, now=utc_now())
    names = plain(" / ".join(held.row.person.names)).plain
    confirm(f"Delete all that is held about {names} ({len(held.references)} references) for good?", yes=yes)
    purged: set[str] = set()
    for folder in data or ():
        purged |= {*purge_copies(sorted(folder.glob("screens/*")), person_id, shelves=[folder / "derivatives"])}
    remove_person(directory, person_id, by=by, why=why, now=utc_now())
    print(f"{person_id} is removed from {directory}; audit.jsonl keeps that it happened")
    if data:
        print(
            f"Working copies of {len(purged)} creatives are deleted; screen again to make those that are still needed."
        )


def _review(row: Listed) -> str:
    if row.enrolment.review_at is None:
        return "–"
    return f"{row.enrolment.review_at.date()}{' OVERDUE' if row.review_overdue else ''}"


def _facts(held: Held) -> list[tuple[str, str]]:
    person, enrolment = held.row.person, held.row.enrolment
    return [
        ("Id", person.person_id),
        ("Names", " / ".join(person.names)),
        ("Role", person.role or "–"),
        ("Jurisdiction", person.jurisdiction or "–"),
        ("Languages", ", ".join(person.languages) or "–"),
        ("State", held.row.state),
        ("Legal basis", enrolment.legal_basis),
        ("Purpose", enrolment.purpose),
        ("Signed request", enrolment.document_sha256 or "–"),
        ("Requested by", enrolment.requested_by),
        ("Approved by", ", ".join(enrolment.approved_by) or "–"),
        ("Enrolled on", str(enrolment.enrolled_at.date())),
        ("Last day", str(enrolment.expires_at.date())),
        ("Review", _review(held.row)),
        ("Official pages", ", ".join(person.official_pages) or "–"),
        ("Official domains", ", ".join(person.official_domains) or "–"),
    ]
