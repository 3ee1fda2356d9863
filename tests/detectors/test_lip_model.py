"""The calibration that comes with Qalqan is whole and modest; a damaged one says what to do."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from detectors.lip_features import NAMES, POINT_NAMES
from detectors.lip_model import DATA, lip_model, read_lip_model


@pytest.mark.parametrize("points", [False, True])
def test_what_comes_with_qalqan_says_no_more_than_its_people_bear(points: bool) -> None:
    model = lip_model(points=points)
    bound = model.people + 1
    ratios = [model.calibration.likelihood_ratio(-deviations) for deviations in (0.0, 2.0, 4.0, 8.0)]
    assert ratios == sorted(ratios, reverse=True)
    assert 1 / bound <= ratios[-1] < 1 < ratios[0] <= bound + 1e-3
    assert model.auc_low <= model.auc <= model.auc_high
    assert 0 <= model.weight <= 1
    assert model.weight == 0 or model.auc_low >= 0.8
    assert len(model.sha256) == 64


@pytest.mark.parametrize(("points", "names"), [(False, NAMES), (True, POINT_NAMES)])
def test_the_classifier_rises_with_what_speaks_against_the_mouth_and_is_bounded(
    points: bool, names: tuple[str, ...]
) -> None:
    model = lip_model(points=points)
    assert model.classifier is not None
    assert model.classifier.names == names
    usual = model.classifier.centre.copy()
    other = usual.copy()
    other[NAMES.index("deviations")] = 1.0
    like, unlike, unheard = (
        model.classifier.likelihood_ratio(features) for features in (usual, other, np.full(len(names), np.nan))
    )
    assert 1 / (model.people + 1) <= like == unheard < unlike <= model.people + 1
    assert model.classifier.calibration.cllr < 1
    assert model.classifier.parts(usual).tolist() == [0.0] * len(names)


def test_a_classifier_of_other_features_is_refused() -> None:
    text = (files("detectors") / "data" / DATA).read_text(encoding="utf-8")
    for changed in (
        text.replace('"jerk"', '"pitch"'),
        text.replace("bias =", "bent ="),
        text.replace("weights = [", "weights = [1.0, "),
    ):
        with pytest.raises(ValueError, match="run python -m tests"):
            read_lip_model(changed)
    assert read_lip_model(text.split("[classifier]")[0]).classifier is None


@pytest.mark.parametrize("text", ["", "slope = 1.0", "not toml ["])
def test_a_damaged_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="run python -m tests"):
        read_lip_model(text)
