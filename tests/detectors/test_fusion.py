"""What the detectors weigh together, in words: with its interval, or why it is not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detectors.fusion import LoadedFusion, Recognised, read_fusion, weigh
from detectors.fusion_model import packed
from detectors.records import Axis, Bearing, Finding
from detectors.validation import Conditions
from embeddings.errors import PackInvalid, PackMissing
from embeddings.records import MediaKind
from tests.detectors.test_fusion_model import made
from tests.factories import make_creative, make_finding

CREATIVE = make_creative(video_codec="h264")
SHOWN = Recognised(face_px=120, spoken=None)


@pytest.fixture(scope="module")
def loaded() -> LoadedFusion:
    fusion = made()
    named = {"good": "genuine_source.mouth", "again": "face_blend.face", "idle": "lip_sync.face"}
    parts = tuple(replace(part, measure=named[part.measure]) for part in fusion.fit.parts)
    replicas = tuple(
        replace(one, parts=tuple(replace(part, measure=named[part.measure]) for part in one.parts))
        for one in fusion.replicas
    )
    return LoadedFusion(
        fusion=replace(fusion, fit=replace(fusion.fit, parts=parts), replicas=replicas), sha256="a" * 64
    )


def observed(gap: float) -> list[Finding]:
    return [make_finding(method="genuine_source", claim="mouth_unclear", measurement=gap, unit="gap")]


def test_a_ratio_comes_with_its_interval_and_what_it_rests_on(loaded: LoadedFusion) -> None:
    found = weigh(CREATIVE, observed(3.0), loaded, recognised=SHOWN)
    assert found is not None
    assert (found.axis, found.bearing, found.claim) == (Axis.ALTERATION, Bearing.SUPPORTS, "alteration_weighed")
    assert found.likelihood_ratio is not None
    assert found.likelihood_ratio > 2
    assert found.likelihood_ratio_low is not None
    assert found.likelihood_ratio_high is not None
    assert found.likelihood_ratio_low <= found.likelihood_ratio <= found.likelihood_ratio_high
    assert f"95 % interval {found.likelihood_ratio_low:.3g} to {found.likelihood_ratio_high:.3g}" in found.observation
    assert found.weight == loaded.fusion.weight > 0
    assert "95 % interval" in found.observation
    assert "the mouth agrees with genuine film" in found.observation
    assert "measures could not be taken" in found.observation
    assert "Cllr" in found.quality_limits[0]
    against = weigh(CREATIVE, observed(-2.0), loaded, recognised=SHOWN)
    assert against is not None
    assert against.bearing is Bearing.AGAINST


def test_without_a_number_it_cannot_tell(loaded: LoadedFusion) -> None:
    found = weigh(CREATIVE, [], loaded, recognised=SHOWN)
    assert found is not None
    assert found.bearing is Bearing.INCONCLUSIVE
    assert found.weight == 0
    assert found.observation.startswith("Cannot tell: none of the detectors")


def test_outside_of_what_was_measured_it_is_not_calibrated(loaded: LoadedFusion) -> None:
    strict = replace(loaded, fusion=replace(loaded.fusion, conditions=Conditions(codecs=("h264",))))
    found = weigh(replace(CREATIVE, video_codec="vp9"), observed(3.0), strict, recognised=SHOWN)
    assert found is not None
    assert found.inside_validation is False
    assert found.likelihood_ratio is None
    assert "Not calibrated" in found.observation
    assert "vp9" in found.observation


def test_what_was_fitted_on_films_gives_no_ratio_on_a_still_picture(loaded: LoadedFusion) -> None:
    still = replace(CREATIVE, kind=MediaKind.IMAGE, container="jpeg", video_codec=None)
    for conditions in (Conditions(kinds=(MediaKind.VIDEO,)), Conditions(codecs=("h264",))):
        films = replace(loaded, fusion=replace(loaded.fusion, conditions=conditions))
        found = weigh(still, observed(3.0), films, recognised=SHOWN)
        assert found is not None
        assert (found.likelihood_ratio, found.weight, found.inside_validation) == (None, 0.0, False)


@pytest.mark.parametrize(
    ("recognised", "inside", "why"),
    [
        (Recognised(face_px=120, spoken=frozenset({"az"})), True, "Together the detectors give"),
        (Recognised(face_px=None, spoken=frozenset()), True, "Together the detectors give"),
        (Recognised(face_px=120, spoken=None), None, "Which language is spoken was not determined"),
        (
            Recognised(face_px=120, spoken=frozenset({"az", "ka"})),
            False,
            "ka is spoken, and what was measured takes az, ru",
        ),
        (Recognised(face_px=60, spoken=frozenset({"az"})), False, "the face is 60 px high"),
    ],
)
def test_language_and_face_are_as_they_were_measured(
    loaded: LoadedFusion, recognised: Recognised, inside: bool | None, why: str
) -> None:
    conditions = Conditions(languages=("az", "ru"), min_face_px=80)
    strict = replace(loaded, fusion=replace(loaded.fusion, conditions=conditions))
    found = weigh(CREATIVE, observed(3.0), strict, recognised=recognised)
    assert found is not None
    assert found.inside_validation is inside
    assert why in found.observation
    assert (found.likelihood_ratio is not None) is (found.weight > 0) is (inside is True)


def test_of_strangers_and_without_a_fusion_nothing_is_said(loaded: LoadedFusion) -> None:
    assert weigh(CREATIVE, observed(3.0), loaded, recognised=None) is None
    assert weigh(CREATIVE, observed(3.0), None, recognised=SHOWN) is None


def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match="cannot be read"):
        read_fusion(tmp_path / "absent.json")
    (tmp_path / "damaged.json").write_text("{}")
    with pytest.raises(PackInvalid, match="qalqan evaluate detectors"):
        read_fusion(tmp_path / "damaged.json")
    (tmp_path / "good.json").write_bytes(packed(made()))
    read = read_fusion(tmp_path / "good.json")
    assert read is not None
    assert read.fusion == made()
