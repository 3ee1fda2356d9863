"""Close-ups whose movement is known: the portrait of scikit-image's ``astronaut`` opens its mouth and shuts its eyes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

import detectors.close_up
from detectors.appearances import NotShown
from detectors.close_up import FACE_PX, MARGIN, CloseUp
from detectors.face_flow import FaceFlow, face_flow
from detectors.subject import CreativeSubject
from embeddings.landmarks import cut_out, eyes, on_average_face, similarity
from embeddings.packs import load_pack
from tests.detectors.recognised import PERSON, seen, subject
from tests.portrait_film import babble, wander
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery

CONVENTION = "eye_corners"
RATE = 30.0
LIPS_PX = 204.0
"""Row of the closed lips in the aligned portrait."""

Numbers = NDArray[np.float64]


@functools.cache
def face() -> NDArray[np.uint8]:
    """The aligned portrait, (FACE_PX, FACE_PX, 3)."""
    pixels = astronaut()[0:320, 54:394]
    (found,) = load_pack("open").faces.detect(pixels)
    targets = on_average_face(CONVENTION, size_px=FACE_PX, padding=MARGIN)
    return cut_out(pixels, similarity(found.landmarks, targets), size_px=FACE_PX)


def talking(opening: Sequence[float] | Numbers) -> NDArray[np.uint8]:
    """Frames whose lower lip and chin are so many pixels lower, with a dark mouth between."""
    rows, columns = np.mgrid[0:FACE_PX, 0:FACE_PX].astype(np.float32)
    across = np.exp(-(((columns - FACE_PX / 2) / 55) ** 2))
    below = 1 / (1 + np.exp(np.clip((LIPS_PX - rows) / 2, -30, 30)))
    frames = []
    for down in opening:
        moved = cv2.remap(face(), columns, (rows - down * across * below).astype(np.float32), cv2.INTER_LINEAR)
        if down > 0.5:
            inside = ((rows - LIPS_PX - down / 2) / (down / 2)) ** 2 + ((columns - FACE_PX / 2) / 24) ** 2 < 1
            moved[inside] = (20, 5, 5)
        frames.append(moved)
    return np.stack(frames).astype(np.uint8)


def blinking(count: int, shut: Sequence[int]) -> NDArray[np.uint8]:
    """So many frames, in some of which both eyes are covered with the skin above them."""
    frames = np.repeat(face()[None], count, axis=0)
    for x, y in eyes(on_average_face(CONVENTION, size_px=FACE_PX, padding=MARGIN), convention=CONVENTION).round():
        box = slice(int(y) - 12, int(y) + 14), slice(int(x) - 22, int(x) + 22)
        lid = np.quantile(face()[box].reshape(-1, 3), 0.85, axis=0).astype(np.uint8)
        shade = np.linspace(0.95, 1.05, box[0].stop - box[0].start)[:, None, None]
        for at in shut:
            frames[at][box] = np.clip(lid * shade, 0, 255).astype(np.uint8)
    return frames


@functools.cache
def asleep() -> NDArray[np.uint8]:
    """The portrait with the skin above its eyes drawn over them, down to a line of lashes: what a finder of points takes for
    closed lids."""
    shut = face().astype(np.float32)
    for centre in eyes(on_average_face(CONVENTION, size_px=FACE_PX, padding=MARGIN), convention=CONVENTION).round():
        x, y = (int(one) for one in centre)
        drawn = shut.copy()
        drawn[y - 17 : y + 8, x - 26 : x + 26] = cv2.resize(shut[y - 17 : y - 8, x - 26 : x + 26], (52, 25))
        mask = np.zeros(shut.shape[:2], np.float32)
        cv2.ellipse(mask, (x, y), (24, 10), 0, 0, 360, 1.0, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), 2)[..., None]
        shut = drawn * mask + shut * (1 - mask)
        cv2.ellipse(shut, (x, y - 2), (22, 8), 0, 15, 165, (70, 40, 35), 2, cv2.LINE_AA)
    return shut.astype(np.uint8)


def close_up(
    faces: NDArray[np.uint8], *, rate: float = RATE, landmarks: Numbers | None = None, height_px: float = 200.0
) -> CloseUp:
    """A close-up of these frames from 0 s; its landmarks lie as on the average face unless given."""
    usual = on_average_face(CONVENTION, size_px=FACE_PX, padding=MARGIN)
    times_s = np.arange(len(faces)) / rate
    return CloseUp(
        match=seen(0.0, float(times_s[-1])),
        times_s=times_s,
        faces=faces,
        landmarks=np.repeat(usual[None], len(faces), axis=0) if landmarks is None else landmarks,
        heights_px=np.full(len(faces), height_px),
    )


def flow_of(close: CloseUp) -> FaceFlow:
    """How the face moves in the whole of it."""
    return face_flow(close, slice(0, len(close.times_s)), convention=CONVENTION)


def shown(
    *close: CloseUp | NotShown,
    sound: NDArray[np.float32] | None = None,
    spoken: Sequence[tuple[float, float]] = (),
    footage: Sequence[GenuineFootage] = (),
    points: bool = False,
    **facts: Any,
) -> CreativeSubject:
    """A subject in which these close-ups are what is to be seen of the person; ``points`` lets the pack mark lids and lips."""
    made = subject(*(one.match for one in close), sound=sound, spoken=spoken, **facts)
    gallery = Gallery.of(made.pack.manifest, persons=[PERSON], footage=footage)
    pack = made.pack if points else replace(made.pack, points=None)
    return replace(made, gallery=gallery, pack=pack, memo={detectors.close_up.__name__: tuple(close)})


@functools.cache
def speaker() -> CloseUp:
    """The portrait that says ``speech()``."""
    return close_up(talking(speech()[1]))


@functools.cache
def speech(seconds: float = 6.0, *, seed: int = 3) -> tuple[NDArray[np.float32], Numbers]:
    """Sound of syllables, and the opening in pixels at RATE of a mouth that makes it: open when it is loud."""
    sound = babble(seconds, seed=seed)
    hop = round(16_000 / RATE)
    loud = np.array([np.sqrt((sound[at : at + hop] ** 2).mean()) for at in range(0, len(sound) - hop + 1, hop)])
    smooth = np.convolve(loud / loud.max(), np.hanning(5) / np.hanning(5).sum(), mode="same")
    return sound, np.clip(10 * smooth + 1.0 * wander(seed, len(smooth)) + 1, 0, 12)
