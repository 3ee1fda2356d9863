"""``qalqan evaluate detectors``: how often the detectors of alteration err, on files whose truth the user knows."""

from __future__ import annotations

import shlex
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from qalqan.clock import utc_now
from qalqan.commands.evaluate_watchlist import files_looked_at, print_left_out
from qalqan.errors import DONE, PARTLY
from qalqan.table import plain

if TYPE_CHECKING:
    from pipelines.judged_rates import ErrorRow
    from pipelines.judged_report import DetectorEvaluation

MOST_REASONS = 10


def detectors(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder with items.csv (file,altered,group,generator,language,footage,voice,learned_from), or with genuine/ and "
            "altered/GENERATOR/.",
        ),
    ],
    pack: Annotated[str, typer.Option(help="Model pack: a name or a directory with a pack.toml.")] = "open",
    network: Annotated[
        list[Path] | None, typer.Option(help="A directory with a detector.toml; may be repeated.", file_okay=False)
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave out a detector, such as one that learned from these very files; may be repeated."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report.", file_okay=False)] = Path("evaluation"),
    data_set: Annotated[
        str, typer.Option(help="What the files are, in words: the fusion states it as what it was validated on.")
    ] = "",
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn at random.")] = 0,
) -> None:
    """Measure how often detectors of alteration err, each by itself and all together, and fit what they weigh together.

    Every face and voice of a file is taken for the person it is about; "footage" and "voice" name genuine film and speech to
    compare with. Files of one scene or speaker share a "group": groups count as independent. "learned_from" names detectors whose
    weights learned from a file: the report warns of them.

    Examples:

        qalqan evaluate detectors films/

        qalqan evaluate detectors films/items.csv --data-set "ads of 2026, checked by two analysts" --out report

    Writes report.html (with pictures of the worst errors), evaluation.json, and fusion.json, which a configuration may name in
    its section "detectors" as fusion. Vectors are in memory only.
    """
    from detectors.networks import load_networks
    from detectors.tables import creative_detectors
    from embeddings.packs import load_pack
    from pipelines.judged_items import read_judged
    from pipelines.judged_report import write_judged
    from pipelines.judging import Judge
    from pipelines.judging_run import run

    judged = read_judged(source)
    command = ["qalqan", "evaluate", "detectors", str(source), "--pack", pack, "--seed", str(seed)]
    command += [word for path in network or [] for word in ("--network", str(path))]
    command += [word for name in without or [] for word in ("--without", name)]
    command += ["--data-set", data_set] if data_set else []
    asked = [*creative_detectors(), *load_networks(network or [])]
    unknown = set(without or []) - {detector.name for detector in asked}
    if unknown:
        raise typer.BadParameter(
            f"there is no detector {min(unknown)!r}; see `qalqan detectors list`", param_hint="--without"
        )
    judge = Judge(
        pack=load_pack(pack), detectors=[detector for detector in asked if detector.name not in (without or [])]
    )
    console = Console()
    with files_looked_at(len(judged.items), console) as tell:
        evaluation = run(
            judged,
            judge,
            data_set=data_set or judged.source.name,
            seed=seed,
            made_at=utc_now(),
            qalqan=version("qalqan"),
            command=shlex.join(command),
            tell=tell,
        )
    print_left_out(evaluation.left_out, console)
    page = write_judged(evaluation, out)
    _print_summary(evaluation, console)
    console.print(plain(f"Report: {page}"))
    raise typer.Exit(PARTLY if evaluation.left_out else DONE)


def _print_summary(evaluation: DetectorEvaluation, console: Console) -> None:
    from watchlist.evaluation_wording import verdict

    console.print(plain(f"{evaluation.description} ({evaluation.source})"))
    if evaluation.in_sample:
        from pipelines.in_sample import warning

        console.print(plain(warning(evaluation.in_sample)), style="bold")
    console.print(_rates([row for row in evaluation.figures.rows if row.part == "all"], "Measure"))
    together = [row for row in evaluation.figures.rows if row.measure == "all together" and row.part != "all"]
    if together:
        console.print(_rates(together, "All together, by part"))
    if evaluation.figures.reasons:
        console.print(_reasons(evaluation))
    if evaluation.figures.no_fusion:
        console.print(plain(f"The detectors could not be weighed together: {evaluation.figures.no_fusion}."))
    for target in evaluation.targets:
        console.print(plain(f"- {target.what}: {target.reached}; demanded {target.wanted}: {verdict(target)}"))


def _reasons(evaluation: DetectorEvaluation) -> Table:
    """The most frequent ones; all are in the report."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, name in enumerate(("Could not tell", "Items", "Such as")):
        table.add_column(name, justify="right" if number == 1 else "left", overflow="fold")
    for reason in sorted(evaluation.figures.reasons, key=lambda one: -one.items)[:MOST_REASONS]:
        table.add_row(plain(reason.detector), f"{reason.items} of {evaluation.items}", plain(reason.example))
    return table


def _rates(rows: list[ErrorRow], title: str) -> Table:
    from watchlist.evaluation_wording import interval, percent

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, name in enumerate((title, "Altered", "Genuine", "Silent", "AUC", "EER", "FPR at 90 % TPR", "Cllr")):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        silent = "–" if row.silent is None else f"{percent(row.silent.rate)} [{interval(row.silent)}]"
        counts = (str(row.altered), str(row.genuine), plain(silent))
        shown = plain(row.measure if row.part == "all" else row.part)
        if row.auc is None or row.eer is None or row.fpr is None:
            table.add_row(shown, *counts, *["–"] * 4)
            continue
        auc = f"{row.auc.rate:.3f} [{row.auc.low:.3f} to {row.auc.high:.3f}]"
        cost = "–" if row.cllr is None else f"{row.cllr.rate:.2f} [{row.cllr.low:.2f} to {row.cllr.high:.2f}]"
        rates = [plain(f"{percent(rate.rate)} [{interval(rate)}]") for rate in (row.eer, row.fpr)]
        table.add_row(shown, *counts, plain(auc), *rates, plain(cost))
    return table
