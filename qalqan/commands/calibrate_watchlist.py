"""``qalqan watchlist calibrate | lookalike``: what scores weigh, and from where on they count, learned from files that the user
brings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.commands.evaluate_watchlist import Looked, files_looked_at, modalities, names_in, print_left_out
from qalqan.commands.watchlist_options import DEFAULT_DIRECTORY, By, Directory, Files, Pack, PersonId, files_named
from qalqan.errors import DONE, PARTLY
from qalqan.table import plain

if TYPE_CHECKING:
    from watchlist.calibration import Calibration


def calibrate(
    source: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with one folder per person, or a CSV that lists every pair.")
    ],
    by: By,
    directory: Directory = DEFAULT_DIRECTORY,
    pack: Annotated[str, typer.Option(help="Model pack: a name or a directory with a pack.toml.")] = "open",
    modality: Annotated[Looked, typer.Option(help="What to calibrate.")] = Looked.BOTH,
    conditions: Annotated[
        str, typer.Option(help="Suspects as they are and in these conditions; the more real, the better.")
    ] = "clean",
    fpir: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of videos without anybody enrolled that may show a match.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn at random.")] = 0,
) -> None:
    """Learn from people who are not enrolled what a score of the model pack weighs, and keep that with the watchlist.

    From then on matches carry likelihood ratios, and each video has the threshold that keeps the stated share of false
    positives. The more people, and the more alike to those of the advertising, the better. Only scores are kept.

    Example: qalqan watchlist calibrate people/ --conditions h264-200k-360p,mp3-48k --by "L. Hasanova"
    """
    from embeddings.conditions import chosen
    from embeddings.packs import load_pack
    from watchlist.calibrate import keep_calibration
    from watchlist.evaluation_calibration import calibrate as fitted
    from watchlist.evaluation_set import read_set
    from watchlist.evaluation_views import look_at

    if not 0 < fpir < 1:
        raise typer.BadParameter(f"{fpir:g} is not between 0 and 1", param_hint="--fpir")
    looked_for = chosen(names_in(conditions))
    evaluated = read_set(source)
    loaded = load_pack(pack)
    console = Console()
    with files_looked_at(len(evaluated.paths), console) as tell:
        seen = look_at(evaluated, loaded, modalities=modalities(modality), conditions=looked_for, seed=seed, tell=tell)
    left_out = evaluated.left_out + seen.left_out
    print_left_out(left_out, console)
    made: list[Calibration] = []
    refused: list[str] = []
    for views in seen.views:
        try:
            made.append(fitted(views, evaluated, loaded.manifest, fpir=fpir))
        except ValueError as error:
            refused.append(f"the {views.modality.value}s cannot be calibrated: {error}")
    if not made:
        raise ValueError(f"{source}: {'; '.join(refused)}")
    for calibration in made:
        keep_calibration(directory, calibration, by=by, now=utc_now(), pack=loaded.manifest)
        console.print(plain(_in_words(calibration, directory)))
    for sentence in refused:
        console.print(plain(sentence))
    raise typer.Exit(PARTLY if left_out or refused else DONE)


def look_alike(
    person_id: PersonId,
    by: By,
    images: Annotated[Files, typer.Option(help="Picture of the look-alike, folder or quoted glob.")] = None,
    audio: Annotated[Files, typer.Option(help="Recording of the look-alike's voice, folder or quoted glob.")] = None,
    pack: Pack = "open",
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Raise a person's threshold because somebody who is not enrolled looks or sounds alike: an impersonator, a relative.

    The files are compared with this person only, and of them nothing is kept but the score; the audit notes who declared it. The
    watchlist has to be calibrated, because how far above it a match has to be follows from that. People who are enrolled and
    look alike need no such note.

    Example: qalqan watchlist lookalike aysel-quliyeva --images sister/ --by "L. Hasanova"
    """
    from embeddings.packs import load_pack
    from watchlist.calibrate import declare_look_alike
    from watchlist.look_alikes import look_alike_scores

    scores = look_alike_scores(
        directory,
        person_id,
        images=files_named(images, "--images"),
        audio=files_named(audio, "--audio"),
        pack=load_pack(pack),
    )
    for modality, score in scores.items():
        declare_look_alike(directory, person_id, score, modality=modality, by=by, now=utc_now())
        # Not how alike: this command answers no question about somebody who is not enrolled
        print(f"{person_id}: the look-alike's {modality.value} is noted; from now on a match has to lie well above it")


def _in_words(calibration: Calibration, directory: Path) -> str:
    low, high = 10**calibration.log10_lr_low, 10**calibration.log10_lr_high
    return (
        f"{calibration.modality.value}s of {directory} are calibrated on {calibration.mated} mated and "
        f"{calibration.non_mated} non-mated scores of {calibration.people} people: "
        f"likelihood ratios from {low:.3g} to {high:.3g}, "
        f"Cllr {calibration.cllr:.3f} (at best {calibration.cllr_min:z.3f}; 1 says nothing), FPIR {calibration.fpir:g} per video"
    )
