"""One small whole file of every kind that is read, made by code; the ``seeds`` that are then damaged."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

RATE_HZ = 16_000
FILMS = {
    "whole.mp4": ("libx264", "aac", {"movflags": "+faststart"}),
    "late.mp4": ("libx264", "aac", {}),
    "pieces.mp4": ("libx264", "aac", {"movflags": "+frag_keyframe+empty_moov"}),
    "old.mov": ("mpeg4", "pcm_s16le", {}),
    "small.webm": ("libvpx", "libopus", {}),
    "newer.webm": ("libvpx-vp9", "libopus", {}),
    "box.mkv": ("libx264", "flac", {}),
    "ancient.avi": ("mpeg4", "libmp3lame", {}),
    "stream.ts": ("mpeg2video", "mp2", {}),
}
SOUNDS = {
    "song.mp3": "libmp3lame",
    "song.ogg": "libopus",
    "song.wav": "pcm_s16le",
    "song.flac": "flac",
    "song.aac": "aac",
}


def make(room: Path) -> list[Path]:
    """Write the seeds into ``room``; their paths in a fixed order."""
    room.mkdir(parents=True, exist_ok=True)
    made = [_film(room / name, *how) for name, how in FILMS.items()]
    made += [_film(room / name, None, codec, {}) for name, codec in SOUNDS.items()]
    return made + _pictures(room)


def _film(path: Path, video: str | None, audio: str, options: dict[str, str]) -> Path:
    with av.open(str(path), "w", options=options) as out:
        stream: Any = None
        if video is not None:
            stream = out.add_stream(video, rate=10)
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
            stream.codec_context.thread_count = 1
        rate = 48_000 if audio == "libopus" else RATE_HZ
        sound: Any = out.add_stream(audio, rate=rate, layout="mono")
        for number in range(16 if stream else 0):
            frame = av.VideoFrame.from_ndarray(_scene(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            out.mux(stream.encode(frame))
        if stream:
            out.mux(stream.encode(None))
        resampler = av.AudioResampler(format=sound.codec_context.format, layout="mono", rate=rate)
        tone = (8000 * np.sin(np.arange(RATE_HZ) * 0.2)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    return path


def _scene(number: int) -> NDArray[np.uint8]:
    """96×64: patches that move, and others from the ninth picture on."""
    patches = np.random.default_rng(number // 8).integers(0, 255, (8, 12, 3), dtype=np.uint8)
    return np.roll(np.kron(patches, np.ones((8, 8, 1), dtype=np.uint8)), number, axis=1)


def _pictures(room: Path) -> list[Path]:
    scenes = [Image.fromarray(_scene(number)) for number in range(12)]
    exif = Image.Exif()
    exif[0x0112], exif[0x0131] = 6, "PaintShop 9"
    scenes[0].save(room / "photo.jpg", exif=exif, quality=90)
    scenes[0].save(room / "gradual.jpg", progressive=True)
    scenes[0].save(room / "picture.png", pnginfo=None)
    scenes[0].quantize(16).save(room / "palette.png", transparency=3)
    scenes[0].save(room / "picture.bmp")
    scenes[0].save(room / "picture.webp", lossless=True)
    names = ["photo.jpg", "gradual.jpg", "picture.png", "palette.png", "picture.bmp", "picture.webp"]
    for name in ("moving.gif", "moving.webp", "moving.png"):
        scenes[0].save(room / name, save_all=True, append_images=scenes[1:], duration=150, loop=0)
        names.append(name)
    if features.check("avif"):
        scenes[0].save(room / "picture.avif")
        names.append("picture.avif")
    return [room / name for name in names]
