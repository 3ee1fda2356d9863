from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.network_facts import Form, Means, Output, Pooling
from detectors.network_manifest import read_manifest
from detectors.network_outputs import SURE, check_outputs, log_odds, pooled, share
from embeddings.errors import PackInvalid
from tests.detectors.tiny_networks import make_onnx_pictures


def output(form: Form = Form.LOGITS, *, labels: str = "rf", altered: str = "f", **facts: Any) -> Output:
    return Output(form=form, labels=tuple(labels), altered=tuple(altered), means=Means.ALTERED, **facts)


def test_every_form_gives_the_same_log_odds() -> None:
    odds = np.array([-2.0, 0.0, 3.0])
    chance = 1 / (1 + np.exp(-odds))
    forms = {
        Form.LOGITS: np.stack([np.ones(3), 1 + odds], axis=1),
        Form.PROBABILITIES: np.stack([1 - chance, chance], axis=1),
        Form.LOGIT: odds[:, None],
        Form.PROBABILITY: chance,
    }
    for form, values in forms.items():
        assert log_odds(values, output(form)) == pytest.approx(odds, abs=1e-6), form
    assert share(3.0) == pytest.approx(chance[2])


def test_several_labels_may_mean_altered() -> None:
    logits = np.log([[0.2, 0.5, 0.3]])
    assert log_odds(logits, output(labels="rab", altered="ab")) == pytest.approx(np.log([4.0]))
    assert log_odds(logits, output(labels="arb", altered="ab")) == pytest.approx(np.log([1.0]))


def test_certainty_stays_finite_and_no_number_stays_none() -> None:
    sure = log_odds(np.array([[0.0, 1.0], [1.0, 0.0]]), output(Form.PROBABILITIES))
    assert list(sure) == [SURE, -SURE]
    assert log_odds(np.array([1.0]), output(Form.PROBABILITY)) == pytest.approx([SURE])
    assert np.isnan(log_odds(np.array([[np.nan, 1.0]]), output())[0])


def test_pooling_is_as_stated() -> None:
    scores = np.array([0.0, 1.0, 8.0])
    assert pooled(scores, output()) == 3.0
    assert pooled(scores, output(pooling=Pooling.MEDIAN)) == 1.0


@pytest.mark.parametrize(
    ("form", "values", "fault"),
    [
        ("logits", [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], r"logits of 2 labels; for 2 inputs its network gives \(2, 3\)"),
        ("logits", [[1.0, 2.0]], "for 2 inputs"),
        ("logits", [[np.nan, 2.0], [1.0, 2.0]], "no numbers"),
        ("logit", [[1.0, 2.0], [1.0, 2.0]], "states logit"),
        ("probability", [[1.5], [0.5]], "gives 0.5 to 1.5"),
        ("probabilities", [[0.5, 0.5], [0.5, 0.6]], "do not add up"),
    ],
)
def test_outputs_that_the_manifest_contradicts(tmp_path: Path, form: str, values: Any, fault: str) -> None:
    manifest = read_manifest(make_onnx_pictures(tmp_path, output={"form": form}))
    with pytest.raises(PackInvalid, match=fault):
        check_outputs(np.array(values), manifest, count=2)


def test_outputs_as_stated_pass(tmp_path: Path) -> None:
    manifest = read_manifest(make_onnx_pictures(tmp_path, output={"form": "probabilities"}))
    check_outputs(np.array([[0.25, 0.75], [1.0, 0.0]]), manifest, count=2)
