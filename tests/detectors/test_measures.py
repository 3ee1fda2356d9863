"""Numbers are read off findings by what they mean, and turned so that more always speaks for alteration."""

from __future__ import annotations

import pytest

from detectors.measures import MEASURES, is_weighed, measured, words_of
from detectors.records import Axis
from detectors.tables import CREATIVE_DETECTORS
from tests.factories import make_finding


def test_more_always_speaks_for_alteration() -> None:
    mouth = make_finding(method="genuine_source", claim="mouth_unclear", measurement=0.03, unit="gap")
    worse = make_finding(method="genuine_source", claim="mouth_regenerated", measurement=0.07, unit="gap")
    sound = make_finding(method="genuine_source", claim="voice_replaced", measurement=0.2, unit="correlation")
    assert measured([mouth, worse, sound]) == {"genuine_source.mouth": 0.07, "genuine_source.sound": -0.2}


def test_log_odds_are_a_measure_by_themselves() -> None:
    answer = make_finding(
        method="some_network", axis=Axis.ALTERATION, claim="network_answered", modality="voice", measurement=-1.5,
        unit="log-odds of synthetic (mean of 4 windows)",
    )  # fmt: skip
    assert measured([answer]) == {"some_network.voice": -1.5}
    assert "some_network" in words_of("some_network.voice")


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "genuine_source", "claim": "not_aligned", "measurement": None, "unit": None},
        {"method": "container", "claim": "written_by", "measurement": 3.0, "unit": "boxes"},
        {"method": "lure_classifier", "axis": Axis.LURE, "measurement": 2.0, "unit": "log-odds of scam"},
    ],
)
def test_what_has_no_number_of_alteration_is_left_out(changes: dict[str, object]) -> None:
    assert measured([make_finding(**changes)]) == {}


def test_every_measure_has_words_of_its_own() -> None:
    assert len({measure.name for measure in MEASURES}) == len({measure.words for measure in MEASURES}) == len(MEASURES)
    assert all(words_of(measure.name) == measure.words for measure in MEASURES)


def test_either_direction_counts_where_the_distance_does() -> None:
    low = make_finding(method="prosody", claim="pitch_beside_genuine", measurement=-5.0, unit="semitones")
    fast = make_finding(method="prosody", claim="pace_beside_genuine", measurement=0.2, unit="share")
    assert measured([low, fast]) == {"prosody.pitch": 5.0, "prosody.pace": 0.2}


def test_a_claim_that_is_made_or_denied_is_a_number() -> None:
    twice = make_finding(method="container", claim="encoded_twice", measurement=12.0, unit="pictures")
    plain = make_finding(method="container", claim="edit_list_plain", measurement=None, unit=None)
    unnamed = make_finding(method="container", claim="makers_not_named", measurement=None, unit=None)
    even = make_finding(method="container", claim="times_even", measurement=0.98, unit="share")
    assert measured([twice, plain, unnamed, even]) == {
        "container.earlier_encoding": 1.0,
        "container.cut": 0.0,
        "container.times": -0.98,
    }


def test_every_detector_of_alteration_can_be_judged() -> None:
    """``face_blend`` and ``voice_spectrum`` give log-odds; three judge pictures, brands and verified creatives."""
    by_unit, of_other_axes = {"face_blend", "voice_spectrum"}, {"brand_logo", "face_picture", "verified_copy"}
    assert {measure.method for measure in MEASURES} | by_unit | of_other_axes == set(CREATIVE_DETECTORS)


def test_observations_are_judged_and_not_weighed() -> None:
    observed = {measure.method for measure in MEASURES if not is_weighed(measure.name)}
    assert observed == {"blink", "micro_motion", "prosody", "container"}
    assert is_weighed("genuine_source.mouth")
    assert is_weighed("some_network.voice")
