"""The order in which an evaluation puts ads, from surely a candidate to surely none: the rule itself, counted.

Scores of faces, voices and texts are never added up, and a priority is harm and not certainty. So an ad's rank counts which
conditions of the rule are met, and a probability decides only among equals.
"""

from __future__ import annotations

from collections.abc import Sequence

from detectors.records import Axis, Finding
from pipelines.records import Assessment, AxisState
from pipelines.score import brands_used

RANKED = (
    "Ads are ranked by how many of the three conditions of the rule they meet (a protected likeness or brand; a lure; no "
    "official source): 1 each, ½ where it cannot be told. Whatever was flagged comes before whatever was not. Among equals the "
    "one comes first whose words, or those of the page behind it, the trained classifier takes for a scam with the higher "
    "probability. The decision itself is one point of the curves."
)

MET = {AxisState.YES: 1.0, AxisState.CANNOT_TELL: 0.5, AxisState.NO: 0.0}
AMONG_EQUALS = 0.49
"""What a probability of one adds: less than the smallest step between conditions."""

CLASSIFIER, CLAIM = "lure_classifier", "reads_as_scam"


def rank(assessment: Assessment, findings: Sequence[Finding]) -> float:
    """In [0, 4.49]; higher is more of a candidate. ``findings`` are those about the ad and its media."""
    states = {reading.axis: reading.state for reading in assessment.axes}
    whose = 1.0 if brands_used(findings) else MET[states[Axis.LIKENESS]]
    met = whose + MET[states[Axis.LURE]] + 1.0 - MET[states[Axis.SOURCE]]
    return met + float(assessment.flagged) + AMONG_EQUALS * _scam(findings)


def _scam(findings: Sequence[Finding]) -> float:
    """The highest probability of a scam; 0 where the words read like something else, or were not read."""
    said = [f.measurement for f in findings if f.method == CLASSIFIER and f.claim == CLAIM]
    return max((value for value in said if value is not None), default=0.0)
