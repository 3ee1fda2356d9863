"""What the job hands on: ``CreativeAnalysis``, ``Assessment``, ``Candidate``, ``DeadLetter``, ``RunReport``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa

from detectors.records import Axis, Finding
from embeddings.records import Creative, FaceTrack, TextLine, VoiceSegment
from embeddings.samples import SeenAt
from evidence.records import STRINGS, UTC
from watchlist.records import Match

PIPELINE_VERSION = "5"
"""Part of every candidate's id and of every cache key: raise it when a change can change a result."""


class AxisState(StrEnum):
    """The answer on one axis. ``cannot_tell`` is an answer, not a failure."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisReading:
    """The answer on one axis, in one sentence, with the findings it rests on."""

    axis: Axis
    state: AxisState
    summary: str
    finding_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTrail:
    """Where a track's face was, moment by moment: needed to blur bystanders in moving pictures."""

    track: int
    seen: tuple[SeenAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeAnalysis:
    """Everything that was learned about one unique creative. Holds no vector: whoever matched nobody is a box and a time.

    ``faces`` are all that were seen, those too small to compare included. ``copy_of`` is the SHA-256 of the creative of which
    this one is a copy, None for originals and where an earlier version did not note it. ``lines`` are the words that are written
    in it and said in it; ``unread`` says in sentences what was not looked at for words, and why.
    """

    creative: Creative
    faces: tuple[FaceTrack, ...]
    trails: tuple[FaceTrail, ...]
    voices: tuple[VoiceSegment, ...]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    copy_of: str | None = None
    lines: tuple[TextLine, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What was concluded about one ad, flagged or not, and why."""

    ad_id: str
    creative_sha256: str | None
    flagged: bool
    why: str
    axes: tuple[AxisReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An ad that a person should look at. ``priority`` in [0, 100] is harm first, not detector score; ``reasons`` are its
    terms in words, in order of weight. ``candidate_id`` is ``content_id(ad_id, creative_sha256 or "", pipeline_version)``.
    """

    candidate_id: str
    ad_id: str
    creative_sha256: str | None
    pipeline_version: str
    headline: str
    priority: int
    reasons: tuple[str, ...]
    person_ids: tuple[str, ...]
    brand_ids: tuple[str, ...]
    axes: tuple[AxisReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Something that could not be processed, with its reason in one sentence; the job went on without it."""

    letter_id: str
    stage: str
    ad_id: str | None
    creative_sha256: str | None
    error: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The truthful account of one screening run. ``creatives_copied`` were recognised as copies of other creatives.
    Where a worker was lost, ``creatives_seen_before`` includes what was examined before that.
    ``ads_in_campaigns`` of its ads belong to ``campaigns`` campaigns; None in reports of versions that did not look for any."""

    pipeline_version: str
    pack: str
    watchlist_version: str
    started_at: datetime
    finished_at: datetime
    ads: int
    creatives: int
    creatives_seen_before: int
    creatives_copied: int
    matches: int
    candidates: int
    dead_letters: int
    could_not_look: tuple[str, ...]
    campaigns: int | None = None
    ads_in_campaigns: int | None = None


AXIS_READING_TYPE = pa.struct(
    [("axis", pa.string()), ("state", pa.string()), ("summary", pa.string()), ("finding_ids", STRINGS)]
)

ASSESSMENT_SCHEMA = pa.schema(
    [
        pa.field("ad_id", pa.string(), nullable=False),
        ("creative_sha256", pa.string()),
        pa.field("flagged", pa.bool_(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
        pa.field("axes", pa.list_(AXIS_READING_TYPE), nullable=False),
    ]
)

CANDIDATE_SCHEMA = pa.schema(
    [
        pa.field("candidate_id", pa.string(), nullable=False),
        pa.field("ad_id", pa.string(), nullable=False),
        ("creative_sha256", pa.string()),
        pa.field("pipeline_version", pa.string(), nullable=False),
        pa.field("headline", pa.string(), nullable=False),
        pa.field("priority", pa.int32(), nullable=False),
        pa.field("reasons", STRINGS, nullable=False),
        pa.field("person_ids", STRINGS, nullable=False),
        pa.field("brand_ids", STRINGS, nullable=False),
        pa.field("axes", pa.list_(AXIS_READING_TYPE), nullable=False),
    ]
)

DEAD_LETTER_SCHEMA = pa.schema(
    [
        pa.field("letter_id", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        ("ad_id", pa.string()),
        ("creative_sha256", pa.string()),
        pa.field("error", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)

RUN_REPORT_SCHEMA = pa.schema(
    [
        pa.field("pipeline_version", pa.string(), nullable=False),
        pa.field("pack", pa.string(), nullable=False),
        pa.field("watchlist_version", pa.string(), nullable=False),
        pa.field("started_at", UTC, nullable=False),
        pa.field("finished_at", UTC, nullable=False),
        pa.field("ads", pa.int64(), nullable=False),
        pa.field("creatives", pa.int64(), nullable=False),
        pa.field("creatives_seen_before", pa.int64(), nullable=False),
        pa.field("creatives_copied", pa.int64(), nullable=False),
        pa.field("matches", pa.int64(), nullable=False),
        pa.field("candidates", pa.int64(), nullable=False),
        pa.field("dead_letters", pa.int64(), nullable=False),
        pa.field("could_not_look", STRINGS, nullable=False),
        ("campaigns", pa.int64()),
        ("ads_in_campaigns", pa.int64()),
    ]
)
