"""The version of a gallery: whatever can change what is said of a creative changes it, and nothing else does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from embeddings.records import ModelPack
from evidence.records import content_id
from evidence.tables import to_row
from watchlist import calibration
from watchlist.footage import DESCRIPTOR_FORM
from watchlist.modality_search import ModalitySearch
from watchlist.records import AllowedCreative

THRESHOLD_FORM = 2
"""Raised when other matches follow from the same vectors and calibrations: from 2 on look-alikes count without a calibration."""


def version_of(
    pack: ModelPack,
    *,
    records: Iterable[object],
    searches: Sequence[ModalitySearch],
    films: Sequence[tuple[str, str]],
    allowed: Iterable[AllowedCreative] = (),
) -> str:
    """SHA-256 over pack, people, brands, vectors, calibrations, film (person id, SHA-256) and verified creatives. Does not
    depend on the order in which people were enrolled or loaded, nor on anybody who cannot be matched."""
    thresholds = [pack.face_metric, pack.face_threshold, pack.voice_metric, pack.voice_threshold, THRESHOLD_FORM]
    parts = [pack.label, pack.digest, json.dumps(thresholds), DESCRIPTOR_FORM, json.dumps(films)]
    parts += sorted(json.dumps(to_row(record), sort_keys=True) for record in records)
    parts += sorted(json.dumps([one.sha256, one.person_id, one.brand_id, _hash(one.look or b"")]) for one in allowed)
    for search in searches:
        known = search.calibration
        parts.append("" if known is None else json.dumps(calibration.to_row(known), sort_keys=True))
        for owner in search.owners:
            rows = sorted(row.tobytes() for row in search.index.rows(owner))
            parts += [owner, _hash(b"".join(rows))]
    return content_id(*parts)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
