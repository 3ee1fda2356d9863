"""Numbers are read off findings by what they mean, and turned so that more always speaks for alteration."""

from __future__ import annotations

import pytest

from detectors.measures import MEASURES, measured, words_of
from detectors.records import Axis
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
