"""``qalqan watchlist import | allow | brands | news | rebuild``: what comes from files, and what is known of publishers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qalqan.clock import utc_now
from qalqan.commands.watchlist_options import (
    DEFAULT_DIRECTORY,
    By,
    Cap,
    Configuration,
    Directory,
    Pack,
    Why,
    place_and_cap,
)
from qalqan.errors import DONE, FAILED, PARTLY
from qalqan.table import plain

if TYPE_CHECKING:
    from watchlist.importing import Imported


def import_people(
    source: Annotated[Path, typer.Argument(exists=True, help="Folder with a folder per person, or a CSV.")],
    by: Annotated[str, typer.Option("--by", envvar="QALQAN_USER", help="Who asks, where an entry names nobody.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")] = False,
    config: Configuration = None,
    cap: Cap = None,
    directory: Directory = DEFAULT_DIRECTORY,
    pack: Pack = "open",
) -> None:
    """Enrol many people; everybody is enrolled or refused by name, and two others still have to approve each.

    A folder holds one folder per person with person.toml and, as far as there are any, pictures/, audio/ and footage/.
    person.toml has names, legal_basis, expires and born or adult = true; it may have id, role, jurisdiction, languages,
    purpose, requested_by, review, provenance, official_pages, official_domains and document (the signed request, of which
    the hash is kept), and below \\[sources] where single files come from, "pictures/one.jpg" = "press office". A CSV has the same
    columns and pictures, audio, footage; lists are separated by |, sources are written one.jpg=press office|two.jpg=archive.

    Exit code 3 when somebody was refused, 1 when everybody was.

    Example: qalqan watchlist import people/ --by "R. Mammadova" --dry-run
    """
    from embeddings.packs import load_pack
    from watchlist.importing import import_people as enrol_all

    def tell(one: Imported) -> None:
        did = "would be enrolled" if dry_run else "enrolled"
        words = f"refused: {one.refusal}" if one.person_id is None else f"{did} as {one.person_id}"
        print(plain(f"{one.where}: {words}").plain, flush=True)

    directory, most = place_and_cap(config, directory, cap)
    done = enrol_all(
        directory, source, pack=load_pack(pack), by=by, now=utc_now(), cap=most, dry_run=dry_run, tell=tell
    )
    refused = sum(one.person_id is None for one in done)
    print(f"{len(done) - refused} of {len(done)} {'could be ' if dry_run else ''}enrolled, {refused} refused")
    raise typer.Exit(DONE if not refused else FAILED if refused == len(done) else PARTLY)


def allow(
    owner_id: Annotated[str, typer.Argument(metavar="ID", help="Of a person or a brand.")],
    file: Annotated[Path, typer.Argument(help="The creative; its SHA-256 is kept, not the file.")],
    by: By,
    why: Why,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take it back.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Note a creative that was verified to be a person's or brand's own. An ad with it is excused if it leads to none but
    official domains: anybody can copy a creative.

    Example: qalqan watchlist allow aysel-quliyeva address.mp4 --by "L. Hasanova" --why "press office, no. 12"
    """
    from watchlist import allowing

    if withdraw:
        noted = allowing.withdraw(directory, owner_id, file, by=by, why=why, now=utc_now())
        print(f"{noted.sha256} is no longer noted as a creative of {owner_id}")
    else:
        noted = allowing.allow(directory, owner_id, file, by=by, why=why, now=utc_now())
        print(f"{noted.sha256} is noted as a creative of {owner_id}")


def brands(
    file: Annotated[Path, typer.Argument(help="TOML with [\\[brand]] tables.")],
    by: By,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Import brands; those with the same id are replaced, others kept.

    The file holds tables such as: [\\[brand]] id = "socar", names = ["SOCAR"], official_pages = [], official_domains =
    ["socar.az"], logos = ["socar.png"], one key a line; then, if wanted, \\[brand.spellings] with ru = ["СОКАР"] and the like.

    Example: qalqan watchlist brands brands.toml --by "L. Hasanova"
    """
    from watchlist.brands import import_brands

    imported = import_brands(directory, file, by=by, now=utc_now())
    print(f"Brands imported into {directory}: {', '.join(brand.brand_id for brand in imported)}")


def news(
    name: Annotated[list[str], typer.Argument(help="The publisher's name, then other spellings of it.")],
    by: By,
    why: Why,
    page: Annotated[list[str] | None, typer.Option(help="Page id or URL of an own account.")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Own domain, such as news.example.")] = None,
    publisher_id: Annotated[str | None, typer.Option("--id", help="Made from the name if left out.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take it back; name the id.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Note a publisher of news whose own pages you trust. What they publish is looked at later, and cleared by nothing: pages
    are taken over. --page and --domain may be given several times; the same id again replaces what was noted.

    Example: qalqan watchlist news "Günün Xəbəri" --page 7001 --domain gununxeberi.example --by "L. Hasanova" --why "member of
    the press council"
    """
    from watchlist import news as publishers

    if withdraw:
        gone = publishers.withdraw(directory, publisher_id or name[0], by=by, why=why, now=utc_now())
        print(f"{gone.publisher_id} is no longer trusted as a news publisher")
    else:
        noted = publishers.trust(
            directory,
            name,
            pages=page or (),
            domains=domain or (),
            by=by,
            why=why,
            now=utc_now(),
            publisher_id=publisher_id,
        )
        print(
            f"{noted.publisher_id} is trusted as a news publisher: {len(noted.pages)} pages, {len(noted.domains)} domains"
        )


def rebuild(by: By, directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Make indexes and film arrays anew from what is sealed, after a backup without them was put back with its keys.

    Example: qalqan watchlist rebuild --by "L. Hasanova"
    """
    from watchlist.store import rebuild as make_anew

    stored = make_anew(directory, by=by, now=utc_now())
    print(f"The indexes of {len(stored.persons)} people in {directory} are made anew")
