"""``qalqan watchlist``: whom we protect. Enrol, approve, list and remove people; import brands."""

from __future__ import annotations

import glob
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qalqan.clock import utc_now
from qalqan.commands.evaluate_watchlist import evaluate

app = typer.Typer(
    help="Whom we protect: enrol, approve, list and remove people; import brands. "
    "Nobody is matched before two people other than the requester have approved.",
    no_args_is_help=True,
)

app.command("evaluate")(evaluate)

DATE = ["%Y-%m-%d"]

Directory = Annotated[
    Path, typer.Option("--directory", envvar="QALQAN_WATCHLIST", help="Folder of the watchlist.", file_okay=False)
]
By = Annotated[str, typer.Option("--by", envvar="QALQAN_USER", help="Your name, for the audit.")]
Files = list[str] | None

DEFAULT_DIRECTORY = Path("data/watchlist")
DEFAULT_PURPOSE = "to find advertising that impersonates this person and have it taken down"


@app.command("enroll")
def enroll(
    name: Annotated[str, typer.Argument(help="The person's name as it is shown.")],
    legal_basis: Annotated[str, typer.Option(help="Law or signed consent that allows it.")],
    expires: Annotated[datetime, typer.Option(formats=DATE, help="Last day, at most five years ahead.")],
    requested_by: Annotated[str, typer.Option(envvar="QALQAN_USER", help="Who asks for it; may not approve it.")],
    images: Annotated[Files, typer.Option(help="Picture, folder or quoted glob; each shows this person alone.")] = None,
    audio: Annotated[Files, typer.Option(help="Recording of the voice, folder or quoted glob.")] = None,
    footage: Annotated[
        Files, typer.Option(help="Genuine film to compare suspects with; folder or quoted glob.")
    ] = None,
    also: Annotated[list[str] | None, typer.Option(help="The name in another script or spelling.")] = None,
    person_id: Annotated[str | None, typer.Option("--id", help="Made from the name if left out.")] = None,
    role: Annotated[str | None, typer.Option(help="Office held.")] = None,
    jurisdiction: Annotated[str | None, typer.Option(help="Country or body.")] = None,
    purpose: Annotated[str, typer.Option(help="What the data is used for.")] = DEFAULT_PURPOSE,
    provenance: Annotated[str | None, typer.Option(help="Where the media came from.")] = None,
    official_page: Annotated[list[str] | None, typer.Option(help="Page id or URL of an own account.")] = None,
    official_domain: Annotated[list[str] | None, typer.Option(help="Own domain, such as president.example.")] = None,
    born: Annotated[datetime | None, typer.Option(formats=DATE, help="Date of birth; minors are refused.")] = None,
    adult: Annotated[bool, typer.Option("--adult", help="Confirms that the person is of age.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
    pack: Annotated[str, typer.Option(help="Model pack.")] = "open",
) -> None:
    """Enrol somebody who asked to be protected.

    Options that take a file may be given several times.

    Example: qalqan watchlist enroll "Aysel Quliyeva" --also "Айсель Кулиева" --images portraits/ --audio speech.wav
    --legal-basis "Consent of 2026-11-01" --expires 2028-10-31 --requested-by "R. Mammadova" --adult
    """
    from embeddings.packs import load_pack
    from watchlist.enrol import EnrolmentRequest, enrol
    from watchlist.rules import identifier

    request = EnrolmentRequest(
        person_id=identifier(name) if person_id is None else person_id,
        names=(name, *(also or ())),
        role=role,
        jurisdiction=jurisdiction,
        legal_basis=legal_basis,
        purpose=purpose,
        requested_by=requested_by,
        # The last day counts whole
        expires_at=expires.replace(hour=23, minute=59, second=59, tzinfo=UTC),
        images=_files(images, "--images"),
        audio=_files(audio, "--audio"),
        footage=_files(footage, "--footage"),
        official_pages=tuple(official_page or ()),
        official_domains=tuple(official_domain or ()),
        born=None if born is None else born.date(),
        adult_confirmed=adult,
        provenance=f"supplied by {requested_by}" if provenance is None else provenance,
    )
    person = enrol(directory, request, pack=load_pack(pack), now=utc_now())
    print(
        f"{person.person_id} is enrolled until {expires.date()} and waits for approval by two people other than {requested_by}:"
    )
    print(f"  qalqan watchlist approve {person.person_id} --by NAME --directory {directory}")


@app.command("approve")
def approve(
    person_id: Annotated[str, typer.Argument(help="The id that `qalqan watchlist list` shows.")],
    by: By,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Approve an enrolment. Two different people have to, and the requester is neither of them.

    Example: qalqan watchlist approve aysel-quliyeva --by "L. Hasanova"
    """
    from watchlist.enrol import approve as approve_enrolment
    from watchlist.standing import in_words

    now = utc_now()
    enrolment = approve_enrolment(directory, person_id, by=by, now=now)
    print(f"{person_id}: {in_words(enrolment, now=now)}")


@app.command("list")
def list_people(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Everybody who is enrolled, whether active, waiting for approval or expired. Example: qalqan watchlist list"""
    from watchlist import store
    from watchlist.listing import list_people as listed

    console = Console()
    people = listed(directory, utc_now())
    brands = len(store.read(directory).brands)
    if not people:
        console.print(f"Nobody is enrolled in {directory}: begin with `qalqan watchlist enroll --help`.", markup=False)
    else:
        table = Table(title=escape(f"Watchlist {directory}"), title_justify="left")
        for title in ("Id", "Names", "State", "Last day", "Pictures", "Recordings", "Films", "Legal basis"):
            table.add_column(title, justify="right" if title in ("Pictures", "Recordings", "Films") else "left")
        for row in people:
            counts = (str(row.pictures), str(row.recordings), str(row.films))
            last_day = str(row.enrolment.expires_at.date())
            names = escape(" / ".join(row.person.names))
            table.add_row(row.person.person_id, names, row.state, last_day, *counts, escape(row.enrolment.legal_basis))
        console.print(table)
    console.print(f"Brands: {brands}", highlight=False)


@app.command("remove")
def remove(
    person_id: Annotated[str, typer.Argument(help="The id that `qalqan watchlist list` shows.")],
    by: By,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Delete a person's record, vectors, film and pictures; the audit keeps that it happened.

    Example: qalqan watchlist remove aysel-quliyeva --by "L. Hasanova"
    """
    from watchlist.enrol import remove as remove_person

    remove_person(directory, person_id, by=by, now=utc_now())
    print(f"{person_id} is removed from {directory}; audit.jsonl keeps that it happened")


@app.command("brands")
def brands(
    file: Annotated[Path, typer.Argument(help="TOML with [[brand]] tables.")],
    by: By,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Import brands; those with the same id are replaced, others kept.

    The file holds tables such as: [[brand]] id = "socar", names = ["SOCAR", "СОКАР"], official_pages = [],
    official_domains = ["socar.az"], one key a line.

    Example: qalqan watchlist brands brands.toml --by "L. Hasanova"
    """
    from watchlist.brands import import_brands

    imported = import_brands(directory, file, by=by, now=utc_now())
    print(f"{len(imported)} brands imported into {directory}: {', '.join(brand.brand_id for brand in imported)}")


def _files(values: list[str] | None, option: str) -> tuple[Path, ...]:
    """The files that the values of an option name: files, everything in folders, or what quoted globs match."""
    found: list[Path] = []
    for value in values or ():
        path = Path(value)
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.is_file() and not child.name.startswith("."))
        elif path.exists() or not glob.has_magic(value):
            inside = [path]
        else:
            inside = sorted(Path(match) for match in glob.glob(value, recursive=True))  # noqa: PTH207 any root, as typed
        if not inside:
            raise typer.BadParameter(f"{value} names no file", param_hint=option)
        found += inside
    return tuple(found)
