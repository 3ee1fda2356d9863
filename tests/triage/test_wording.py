"""Numbers and records in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from detectors.records import Axis, Bearing
from pipelines.records import AxisState
from tests.factories import AT, make_finding
from triage import wording


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (65.42, "1:05.4"), (59.97, "1:00"), (-1, "0:00"), (3600, "60:00")]
)
def test_clock_time(seconds: float, shown: str) -> None:
    assert wording.clock_time(seconds) == shown


def test_interval_of_no_length_is_one_time() -> None:
    assert wording.interval(3, 7.5) == "0:03–0:07.5"
    assert wording.interval(3, None) == wording.interval(3, 3) == "0:03"


def test_times_name_their_places_and_a_changed_date() -> None:
    assert wording.utc(AT) == "2026-11-01 09:30 UTC"
    assert wording.local_times(AT) == "13:30 Baku, 14:30 Astana"
    assert wording.local_times(datetime(2026, 11, 1, 20, 0, tzinfo=UTC)) == "11-02 00:00 Baku, 11-02 01:00 Astana"


def test_every_axis_has_words_for_every_answer() -> None:
    for axis in Axis:
        for state in AxisState:
            words, tone = wording.AXES[axis].answers[state]
            assert words
            assert tone in wording.ICONS


def test_what_is_not_validated_says_so() -> None:
    assert wording.validation(make_finding(weight=0.0)) == "Not validated, carries no weight."
    outside = make_finding(validated_on="clips of 2024", inside_validation=False, weight=0.0)
    assert wording.validation(outside) == (
        "Validated on clips of 2024; this item is outside these conditions; carries no weight."
    )
    assert "cannot be told" in wording.validation(make_finding(validated_on="x", inside_validation=None))


@pytest.mark.parametrize(
    ("ratio", "start"),
    [(None, "Not calibrated."), (100.0, "100 times"), (0.01, "100 times"), (0.0, "Not to be expected")],
)
def test_calibration_names_both_propositions(ratio: float | None, start: str) -> None:
    words = wording.calibration(make_finding(likelihood_ratio=ratio))
    assert words.startswith(start)
    assert "The advert lures into a fraud" in words
    assert "The advert is an ordinary offer" in words
    assert ("moderately strong support" in words) is (ratio in (100.0, 0.01))


def test_an_interval_is_told_where_there_is_one() -> None:
    found = make_finding(likelihood_ratio=3.0, likelihood_ratio_low=1.5, likelihood_ratio_high=8.0)
    assert "(likelihood ratio 3, 95 % interval 1.5 to 8)" in wording.calibration(found)
    assert "interval" not in wording.calibration(make_finding(likelihood_ratio=3.0))


def test_being_official_is_a_relief() -> None:
    assert wording.bearing(make_finding(axis=Axis.SOURCE))[1] == "relief"
    assert wording.bearing(make_finding(axis=Axis.LURE))[1] == "concern"
    assert wording.bearing(make_finding(bearing=Bearing.INCONCLUSIVE))[2] == "?"


def test_quantities_carry_their_unit() -> None:
    assert wording.quantity(0.0694, "dB") == "0.0694 dB"
    assert wording.quantity(12345, None) == "12,345"
    assert wording.quantity(1_000_000, "KZT per month") == "1,000,000 KZT per month"


def test_lines_that_follow_one_another_are_sentences() -> None:
    lines = ("letters may have been misread", "A word list.", "", "şəkil oxunmadı; not calibrated")
    assert wording.sentences(lines) == "Letters may have been misread. A word list. Şəkil oxunmadı; not calibrated."
    assert wording.sentences(()) == ""


def test_the_first_moment_of_a_film_is_sought_too() -> None:
    assert [wording.still_fragment(seconds) for seconds in (0.0, 1.604)] == ["#t=0.01", "#t=1.60"]
