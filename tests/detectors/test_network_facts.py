from __future__ import annotations

from pathlib import Path

import pytest

from detectors.network_facts import NetworkCalibration
from detectors.network_manifest import read_manifest
from tests.detectors.tiny_networks import CALIBRATION, make_onnx_pictures


def test_a_ratio_follows_the_score_between_its_bounds() -> None:
    calibration = NetworkCalibration(**CALIBRATION)
    assert calibration.likelihood_ratio(-0.25) == pytest.approx(1.0)
    assert calibration.likelihood_ratio(0.0) == pytest.approx(1.6487, abs=1e-4)
    assert calibration.likelihood_ratio(30.0) == pytest.approx(100.0)
    assert calibration.likelihood_ratio(-30.0) == pytest.approx(0.01)


@pytest.mark.parametrize(("cllr", "weight"), [(0.0, 1.0), (0.25, 0.75), (1.0, 0.0), (1.7, 0.0)])
def test_the_weight_is_what_the_measured_error_leaves(cllr: float, weight: float) -> None:
    assert NetworkCalibration(**{**CALIBRATION, "cllr": cllr}).weight == weight


def test_files_are_found_by_role(tmp_path: Path) -> None:
    manifest = read_manifest(make_onnx_pictures(tmp_path))
    assert manifest.file("weights").name == str(tmp_path / "network.onnx")
    with pytest.raises(LookupError, match="no config among its files"):
        manifest.file("config")
    assert manifest.validated is not None
    assert "codec: H.264" in manifest.validated.words
