"""Inside of what was measured a stretch has a ratio that the number of films bounds; outside it says why it has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.film_alignment import Agreement, Alignment
from detectors.records import Bearing
from detectors.shift_search import Shift
from detectors.sound_alignment import Heard, SoundAgreement
from detectors.source_validation import (
    SOUND,
    limits,
    mouth_ratio,
    picture_outside,
    recut_outside,
    sound_outside,
    sound_ratio,
    sound_untold,
)
from detectors.source_verdicts import REGENERATED_GAP, Verdict
from embeddings.samples import FaceSample
from tests.detectors.recognised import seen, subject
from tests.factories import make_face_track, sha
from watchlist.footage import GenuineFootage


def alignment(seconds: float) -> Alignment:
    faces = np.zeros((0, 96, 96), dtype=np.uint8)
    film = GenuineFootage(person_id="aysel", sha256=sha("f"), times_s=np.zeros(0), faces=faces, sound=None)
    shift = Shift(window=slice(0, 40), speed=1.0, seconds=0.0, correlation=0.9, pairs=40, score=3.0, lead=2.0)
    agreed = Agreement(
        start_s=0.0,
        end_s=seconds,
        reference_start_s=0.0,
        reference_end_s=seconds,
        pairs=40,
        upper=0.99,
        mouth=0.98,
        gap=0.01,
        mouth_movement=0.9,
    )
    return Alignment(film=film, mirrored=False, shift=shift, agreement=agreed)


@pytest.mark.parametrize(
    ("seconds", "codec", "size_px", "why"),
    [
        (5.0, "h264", 120, None),
        (1.2, "h264", 120, "the stretch lasts 1.2 s"),
        (5.0, "vp9", 120, "it is encoded with vp9"),
        (5.0, "h264", 30, "the face is 30 px high"),
    ],
)
def test_length_codec_and_size_bound_what_was_measured(
    seconds: float, codec: str, size_px: int, why: str | None
) -> None:
    match = seen(0.0, 5.0)
    track = make_face_track(track=match.track, size_px=size_px)
    sample = FaceSample(track=track, vectors=np.ones((1, 128), dtype=np.float32))
    suspect = replace(subject(match, video_codec=codec), faces=(sample,))
    found = picture_outside(suspect, match, alignment(seconds))
    assert (found is None) is (why is None)
    assert why is None or (found is not None and why in found)


def test_bitrates_are_bounded_as_declared() -> None:
    match = seen(0.0, 5.0)
    for size_bytes, why in ((60_000, "48 kb/s"), (9_000_000, "7200 kb/s"), (300_000, None)):
        found = picture_outside(subject(match, size_bytes=size_bytes, duration_s=10.0), match, alignment(5.0))
        assert found is None if why is None else found is not None and f"it has {why}" in found


def test_a_film_cut_anew_is_judged_inside_of_what_was_measured_only() -> None:
    match = seen(0.0, 5.0)
    pieces = [(match, alignment(1.5)), (match, alignment(1.5))]
    assert recut_outside(subject(match), pieces) is None
    why = recut_outside(subject(match, video_codec="vp9"), pieces)
    assert why is not None
    assert "encoded with vp9" in why


def test_the_sound_has_conditions_of_its_own() -> None:
    match = seen(0.0, 5.0)
    assert sound_outside(subject(match), alignment(5.0)) is None
    assert [said.partition(" was not determined")[0] for said in sound_untold(subject(match))] == [
        "Which language is spoken",
        "The bitrate of the sound by itself",
    ]
    why = sound_outside(subject(match, audio_codec="opus"), alignment(5.0))
    assert why is not None
    assert limits(why, ("Few films.",)) == ("Few films.", f"Outside of what was measured: {why}.")
    assert limits(None, ("Few films.",)) == ("Few films.",)


def test_ratios_speak_for_both_sides_and_stay_within_what_so_few_films_allow() -> None:
    claimed = Verdict(claim="c", bearing=Bearing.SUPPORTS, words="w")
    other, own = (
        sound_ratio(claimed, Heard(sound=SoundAgreement(correlation=value, shift_s=0, seconds=5)))
        for value in (0.0, 1.0)
    )
    assert other is not None
    assert own is not None
    assert 1 / 20 < own < 1 < other < 20
    assert SOUND.log10_lr_high < 1.0
    assert mouth_ratio(claimed, REGENERATED_GAP) is None  # not calibrated yet


def test_where_nothing_is_claimed_nothing_is_weighed() -> None:
    unclear = Verdict(claim="c", bearing=Bearing.INCONCLUSIVE, words="w")
    assert mouth_ratio(unclear, 0.2) is None
    assert sound_ratio(unclear, None) is None
