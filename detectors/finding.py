"""The one way in which a detector makes a ``Finding``: complete, its id following its content, without undue weight."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from detectors.records import Axis, Bearing, Finding, Span
from embeddings.records import Region
from evidence.records import content_id
from evidence.tables import to_row

PROPOSITIONS = {
    Axis.LIKENESS: ("The likeness is that of the named person.", "The likeness is that of somebody else."),
    Axis.ALTERATION: ("The picture or the sound was altered.", "The picture and the sound are as they were recorded."),
    Axis.LURE: ("The ad draws people into a fraud.", "The ad is an ordinary offer, a report or a warning."),
    Axis.SOURCE: ("The ad comes from the official source.", "The ad comes from somebody else."),
}
"""The two hypotheses that an observation on an axis speaks to, where a detector does not name narrower ones."""


class Named(Protocol):
    """What every detector has."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What made the observation. ``validated_on`` names a data set that a command in this repository evaluates; None until
    there is one."""

    name: str
    version: str
    validated_on: str | None = None
    model_sha256: str | None = None


def finding(
    *,
    method: Method,
    axis: Axis,
    bearing: Bearing,
    claim: str,
    observation: str,
    reproduce: str,
    modality: str,
    ad_id: str | None = None,
    creative_sha256: str | None = None,
    person_id: str | None = None,
    brand_id: str | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    region: Region | None = None,
    spans: Sequence[Span] = (),
    measurement: float | None = None,
    unit: str | None = None,
    inside_validation: bool | None = None,
    weight: float = 0.0,
    likelihood_ratio: float | None = None,
    interval: tuple[float, float] | None = None,
    propositions: tuple[str, str] | None = None,
    quality_limits: Sequence[str] = (),
    innocent_explanations: Sequence[str] = (),
    reference_sha256: str | None = None,
    reference_start_s: float | None = None,
) -> Finding:
    """A finding with its id. Two findings of one method differ in claim, person, brand, place or reference, or have one id.
    ``interval`` is the 95 % interval of the likelihood ratio.

    Raises ``ValueError`` for what no finding may be: without subject, words or command; with weight but no validation; speaking
    for a claim without naming an innocent explanation.
    """
    hypotheses = propositions or PROPOSITIONS[axis]
    made = Finding(
        finding_id=_finding_id(
            method,
            what=(axis, claim, modality),
            whose=(ad_id, creative_sha256, person_id, brand_id, reference_sha256),
            where=(start_s, end_s, region and to_row(region), [to_row(span) for span in spans]),
        ),
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        axis=axis,
        bearing=bearing,
        claim=claim,
        observation=observation,
        modality=modality,
        person_id=person_id,
        brand_id=brand_id,
        start_s=start_s,
        end_s=end_s,
        region=region,
        spans=tuple(spans),
        measurement=measurement,
        unit=unit,
        method=method.name,
        method_version=method.version,
        model_sha256=method.model_sha256,
        validated_on=method.validated_on,
        inside_validation=inside_validation,
        weight=weight,
        likelihood_ratio=likelihood_ratio,
        likelihood_ratio_low=None if interval is None else interval[0],
        likelihood_ratio_high=None if interval is None else interval[1],
        propositions=hypotheses,
        quality_limits=tuple(quality_limits),
        innocent_explanations=tuple(innocent_explanations),
        reference_sha256=reference_sha256,
        reference_start_s=reference_start_s,
        reproduce=reproduce,
    )
    _check(made)
    return made


def unweighed(detector: Named, creative_sha256: str, **facts: Any) -> Finding:
    """What a detector of alteration that was not validated saw of a creative; ``facts`` are the others of ``finding``."""
    return finding(
        method=Method(name=detector.name, version=detector.version),
        axis=Axis.ALTERATION,
        bearing=Bearing.INCONCLUSIVE,
        creative_sha256=creative_sha256,
        reproduce=screen_command(creative_sha256),
        **facts,
    )


def supports(finding: Finding, *claims: str) -> bool:
    """Whether a finding makes one of these claims and stands by it."""
    return finding.claim in claims and finding.bearing is Bearing.SUPPORTS


def screen_command(creative_sha256: str) -> str:
    """The command that makes the findings about a creative again, to be run in the data directory."""
    return f"qalqan screen evidence/blobs/sha256/{creative_sha256[:2]}/{creative_sha256} --watchlist watchlist"


def _finding_id(
    method: Method, *, what: tuple[str, str, str], whose: tuple[str | None, ...], where: tuple[object, ...]
) -> str:
    """Numbers that were measured are left out: a last digit that differs between machines must not make another finding."""
    return content_id(
        method.name,
        method.version,
        method.model_sha256 or "",
        *what,
        json.dumps(whose),
        json.dumps(where, sort_keys=True),
    )


def _within(made: Finding) -> bool:
    ratio, low, high = made.likelihood_ratio, made.likelihood_ratio_low, made.likelihood_ratio_high
    return ratio is not None and low is not None and high is not None and 0 < low <= ratio <= high < math.inf


def _check(made: Finding) -> None:
    wrong = None
    if made.ad_id is None and made.creative_sha256 is None:
        wrong = "says of no ad and no creative what it found: set ad_id or creative_sha256"
    elif not (made.observation.strip() and made.claim and made.reproduce.strip()):
        wrong = "has no claim, no observation or no command that repeats it: give all three"
    elif not 0 <= made.weight <= 1:
        wrong = f"has the weight {made.weight}: weights lie in [0, 1]"
    elif made.weight > 0 and made.validated_on is None:
        wrong = (
            f"has the weight {made.weight} though the method was not validated: only a validated method weighs anything"
        )
    elif made.likelihood_ratio is not None and not 0 < made.likelihood_ratio < math.inf:
        wrong = f"has the likelihood ratio {made.likelihood_ratio}: ratios are positive and finite"
    elif made.likelihood_ratio_low is not None and not _within(made):
        wrong = (
            f"has the likelihood ratio {made.likelihood_ratio} outside of its interval, {made.likelihood_ratio_low} to "
            f"{made.likelihood_ratio_high}: give a ratio and ends that are positive, finite and in order"
        )
    elif made.propositions[0] == made.propositions[1]:
        wrong = "has the same proposition twice: name the two hypotheses that it decides between"
    elif made.bearing is Bearing.SUPPORTS and not made.innocent_explanations:
        wrong = "supports its claim and names no innocent explanation: name at least one"
    elif (made.measurement is None) != (made.unit is None):
        wrong = "has a measurement without a unit or a unit without a measurement: give both or neither"
    elif made.start_s is not None and made.end_s is not None and made.end_s < made.start_s:
        wrong = f"ends at {made.end_s} s before it starts at {made.start_s} s: swap them"
    if wrong is not None:
        raise ValueError(f"the finding {made.claim!r} of {made.method}@{made.method_version} {wrong}")
