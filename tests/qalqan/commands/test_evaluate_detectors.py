"""The command says what it measured, what it could not, and where the page is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from typer.testing import CliRunner

from qalqan.errors import DONE, PARTLY, USAGE
from qalqan.main import app


def test_a_small_set_gives_a_page_and_an_honest_summary(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "items.csv").write_text("file,altered\na.png,yes\nb.png,no\nc.png,perhaps\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", "detectors", str(tmp_path), "--out", str(tmp_path / "report")])
    assert done.exit_code == PARTLY, done.output
    said = " ".join(done.output.split())
    assert "Could not look at 1: c.png: whether it was altered is said by 'perhaps'; write yes or no" in said
    assert "1 altered and 1 genuine items of 2 groups" in said
    assert "could not be weighed together" in said
    assert "not measured" in said
    assert "2 of 2" in said, "nobody is seen in a grey square: why detectors could not tell is counted"
    assert (tmp_path / "report" / "report.html").is_file()
    assert not (tmp_path / "report" / "fusion.json").exists()


def test_detectors_can_be_left_out_by_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "items.csv").write_text("file,altered\na.png,yes\nb.png,no\n", encoding="utf-8")
    words = ["evaluate", "detectors", str(tmp_path), "--out", str(tmp_path / "report")]
    done = CliRunner().invoke(app, [*words, "--without", "face_blend", "--without", "container"])
    assert done.exit_code == DONE, done.output
    figures = json.loads((tmp_path / "report" / "evaluation.json").read_text())
    left = {cost["detector"] for cost in figures["costs"]}
    assert "genuine_source" in left
    assert not left & {"face_blend", "container"}
    assert "--without face_blend --without container" in figures["command"]
    assert CliRunner().invoke(app, [*words, "--without", "nothing"]).exit_code == USAGE


def test_a_folder_without_items_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", "detectors", str(tmp_path)])
    assert isinstance(done.exception, ValueError)
    assert "fill genuine/ and altered/" in str(done.exception)
