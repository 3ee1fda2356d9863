"""``qalqan evaluate candidates``: how often the end decision errs, on ads whose truth is known."""

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
from qalqan.config import load_config
from qalqan.errors import DONE, PARTLY
from qalqan.table import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.evaluation_records import Breakdown, Cause, Confusion, DecisionEvaluation, Share
    from qalqan.config import Config
    from watchlist.evaluation_records import Rate

PRINTED = ("language", "set of texts", "kind", "condition", "generator", "codec", "bitrate")
RANKED = ("language", "generator", "codec", "bitrate")
MOST_CAUSES = 15


def candidates(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with a configuration and truth.json.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the report; DIR/evaluation if not named.")] = None,
    screened: Annotated[
        bool, typer.Option("--screened", help="Judge the screening that is there; screen nothing.")
    ] = False,
    worst: Annotated[int, typer.Option(min=0, help="How many errors the report shows at most.")] = 40,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave out a detector, such as one that learned from this very set; may be repeated."),
    ] = None,
) -> None:
    """Screen the ads of a set and compare every decision with the right one: recall, false flags, how well they are ranked
    (AUC, EER, FPR at 90 % TPR, Cllr), axes that could not tell, each with its interval, and the worst errors.

    DIR holds one configuration (*.toml with [crawl] and [watchlist]) whose crawl is there, and truth.json with the right answers.
    `python -m tests.redteam DIR` makes such a set.

    Examples:

        qalqan evaluate candidates redteam/

        qalqan evaluate candidates redteam/ --screened --out report/

        qalqan evaluate candidates redteam/ --without lure_classifier

    Writes decisions.html, with pictures of protected people in it, decisions.json and both curves. Further options go to Beam.
    """
    from pipelines.evaluation_report import headline, write_report
    from pipelines.evaluation_run import Made, evaluate
    from pipelines.in_sample import warning
    from pipelines.options import beam_options
    from pipelines.truth import read_truth
    from qalqan.steps import screen_settings, screen_step

    words, beam_args = beam_options(context.args)
    if words:
        raise typer.BadParameter(f"{words[0]!r} is one word too many")
    truth = read_truth(directory)
    file = _configuration(directory)
    config = load_config(file, now=utc_now())
    left_out = _known(without or [], config)
    console = Console()
    if not screened:
        screen_step(config, beam_args, file=file.resolve(), without=left_out)
    asked = ["qalqan", "evaluate", "candidates", str(directory), *(["--screened"] if screened else [])]
    command = shlex.join([*asked, *(word for name in left_out for word in ("--without", name))])
    made = Made(at=utc_now(), qalqan=version("qalqan"), command=command)
    evaluation, pictures = evaluate(truth, screen_settings(config, without=left_out), made, most=worst)
    page = write_report(evaluation, pictures, out or directory / "evaluation")
    if evaluation.in_sample:
        console.print(plain(warning(evaluation.in_sample)), style="bold")
    console.print(plain(headline(evaluation.overall)))
    _print(evaluation, console)
    console.print()
    console.print(plain(f"Report: {page}"))
    raise typer.Exit(PARTLY if evaluation.unlooked else DONE)


def _known(without: Sequence[str], config: Config) -> list[str]:
    """The detectors to leave out, checked against those that there are."""
    from detectors.networks import known_manifest
    from detectors.tables import DETECTORS

    manifests = [known_manifest(directory) for directory in config.detectors.networks]
    known = {*DETECTORS, *(f"{manifest.family}.{manifest.name}" for manifest in manifests)}
    if unknown := set(without) - known:
        raise typer.BadParameter(
            f"there is no detector {min(unknown)!r}; see `qalqan detectors list`", param_hint="--without"
        )
    return sorted(set(without))


def _configuration(directory: Path) -> Path:
    """The one configuration of the set; brands and the like have tables of their own and are none."""
    found = [path for path in sorted(directory.glob("*.toml")) if "[crawl]" in path.read_text(errors="replace")]
    if len(found) != 1:
        named = ", ".join(path.name for path in found) or "none"
        raise ValueError(f"{directory} must hold exactly one configuration with [crawl]; found: {named}")
    return found[0]


def _print(evaluation: DecisionEvaluation, console: Console) -> None:
    from watchlist.evaluation_wording import verdict

    for target in evaluation.targets:
        console.print(plain(f"- {target.what}: {target.reached}; demanded {target.wanted}: {verdict(target)}"))
    console.print(_orders("How well they are ranked", "Ads", [evaluation.overall]))
    console.print(plain(evaluation.ranked))
    for breakdown in evaluation.breakdowns:
        if breakdown.by in PRINTED:
            console.print(_shares(breakdown))
        if breakdown.by in RANKED:
            console.print(_orders(f"By {breakdown.by}, ranked", breakdown.by.capitalize(), breakdown.rows))
    console.print(_confusions(evaluation.confusions))
    if evaluation.causes:
        console.print(_causes(evaluation.causes))
    if evaluation.unlooked:
        console.print(plain(f"Could not look at {len(evaluation.unlooked)}, such as {evaluation.unlooked[0].name}."))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=plain(title), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    return table


def _shares(breakdown: Breakdown) -> Table:
    table = _table(f"By {breakdown.by}", breakdown.by.capitalize(), "Flagged", "Recall", "By mistake", "False flags")
    for row in breakdown.rows:
        table.add_row(plain(row.name), *_cells(row))
    return table


def _cells(row: Share) -> tuple[str, str, str, str]:
    return (
        f"{row.found}/{row.wanted}",
        _rate(row.recall),
        f"{row.flagged}/{row.unwanted}",
        _rate(row.false_flags),
    )


def _orders(title: str, column: str, rows: Sequence[Share]) -> Table:
    table = _table(title, column, "Could not tell", "AUC", "EER", "FPR at 90 % TPR", "Cllr")
    for row in rows:
        order = row.order
        rates = _number(order.auc, digits=3), _rate(order.eer), _rate(order.fpr), _number(order.cllr, digits=2)
        table.add_row(plain(row.name), _rate(order.silent), *rates)
    return table


def _number(rate: Rate | None, *, digits: int) -> str:
    if rate is None:
        return "–"
    return f"{rate.rate:.{digits}f} ({rate.low:.{digits}f} to {rate.high:.{digits}f})"


def _rate(rate: Rate | None) -> str:
    from watchlist.evaluation_wording import interval, percent

    return "–" if rate is None else f"{percent(rate.rate)} ({interval(rate)})"


def _confusions(confusions: Sequence[Confusion]) -> Table:
    from pipelines.evaluation_records import STATES

    names = [state.value.replace("_", " ") for state in STATES]
    columns = (*(f"read {name}" for name in names), "Could not tell")
    table = _table("What was read on each axis", "Axis", "Right answer", *columns)
    for confusion in confusions:
        silent = _rate(confusion.silent)
        for name, row in zip(names, confusion.counts, strict=True):
            if any(row):
                table.add_row(confusion.axis.value, name, *map(str, row), silent)
                silent = ""
    return table


def _causes(causes: Sequence[Cause]) -> Table:
    table = _table("Why it errs", "Kind of ad", "Error", "Axes read wrong", "Ads")
    for cause in causes[:MOST_CAUSES]:
        error = "missed" if cause.missed else "flagged by mistake"
        table.add_row(plain(cause.kind), error, ", ".join(cause.wrong) or "none", str(cause.count))
    return table
