"""Right answers come back as they were written, and a file without them is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.records import Axis
from pipelines.records import AxisState
from pipelines.truth import FILE, Truth, read_truth, write_truth
from tests.factories import make_ad_truth, sha


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    truth = Truth(
        description="two ads", command="make them", ads=(make_ad_truth(), make_ad_truth(ad_id=sha("b"), film=None))
    )
    assert write_truth(truth, tmp_path) == tmp_path / FILE
    assert read_truth(tmp_path) == truth


def test_each_axis_has_its_answer() -> None:
    truth = make_ad_truth(source=AxisState.CANNOT_TELL, alteration=AxisState.NO)
    assert [truth.answer(axis) for axis in Axis] == [
        AxisState.YES,
        AxisState.NO,
        AxisState.YES,
        AxisState.CANNOT_TELL,
    ]


def test_absent_damaged_and_double_answers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="without the right answers nothing can be measured"):
        read_truth(tmp_path)
    (tmp_path / FILE).write_text('{"description": "x", "command": "y", "ads": [{"flag": "perhaps"}]}')
    with pytest.raises(ValueError, match="does not hold right answers: This is not a Truth"):
        read_truth(tmp_path)
    write_truth(Truth(description="x", command="y", ads=(make_ad_truth(), make_ad_truth())), tmp_path)
    with pytest.raises(ValueError, match="answers for an ad more than once"):
        read_truth(tmp_path)
