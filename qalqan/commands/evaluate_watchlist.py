"""``qalqan watchlist evaluate``: how well a model pack tells people apart, on files that the user brings."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from qalqan.clock import utc_now
from qalqan.errors import DONE, PARTLY
from qalqan.table import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watchlist.evaluation_records import Evaluation, SubsetResult
    from watchlist.evaluation_set import LeftOut
    from watchlist.records import Modality

NAMED = 20


class Looked(StrEnum):
    """What is evaluated."""

    FACE = "face"
    VOICE = "voice"
    BOTH = "both"


def evaluate(
    source: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder with one folder per person, or a CSV of pairs: file1,file2,same."),
    ],
    pack: Annotated[str, typer.Option(help="Model pack: a name or a directory with a pack.toml.")] = "open",
    modality: Annotated[Looked, typer.Option(help="What to compare.")] = Looked.BOTH,
    conditions: Annotated[
        str, typer.Option(help="Comma-separated, such as h264-200k-360p,mp3-48k,mirror,border,music-10db; or all.")
    ] = "clean",
    out: Annotated[Path, typer.Option(help="Folder for the report.", file_okay=False)] = Path("evaluation"),
    fpir: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of strangers who may be taken for somebody enrolled.")
    ] = 0.01,
    gallery_size: Annotated[int, typer.Option(min=1, help="How many people would be enrolled.")] = 100,
    min_face_px: Annotated[int, typer.Option(min=0, help="State faces of at least this height separately.")] = 60,
    watchlist: Annotated[
        Path | None, typer.Option(help="State also what the thresholds of this watchlist mean here.", file_okay=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn at random.")] = 0,
) -> None:
    """Measure how well a model pack tells people apart, also after compression, mirroring, borders, music and noise.

    The files of a person's folder show or record that person alone: pictures, recordings or films. A CSV names two files a
    line, relative to itself, and whether they show the same person. People who look or sound alike are named in lookalikes.csv
    (person1,person2) beside the folders, or by a column lookalike of the CSV, and are counted by themselves.

    Examples:

        qalqan watchlist evaluate people/

        qalqan watchlist evaluate pairs.csv --modality face --conditions all --out face-report

    Writes report.html, evaluation.json and the drawings. Vectors are in memory only; no picture or sound is copied.
    """
    from embeddings.conditions import chosen
    from embeddings.packs import load_pack
    from watchlist.evaluation import Asked
    from watchlist.evaluation_report import write_report
    from watchlist.evaluation_run import run
    from watchlist.evaluation_set import read_set
    from watchlist.evaluation_thresholds import thresholds_in_use

    if not 0 < fpir < 1:
        raise typer.BadParameter(f"{fpir:g} is not between 0 and 1", param_hint="--fpir")
    looked_for = chosen(names_in(conditions))
    command = ["qalqan", "watchlist", "evaluate", str(source), "--pack", pack, "--modality", modality.value]
    command += ["--conditions", ",".join(names_in(conditions)), "--fpir", f"{fpir:g}", "--seed", str(seed)]
    command += ["--gallery-size", str(gallery_size), "--min-face-px", str(min_face_px)]
    command += [] if watchlist is None else ["--watchlist", str(watchlist)]
    evaluated = read_set(source)
    loaded = load_pack(pack)
    in_use = thresholds_in_use(loaded.manifest, watchlist)
    console = Console()
    with files_looked_at(len(evaluated.paths), console) as tell:
        evaluation = run(
            evaluated,
            loaded,
            modalities=modalities(modality),
            conditions=looked_for,
            asked=Asked(min_face_px=min_face_px, fpir=fpir, gallery_size=gallery_size, seed=seed),
            in_use=in_use,
            made_at=utc_now(),
            qalqan=version("qalqan"),
            command=shlex.join(command),
            tell=tell,
        )
    print_left_out(evaluation.left_out, console)
    if not any(result.figures for result in evaluation.modalities):
        raise ValueError(f"{source}: {'; '.join(str(result.why_not) for result in evaluation.modalities)}")
    page = write_report(evaluation, out)
    _print_summary(evaluation, console)
    console.print()
    console.print(plain(f"Report: {page}"))
    raise typer.Exit(PARTLY if evaluation.left_out else DONE)


def modalities(looked: Looked) -> tuple[Modality, ...]:
    """What the option asks for."""
    from watchlist.records import Modality

    return tuple(Modality) if looked is Looked.BOTH else (Modality(looked.value),)


def names_in(conditions: str) -> list[str]:
    """The names that a comma-separated option holds."""
    return [name.strip() for name in conditions.split(",") if name.strip()]


@contextmanager
def files_looked_at(files: int, console: Console) -> Iterator[Callable[[int], object]]:
    """A line at a terminal while files are looked at; nothing otherwise."""
    columns = TextColumn("Looking at the files"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=files)
        yield lambda done: progress.update(task, completed=done)


def print_left_out(left_out: Sequence[LeftOut], console: Console) -> None:
    """Each by its name with the reason; of very many the first."""
    if not left_out:
        return
    console.print(f"Could not look at {len(left_out)}:", highlight=False)
    for item in left_out[:NAMED]:
        console.print(plain(f"  {item.name}: {item.why}"))
    if len(left_out) > NAMED:
        console.print(f"  … and {len(left_out) - NAMED} more", highlight=False)


def _print_summary(evaluation: Evaluation, console: Console) -> None:
    from watchlist.evaluation_wording import headline, look_alikes_in_words, verdict

    for result in evaluation.modalities:
        console.print()
        console.print(plain(f"{result.modality.value.capitalize()}s. {headline(result)}"))
        if result.figures is not None:
            subset = result.figures.subsets[-1]
            console.print()
            console.print(_conditions(subset))
            if result.figures.look_alikes:
                console.print(plain(look_alikes_in_words(result.figures.look_alikes)))
            if any(not point.measurable for row in subset.conditions for point in row.points):
                console.print(
                    "* Too few non-mated comparisons for this FMR: at the lowest threshold without a false match."
                )
    if not evaluation.targets:
        return
    console.print()
    console.print("What the project demands", style="bold")
    for target in evaluation.targets:
        console.print(plain(f"- {target.what}: {target.reached}; demanded {target.wanted}: {verdict(target)}"))


def _conditions(subset: SubsetResult) -> Table:
    from watchlist.evaluation_wording import percent, points

    table = Table(title=plain(subset.name), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    titles = ("Condition", "Not found", "EER", "TPR at 1 %", "0.1 %", "0.01 %", "Loss")
    for number, title in enumerate(titles):
        table.add_column(title, justify="right" if number else "left", no_wrap=True)
    for condition in subset.conditions:
        rates = [percent(point.tpr.rate) + (" " if point.measurable else "*") for point in condition.points]
        missing = f"{condition.not_found}/{condition.suspects}"
        loss = "–" if condition is subset.conditions[0] else points(condition.loss_points)
        table.add_row(condition.name, missing, percent(condition.eer.rate), *rates, loss)
    return table
