"""What a detector says: the contextualised ``Finding``. A finding without its context does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from embeddings.records import REGION_TYPE, Region
from evidence.records import STRINGS, Visitor


class Axis(StrEnum):
    """The four questions that are never added up."""

    LIKENESS = "likeness"
    ALTERATION = "alteration"
    LURE = "lure"
    SOURCE = "source"


class Bearing(StrEnum):
    """What the observation does to the claim."""

    SUPPORTS = "supports"
    AGAINST = "against"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters ``start..end`` of the text of ``field`` and what they say.

    ``field`` is ``title``, ``body``, ``cta_text``, ``page_name``, ``landing``, or a place whose lines ``detectors.text_lines``
    joins: ``frames``, ``speech``, ``screenshot``. Of the page that another visitor than the first was shown, ``page_field`` says
    how it is called."""

    field: str
    start: int
    end: int
    label: str


def page_field(name: str, visitor: Visitor) -> str:
    """What a span calls ``landing`` or ``screenshot`` on the page that the visitor was shown: two visitors' texts are two."""
    return name if visitor is Visitor.COMPUTER else f"{name}:{visitor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One claim about one ad or creative, with everything that is needed to weigh it and to repeat it.

    Of ``ad_id`` and ``creative_sha256`` at least one is set. ``claim`` is a short stable code of the detector
    (``mouth_regenerated``, ``promise_of_profit``); ``observation`` is the sentence an analyst reads. ``weight`` in [0, 1] is
    0 for every method that has not been validated: it is shown and decides nothing. ``validated_on`` is None when the method
    has not been validated; ``inside_validation`` is None when that cannot be told. ``likelihood_ratio`` is None when not
    calibrated, and then ``propositions`` still names the two hypotheses that the observation speaks to;
    ``likelihood_ratio_low`` and ``likelihood_ratio_high`` are the ends of its 95 % interval, None where there is none and in
    findings of versions that did not note it.
    """

    finding_id: str
    ad_id: str | None
    creative_sha256: str | None
    axis: Axis
    bearing: Bearing
    claim: str
    observation: str
    modality: str
    person_id: str | None
    brand_id: str | None
    start_s: float | None
    end_s: float | None
    region: Region | None
    spans: tuple[Span, ...]
    measurement: float | None
    unit: str | None
    method: str
    method_version: str
    model_sha256: str | None
    validated_on: str | None
    inside_validation: bool | None
    weight: float
    likelihood_ratio: float | None
    likelihood_ratio_low: float | None = None
    likelihood_ratio_high: float | None = None
    propositions: tuple[str, str]
    quality_limits: tuple[str, ...]
    innocent_explanations: tuple[str, ...]
    reference_sha256: str | None
    reference_start_s: float | None
    reproduce: str


FINDING_SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        ("ad_id", pa.string()),
        ("creative_sha256", pa.string()),
        pa.field("axis", pa.string(), nullable=False),
        pa.field("bearing", pa.string(), nullable=False),
        pa.field("claim", pa.string(), nullable=False),
        pa.field("observation", pa.string(), nullable=False),
        pa.field("modality", pa.string(), nullable=False),
        ("person_id", pa.string()),
        ("brand_id", pa.string()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("region", REGION_TYPE),
        pa.field(
            "spans",
            pa.list_(
                pa.struct([("field", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("label", pa.string())])
            ),
            nullable=False,
        ),
        ("measurement", pa.float64()),
        ("unit", pa.string()),
        pa.field("method", pa.string(), nullable=False),
        pa.field("method_version", pa.string(), nullable=False),
        ("model_sha256", pa.string()),
        ("validated_on", pa.string()),
        ("inside_validation", pa.bool_()),
        pa.field("weight", pa.float64(), nullable=False),
        ("likelihood_ratio", pa.float64()),
        ("likelihood_ratio_low", pa.float64()),
        ("likelihood_ratio_high", pa.float64()),
        pa.field("propositions", STRINGS, nullable=False),
        pa.field("quality_limits", STRINGS, nullable=False),
        pa.field("innocent_explanations", STRINGS, nullable=False),
        ("reference_sha256", pa.string()),
        ("reference_start_s", pa.float64()),
        pa.field("reproduce", pa.string(), nullable=False),
    ]
)
