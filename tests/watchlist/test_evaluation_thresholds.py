"""Which thresholds are in use: the pack's, and those of the watchlist that somebody names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_enrolment, make_model_pack, make_person
from watchlist import store
from watchlist.calibrate import keep_calibration
from watchlist.calibration import fit
from watchlist.errors import WatchlistInvalid
from watchlist.evaluation_thresholds import InUse, thresholds_in_use
from watchlist.generations import Change
from watchlist.index import Space
from watchlist.records import Modality
from watchlist.store import StoredWatchlist
from watchlist.thresholds import video_threshold

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PACK = make_model_pack(face_threshold=0.2, voice_threshold=0.9)


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    """One person with two face vectors, and calibrated faces."""
    person = make_person(person_id="anar")
    enrolment = make_enrolment(person_id="anar", enrolled_at=NOW, expires_at=NOW + timedelta(days=9))
    content = StoredWatchlist(
        pack=PACK.label,
        spaces={Modality.FACE: Space(4, "cosine"), Modality.VOICE: Space(4, "cosine")},
        persons=(person,),
        enrolments=(enrolment,),
        vectors={Modality.FACE: {"anar": np.eye(4, dtype=np.float32)[:2]}},
    )
    directory = tmp_path / "w"
    store.change(directory, lambda _: content, record=Change(at=NOW, by="R", action="enrol", subject="anar", detail=""))
    return directory


def test_without_a_watchlist_the_packs_own() -> None:
    own = {
        Modality.FACE: (InUse(where="model pack test@1", threshold=0.2),),
        Modality.VOICE: (InUse(where="model pack test@1", threshold=0.9),),
    }
    assert thresholds_in_use(PACK, None) == own


def test_a_calibrated_watchlist_adds_its_own_with_what_it_rests_on(watchlist: Path) -> None:
    assert len(thresholds_in_use(PACK, watchlist)[Modality.FACE]) == 1
    rng = np.random.default_rng(3)
    made = fit(
        rng.normal(0.7, 0.1, size=100),
        rng.normal(0.1, 0.1, size=900),
        modality=Modality.FACE,
        pack=PACK.label,
        people=40,
        source="drawn",
    )
    keep_calibration(watchlist, made, by="R", now=NOW)
    found = thresholds_in_use(PACK, watchlist)
    expected = video_threshold(made, people=1, references=2, tracks=1, least=0.2)
    assert found[Modality.FACE][1] == InUse(
        where=f"watchlist w of 1, FPIR 0.01: {expected.basis.value}", threshold=expected.score
    )
    assert expected.score > 0.2
    assert len(found[Modality.VOICE]) == 1


def test_nobody_enrolled_or_another_pack_is_refused(watchlist: Path, tmp_path: Path) -> None:
    with pytest.raises(WatchlistInvalid, match="none holds nobody: its thresholds say nothing about test@1"):
        thresholds_in_use(PACK, tmp_path / "none")
    with pytest.raises(
        WatchlistInvalid, match=r"was built with the model pack test@1, not test@2: .* nothing about test@2"
    ):
        thresholds_in_use(make_model_pack(version="2"), watchlist)
