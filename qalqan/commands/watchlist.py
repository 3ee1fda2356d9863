"""``qalqan watchlist``: whom we protect. Here are ``enroll`` and ``approve``; the other commands are in ``watchlist_*``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.commands.calibrate_watchlist import calibrate, look_alike
from qalqan.commands.evaluate_watchlist import evaluate
from qalqan.commands.watchlist_files import allow, brands, import_people, news, rebuild
from qalqan.commands.watchlist_options import (
    DATE,
    DEFAULT_DIRECTORY,
    By,
    Cap,
    Configuration,
    Directory,
    Files,
    Pack,
    PersonId,
    files_named,
    place_and_cap,
)
from qalqan.commands.watchlist_people import expire, list_people, remove, review, show

app = typer.Typer(
    help="Whom we protect: enrol, approve, show and remove people; import brands. "
    "Nobody is matched before two people other than the requester have approved.",
    no_args_is_help=True,
)


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
    purpose: Annotated[
        str | None, typer.Option(help="What the data is used for; to find and take down such ads, if left out.")
    ] = None,
    provenance: Annotated[str | None, typer.Option(help="Where the media came from.")] = None,
    official_page: Annotated[
        list[str] | None,
        typer.Option(help="URL of an own account, its page id at Meta, or another library's as SOURCE/ID."),
    ] = None,
    official_domain: Annotated[list[str] | None, typer.Option(help="Own domain, such as president.example.")] = None,
    born: Annotated[datetime | None, typer.Option(formats=DATE, help="Date of birth; minors are refused.")] = None,
    adult: Annotated[bool, typer.Option("--adult", help="Confirms that the person is of age.")] = False,
    language: Annotated[list[str] | None, typer.Option(help="Spoken in public, such as az.")] = None,
    document: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Signed request; only its hash is kept.")
    ] = None,
    review: Annotated[
        datetime | None, typer.Option(formats=DATE, help="When to ask again whether it is needed.")
    ] = None,
    config: Configuration = None,
    cap: Cap = None,
    directory: Directory = DEFAULT_DIRECTORY,
    pack: Pack = "open",
) -> None:
    """Enrol somebody who asked to be protected.

    Options that take a file may be given several times.

    Example: qalqan watchlist enroll "Aysel Quliyeva" --also "Айсель Кулиева" --images portraits/ --audio speech.wav
    --legal-basis "Consent of 2026-11-01" --expires 2028-10-31 --requested-by "R. Mammadova" --adult
    """
    from embeddings.packs import load_pack
    from watchlist.enrol import EnrolmentRequest, enrol
    from watchlist.enrolment_files import DEFAULT_PURPOSE, end_of
    from watchlist.rules import identifier

    request = EnrolmentRequest(
        person_id=identifier(name) if person_id is None else person_id,
        names=(name, *(also or ())),
        role=role,
        jurisdiction=jurisdiction,
        legal_basis=legal_basis,
        purpose=DEFAULT_PURPOSE if purpose is None else purpose,
        requested_by=requested_by,
        expires_at=end_of(expires.date()),
        images=files_named(images, "--images"),
        audio=files_named(audio, "--audio"),
        footage=files_named(footage, "--footage"),
        official_pages=tuple(official_page or ()),
        official_domains=tuple(official_domain or ()),
        born=None if born is None else born.date(),
        adult_confirmed=adult,
        languages=tuple(language or ()),
        document=document,
        review_at=None if review is None else review.replace(tzinfo=UTC),
        provenance=f"supplied by {requested_by}" if provenance is None else provenance,
    )
    directory, most = place_and_cap(config, directory, cap)
    person = enrol(directory, request, pack=load_pack(pack), now=utc_now(), cap=most)
    print(
        f"{person.person_id} is enrolled until {expires.date()} and waits for approval by two people other than {requested_by}:"
    )
    print(f"  qalqan watchlist approve {person.person_id} --by NAME --directory {directory}")


@app.command("approve")
def approve(
    person_id: PersonId,
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


app.command("list")(list_people)
app.command("show")(show)
app.command("review")(review)
app.command("expire")(expire)
app.command("remove")(remove)
app.command("import")(import_people)
app.command("allow")(allow)
app.command("brands")(brands)
app.command("news")(news)
app.command("rebuild")(rebuild)
app.command("calibrate")(calibrate)
app.command("lookalike")(look_alike)
app.command("evaluate")(evaluate)
