"""A prepared request: what it adds to a watchlist, and what it says for the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_model_pack, sha
from watchlist.preparing import Prepared
from watchlist.records import Modality, ReferenceKind
from watchlist.references import ReadReference
from watchlist.rules import EnrolmentRequest
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(name: str, *, rows: int) -> ReadReference:
    vectors = np.full((rows, 4), 0.5, dtype=np.float32)
    return ReadReference(path=Path(name), sha256=sha(name), media_type="image/jpeg", data=b"", vectors=vectors)


@pytest.fixture
def ready() -> Prepared:
    request = EnrolmentRequest(
        person_id="aysel",
        names=(" Aysel Quliyeva ",),
        legal_basis=" consent ",
        purpose="takedown",
        requested_by="Rena",
        expires_at=NOW + timedelta(days=300),
        provenance="press office",
        born=date(1970, 5, 5),
        official_domains=("Gov.example",),
        languages=("az",),
        review_at=NOW + timedelta(days=100),
    )
    return Prepared(
        request=request,
        pack=make_model_pack(),
        document_sha256=sha("document"),
        pictures=(read("a.jpg", rows=1), read("b.jpg", rows=1)),
        recordings=(read("a.wav", rows=3),),
        films=(),
    )


def test_everything_of_the_request_is_recorded(ready: Prepared) -> None:
    stored = ready.added_to(StoredWatchlist(), now=NOW)
    [person], [enrolment] = stored.persons, stored.enrolments
    assert (person.names, person.official_domains, person.languages) == (("Aysel Quliyeva",), ("gov.example",), ("az",))
    assert (enrolment.legal_basis, enrolment.approved_by, enrolment.enrolled_at) == ("consent", (), NOW)
    assert (enrolment.document_sha256, enrolment.review_at) == (sha("document"), NOW + timedelta(days=100))
    kinds = [ReferenceKind.IMAGE, ReferenceKind.IMAGE, ReferenceKind.AUDIO]
    assert [reference.kind for reference in stored.references] == kinds
    assert stored.pack == ready.pack.label
    assert {modality: rows["aysel"].shape for modality, rows in stored.vectors.items()} == {
        Modality.FACE: (2, 4),
        Modality.VOICE: (3, 4),
    }


def test_each_file_carries_its_own_provenance_or_the_common_one(ready: Prepared) -> None:
    stated = replace(ready, request=replace(ready.request, sources=((Path("b.jpg"), " archive "),)))
    noted = [reference.provenance for reference in stated.added_to(StoredWatchlist(), now=NOW).references]
    assert noted == ["press office", "archive", "press office"]


def test_somebody_without_a_recording_has_no_voice(ready: Prepared) -> None:
    stored = replace(ready, recordings=()).added_to(StoredWatchlist(), now=NOW)
    assert stored.vectors[Modality.VOICE] == {}


def test_the_audit_says_what_was_checked_and_no_date_of_birth(ready: Prepared) -> None:
    assert ready.in_words == (
        f"2 pictures, 1 recordings, 0 films; date of birth checked; signed request {sha('document')}"
    )
    assert replace(ready, document_sha256=None).in_words.endswith("date of birth checked")
