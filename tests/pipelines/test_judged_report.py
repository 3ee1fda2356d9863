"""The page, the figures and the fusion: whole, readable without the network, and nothing in them runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.fusion import read_fusion
from pipelines.judged_rates import ErrorFigures
from pipelines.judged_report import DetectorCost, DetectorEvaluation, targets, write_judged
from tests.pipelines.judged import figures
from watchlist.evaluation_set import LeftOut


def evaluated(found: ErrorFigures) -> DetectorEvaluation:
    return DetectorEvaluation(
        source="films/items.csv",
        description="12 altered and 13 genuine items of 7 groups",
        items=25,
        made_at="2026-11-28 12:00 UTC",
        qalqan="0.1.0",
        pack="open@1",
        command="qalqan evaluate detectors films",
        detectors=("brightness@1",),
        figures=found,
        costs=(DetectorCost(detector="brightness", seconds=12.5, per_minute=5.0),),
        targets=targets(found),
        left_out=(LeftOut(name="<script>.mp4", why="it is no film"),),
        in_sample={"brightness": 7},
    )


@pytest.fixture(scope="module")
def found() -> ErrorFigures:
    return figures()


def test_the_page_shows_rates_errors_and_what_was_left_out(found: ErrorFigures, tmp_path: Path) -> None:
    page = write_judged(evaluated(found), tmp_path).read_text()
    assert "Cannot tell: only 6 px high." in page
    assert "Learned from this very material: brightness." in page
    assert "7 taught brightness" in page
    assert "Learned from" not in write_judged(replace(evaluated(found), in_sample={}), tmp_path).read_text()
    assert "of the\ngenuine items measure more" in page
    for shown in ("00-altered", "data:image/jpeg;base64,", "<svg", "&lt;script&gt;.mp4", "Generator: strong", "5.00"):
        assert shown in page
    assert "<script>" not in page
    assert {path.name for path in tmp_path.iterdir()} == {
        *("report.html", "evaluation.json", "fusion.json"),
        *("det.svg", "det.png", "roc.svg", "roc.png"),
    }


def test_the_figures_are_json_without_pictures(found: ErrorFigures, tmp_path: Path) -> None:
    write_judged(evaluated(found), tmp_path)
    read = json.loads((tmp_path / "evaluation.json").read_text())
    assert read["rows"][0]["measure"] == "all together"
    assert read["worst"][0]["file"] == "00-altered"
    assert read["worst_of"]["brightness.face"][0]["file"] == "00-altered"
    assert read["reasons"] == [{"detector": "brightness", "items": 1, "example": "Cannot tell: only 6 px high."}]
    assert "picture" not in (tmp_path / "evaluation.json").read_text()


def test_the_fusion_can_be_used(found: ErrorFigures, tmp_path: Path) -> None:
    write_judged(evaluated(found), tmp_path)
    loaded = read_fusion(tmp_path / "fusion.json")
    assert loaded is not None
    assert loaded.fusion == found.fusion


def test_without_a_fusion_the_page_says_why(found: ErrorFigures, tmp_path: Path) -> None:
    nothing = replace(
        found, fusion=None, worst=(), worst_of=(), reasons=(), curves=(), rows=(), no_fusion="too few items"
    )
    page = write_judged(evaluated(nothing), tmp_path).read_text()
    assert "could not be weighed together: too few items" in page
    assert "not measured, see below" in page
    assert not (tmp_path / "fusion.json").exists()


def test_the_target_is_met_or_missed_by_what_was_measured(found: ErrorFigures) -> None:
    (target,) = targets(found)
    assert target.met
    assert "[" in target.reached
    rows = tuple(replace(row, auc=replace(row.auc, rate=0.82)) if row.auc else row for row in found.rows)
    (missed,) = targets(replace(found, rows=rows))
    assert (missed.met, missed.missed_by) == (False, "0.080")
    assert missed.why == (
        "lowest for strong (AUC 0.820); the best measure alone, brightness.face, has 0.820 on what it spoke of; "
        "of 4.0 % of the items none could tell"
    )
    (unfused,) = targets(replace(found, rows=(), no_fusion="too few items"))
    assert unfused.why == "too few items"
