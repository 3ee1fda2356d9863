from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.blend_model import BlendScore
from detectors.close_up import CloseUp, close_ups
from detectors.face_blend import (
    CONDITIONS,
    INNOCENT,
    VALIDATED,
    FaceBlend,
    beginning,
    film_traces,
    longest_stretch,
)
from detectors.records import Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import ScoreCalibration
from tests.detectors.recognised import everybody
from tests.factories import make_person
from tests.portrait_film import portrait_frames, write_film
from watchlist.gallery import Gallery
from watchlist.records import Modality


def known(subject: CreativeSubject) -> CreativeSubject:
    """With the recognised person in the gallery."""
    return replace(subject, gallery=Gallery.of(subject.pack.manifest, persons=[make_person()]), memo={})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> CreativeSubject:
    place = tmp_path_factory.mktemp("film") / "film.mp4"
    return known(everybody(write_film(place, portrait_frames(4.4), None, bit_rate=900_000, rate=25)))


def only(subject: CreativeSubject, detector: FaceBlend | None = None) -> Finding:
    (found,) = (detector or FaceBlend()).examine(subject)
    return found


def weighing(score: BlendScore, *, intercept: float) -> BlendScore:
    """The score as if it had been shown to be worth something."""
    calibration = ScoreCalibration(
        source="a test", slope=0.0, intercept=intercept, log10_lr_low=-1.0, log10_lr_high=1.0, cllr=0.6
    )
    return replace(score, calibration=calibration)


def test_an_appearance_is_described_with_what_was_measured(film: CreativeSubject) -> None:
    found = only(film)
    assert found.claim == "blend_not_calibrated"
    assert found.bearing is Bearing.INCONCLUSIVE
    assert (found.weight, found.likelihood_ratio, found.validated_on) == (0.0, None, VALIDATED.words)
    assert found.region == film.matches[0].region
    assert found.end_s is not None
    assert found.end_s - (found.start_s or 0.0) > 1.3
    assert "half of the genuine faces" in found.observation
    beside = found.observation.split("Observed besides, without any weight: ")[1]
    for kind in (
        "skin texture",
        "colour",
        "edges along the rim",
        "light",
        "change from frame to frame",
        "light and shadow",
    ):
        assert kind in beside, kind
    assert "AUC" in found.quality_limits[0]
    assert found.innocent_explanations == INNOCENT
    assert found.model_sha256 is not None


@pytest.mark.parametrize(
    ("intercept", "claim", "bearing"),
    [
        (1.5, "face_blended", Bearing.SUPPORTS),
        (-1.5, "face_not_blended", Bearing.AGAINST),
        (0.1, "blend_undecided", Bearing.INCONCLUSIVE),
    ],
)
def test_a_calibrated_score_is_weighed(film: CreativeSubject, intercept: float, claim: str, bearing: Bearing) -> None:
    detector = FaceBlend()
    detector._film = weighing(detector._film, intercept=intercept)
    found = only(film, detector)
    assert (found.claim, found.bearing, found.inside_validation) == (claim, bearing, True)
    assert found.likelihood_ratio == pytest.approx(np.exp(intercept))
    assert found.weight == pytest.approx(0.0 if bearing is Bearing.INCONCLUSIVE else 0.4)
    assert found.validated_on is not None
    assert "support" in found.observation


def test_a_picture_has_a_score_of_its_own(tmp_path: Path) -> None:
    Image.fromarray(portrait_frames(0.1)[0]).save(tmp_path / "picture.png")
    found = only(known(everybody(tmp_path / "picture.png")))
    assert found.claim == "blend_not_calibrated"
    assert found.observation.startswith("In the picture")
    assert "frame to frame" not in found.observation
    assert found.inside_validation is False
    assert any("encoded with png" in limit for limit in found.quality_limits)


def test_outside_of_its_conditions_it_abstains(film: CreativeSubject, tmp_path: Path) -> None:
    creative = film.media.creative
    slow = write_film(tmp_path / "slow.mp4", portrait_frames(4.0), None)
    short = known(everybody(write_film(tmp_path / "short.mp4", portrait_frames(2.0), None, rate=25)))
    large = replace(short.media, creative=replace(short.media.creative, size_bytes=100_000))
    cases = {
        "encoded with vp9": replace(
            film, memo={}, media=replace(film.media, creative=replace(creative, video_codec="vp9"))
        ),
        "kb/s": replace(film, memo={}, media=replace(film.media, creative=replace(creative, size_bytes=10_000))),
        "times a second": known(everybody(slow)),
        "frames in a row": replace(short, media=large),
    }
    for why, subject in cases.items():
        found = only(subject)
        assert found.claim == "blend_not_examined"
        assert why in found.observation
        assert "cannot tell" in found.observation
        assert found.inside_validation is False
        assert found.measurement is None


def test_a_small_face_is_not_judged(film: CreativeSubject) -> None:
    (made,) = close_ups(film)
    assert isinstance(made, CloseUp)
    small = replace(made, heights_px=np.full(len(made.times_s), 40.0))
    found = only(replace(film, memo={"detectors.close_up": (small,)}))
    assert "40 px high" in found.observation
    assert f"{CONDITIONS.min_face_px} px" in found.observation
    assert found.inside_validation is False


def test_several_appearances_have_a_finding_each(film: CreativeSubject) -> None:
    match = film.matches[0]
    later = replace(match, start_s=0.2, best_s=1.0, track=match.track)
    found = list(FaceBlend().examine(replace(film, memo={}, matches=(match, later))))
    assert len({one.finding_id for one in found}) == 2


def test_without_a_recognised_face_it_says_so(film: CreativeSubject) -> None:
    voice = replace(film, memo={}, matches=(replace(film.matches[0], modality=Modality.VOICE),))
    assert only(voice).claim == "blend_not_examined"


def test_the_longest_stretch_is_measured(film: CreativeSubject) -> None:
    (made,) = close_ups(film)
    assert isinstance(made, CloseUp)
    apart = replace(made, times_s=made.times_s + np.where(np.arange(len(made.times_s)) >= 10, 5.0, 0.0))
    stretch = longest_stretch(apart)
    assert (stretch.start, stretch.stop) == (10, len(made.times_s))
    assert stretch.stop - stretch.start >= 20
    assert len(beginning(apart, 12).times_s) == 12
    assert beginning(apart, 12).times_s[0] == apart.times_s[10]
    assert np.isfinite(list(film_traces(apart).values())).mean() > 0.9
