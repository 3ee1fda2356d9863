"""Whom we protect and what says so: ``Person``, ``Brand``, ``Enrolment``, ``Reference``, ``AllowedCreative``, ``Match``."""

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
    """A public figure who asked to be protected. ``names`` in all scripts in use; the first is shown. ``languages`` are
    those that they speak in public, as BCP 47 codes such as ``az``."""

    person_id: str
    names: tuple[str, ...]
    role: str | None
    jurisdiction: str | None
    official_pages: tuple[str, ...]
    official_domains: tuple[str, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A brand's name as it is written in one language (BCP 47 code)."""

    language: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """An organisation whose name scams use. ``names`` in all spellings, ``spellings`` those of them whose language is
    known; official pages are URLs, or page ids as ``detectors.publisher`` reads them; ``logos`` are SHA-256 of pictures kept with
    the watchlist."""

    brand_id: str
    names: tuple[str, ...]
    official_pages: tuple[str, ...]
    official_domains: tuple[str, ...]
    spellings: tuple[Spelling, ...] = ()
    logos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Why we may hold a person's biometric data, until when, and who said so. Two different approvers, or it is inactive.

    ``document_sha256`` is that of the signed request, which is not kept; from ``review_at`` on somebody should ask again
    whether the enrolment is still needed."""

    person_id: str
    legal_basis: str
    purpose: str
    requested_by: str
    approved_by: tuple[str, ...]
    enrolled_at: datetime
    expires_at: datetime
    document_sha256: str | None = None
    review_at: datetime | None = None


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
class AllowedCreative:
    """A creative that was verified to be a person's or a brand's own: exactly one of ``person_id`` and ``brand_id`` is set.

    ``look`` is its print, packed as ``embeddings.print_tables`` does, by which copies of it are recognised; None where it was
    noted by its hash alone. The file itself is not kept.
    """

    sha256: str
    person_id: str | None
    brand_id: str | None
    allowed_by: str
    why: str
    allowed_at: datetime
    look: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPublisher:
    """A publisher of news whose own pages the operator trusts to report: ``pages`` are ids or URLs, ``domains`` bare names."""

    publisher_id: str
    names: tuple[str, ...]
    pages: tuple[str, ...]
    domains: tuple[str, ...]
    trusted_by: str
    why: str
    trusted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A track or voice segment of a creative that is as alike to an enrolled person as ``threshold`` demands: the pack's, or
    the higher one of this video and person where the watchlist is calibrated.

    ``score`` is "higher is more alike" in the pack's metric; ``likelihood_ratio`` is None without a calibration.
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
        pa.field("languages", STRINGS, nullable=False),
    ]
)

_SPELLING = pa.struct(
    [pa.field("language", pa.string(), nullable=False), pa.field("name", pa.string(), nullable=False)]
)

BRAND_SCHEMA = pa.schema(
    [
        pa.field("brand_id", pa.string(), nullable=False),
        pa.field("names", STRINGS, nullable=False),
        pa.field("official_pages", STRINGS, nullable=False),
        pa.field("official_domains", STRINGS, nullable=False),
        pa.field("spellings", pa.list_(pa.field("item", _SPELLING, nullable=False)), nullable=False),
        pa.field("logos", STRINGS, nullable=False),
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
        ("document_sha256", pa.string()),
        ("review_at", UTC),
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

ALLOWED_CREATIVE_SCHEMA = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        ("person_id", pa.string()),
        ("brand_id", pa.string()),
        pa.field("allowed_by", pa.string(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
        pa.field("allowed_at", UTC, nullable=False),
        ("look", pa.binary()),
    ]
)

NEWS_PUBLISHER_SCHEMA = pa.schema(
    [
        pa.field("publisher_id", pa.string(), nullable=False),
        pa.field("names", STRINGS, nullable=False),
        pa.field("pages", STRINGS, nullable=False),
        pa.field("domains", STRINGS, nullable=False),
        pa.field("trusted_by", pa.string(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
        pa.field("trusted_at", UTC, nullable=False),
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
