"""The pictures that get vectors: few for a face that stays the same, enough that none stands for another one unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.face_quality import DETAIL, FaceQuality
from embeddings.records import Region
from embeddings.samples import DetectedFace
from embeddings.sightings import Sighting, alike
from embeddings.track_pictures import (
    BEST_FRAMES,
    MOST_WITNESSES,
    VOUCHED,
    best_first,
    best_pictures,
    witnesses,
    worth_it,
)

SIDE = 64
PERFECT = FaceQuality(
    size_px=300,
    sharpness=100.0,
    detail=DETAIL[1],
    contrast=60.0,
    burnt=0.0,
    occlusion=0.0,
    yaw_deg=0.0,
    pitch_deg=0.0,
    roll_deg=0.0,
)


def _sightings(kinds: Sequence[tuple[int, float]]) -> list[Sighting]:
    """Sightings of so many looks that have nothing in common, each with a quality."""
    looks = np.eye(SIDE, dtype=np.float32)
    return [
        Sighting(
            index=number,
            at_s=0.5 * number,
            face=DetectedFace(box=(0, 0, 10, 10), landmarks=np.zeros((5, 2))),
            region=Region(left=0.1, top=0.1, width=0.2, height=0.2),
            size_px=100,
            quality=replace(PERFECT, detail=DETAIL[0] + quality * (DETAIL[1] - DETAIL[0])),
            appearance=looks[kind],
        )
        for number, (kind, quality) in enumerate(kinds)
    ]


def test_a_face_that_stays_the_same_needs_one_picture() -> None:
    seen = _sightings([(0, 0.5), (0, 0.9), (0, 0.7)])
    assert [one.index for one in best_pictures(seen)] == [1]
    assert witnesses(seen, best_pictures(seen)) == ((), ())


def test_whoever_was_seen_badly_and_briefly_gets_a_picture() -> None:
    seen = _sightings([(0, 0.9)] * 5 + [(1, 0.1)] + [(0, 0.9)] * 5)
    best = best_pictures(seen)
    assert [one.index for one in best] == [0]
    further, left = witnesses(seen, best)
    assert [one.index for one in further] == [5]
    assert left == ()


def test_the_look_that_vouches_for_most_comes_first_and_none_goes_unvouched() -> None:
    kinds = [(0, 1.0), (1, 0.1), *[(2, 0.1)] * 3, (3, 0.1)]
    seen = _sightings(kinds)
    further, left = witnesses(seen, best_pictures(seen))
    assert [one.index for one in further] == [2, 1, 5]
    assert left == ()
    chosen = [*best_pictures(seen), *further]
    assert all(max(alike(one, other) for other in chosen) >= VOUCHED for one in seen)


def test_what_needs_too_many_pictures_is_left() -> None:
    seen = _sightings([(kind, 0.1 if kind else 1.0) for kind in range(MOST_WITNESSES + 4)])
    further, left = witnesses(seen, best_pictures(seen))
    assert [one.index for one in further] == list(range(1, MOST_WITNESSES + 1))
    assert [one.index for one in left] == list(range(MOST_WITNESSES + 1, MOST_WITNESSES + 4))


def test_good_pictures_are_few_and_different() -> None:
    seen = _sightings([(0, 0.8), (1, 0.9), (1, 1.0), (2, 0.75), (3, 0.72), (4, 0.3)])
    assert [one.index for one in best_first(seen)] == [2, 1, 0, 3, 4, 5]
    best = best_pictures(seen)
    assert len(best) == BEST_FRAMES
    assert [one.index for one in best] == [2, 0, 3]
    assert [one.index for one in worth_it(seen)] == [0, 1, 2, 3, 4]
