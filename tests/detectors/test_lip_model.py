"""The calibration that comes with Qalqan is whole and modest; a damaged one says what to do."""

from __future__ import annotations

import pytest

from detectors.lip_model import lip_model, read_lip_model


def test_what_comes_with_qalqan_says_no_more_than_its_people_bear() -> None:
    model = lip_model()
    bound = model.people + 1
    ratios = [model.calibration.likelihood_ratio(-deviations) for deviations in (0.0, 2.0, 4.0, 8.0)]
    assert ratios == sorted(ratios, reverse=True)
    assert 1 / bound <= ratios[-1] < 1 < ratios[0] <= bound + 1e-3
    assert model.auc_low <= model.auc <= model.auc_high
    assert 0 <= model.weight <= 1
    assert model.weight == 0 or model.auc_low >= 0.8
    assert len(model.sha256) == 64


@pytest.mark.parametrize("text", ["", "slope = 1.0", "not toml ["])
def test_a_damaged_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="run python -m tests"):
        read_lip_model(text)
