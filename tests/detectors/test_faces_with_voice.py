"""The face that is shown with a voice is the one seen longest with it; listeners, crowds and small faces do not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.faces_with_voice import ShownInstead, shown_instead
from detectors.subject import CreativeSubject
from embeddings.samples import FaceSample
from tests.detectors.recognised import PERSON, heard, seen, subject
from tests.factories import make_face_track
from watchlist.gallery import Gallery
from watchlist.records import Match

ENROLLED = np.full((1, 128), 0.1, dtype=np.float32)


def face(start_s: float, end_s: float, *, track: int = 7, away: float = 1.0, size_px: int = 200) -> FaceSample:
    made = make_face_track(track=track, start_s=start_s, end_s=end_s, size_px=size_px)
    return FaceSample(track=made, vectors=ENROLLED + np.float32(away / np.sqrt(128)))


def shown(
    *faces: FaceSample, matches: tuple[Match, ...] = (heard(2.0, 10.0),), enrolled: bool = True
) -> CreativeSubject:
    made = subject(*matches)
    vectors = {PERSON.person_id: ENROLLED} if enrolled else {}
    gallery = Gallery.of(made.pack.manifest, persons=[PERSON], face_vectors=vectors)
    return replace(made, faces=faces, gallery=gallery)


def test_the_one_seen_longest_with_the_voice() -> None:
    found = shown_instead(shown(face(0.0, 7.0), face(4.0, 20.0, track=8)), PERSON.person_id)
    assert isinstance(found, ShownInstead)
    assert (found.start_s, found.end_s, found.others, found.elsewhere) == (4.0, 20.0, 1, False)
    assert found.shared_s == pytest.approx(6.0, abs=0.2)
    assert found.score < 0.6


def test_their_own_face_at_the_same_time_and_at_another() -> None:
    voice = heard(2.0, 10.0)
    together = shown(face(0.0, 10.0), matches=(voice, seen(0.0, 7.0, track=1)))
    assert shown_instead(together, PERSON.person_id) == "no other face is shown for 4.0 s of it"
    apart = shown_instead(shown(face(0.0, 10.0), matches=(voice, seen(20.0, 24.0, track=1))), PERSON.person_id)
    assert isinstance(apart, ShownInstead)
    assert apart.elsewhere


def test_what_is_not_compared_says_why() -> None:
    cases = {
        "no other face is shown meanwhile": shown(face(12.0, 20.0)),
        "no other face is shown for 4.0 s of it": shown(face(2.0, 5.0)),
        "the faces that are shown meanwhile are less than 60 px high": shown(face(2.0, 10.0, size_px=40)),
        "another face is shown meanwhile, but no face of theirs is enrolled to compare it with": shown(
            face(2.0, 10.0), enrolled=False
        ),
        "a face that resembles theirs is shown meanwhile": shown(face(2.0, 10.0, away=0.3)),
    }
    assert {why: shown_instead(made, PERSON.person_id) for why, made in cases.items()} == {why: why for why in cases}
