"""The report of an evaluation of the end decision: one page with the worst errors in pictures, drawings, all figures as JSON.

The page holds pictures of protected people, as the console does: keep it where the watchlist may be read. Everyone else is
blurred.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from evidence.tables import placing, to_json
from pipelines.evaluation_records import STATES, DecisionEvaluation, Share
from pipelines.in_sample import warning
from watchlist.evaluation_plots import det, drawn, roc
from watchlist.evaluation_wording import interval, percent
from watchlist.report_page import report_template

PAGE = "decisions.html"
FIGURES = "decisions.json"


def write_report(evaluation: DecisionEvaluation, pictures: Mapping[str, bytes], directory: Path) -> Path:
    """Write page and figures into ``directory``, made if needed, and return the page. Raises ``OSError``."""
    directory.mkdir(parents=True, exist_ok=True)
    drawings = _drawings(evaluation)
    for name, files in drawings.items():
        for ending, data in files.items():
            with placing(directory / f"{name}.{ending}") as place:
                place.write_bytes(data)
    svgs = {name: files["svg"].decode() for name, files in drawings.items()}
    with placing(directory / FIGURES) as place:
        place.write_text(json.dumps(to_json(evaluation), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with placing(directory / PAGE) as place:
        place.write_text(page(evaluation, pictures, svgs), encoding="utf-8")
    return directory / PAGE


def page(evaluation: DecisionEvaluation, pictures: Mapping[str, bytes], svgs: Mapping[str, str]) -> str:
    """The page as HTML, with the pictures and drawings in it."""
    return report_template("pipelines", "decisions.html").render(
        evaluation=evaluation,
        headline=headline(evaluation.overall),
        in_sample=warning(evaluation.in_sample) if evaluation.in_sample else None,
        states=[state.value.replace("_", " ") for state in STATES],
        pictures={name: f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for name, data in pictures.items()},
        # Made by Matplotlib from figures and the names of languages, escaped there, nothing else from outside
        drawings={name: Markup(svg[svg.index("<svg") :]) for name, svg in svgs.items()},
    )


def _drawings(evaluation: DecisionEvaluation) -> dict[str, dict[str, bytes]]:
    """Name → ending → file; nothing where too few ads of either kind were there."""
    found, false, missed = evaluation.curves, "other ads before the threshold", "wanted ads behind it"
    if not found:
        return {}
    return {
        "decisions-det": drawn(lambda axes: det(axes, found, across=false, up=missed)),
        "decisions-roc": drawn(lambda axes: roc(axes, found, across=false)),
    }


def headline(overall: Share) -> str:
    """The result in a few sentences."""
    sentences = []
    if overall.recall is not None:
        sentences.append(
            f"Of {overall.wanted:,} ads that a person should look at, {overall.found:,} were flagged: "
            f"{percent(overall.recall.rate)} (95 % interval: {interval(overall.recall)})."
        )
    if overall.false_flags is not None:
        sentences.append(
            f"Of {overall.unwanted:,} others, {overall.flagged:,} were flagged by mistake: "
            f"{percent(overall.false_flags.rate)} ({interval(overall.false_flags)})."
        )
    if overall.order.auc is not None:
        auc = overall.order.auc
        sentences.append(f"In the order of their ranks: AUC {auc.rate:.3f} ({auc.low:.3f} to {auc.high:.3f}).")
    return " ".join(sentences)
