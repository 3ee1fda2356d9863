"""Reference media made by code: two public-domain portraits, espeak-ng voices, and short films of them.

The portraits are scikit-image's ``astronaut`` (Eileen Collins, NASA) and matplotlib's sample ``grace_hopper.jpg`` (US
Navy).
"""

from __future__ import annotations

import subprocess
import wave
from fractions import Fraction
from pathlib import Path

import av
import cv2
import matplotlib.cbook
import numpy as np
from numpy.typing import NDArray
from skimage import data

Pixels = NDArray[np.uint8]
FRAMES_PER_S = 10
SPEECH = (
    "Good evening. Today I want to speak with you about the future of our country, about schools, roads and hospitals, "
    "and about the work that we have done together during this long year."
)


def astronaut() -> Pixels:
    """(300, 300, 3) RGB; the whole picture has a badge that the detector takes for a second face."""
    return np.ascontiguousarray(data.astronaut()[:300, 50:350])


def hopper() -> Pixels:
    """(600, 512, 3) RGB."""
    path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    picture = cv2.imread(str(path))
    if picture is None:
        raise OSError(f"cannot read {path}")
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)


def darker(picture: Pixels) -> Pixels:
    """The same picture in less light, mirrored: another file, another look, the same person."""
    return np.ascontiguousarray((picture[:, ::-1] * 0.7).astype(np.uint8))


def write_picture(path: Path, picture: Pixels) -> Path:
    """A JPEG of RGB pixels."""
    if not cv2.imwrite(str(path), picture[:, :, ::-1]):
        raise OSError(f"cannot write {path}")
    return path


def write_speech(path: Path, voice: str, text: str = SPEECH) -> Path:
    """A WAV of espeak-ng's English with a voice variant such as ``+f2``."""
    subprocess.run(["espeak-ng", "-v", f"en{voice}", "-w", str(path), text], check=True)
    return path


def join_speech(path: Path, *parts: Path) -> Path:
    """A WAV of several one after the other, a second of silence between them."""
    with wave.open(str(path), "wb") as out:
        for number, part in enumerate(parts):
            with wave.open(str(part), "rb") as source:
                if not number:
                    out.setparams(source.getparams())
                out.writeframes(source.readframes(source.getnframes()) + bytes(2 * source.getframerate()))
    return path


def write_silence(path: Path, *, seconds: float) -> Path:
    """A WAV in which nobody speaks."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(np.zeros(round(seconds * 16_000), dtype=np.int16).tobytes())
    return path


def write_film(path: Path, picture: Pixels, *, seconds: float = 3.0) -> Path:
    """An MP4 without sound in which the picture sways by a few pixels."""
    height, width = (side - side % 2 for side in picture.shape[:2])
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(round(seconds * FRAMES_PER_S)):
            shift = np.array([[1, 0, 4 * np.sin(number / 3)], [0, 1, 2 * np.cos(number / 4)]], dtype=np.float32)
            moved = cv2.warpAffine(
                picture, shift, (picture.shape[1], picture.shape[0]), borderMode=cv2.BORDER_REPLICATE
            )
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(moved[:height, :width]), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_S)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def side_by_side(left: Pixels, right: Pixels) -> Pixels:
    """Both in one picture, as high as the lower one."""
    height = min(left.shape[0], right.shape[0])
    return np.concatenate([left[:height], right[:height]], axis=1)
