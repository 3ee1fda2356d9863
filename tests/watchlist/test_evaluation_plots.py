"""The drawings are real files, the same every time, and name what they show."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_plots import drawings


@pytest.fixture(scope="module")
def drawn() -> dict[str, dict[str, bytes]]:
    faces = crowd_evaluation().modalities[0]
    assert faces.figures is not None
    return drawings(faces.modality, faces.figures)


def test_three_drawings_as_svg_and_png(drawn: dict[str, dict[str, bytes]]) -> None:
    assert list(drawn) == ["face-scores", "face-det", "face-roc"]
    for files in drawn.values():
        assert files["svg"].startswith(b"<?xml")
        picture = Image.open(io.BytesIO(files["png"]))
        assert min(picture.size) > 500
        assert len(set(picture.convert("RGB").resize((64, 64)).get_flattened_data())) > 10, "it is empty"


def test_they_name_what_they_show(drawn: dict[str, dict[str, bytes]]) -> None:
    scores, det, roc = (files["svg"].decode() for files in drawn.values())
    assert "the same person" in scores
    assert "threshold in use (0.5)" in scores
    for curves in (det, roc):
        assert all(f">{name}<" in curves for name in ("clean", "mirror", "border", "false match rate"))


def test_the_same_figures_give_the_same_files(drawn: dict[str, dict[str, bytes]]) -> None:
    faces = crowd_evaluation().modalities[0]
    assert faces.figures is not None
    assert drawings(faces.modality, faces.figures)["face-det"] == drawn["face-det"]
