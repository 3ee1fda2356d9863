"""The small MP4 that a working copy is written to, bystanders blurred. Runs only inside the sandboxed child."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from embeddings.blurring import blur
from embeddings.moving import READ_BYTES
from embeddings.open_file import OpenFile
from embeddings.records import Region

CLOCK_HZ = 90_000
MAX_FRAMES_PER_S = 15
"""Enough to see how a mouth moves; every further picture costs as much as the first."""

SOUND_RATES_HZ = (16_000, 22_050, 24_000, 32_000, 44_100)
SOUND_BIT_RATE = 64_000


class ProxyFile:
    """Takes pictures and sound with their times, in any order that a file holds them, and writes them to the file ``out`` (its
    descriptor). ``blur`` are (start_s, end_s, left, top, width, height) of who must not be recognised."""

    def __init__(self, out: int, *, blur: Sequence[tuple[float, ...]]) -> None:
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        # The index is moved to the front in the end, for which the file is opened once more, to be read
        self._out = av.open(
            OpenFile(out), "w", format="mp4", options=options, io_open=lambda *_: OpenFile(out), buffer_size=READ_BYTES
        )
        self._blur = blur
        self._video: Any = None
        self._sound: Any = None
        self._resampler: Any = None
        self._last = -CLOCK_HZ
        self._samples = 0
        self._size = (0, 0)
        self._sound_rate_hz: int | None = None
        self._waiting: list[tuple[Any, float | None]] | None = []
        self.empty = True

    def __enter__(self) -> ProxyFile:
        return self

    def __exit__(self, *_: object) -> None:
        if self._waiting is not None and self._sound_rate_hz is not None:
            self._open(size=None)
        if not self.empty:
            for stream in (self._video, self._sound):
                if stream is not None:
                    self._out.mux(stream.encode(None))
        self._out.close()

    def expect(self, *, video: bool, sound_rate_hz: int | None) -> None:
        """State what will come. With a picture to come, sound waits for it: a file is opened with its size."""
        if sound_rate_hz is not None:
            self._sound_rate_hz = next((rate for rate in SOUND_RATES_HZ if rate >= sound_rate_hz), SOUND_RATES_HZ[-1])
            if not video:
                self._open(size=None)

    def _open(self, *, size: tuple[int, int] | None) -> None:
        if size is not None:
            self._video = self._out.add_stream("libx264", rate=MAX_FRAMES_PER_S)
            self._video.pix_fmt = "yuv420p"
            self._video.width, self._video.height = self._size = size
            self._video.codec_context.time_base = Fraction(1, CLOCK_HZ)
            self._video.codec_context.thread_count = 1
            self._video.options = {"preset": "ultrafast", "crf": "30", "threads": "1"}
        if self._sound_rate_hz is not None:
            self._sound = self._out.add_stream("aac", rate=self._sound_rate_hz, layout="mono")
            self._sound.bit_rate = SOUND_BIT_RATE
            self._sound.codec_context.thread_count = 1
            self._sound.options = {"aac_coder": "fast"}
        waiting, self._waiting = self._waiting or [], None
        for frame, at_s in waiting:
            self.sound(frame, at_s)

    def wants(self, at_s: float) -> bool:
        """Whether a picture of this time is written, or left out because there would be too many in a second."""
        return round(at_s * CLOCK_HZ) - self._last >= CLOCK_HZ / (MAX_FRAMES_PER_S + 1)

    def picture(self, at_s: float, frame: Any) -> None:
        """Write an upright frame with square pixels, its bystanders blurred."""
        if self._waiting is not None:
            self._open(size=(frame.width // 2 * 2, frame.height // 2 * 2))
        width, height = self._size
        # Always a new picture: the decoder still needs its own, and what comes with it (captions, notes) stays behind
        planes = frame.to_ndarray(format="yuv420p", width=width, height=height, interpolation="AREA", threads=1)
        for start_s, end_s, left, top, across, down in self._blur:
            if start_s <= at_s <= end_s:
                _blur_planes(planes, Region(left=left, top=top, width=across, height=down), height=height)
        blurred = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        self._last = round(at_s * CLOCK_HZ)
        blurred.pts, blurred.time_base = self._last, Fraction(1, CLOCK_HZ)
        self._out.mux(self._video.encode(blurred))
        self.empty = False

    def sound(self, frame: Any, at_s: float | None) -> None:
        """Write a piece of sound; the first one may start late."""
        if self._waiting is not None:
            self._waiting.append((frame, at_s))
            return
        if self._resampler is None:
            rate = self._sound_rate_hz
            self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate, frame_size=1024)
            self._samples = max(0, round((at_s or 0.0) * (rate or 0)))
        frame.pts = None
        for piece in self._resampler.resample(frame):
            piece.pts, piece.time_base = self._samples, Fraction(1, self._sound_rate_hz or 1)
            self._samples += piece.samples
            self._out.mux(self._sound.encode(piece))
            self.empty = False


def _blur_planes(planes: NDArray[np.uint8], region: Region, *, height: int) -> None:
    """Blur one region of a (1.5 h, w) picture in YUV 4:2:0, in place: brightness and both colours."""
    width = planes.shape[1]
    flat, whole, quarter = planes.reshape(-1), height * width, height * width // 4
    blur(flat[:whole].reshape(height, width), region)
    for start in (whole, whole + quarter):
        blur(flat[start : start + quarter].reshape(height // 2, width // 2), region)
