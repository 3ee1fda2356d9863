from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from detectors.blend_model import WEIGHTS, BlendScore, Measured, blend_model, packed, unpacked
from detectors.blend_traces import frame_traces
from detectors.close_up import FACE_PX
from detectors.validation import ScoreCalibration

MEASURED = Measured(
    targets=9,
    swaps=50,
    genuine=70,
    auc=0.55,
    auc_low=0.45,
    auc_high=0.65,
    eer=0.45,
    false_at_90=0.8,
    cllr=1.0,
    transfer_auc=0.5,
)


def made(**changes: object) -> BlendScore:
    """A score of three traces."""
    plain = BlendScore(
        names=("detail.0.inner-around", "noise.luma.strength.inner-around", "colour.l.inner-rim"),
        centre=np.array([0.0, 0.5, -1.0]),
        spread=np.array([1.0, 0.5, 2.0]),
        weights=np.array([-2.0, 1.0, 0.5]),
        bias=0.25,
        measured=MEASURED,
        calibration=None,
        usual={"detail.0.inner-around": (-0.2, 0.3), "noise.luma.strength.inner-around": (0.2, 0.8)},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_score_is_the_sum_of_what_each_trace_adds() -> None:
    traces = {"detail.0.inner-around": -1.0, "noise.luma.strength.inner-around": 1.0, "colour.l.inner-rim": np.nan}
    assert made().score(traces) == pytest.approx(2.0 + 1.0 + 0.25)
    assert made().contributions(traces) == {"detail": 2.0, "noise": 1.0, "colour": 0.0}


def test_a_far_value_counts_no_more_than_three_spreads() -> None:
    assert made().score({"detail.0.inner-around": 1e9}) == pytest.approx(-6.0 + 0.25)


def test_it_survives_being_packed() -> None:
    calibration = ScoreCalibration(source="x", slope=1.0, intercept=0.0, log10_lr_low=-0.5, log10_lr_high=0.7, cllr=0.8)
    back = unpacked(packed({"film": made(calibration=calibration), "picture": made()}))
    assert back.film.calibration == calibration
    assert back.picture.calibration is None
    assert back.film.measured == MEASURED
    assert back.film.usual == made().usual
    assert np.array_equal(back.film.weights, made().weights)
    with pytest.raises(ValueError, match=r"tests\.train_face_blend"):
        unpacked(packed({"film": made()}))


def test_the_weights_that_come_with_it_fit_the_traces() -> None:
    data = (files("detectors") / "data" / WEIGHTS).read_bytes()
    assert len(data) < 200_000
    model = blend_model()
    grey = np.random.default_rng(1).integers(60, 200, (FACE_PX, FACE_PX, 3), dtype=np.uint8)
    for score in (model.film, model.picture):
        assert set(score.names) == set(frame_traces(grey, kinds=score.kinds))
        assert np.isfinite(score.weights).all()
        assert (score.spread > 0).all()
        # What was not shown to be better than chance weighs nothing
        assert (score.calibration is not None) == (score.measured.auc_low > 0.6)
