"""One evaluation from files to figures: every item looked at, what cannot be read named, conditions as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.packs import load_pack
from embeddings.records import MediaKind
from pipelines.judged_items import JudgedSet, read_judged
from pipelines.judged_report import DetectorEvaluation
from pipelines.judging import Judge
from pipelines.judging_run import run
from tests.pipelines.brightness import Brightness
from tests.portrait_film import portrait_frames

PAIRS = 9


def lay_out(place: Path) -> JudgedSet:
    """As many pictures as they are and brightened ones, and one file that is no picture."""
    rows = ["file,altered,group,language,learned_from"]
    portrait = portrait_frames(0.1)[0][80:300, 110:340].astype(np.float64)
    for number in range(PAIRS):
        for altered in (False, True):
            gain = 0.7 + 0.01 * number + 0.25 * altered
            name = f"{number}-{altered}.png"
            Image.fromarray(np.clip(portrait * gain, 0, 255).astype(np.uint8)).save(place / name)
            rows.append(
                f"{name},{'yes' if altered else 'no'},scene {number},az,{'brightness' if number < 2 else 'lip_sync'}"
            )
    (place / "broken.png").write_bytes(b"no picture")
    (place / "items.csv").write_text("\n".join([*rows, "broken.png,no,other,kk,"]) + "\n", encoding="utf-8")
    return read_judged(place)


def evaluate(judged_set: JudgedSet, looked: list[int]) -> DetectorEvaluation:
    return run(
        judged_set,
        Judge(pack=load_pack("open"), detectors=(Brightness(),)),
        data_set="brightened portraits",
        seed=1,
        made_at=datetime(2026, 11, 28, tzinfo=UTC),
        qalqan="0.1.0",
        command="qalqan evaluate detectors set",
        tell=looked.append,
        rounds=20,
    )


def test_from_files_to_figures(tmp_path: Path) -> None:
    looked: list[int] = []
    made = evaluate(lay_out(tmp_path), looked)
    assert looked == list(range(1, 2 * PAIRS + 2))
    assert [one.name for one in made.left_out] == ["broken.png"]
    assert made.detectors == ("brightness@1",)
    fusion = made.figures.fusion
    assert fusion is not None
    assert fusion.source == "brightened portraits"
    assert fusion.validated.data_set == "brightened portraits"
    assert fusion.validated.language == "none stated"  # nobody speaks in a picture
    assert fusion.conditions.languages == ()
    assert fusion.conditions.min_face_px > 50
    assert (fusion.conditions.kinds, fusion.conditions.codecs) == ((MediaKind.IMAGE,), ("png",))
    assert fusion.validated.face_size.endswith("px")
    assert made.in_sample == {"brightness": 4}, "lip_sync examined nothing here"
    assert made.costs[0].detector == "brightness"
    assert made.targets[0].met


def test_a_set_of_which_one_kind_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    Image.fromarray(portrait_frames(0.1)[0]).save(tmp_path / "good.png")
    (tmp_path / "items.csv").write_text("file,altered\nbroken.png,yes\ngood.png,no\n", encoding="utf-8")
    with pytest.raises(ValueError, match="none could be looked at"):
        evaluate(read_judged(tmp_path), [])
