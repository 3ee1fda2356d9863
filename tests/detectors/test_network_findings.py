"""A network's answer weighs only with a calibration and inside the conditions; everything else is shown and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.appearances import Look, NotShown
from detectors.finding import Method
from detectors.network_findings import NOT_CALIBRATED, NOT_VALIDATED, NetworkFindings
from detectors.network_manifest import read_manifest
from detectors.records import Bearing, Finding
from embeddings.records import MediaKind
from tests.detectors.recognised import seen, subject
from tests.detectors.tiny_networks import CALIBRATION, make_onnx_pictures, make_onnx_sound
from tests.factories import make_creative, make_region, sha

MATCH = seen(0.0, 2.0, region=None)


def findings(place: Path, **sections: Any) -> NetworkFindings:
    manifest = read_manifest(make_onnx_pictures(place, **sections))
    validated = None if manifest.validated is None else manifest.validated.words
    return NetworkFindings(Method(name="n", version="1", validated_on=validated, model_sha256=sha("n")), manifest)


def test_a_place_in_the_picture_is_given_for_faces_alone(tmp_path: Path) -> None:
    match = seen(0.0, 2.0, region=make_region())
    for what, region in (("face_aligned", make_region()), ("frame", None)):
        made = findings(tmp_path, pictures={"shown": what})
        look = Look(match=match, start_s=0.0, end_s=1.0, times_s=(0.0,), items=())
        assert made.answered(subject(), look, np.zeros(1)).region == region
        assert made.not_asked(subject(), NotShown(match=match, why="x")).region == region


def answered(place: Path, *scores: float, limits: tuple[str, ...] = (), **sections: Any) -> Finding:
    times = tuple(float(index) for index in range(len(scores)))
    look = Look(match=MATCH, start_s=0.0, end_s=times[-1], times_s=times, items=(), limits=limits)
    return findings(place, **sections).answered(subject(MATCH), look, np.array(scores))


def test_without_calibration_the_answer_is_shown_and_weighs_nothing(tmp_path: Path) -> None:
    found = answered(tmp_path, 1.0, 5.0, 3.0, limits=("It is dark.",))
    assert (found.claim, found.bearing) == ("network_not_calibrated", Bearing.INCONCLUSIVE)
    assert (found.weight, found.likelihood_ratio, found.inside_validation) == (0.0, None, True)
    assert found.measurement == 3.0
    assert found.unit == "log-odds of fake (mean of 3 pictures)"
    assert "gives 95% to “fake” over 3 pictures, from 73% to 99% (highest at 1.0 s)" in found.observation
    assert found.quality_limits == ("It is dark.", NOT_CALIBRATED)
    assert found.model_sha256 == sha("n")
    assert len(found.innocent_explanations) == 3
    assert found.reproduce.endswith(f"--watchlist watchlist --network {tmp_path}")


@pytest.mark.parametrize(
    ("score", "claim", "bearing", "ratio", "weight"),
    [
        (30.0, "network_altered", Bearing.SUPPORTS, 100.0, 0.75),
        (0.0, "network_undecided", Bearing.INCONCLUSIVE, 1.6487, 0.0),
        (-30.0, "network_unaltered", Bearing.AGAINST, 0.01, 0.75),
    ],
)
def test_with_calibration_it_weighs_what_was_measured(
    tmp_path: Path, score: float, claim: str, bearing: Bearing, ratio: float, weight: float
) -> None:
    found = answered(tmp_path, score, calibration=CALIBRATION)
    assert (found.claim, found.bearing, found.weight) == (claim, bearing, weight)
    assert found.likelihood_ratio == pytest.approx(ratio, rel=1e-3)
    assert "pictures drawn for a test" in found.observation
    assert found.validated_on is not None


def test_a_language_that_nobody_determined_takes_the_weight_away(tmp_path: Path) -> None:
    found = answered(tmp_path, 30.0, calibration=CALIBRATION, conditions={"languages": ["az", "ru"]})
    assert (found.weight, found.likelihood_ratio, found.inside_validation) == (0.0, None, None)
    assert "not determined; this network takes az, ru" in found.quality_limits[0]
    assert "not applied" in found.quality_limits[1]


def test_without_validation_it_says_so(tmp_path: Path) -> None:
    found = answered(tmp_path, 30.0, validated=None)
    assert (found.validated_on, found.inside_validation, found.weight) == (None, None, 0.0)
    assert NOT_VALIDATED in found.quality_limits


def test_no_number_is_no_answer(tmp_path: Path) -> None:
    found = answered(tmp_path, 1.0, float("nan"), calibration=CALIBRATION)
    assert (found.claim, found.measurement, found.weight) == ("network_undecided", None, 0.0)
    assert "gave no number" in found.observation


@pytest.mark.parametrize(
    ("conditions", "creative", "why"),
    [
        ({"codecs": ["vp9"]}, {}, "encoded with h264, and this network takes vp9"),
        ({"codecs": ["h264"]}, {"video_codec": None}, "an unknown codec"),
        ({"codecs": ["h264"]}, {}, None),
        ({"min_bitrate_kbps": 300.0}, {}, "200 kb/s, and this network takes 300 kb/s and more"),
        ({"min_bitrate_kbps": 200.0}, {}, None),
        ({"min_bitrate_kbps": 300.0}, {"kind": MediaKind.IMAGE, "duration_s": None}, None),
        ({"codecs": ["vp9"]}, {"kind": MediaKind.IMAGE, "container": "png"}, "encoded with png"),
        ({"kinds": ["video"]}, {"kind": MediaKind.IMAGE}, "of still pictures nothing was measured"),
    ],
)
def test_a_creative_of_another_kind_is_outside(
    tmp_path: Path, conditions: dict[str, Any], creative: dict[str, Any], why: str | None
) -> None:
    said = findings(tmp_path, conditions=conditions).outside(make_creative(**creative))
    assert said is None if why is None else why in (said or "")


def test_of_sound_the_codec_is_that_of_the_sound(tmp_path: Path) -> None:
    manifest = read_manifest(make_onnx_sound(tmp_path, conditions={"codecs": ["opus"]}))
    said = NetworkFindings(Method(name="n", version="1"), manifest).outside(make_creative())
    assert "encoded with aac" in (said or "")


def test_what_was_not_asked_says_why(tmp_path: Path) -> None:
    made = findings(tmp_path)
    outside = made.not_asked(subject(MATCH), NotShown(match=MATCH, why="the face is small", outside=True))
    assert (outside.claim, outside.inside_validation, outside.weight) == ("network_not_asked", False, 0.0)
    assert "cannot tell because the face is small." in outside.observation
    assert made.not_asked(subject(MATCH), NotShown(match=MATCH, why="x")).inside_validation is None
    assert "nobody was recognised" in made.nobody(subject()).observation
