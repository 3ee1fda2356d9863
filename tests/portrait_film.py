"""Short films of a moving portrait, made by code: brows, eyes and mouth of scikit-image's ``astronaut`` (public domain) move."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

FRAMES_PER_S = 10
RATE_HZ = 16_000
BROWS, LIDS, LIPS = (91.0, 225.0), (104.0, 225.0), (151.0, 225.0)
"""Row and column, in the picture, around which each part moves."""


def wander(seed: int, count: int) -> NDArray[np.float64]:
    """(count,) smooth values about [-1, 1] that never repeat."""
    rough = np.random.default_rng(seed).standard_normal(count + 8)
    smooth = np.convolve(rough, np.hanning(5) / np.hanning(5).sum(), mode="same")[4 : 4 + count]
    return np.asarray(smooth / np.abs(smooth).max())


def portrait_frames(
    seconds: float, *, seed: int = 1, mouth_seed: int = 2, still_above: bool = False
) -> list[NDArray[np.uint8]]:
    """(480, 480, 3) RGB frames; ``seed`` moves brows and eyes, ``mouth_seed`` the mouth."""
    count = round(seconds * FRAMES_PER_S)
    above = np.zeros(count) if still_above else wander(seed, count)
    lids = np.zeros(count) if still_above else wander(seed + 100, count)
    mouth = wander(mouth_seed, count)
    picture = astronaut()
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    frames = []
    for at in range(count):
        down = _bump(rows, columns, BROWS, (8.0, 34.0)) * 4 * above[at]
        down += _bump(rows, columns, LIDS, (5.0, 34.0)) * 3 * lids[at]
        moved = cv2.remap(picture, columns, (rows + down).astype(np.float32), cv2.INTER_LINEAR)
        height = 1 + 6 * (1 + mouth[at])
        opened = ((rows - LIPS[0] - height / 2) / height) ** 2 + ((columns - LIPS[1]) / 13) ** 2 < 1
        moved[opened] = (20, 5, 5)
        frames.append(cv2.resize(moved[0:340, 54:394], (480, 480)))
    return frames


def grey_faces(frames: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """(n, 96, 96) aligned grey faces, cut where the face lies: no detector, no trembling."""
    cuts = [cv2.resize(frame[60:250, 145:335], (96, 96), interpolation=cv2.INTER_AREA) for frame in frames]
    return np.stack([cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY) for cut in cuts]).astype(np.uint8)


def babble(seconds: float, *, seed: int = 3) -> NDArray[np.float32]:
    """(n,) sound of syllable-like bursts of changing colour, 16 kHz; another seed is another speech."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    at = np.arange(count) / RATE_HZ
    sound = np.zeros(count)
    start = 0.0
    while start < seconds:
        length = rng.uniform(0.1, 0.3)
        inside = np.clip(np.sin(np.pi * (at - start) / length), 0, 1) * ((at >= start) & (at < start + length))
        for tone in rng.uniform(150, 4000, 6):
            sound += inside * np.sin(2 * np.pi * tone * at) * rng.uniform(0.2, 1)
        start += length + rng.uniform(0.02, 0.15)
    loud: NDArray[np.float32] = (0.5 * sound / np.abs(sound).max()).astype(np.float32)
    return loud


def write_film(
    path: Path,
    frames: list[NDArray[np.uint8]],
    sound: NDArray[np.float32] | None,
    *,
    bit_rate: int = 400_000,
    rate: int = FRAMES_PER_S,
    sound_hz: int = RATE_HZ,
) -> Path:
    """An MP4 with H.264 and, if there is ``sound`` (at ``sound_hz``), AAC."""
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
        picture.width, picture.height, picture.pix_fmt, picture.bit_rate = width, height, "yuv420p", bit_rate
        voice = None if sound is None else out.add_stream("aac", rate=sound_hz, layout="mono")
        for at, frame in enumerate(frames):
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            shown.pts, shown.time_base = at, Fraction(1, rate)
            out.mux(picture.encode(shown))
        out.mux(picture.encode(None))
        if voice is not None and sound is not None:
            for start in range(0, len(sound), 1024):
                piece = av.AudioFrame.from_ndarray(sound[None, start : start + 1024], format="fltp", layout="mono")
                piece.sample_rate, piece.pts = sound_hz, start
                out.mux(voice.encode(piece))
            out.mux(voice.encode(None))
    return path


def _bump(
    rows: NDArray[np.float32], columns: NDArray[np.float32], centre: tuple[float, float], spread: tuple[float, float]
) -> NDArray[np.float32]:
    bump: NDArray[np.float32] = np.exp(
        -(((rows - centre[0]) / spread[0]) ** 2) - (((columns - centre[1]) / spread[1]) ** 2)
    )
    return bump
