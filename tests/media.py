"""Real media for tests, made on the spot: portraits that ship with installed packages, speech by espeak-ng, files by PyAV."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import cv2
import numpy as np
import soundfile
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
SPEECH = (
    "Good evening. Today I want to speak about the harvest, about the roads in the mountains and about the schools. "
    "We have built much this year, and we will build more. I thank everybody who worked through the summer."
)


def portrait(name: str) -> Picture:
    """``astronaut`` (scikit-image) or ``hopper`` (Matplotlib), RGB, head and shoulders."""
    package, file = {
        "astronaut": ("skimage", "data/astronaut.png"),
        "hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    }[name]
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    picture = cv2.imread(str(Path(next(iter(spec.submodule_search_locations))) / file))
    assert picture is not None
    cut = picture[:, :, ::-1]
    return np.ascontiguousarray(cut[0:320, 70:390] if name == "astronaut" else cut[0:480, 60:512])


def write_picture(path: Path, picture: Picture) -> Path:
    """A JPEG or PNG, by the ending of ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture[:, :, ::-1])
    return path


def say(path: Path, *, voice: str = "en+f2", text: str = SPEECH) -> Path:
    """A WAV of espeak-ng speech; ``voice`` is language and variant."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["espeak-ng", "-v", voice, "-w", str(path), text], check=True)
    return path


def write_clip(
    path: Path, pictures: Sequence[Picture], *, sound: Path | None = None, rate: int = 10, side_px: int = 320
) -> Path:
    """An H.264/AAC MP4 of the pictures at ``rate`` frames per second, scaled to ``side_px`` squares, with the sound's length
    cut to the pictures'."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "23"})
        video.width = video.height = side_px
        video.pix_fmt = "yuv420p"
        audio = out.add_stream("aac", rate=16_000, layout="mono") if sound is not None else None
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(cv2.resize(picture, (side_px, side_px)), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio is not None and sound is not None:
            _encode_sound(out, audio, sound, seconds=len(pictures) / rate)
    return path


def _encode_sound(out: av.container.OutputContainer, audio: av.AudioStream, sound: Path, *, seconds: float) -> None:
    samples, source_rate = soundfile.read(str(sound), dtype="float32")
    wanted = np.arange(0, min(len(samples) / source_rate, seconds), 1 / 16_000)
    mono = np.interp(wanted, np.arange(len(samples)) / source_rate, samples).astype(np.float32)
    for start in range(0, len(mono), 1024):
        frame = av.AudioFrame.from_ndarray(mono[None, start : start + 1024], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, start, Fraction(1, 16_000)
        out.mux(audio.encode(frame))
    out.mux(audio.encode(None))


def swaying(picture: Picture, *, frames: int) -> list[Picture]:
    """The picture moved a little from frame to frame, so that an encoder has something to do."""
    height, width = picture.shape[:2]
    moved = []
    for number in range(frames):
        shift = np.array([[1, 0, 3 * np.sin(number / 3)], [0, 1, 2 * np.cos(number / 4)]], dtype=np.float32)
        moved.append(cv2.warpAffine(picture, shift, (width, height), borderMode=cv2.BORDER_REPLICATE))
    return moved
