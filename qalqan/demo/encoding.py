"""Writes the demo's files: H.264 and AAC in MP4 with PyAV, JPEG with Pillow, each saying in its metadata what it is."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from qalqan.demo.parts import Pixels
from qalqan.demo.speech import Sound

COMMENT = "SYNTHETIC DEMO: made by code for the Qalqan demo; nobody said or did this."
# With its look-ahead, x264 does not always give the same bytes for the same frames.
ONE_THREAD = "threads=1:rc-lookahead=0:sync-lookahead=0:mbtree=0"
AAC_FRAME_SAMPLES = 1024


def write_video(path: Path, frames: Iterable[Pixels], sound: Sound | None, *, frames_per_s: int, crf: int = 24) -> None:
    """An MP4 of RGB frames of one even size, its index at the end; the same input gives the same bytes."""
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        container.metadata["comment"] = COMMENT
        video = container.add_stream(
            "libx264", rate=frames_per_s, options={"preset": "veryfast", "crf": str(crf), "x264-params": ONE_THREAD}
        )
        video.pix_fmt = "yuv420p"
        audio = None
        if sound is not None:
            audio = container.add_stream("aac", rate=sound.rate_hz, options={"b": "64k"})
            audio.layout = "mono"
            audio.codec_context.thread_count = 1
        for number, pixels in enumerate(frames):
            if number == 0:
                video.height, video.width = pixels.shape[:2]
            planes = cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420)
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            picture.pts = number
            picture.time_base = Fraction(1, frames_per_s)
            container.mux(video.encode(picture))
        container.mux(video.encode())
        if sound is not None and audio is not None:
            for block in _blocks(sound):
                container.mux(audio.encode(block))
            container.mux(audio.encode())


def _blocks(sound: Sound) -> Iterable[av.AudioFrame]:
    for start in range(0, len(sound.samples), AAC_FRAME_SAMPLES):
        samples = np.ascontiguousarray(sound.samples[None, start : start + AAC_FRAME_SAMPLES])
        block = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        block.sample_rate = sound.rate_hz
        block.pts = start
        block.time_base = Fraction(1, sound.rate_hz)
        yield block


def write_picture(path: Path, pixels: Pixels) -> None:
    """A JPEG."""
    Image.fromarray(pixels).save(path, format="JPEG", quality=90, comment=COMMENT.encode())


def write_sound(path: Path, sound: Sound) -> None:
    """A 16-bit mono WAV with the comment in its metadata."""
    with av.open(str(path), "w", format="wav", options={"fflags": "+bitexact"}) as container:
        container.metadata["comment"] = COMMENT
        stream = container.add_stream("pcm_s16le", rate=sound.rate_hz)
        stream.layout = "mono"
        samples = (np.clip(sound.samples, -1, 1) * 32767).astype(np.int16)[None]
        block = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="s16", layout="mono")
        block.sample_rate = sound.rate_hz
        block.pts = 0
        block.time_base = Fraction(1, sound.rate_hz)
        container.mux(stream.encode(block))
        container.mux(stream.encode())
