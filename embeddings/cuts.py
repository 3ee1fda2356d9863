"""Where a new shot starts: pictures that follow each other, compared as tiny grey ones. Runs only inside the sandboxed child."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Small = NDArray[np.float32]

ROWS, COLUMNS = 9, 16
POINTS = 8
"""A cell of the tiny picture is the mean of so many points across and down."""

CUT_LEVELS = 20.0
"""A new shot changes the cells by at least so much of 255 on average; movement within a shot changes them by less."""

CUT_RATIO = 3.0
"""And by so many times more than the pictures before changed: what flickers all the time is not cut all the time."""

MEMORY = 0.3
"""Weight of the newest change in the mean of those before."""

LUMA_FIRST = frozenset(
    {
        *("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuva420p", "yuv410p", "yuv411p"),
        *("nv12", "nv21", "gray"),
    }
)
"""ffmpeg's pixel formats whose first plane is brightness, one byte a pixel."""


class Cuts:
    """Remembers the picture before and how much the pictures have been changing."""

    def __init__(self) -> None:
        self._before: Small | None = None
        self._usual = 0.0

    def starts(self, small: Small) -> bool:
        """Whether a new shot starts with this picture; never with the first."""
        before, self._before = self._before, small
        if before is None:
            return False
        change = float(np.abs(small - before).mean())
        cut = change >= CUT_LEVELS and change >= CUT_RATIO * self._usual
        # Capped, or one cut would hide the next
        self._usual += MEMORY * (min(change, CUT_LEVELS) - self._usual)
        return cut


def small_of(pixels: NDArray[np.uint8]) -> Small:
    """An (h, w) grey picture as (ROWS, COLUMNS) means of points spread evenly over it."""
    height, width = pixels.shape
    down = (np.arange(ROWS * POINTS) * height) // (ROWS * POINTS)
    across = (np.arange(COLUMNS * POINTS) * width) // (COLUMNS * POINTS)
    points = pixels[down][:, across].reshape(ROWS, POINTS, COLUMNS, POINTS)
    means: Small = points.mean(axis=(1, 3), dtype=np.float32)
    return means


def small_frame(frame: Any) -> Small:
    """The same of a decoded video frame, without converting it where its brightness lies open."""
    plane = frame.planes[0]
    if frame.format.name in LUMA_FIRST and plane.line_size >= frame.width:
        rows = np.frombuffer(plane, dtype=np.uint8)
        whole = rows[: rows.size // plane.line_size * plane.line_size].reshape(-1, plane.line_size)
        if whole.shape[0] >= frame.height:
            return small_of(whole[: frame.height, : frame.width])
    width, height = COLUMNS * POINTS, ROWS * POINTS
    grey = frame.to_ndarray(format="gray", width=width, height=height, interpolation="AREA", threads=1)
    return small_of(grey)
