"""The same recording is found in another codec and elsewhere in a film; other recordings are not, however many there are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.sound_prints import ITEM_S
from pipelines.sound_tracks import LEAST_S, MOST_MARKS, same_recordings, track_of

Items = NDArray[np.uint32]


def items(seed: int, *, seconds: float = 60.0) -> Items:
    return np.random.default_rng(seed).integers(0, 2**32, size=round(seconds / ITEM_S), dtype=np.uint32)


def noisy(chroma: Items, *, share: float, seed: int = 9) -> Items:
    """With one bit of so many items changed, as another codec does."""
    rng = np.random.default_rng(seed)
    flipped = np.where(
        rng.random(len(chroma)) < share, np.uint32(1) << rng.integers(0, 32, len(chroma), dtype=np.uint32), 0
    )
    return chroma ^ flipped.astype(np.uint32)


def sketches(*tracks: Items) -> list[bytes]:
    return [found.sketch for chroma in tracks if (found := track_of(chroma)) is not None]


def test_the_same_recording_is_found_in_another_codec_and_later_in_the_film() -> None:
    music = items(1)
    later = np.concatenate([items(2, seconds=10), noisy(music, share=0.5), items(3, seconds=5)])
    assert same_recordings(sketches(music, items(4), later, items(5))).tolist() == [[0, 2]]


def test_a_jingle_is_no_recording_in_common() -> None:
    jingle = items(1, seconds=LEAST_S - 5)
    one, other = (np.concatenate([items(seed), jingle, items(seed + 1)]) for seed in (10, 20))
    assert same_recordings(sketches(one, other)).tolist() == []


def test_many_of_one_recording_are_all_joined_to_the_first() -> None:
    music = items(1)
    tracks = sketches(music, *(noisy(music, share=0.3, seed=seed) for seed in range(30)))
    assert {member for _, member in same_recordings(tracks).tolist()} == set(range(1, 31))


@pytest.mark.parametrize(
    "chroma",
    [
        np.zeros(0, np.uint32),
        np.full(5000, 627964279, np.uint32),
        items(1, seconds=5),
    ],
)
def test_what_is_short_or_monotonous_is_no_track(chroma: Items) -> None:
    assert track_of(chroma) is None


def test_a_track_is_small_and_the_same_every_time() -> None:
    one, again = track_of(items(1, seconds=900)), track_of(items(1, seconds=900))
    assert one is not None
    assert one == again
    assert len(one.sketch) == MOST_MARKS * 6
    assert same_recordings([]).tolist() == []


def test_the_pairs_of_many_equal_recordings_grow_as_the_tracks_and_not_as_their_square() -> None:
    music = items(3)
    for number in (50, 400):
        tracks = sketches(*(np.concatenate([items(10 + many)[:20], music]) for many in range(number)))
        found = same_recordings(tracks)
        assert {member for _, member in found.tolist()} == set(range(1, number))
        assert len(found) <= 2 * number
