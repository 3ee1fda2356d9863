"""Whom we protect and what says so: ``Person``, ``Brand``, ``Enrolment``, ``Reference``, ``Match``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa

from embeddings.records import REGION_TYPE, Region
from evidence.records import STRINGS, UTC


class Modality(StrEnum):
    """By what somebody was recognised."""

    FACE = "face"
    VOICE = "voice"


class ReferenceKind(StrEnum):
    """What a reference is used for."""

    IMAGE = "image"
    AUDIO = "audio"
    FOOTAGE = "footage"
    """Genuine film of the person, kept to compare suspects with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A public figure who asked to be protected. ``names`` in all scripts in use; the first is shown."""

    person_id: str
    names: tuple[str, ...]
    role: str | None
    jurisdiction: str | None
    official_pages: tuple[str, ...]
    official_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """An organisation whose name scams use. ``names`` in all spellings; official pages are page ids or page URLs."""

    brand_id: str
    names: tuple[str, ...]
    official_pages: tuple[str, ...]
    official_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Why we may hold a person's biometric data, until when, and who said so. Two different approvers, or it is inactive."""

    person_id: str
    legal_basis: str
    purpose: str
    requested_by: str
    approved_by: tuple[str, ...]
    enrolled_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One picture, recording or film of an enrolled person, by its SHA-256; ``provenance`` says where it came from."""

    person_id: str
    kind: ReferenceKind
    sha256: str
    media_type: str
    provenance: str
    added_at: datetime
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A track or voice segment of a creative that is as alike to an enrolled person as the pack's threshold demands.

    ``score`` is "higher is more alike" in the pack's metric; ``likelihood_ratio`` is None until the pack is calibrated.
    """

    match_id: str
    creative_sha256: str
    person_id: str
    modality: Modality
    track: int
    start_s: float
    end_s: float
    best_s: float
    region: Region | None
    score: float
    threshold: float
    likelihood_ratio: float | None
    pack: str


PERSON_SCHEMA = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("names", STRINGS, nullable=False),
        ("role", pa.string()),
        ("jurisdiction", pa.string()),
        pa.field("official_pages", STRINGS, nullable=False),
        pa.field("official_domains", STRINGS, nullable=False),
    ]
)

BRAND_SCHEMA = pa.schema(
    [
        pa.field("brand_id", pa.string(), nullable=False),
        pa.field("names", STRINGS, nullable=False),
        pa.field("official_pages", STRINGS, nullable=False),
        pa.field("official_domains", STRINGS, nullable=False),
    ]
)

ENROLMENT_SCHEMA = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("legal_basis", pa.string(), nullable=False),
        pa.field("purpose", pa.string(), nullable=False),
        pa.field("requested_by", pa.string(), nullable=False),
        pa.field("approved_by", STRINGS, nullable=False),
        pa.field("enrolled_at", UTC, nullable=False),
        pa.field("expires_at", UTC, nullable=False),
    ]
)

REFERENCE_SCHEMA = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("media_type", pa.string(), nullable=False),
        pa.field("provenance", pa.string(), nullable=False),
        pa.field("added_at", UTC, nullable=False),
        pa.field("pack", pa.string(), nullable=False),
    ]
)

MATCH_SCHEMA = pa.schema(
    [
        pa.field("match_id", pa.string(), nullable=False),
        pa.field("creative_sha256", pa.string(), nullable=False),
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("modality", pa.string(), nullable=False),
        pa.field("track", pa.int32(), nullable=False),
        pa.field("start_s", pa.float64(), nullable=False),
        pa.field("end_s", pa.float64(), nullable=False),
        pa.field("best_s", pa.float64(), nullable=False),
        ("region", REGION_TYPE),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("threshold", pa.float64(), nullable=False),
        ("likelihood_ratio", pa.float64()),
        pa.field("pack", pa.string(), nullable=False),
    ]
)
