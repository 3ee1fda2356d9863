"""Ads are ordered by the conditions of the rule that they meet; a probability decides among equals only."""

from __future__ import annotations

from detectors.records import Bearing
from pipelines.evaluation_ranking import rank
from pipelines.records import AxisState
from tests.factories import make_assessment, make_axes, make_finding

NO, YES, CANNOT_TELL = AxisState.NO, AxisState.YES, AxisState.CANNOT_TELL


def test_each_condition_counts_and_what_was_flagged_comes_first() -> None:
    flagged = rank(make_assessment(flagged=True, axes=make_axes(source=CANNOT_TELL)), ())
    unsure = rank(make_assessment(flagged=False, axes=make_axes(lure=CANNOT_TELL)), ())
    honest = rank(make_assessment(flagged=False, axes=make_axes(lure=NO)), ())
    official = rank(make_assessment(flagged=False, axes=make_axes(lure=NO, source=YES)), ())
    assert [flagged, unsure, honest, official] == [3.5, 2.5, 2.0, 1.0]


def test_a_protected_brand_is_as_good_as_a_likeness() -> None:
    brand = make_finding(claim="brand_impersonation", bearing=Bearing.SUPPORTS, brand_id="socar")
    nobody = make_assessment(flagged=False, axes=make_axes(likeness=NO, lure=NO))
    assert rank(nobody, (brand,)) == rank(nobody, ()) + 1


def test_a_probability_never_outweighs_a_condition() -> None:
    sure, unsure = (
        make_finding(method="lure_classifier", claim="reads_as_scam", measurement=value, unit="probability")
        for value in (1.0, 0.6)
    )
    other = make_finding(method="lure_classifier", claim="reads_as_news", measurement=0.9, unit="probability")
    honest = make_assessment(flagged=False, axes=make_axes(lure=NO))
    doubtful = make_assessment(flagged=False, axes=make_axes(lure=CANNOT_TELL))
    assert rank(honest, ()) == rank(honest, (other,)) < rank(honest, (unsure, other)) < rank(honest, (sure,))
    assert rank(honest, (sure,)) < rank(doubtful, ())
