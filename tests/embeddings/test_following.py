"""Faces followed: few looks, nobody missed who stays for a second, places for every frame, people never mixed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.following import CLOSER_LOOKS, LOOK_EVERY, LOOK_EVERY_S, NEWS_EVERY_S, Track, follow_faces
from embeddings.samples import DetectedFace, FaceEmbedder, Frame, LoadedPack
from embeddings.sightings import overlap
from tests.portrait_film import portrait_frames

Picture = NDArray[np.uint8]
STEP_S = 0.5


@dataclass(slots=True, eq=False)
class Counting:
    """The pack's own embedder, and on how many pictures its detector looked."""

    inner: FaceEmbedder
    looks: int = 0
    closer_looks: int = 0
    closer_at: list[int] = field(default_factory=list)
    """How often the detector had looked before each closer look."""

    def detect(self, pixels: Picture) -> list[DetectedFace]:
        """As the pack."""
        self.looks += 1
        return self.inner.detect(pixels)

    def look_closer(self, pixels: Picture) -> list[DetectedFace]:
        """As the pack."""
        self.closer_looks += 1
        self.closer_at.append(self.looks)
        return self.inner.look_closer(pixels)

    def locate(self, pixels: Picture, box: tuple[int, int, int, int]) -> DetectedFace:
        """As the pack."""
        return self.inner.locate(pixels, box)

    def align(self, pixels: Picture, face: DetectedFace, *, size_px: int) -> Picture:
        """As the pack."""
        return self.inner.align(pixels, face, size_px=size_px)

    def chip(self, pixels: Picture, face: DetectedFace) -> Picture:
        """As the pack."""
        return self.inner.chip(pixels, face)

    def embed(self, chips: Sequence[Picture]) -> NDArray[np.float32]:
        """As the pack."""
        return self.inner.embed(chips)


def _follow(pictures: Sequence[Picture], pack: LoadedPack, *, step_s: float = STEP_S) -> tuple[list[Track], int]:
    counting = Counting(pack.faces)
    frames = [Frame(at_s=n * step_s, pixels=picture, scale=1.0) for n, picture in enumerate(pictures)]
    return follow_faces(frames, replace(pack, faces=counting)), counting.looks


def _scene(face: Picture | None, *, left: int = 0, base: Picture | None = None, side: int = 260) -> Picture:
    scene = np.full((360, 640, 3), 90, dtype=np.uint8) if base is None else base.copy()
    if face is not None:
        scene[60 : 60 + side, left : left + side] = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return scene


@pytest.fixture(scope="module")
def portraits(astronaut: Picture, hopper: Picture) -> tuple[Picture, Picture]:
    return astronaut[:300, 80:380], hopper[20:420, 60:460]


def test_a_talking_head_costs_a_few_looks_and_has_a_place_in_every_frame(pack: LoadedPack) -> None:
    pictures = portrait_frames(8.0)[::5]
    (track,), looks = _follow(pictures, pack)
    assert len(pictures) == 16
    assert looks <= 1 + len(pictures) // LOOK_EVERY
    assert [sighting.index for sighting in track.sightings] == list(range(16))
    for sighting in track.sightings[::3]:
        (face,) = pack.faces.detect(pictures[sighting.index])
        assert overlap(sighting.face.box, face.box) > 0.6


def test_who_comes_in_for_a_second_is_found_with_all_frames(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    stays, comes = portraits
    stay = NEWS_EVERY_S / STEP_S
    for first in (1, 2, 3):  # the first one between two looks
        pictures = []
        for n in range(8):
            base = _scene(stays, left=20 + 3 * n)
            here = first <= n < first + stay
            pictures.append(_scene(comes, left=350 + 4 * n, base=base) if here else base)
        tracks, looks = _follow(pictures, pack)
        assert sorted(len(track.sightings) for track in tracks) == [stay, 8]
        (guest,) = [track for track in tracks if len(track.sightings) == stay]
        assert guest.sightings[0].index == first
        assert looks < len(pictures)


def test_a_face_that_moves_fast_is_not_lost(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    tracks, _ = _follow([_scene(portraits[0], left=10 + 55 * n) for n in range(7)], pack)
    assert [len(track.sightings) for track in tracks] == [7]


def test_another_face_in_the_same_place_is_another_track(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    one, other = (_scene(face, left=200, side=200) for face in portraits)
    moved = [np.roll(picture, 3, axis=1) for picture in (one, other)]
    tracks, _ = _follow([one, moved[0], one, other, moved[1], other], pack)
    assert [[s.index for s in track.sightings] for track in tracks] == [[0, 1, 2], [3, 4, 5]]


def test_who_leaves_is_followed_no_further(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    tracks, _ = _follow([_scene(portraits[0], left=100 + n) for n in range(3)] + [_scene(None)] * 4, pack)
    assert [[s.index for s in track.sightings] for track in tracks] == [[0, 1, 2]]


def test_a_picture_that_stands_still_is_looked_at_once(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    (track,), looks = _follow([_scene(portraits[1], left=100)] * 20, pack)
    assert looks == 1
    assert len(track.sightings) == 20
    assert track.last.at_s == 19 * STEP_S


def test_frames_far_apart_are_looked_at_when_anything_comes_in(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    pictures = [_scene(None), _scene(None)] + [_scene(portraits[0], left=100)] + [_scene(None)] * 3
    (track,), _ = _follow(pictures, pack, step_s=30.0)
    assert [sighting.index for sighting in track.sightings] == [2]


def test_of_frames_that_are_far_apart_no_more_than_three_seconds_lie_between_two_looks(pack: LoadedPack) -> None:
    pictures = portrait_frames(8.0)[::5]
    _, near = _follow(pictures, pack, step_s=0.5)
    _, apart = _follow(pictures, pack, step_s=1.25)
    _, far = _follow(pictures, pack, step_s=LOOK_EVERY_S)
    assert near <= 1 + len(pictures) // LOOK_EVERY
    assert apart == len(pictures) // 2, "every 2.5 s"
    assert far == len(pictures)


def test_where_nobody_is_seen_small_faces_are_sought_in_a_few_frames_and_followed(
    pack: LoadedPack, hopper: Picture
) -> None:
    face = hopper[20:420, 60:460]
    small = [_scene(face, left=200 + 2 * n, side=100) for n in range(12)]
    assert pack.faces.detect(small[0]) == [], "the face in it has some 50 pixels"
    counting = Counting(pack.faces)
    frames = [Frame(at_s=n * STEP_S, pixels=picture, scale=1.0) for n, picture in enumerate(small)]
    (track,) = follow_faces(frames, replace(pack, faces=counting))
    assert counting.closer_looks <= CLOSER_LOOKS
    assert [sighting.index for sighting in track.sightings] == list(range(12))
    assert 40 <= track.last.size_px < 70
    one = [Frame(at_s=0.0, pixels=small[0], scale=1.0)]
    assert len(follow_faces(one, pack)) == 1
    assert follow_faces([], pack) == []


def test_a_small_face_beside_a_large_one_is_seen_too(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    large, far = portraits
    pictures = [_scene(far, left=480, side=90, base=_scene(large, left=20 + n)) for n in range(6)]
    assert len(pack.faces.detect(pictures[0])) == 1
    tracks, _ = _follow(pictures, pack)
    sizes = sorted(track.sightings[0].size_px for track in tracks)
    assert len(sizes) == 2
    assert 40 <= sizes[0] < 60 < sizes[1]
    assert [len(track.sightings) for track in tracks] == [6, 6]


def test_closer_looks_are_few_and_spread_over_the_whole(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    counting = Counting(pack.faces)
    pictures = [_scene(portraits[n // 2 % 2], left=100) for n in range(40)]
    frames = [Frame(at_s=n * STEP_S, pixels=picture, scale=1.0) for n, picture in enumerate(pictures)]
    follow_faces(frames, replace(pack, faces=counting))
    assert counting.closer_looks == CLOSER_LOOKS
    assert counting.closer_at == [1, 6, 11, 16], "of twenty looks"
