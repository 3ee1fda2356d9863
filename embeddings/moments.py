"""Pictures of wanted moments, taken while a video is read for something else. Runs only inside the sandboxed child."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embeddings.confinement import Answers

Picture = NDArray[np.uint8]

NEAR_S = 0.02
"""A frame so little before the wanted time is taken for it."""


class Moments:
    """Sends, for each wanted time, the first frame that is offered at it or later; the last frame for what lies beyond."""

    def __init__(self, wanted_s: Sequence[float], *, max_side_px: int, answers: Answers) -> None:
        self.left = sorted(wanted_s)
        self._max_side_px = max_side_px
        self._answers = answers

    def due(self, at_s: float) -> bool:
        """Whether a picture is wanted by now."""
        return bool(self.left) and at_s >= self.left[0] - NEAR_S

    def offer(self, at_s: float, upright: Callable[[], Picture]) -> None:
        """Send the picture of this time, if one is wanted by now."""
        if self.due(at_s):
            self.send(at_s, upright())

    def send(self, at_s: float, pixels: Picture) -> None:
        """Send an upright (h, w, 3) picture for all that is wanted until now."""
        self.left = [wanted for wanted in self.left if at_s < wanted - NEAR_S]
        height, width = pixels.shape[:2]
        scale = min(1.0, self._max_side_px / max(height, width))
        if scale < 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
        self._answers.send(
            "frame",
            np.ascontiguousarray(pixels).tobytes(),
            at_s=max(0.0, at_s),
            height=pixels.shape[0],
            width=pixels.shape[1],
            scale=scale,
        )


def upright(frame: Any, *, max_across_px: int | None = None) -> Picture:
    """A decoded frame as (h, w, 3) RGB as it is to be shown, square pixels, at most ``max_across_px`` high."""
    turns = round(frame.rotation / 90) % 4
    width, height = shown_size(frame, max_across_px=max_across_px)
    pixels = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA", threads=1)
    return np.ascontiguousarray(np.rot90(pixels, turns))


def shown_size(frame: Any, *, max_across_px: int | None) -> tuple[int, int]:
    """Even width and height at which a frame, before it is turned, has square pixels and is no higher than allowed once
    turned."""
    turns = round(frame.rotation / 90) % 4
    aspect = float(frame.sample_aspect_ratio or 1) if getattr(frame, "sample_aspect_ratio", None) else 1.0
    shown = frame.width * (aspect if 0.2 < aspect < 5 else 1.0)
    across = shown if turns % 2 else frame.height
    scale = 1.0 if max_across_px is None else min(1.0, max_across_px / across)
    return max(2, round(shown * scale / 2) * 2), max(2, round(frame.height * scale / 2) * 2)
