"""The report of an evaluation: one page that a person can read, the drawings as files, and all figures as JSON.

It holds no picture, no sound and no vector; people appear by the names of their folders only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from evidence.tables import placing, to_json
from watchlist.evaluation_plots import drawings
from watchlist.evaluation_records import Evaluation
from watchlist.evaluation_wording import headline
from watchlist.report_page import report_template

PAGE = "report.html"
FIGURES = "evaluation.json"


def write_report(evaluation: Evaluation, directory: Path) -> Path:
    """Write everything into ``directory``, made if needed, and return the page. Raises ``OSError``."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = {
        name: files
        for result in evaluation.modalities
        if result.figures is not None
        for name, files in drawings(result.modality, result.figures).items()
    }
    for name, files in drawn.items():
        for ending, data in files.items():
            with placing(directory / f"{name}.{ending}") as place:
                place.write_bytes(data)
    with placing(directory / FIGURES) as place:
        place.write_text(json.dumps(to_json(evaluation), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    svgs = {name: files["svg"].decode() for name, files in drawn.items()}
    with placing(directory / PAGE) as place:
        place.write_text(page(evaluation, svgs), encoding="utf-8")
    return directory / PAGE


def page(evaluation: Evaluation, svgs: Mapping[str, str]) -> str:
    """The page as HTML, with the drawings in it."""
    return report_template("watchlist", "evaluation.html").render(
        evaluation=evaluation,
        headlines={result.modality.value: headline(result) for result in evaluation.modalities},
        # Made by Matplotlib from figures and the names of our own conditions, nothing from outside
        drawings={name: Markup(svg[svg.index("<svg") :]) for name, svg in svgs.items()},
    )
