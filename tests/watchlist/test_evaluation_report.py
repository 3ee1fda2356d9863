"""The report holds what a reader must be told, in one page that loads nothing and runs nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_report import write_report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report") / "new" / "folder"
    assert write_report(crowd_evaluation(), place) == place / "report.html"
    return place


def test_page_figures_and_drawings_lie_side_by_side(folder: Path) -> None:
    names = {f"face-{kind}.{ending}" for kind in ("scores", "det", "roc") for ending in ("svg", "png")}
    assert {path.name for path in folder.iterdir()} == names | {"report.html", "evaluation.json"}
    assert json.loads((folder / "evaluation.json").read_text())["pack"] == "test@1"


def test_the_page_says_what_it_must(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    text = " ".join(re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.DOTALL).split())
    evaluation = crowd_evaluation()
    for words in (
        "How well test@1 tells people apart",
        "18 files of 6 people, one folder each",
        "What the project demands of these figures",
        "Could not look at 1 of the files or lines",
        "no face was found in it",
        "not measurable with 135 non-mated comparisons",
        "left and right exchanged",
        "Thresholds in use",
        "For a gallery of 100 people (this set allows to measure 5)",
        "Fitted on other people than it was tested on",
        "Nothing could be measured: no voice was found in any file",
        "qalqan watchlist evaluate crowd",
        evaluation.pack_files[0][1],
        *evaluation.limits,
    ):
        assert words.replace("&", "&amp;").replace("'", "&#39;") in text, words


def test_the_page_loads_nothing_and_names_cannot_break_out(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;/\ufffd.jpg" in page
    assert "\u202e" not in page
    assert "<img" not in page
    assert page.count("<svg") == 3
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)[^"']*""", page.replace("xlink:", "")), "it loads something"
