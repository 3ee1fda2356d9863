"""The page of an evaluation of detectors, with its drawings, its figures as JSON, and the fusion that was fitted."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from markupsafe import Markup

from detectors.fusion_model import packed
from evidence.tables import placing
from pipelines.in_sample import warning
from pipelines.judged_rates import TOGETHER, ErrorFigures, ErrorRow
from pipelines.judging import Judged
from watchlist.evaluation_plots import det, drawn, roc
from watchlist.evaluation_records import Target
from watchlist.evaluation_set import LeftOut
from watchlist.evaluation_wording import percent
from watchlist.report_page import report_template

PAGE = "report.html"
FIGURES = "evaluation.json"
FUSION = "fusion.json"
WANTED_AUC = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorCost:
    """Processor seconds of one detector, in all and for each minute of media that it was given."""

    detector: str
    seconds: float
    per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectorEvaluation:
    """All of it, with what is needed to run it again; ``items`` could be looked at."""

    source: str
    description: str
    items: int
    made_at: str
    qalqan: str
    pack: str
    command: str
    detectors: tuple[str, ...]
    figures: ErrorFigures
    costs: tuple[DetectorCost, ...]
    targets: tuple[Target, ...]
    left_out: tuple[LeftOut, ...]
    in_sample: Mapping[str, int] = field(default_factory=dict)
    """How many of the items each detector learned from, by its name."""


def targets(figures: ErrorFigures) -> tuple[Target, ...]:
    """What the project demands of all detectors together."""
    row = next((row for row in figures.rows if row.measure == TOGETHER and row.part == "all"), None)
    if row is None or row.auc is None:
        reached, met, missed = "not measured, see below", False, "all of it"
        why = figures.no_fusion or (None if row is None else row.note)
    else:
        why = _why(figures, row)
        reached = f"{row.auc.rate:.3f} [{row.auc.low:.3f} to {row.auc.high:.3f}]"
        met, missed = row.auc.rate >= WANTED_AUC, f"{max(0.0, WANTED_AUC - row.auc.rate):.3f}"
    return (
        Target(
            what="AUC of all detectors of alteration together, groups left out of the fit",
            wanted=f"{WANTED_AUC:.2f} or more",
            reached=reached,
            met=met,
            missed_by="" if met else missed,
            why=None if met else why,
        ),
    )


def _why(figures: ErrorFigures, whole: ErrorRow) -> str | None:
    """Where all together tell least, how many items none of them could judge, and which measure does best alone."""
    said = []
    by_generator = [
        (row.auc.rate, row.part.removeprefix("generator: "))
        for row in figures.rows
        if row.measure == TOGETHER and row.part.startswith("generator: ") and row.auc is not None
    ]
    if by_generator:
        rate, generator = min(by_generator)
        said.append(f"lowest for {generator} (AUC {rate:.3f})")
    alone = [
        (row.auc.rate, row.measure)
        for row in figures.rows
        if row.part == "all" and row.measure != TOGETHER and row.weighed and row.auc is not None
    ]
    if alone:
        rate, measure = max(alone)
        said.append(f"the best measure alone, {measure}, has {rate:.3f} on what it spoke of")
    if whole.silent is not None and whole.silent.rate > 0:
        said.append(f"of {percent(whole.silent.rate)} of the items none could tell")
    return "; ".join(said) or None


def write_judged(evaluation: DetectorEvaluation, directory: Path) -> Path:
    """Write everything into ``directory``, made if needed, and return the page. Raises ``OSError``."""
    directory.mkdir(parents=True, exist_ok=True)
    curves = evaluation.figures.curves
    false, missed = "genuine items called altered", "altered items missed"
    drawings = {
        name: drawn(draw)
        for name, draw in (
            ("det", lambda axes: det(axes, curves, across=false, up=missed)),
            ("roc", lambda axes: roc(axes, curves, across=false)),
        )
        if curves
    }
    for name, files in drawings.items():
        for ending, data in files.items():
            with placing(directory / f"{name}.{ending}") as place:
                place.write_bytes(data)
    if evaluation.figures.fusion is not None:
        with placing(directory / FUSION) as place:
            place.write_bytes(packed(evaluation.figures.fusion))
    with placing(directory / FIGURES) as place:
        place.write_text(json.dumps(_figures(evaluation), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    svgs = {name: files["svg"].decode() for name, files in drawings.items()}
    with placing(directory / PAGE) as place:
        place.write_text(_page(evaluation, svgs), encoding="utf-8")
    return directory / PAGE


def _figures(evaluation: DetectorEvaluation) -> dict[str, object]:
    """What the page says, without its pictures."""
    figures = evaluation.figures
    return {
        **{
            name: getattr(evaluation, name)
            for name in ("source", "description", "items", "made_at", "qalqan", "pack", "command", "detectors")
        },
        "in_sample": dict(evaluation.in_sample),
        "rows": [asdict(row) for row in figures.rows],
        "curves": [asdict(curve) for curve in figures.curves],
        "worst": [{"file": one.judged.item.name, "log10_lr": one.log10_lr} for one in figures.worst],
        "worst_of": {
            one.measure: [
                {"file": error.judged.item.name, "number": error.number, "outranked_by": error.share}
                for error in one.errors
            ]
            for one in figures.worst_of
        },
        "reasons": [asdict(reason) for reason in figures.reasons],
        "no_fusion": figures.no_fusion,
        "costs": [asdict(cost) for cost in evaluation.costs],
        "targets": [asdict(target) for target in evaluation.targets],
        "left_out": [asdict(item) for item in evaluation.left_out],
    }


def _page(evaluation: DetectorEvaluation, svgs: Mapping[str, str]) -> str:
    return report_template("pipelines", "judged.html").render(
        evaluation=evaluation,
        in_sample=warning(evaluation.in_sample) if evaluation.in_sample else None,
        parts=_by_part(evaluation.figures.rows),
        worst=[(one, _picture(one.judged)) for one in evaluation.figures.worst],
        worst_of=[
            (one, [(error, _picture(error.judged)) for error in one.errors]) for one in evaluation.figures.worst_of
        ],
        # Made by Matplotlib from figures and the names of our own measures, nothing from outside
        drawings={name: Markup(svg[svg.index("<svg") :]) for name, svg in svgs.items()},
    )


def _by_part(rows: Sequence[ErrorRow]) -> dict[str, list[ErrorRow]]:
    parts: dict[str, list[ErrorRow]] = {}
    for row in rows:
        parts.setdefault(row.part, []).append(row)
    return parts


def _picture(judged: Judged) -> str | None:
    """The picture of an item as an address that needs no file."""
    data = judged.picture
    return None if data is None else f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
