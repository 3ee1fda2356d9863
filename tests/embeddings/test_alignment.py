"""Aligned faces of dense frames: few looks of the detector, the right face, nothing invented across a cut."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.alignment import aligned_faces, followed_faces
from embeddings.faces import region_of
from embeddings.records import Region
from embeddings.samples import DetectedFace, Frame, LoadedPack, SeenAt

Picture = NDArray[np.uint8]


def _frames(pictures: Sequence[Picture], step_s: float = 0.1) -> list[Frame]:
    return [Frame(at_s=n * step_s, pixels=picture, scale=1.0) for n, picture in enumerate(pictures)]


def _scene(face: Picture, left: int) -> Picture:
    scene = np.full((360, 640, 3), 90, dtype=np.uint8)
    scene[40:340, left : left + 300] = cv2.resize(face, (300, 300), interpolation=cv2.INTER_AREA)
    return scene


class _Counting:
    """The real embedder, with its looks counted."""

    def __init__(self, pack: LoadedPack) -> None:
        self._faces = pack.faces
        self.looks = 0

    def detect(self, pixels: Picture) -> list[DetectedFace]:
        self.looks += 1
        return self._faces.detect(pixels)

    def look_closer(self, pixels: Picture) -> list[DetectedFace]:
        return self._faces.look_closer(pixels)

    def locate(self, pixels: Picture, box: tuple[int, int, int, int]) -> DetectedFace:
        return self._faces.locate(pixels, box)

    def align(self, pixels: Picture, face: DetectedFace, *, size_px: int) -> Picture:
        return self._faces.align(pixels, face, size_px=size_px)

    def chip(self, pixels: Picture, face: DetectedFace) -> Picture:
        return self._faces.chip(pixels, face)

    def embed(self, chips: Sequence[Picture]) -> NDArray[np.float32]:
        return self._faces.embed(chips)


def test_a_moving_face_is_aligned_in_every_frame_with_few_looks(pack: LoadedPack, astronaut: Picture) -> None:
    counting = _Counting(pack)
    own = LoadedPack(manifest=pack.manifest, faces=counting, voices=pack.voices)
    frames = _frames([_scene(astronaut[:300, 80:380], 100 + 4 * n) for n in range(21)])
    aligned = aligned_faces(frames, own)
    assert [face.at_s for face in aligned] == [frame.at_s for frame in frames]
    assert counting.looks <= 6
    assert all(face.grey.shape == (96, 96) and face.grey.dtype == np.uint8 for face in aligned)
    middle = np.abs(aligned[10].grey.astype(int) - aligned[12].grey.astype(int)).mean()
    assert middle < 12  # the same face, aligned the same way, though its box was only followed
    assert all(face.box_height_px > 80 for face in aligned)


def test_no_face_is_invented_after_a_cut(pack: LoadedPack, astronaut: Picture) -> None:
    there, gone = _scene(astronaut[:300, 80:380], 100), np.full((360, 640, 3), 30, dtype=np.uint8)
    aligned = aligned_faces(_frames([there] * 8 + [gone] * 9), pack)
    assert [round(face.at_s, 1) for face in aligned] == [round(0.1 * n, 1) for n in range(8)]


def test_the_face_asked_for_is_followed(pack: LoadedPack, astronaut: Picture, hopper: Picture) -> None:
    scene = np.concatenate(
        [_scene(astronaut[:300, 80:380], 10)[:, :320], _scene(hopper[20:420, 60:460], 10)[:, :320]], 1
    )
    left = aligned_faces(_frames([scene]), pack, near=Region(left=0.1, top=0.3, width=0.25, height=0.4))
    right = aligned_faces(_frames([scene]), pack, near=Region(left=0.6, top=0.3, width=0.25, height=0.4))
    assert len(left) == len(right) == 1
    assert not np.array_equal(left[0].grey, right[0].grey)
    assert aligned_faces(_frames([scene]), pack, near=Region(left=0.48, top=0.0, width=0.02, height=0.02)) == []


def test_a_face_is_followed_along_its_sightings_without_another_look(pack: LoadedPack, astronaut: Picture) -> None:
    counting = _Counting(pack)
    own = LoadedPack(manifest=pack.manifest, faces=counting, voices=pack.voices)
    frames = _frames([_scene(astronaut[:300, 80:380], 100 + 4 * n) for n in range(31)])
    detected = {face.at_s: face for face in aligned_faces(frames, pack)}
    path = [
        SeenAt(at_s=frame.at_s, region=region_of(pack.faces.detect(frame.pixels)[0].box, frame.pixels))
        for frame in (frames[2], frames[7], frames[12], frames[30])
    ]
    followed = followed_faces(frames, own, path=path)
    assert counting.looks == 0
    assert [face.at_s for face in followed] == [frame.at_s for frame in [*frames[2:13], frames[30]]]
    for face in followed:
        assert np.abs(face.grey.astype(int) - detected[face.at_s].grey.astype(int)).mean() < 12


def test_nothing_gives_nothing(pack: LoadedPack) -> None:
    assert aligned_faces([], pack) == []
    assert followed_faces(_frames([np.zeros((90, 160, 3), dtype=np.uint8)]), pack, path=[]) == []
    assert aligned_faces(_frames([np.zeros((90, 160, 3), dtype=np.uint8)]), pack) == []
