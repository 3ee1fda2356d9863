"""Faces of a creative: one track per person, cuts respected, small ones named and not guessed, no vector in a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.faces import SeenFaces, agreement, is_cut, overlap, region_of, see_faces, track_faces
from embeddings.media import decode
from embeddings.records import FACE_TRACK_SCHEMA, Creative, MediaKind
from embeddings.samples import DecodedMedia, Frame, LoadedPack
from evidence.tables import to_row

Picture = NDArray[np.uint8]


def _media(pictures: Sequence[Picture], *, step_s: float = 0.5, scale: float = 1.0) -> DecodedMedia:
    creative = Creative(
        sha256="c" * 64,
        size_bytes=1,
        kind=MediaKind.VIDEO,
        container="mp4",
        duration_s=len(pictures) * step_s,
        width_px=None,
        height_px=None,
        frame_rate=None,
        video_codec=None,
        audio_codec=None,
        encoder=None,
        has_sound=False,
        frames_sampled=len(pictures),
        problems=(),
        sandbox="none",
    )
    frames = tuple(Frame(at_s=n * step_s, pixels=picture, scale=scale) for n, picture in enumerate(pictures))
    return DecodedMedia(creative=creative, path=Path("made.mp4"), frames=frames, sound=None)


def _scene(face: Picture, *, left: int, grey: int = 90) -> Picture:
    scene = np.full((360, 640, 3), grey, dtype=np.uint8)
    scene[40:340, left : left + 300] = cv2.resize(face, (300, 300), interpolation=cv2.INTER_AREA)
    return scene


@pytest.fixture(scope="module")
def portraits(astronaut: Picture, hopper: Picture) -> tuple[Picture, Picture]:
    return astronaut[:300, 80:380], hopper[20:420, 60:460]


def test_a_moving_face_is_one_track(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    media = _media([_scene(portraits[0], left=20 + 25 * n) for n in range(6)], scale=0.5)
    (sample,) = track_faces(media, pack)
    assert (sample.track.start_s, sample.track.end_s, sample.track.frames_seen) == (0.0, 2.5, 6)
    assert sample.vectors.shape == (1, 128)  # the same picture of it six times
    assert sample.track.size_px > 150
    assert sample.track.sharpness > 0


def test_two_people_at_once_are_two_tracks(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    scene = np.concatenate([_scene(portraits[0], left=10)[:, :320], _scene(portraits[1], left=10)[:, :320]], axis=1)
    seen = see_faces(_media([scene, scene.copy()]), pack)
    assert len(seen.samples) == 2
    assert all(len(seen.paths[sample.track.track]) == 2 for sample in seen.samples)


def test_a_cut_to_another_person_in_the_same_place_is_another_track(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    first, second = (_scene(face, left=170) for face in portraits)
    seen = see_faces(_media([first, np.roll(first, 4, axis=1), second, np.roll(second, 4, axis=1), first]), pack)
    assert sorted(sample.track.frames_seen for sample in seen.samples) == [2, 3]  # who comes back is one track again
    apart = agreement(seen.samples[0].vectors, seen.samples[1].vectors, metric="euclidean")
    assert apart.max() < pack.manifest.face_threshold


def test_a_face_too_small_to_judge_is_named_and_gets_no_vector(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    strict = replace(pack, manifest=replace(pack.manifest, face_min_size_px=400))
    seen = see_faces(_media([_scene(portraits[0], left=100)]), strict)
    assert seen.samples == ()
    assert len(seen.too_small) == 1
    assert seen.tracks == seen.too_small
    assert "below the 400 px" in seen.problems[0]
    assert track_faces(_media([_scene(portraits[0], left=100)]), strict) == []


def test_nobody_gives_nothing(pack: LoadedPack) -> None:
    for pictures in ([], [np.zeros((90, 160, 3), dtype=np.uint8)]):
        assert see_faces(_media(pictures), pack).tracks == ()


def test_vectors_appear_in_no_record(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    seen: SeenFaces = see_faces(_media([_scene(portraits[0], left=60)]), pack)
    row = to_row(seen.samples[0].track)
    assert set(row) == set(FACE_TRACK_SCHEMA.names)
    written = json.dumps([row, to_row(_media([]).creative), seen.problems])
    assert not any(f"{value:.4f}" in written for value in seen.samples[0].vectors.ravel() if abs(value) > 0.01)


def test_a_film_from_disk_gives_its_face(
    pack: LoadedPack, film: Callable[..., Path], portraits: tuple[Picture, Picture]
) -> None:
    path = film("talk.mp4", [_scene(portraits[1], left=100 + n) for n in range(20)])
    media = decode(path)
    (sample,) = track_faces(media, pack)
    assert sample.track.creative_sha256 == media.creative.sha256
    assert sample.track.end_s > 1.0


def test_boxes_and_cuts_are_judged_as_said() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1.0
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (20, 0, 30, 10)) == 0.0
    region = region_of((-10, -10, 50, 30), np.zeros((60, 100, 3), dtype=np.uint8))
    assert (region.left, region.top, region.width, region.height) == (0.0, 0.0, 0.5, 0.5)
    dark, light = (Frame(at_s=0, pixels=np.full((20, 20, 3), v, dtype=np.uint8), scale=1.0) for v in (20, 220))
    assert is_cut(dark, light)
    assert not is_cut(dark, dark)


@pytest.mark.fixtures
def test_a_real_clip_has_its_one_speaker(pack: LoadedPack, fixtures: Path) -> None:
    (sample,) = track_faces(decode(fixtures / "dfl_real" / "Obama_speaking.mp4"), pack)
    assert sample.track.frames_seen > 10
