"""Logos and scenes with logos in them, made by code."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

Pixels = NDArray[np.uint8]


def logo(word: str, *, seed: int) -> Pixels:
    """(220, 420, 3): a sign that follows from the seed, and the word."""
    chance = np.random.default_rng(seed)
    picture = np.full((220, 420, 3), 255, dtype=np.uint8)
    colour = [int(part) for part in chance.integers(20, 160, 3)]
    for _ in range(4):
        corners = chance.integers(10, 200, (5, 2)) * np.array([0.75, 1.0])
        cv2.fillPoly(picture, [corners.astype(np.int32)], colour)
        colour = [255 - part for part in colour]
    cv2.putText(picture, word, (165, 140), cv2.FONT_HERSHEY_DUPLEX, 2.0, (20, 20, 60), 5)
    return picture


def scene(*, width_px: int = 640) -> Pixels:
    """A photograph without any logo of ours."""
    return np.asarray(cv2.resize(astronaut()[:384], (width_px, width_px * 3 // 4)), dtype=np.uint8)


def with_logo(
    background: Pixels, shown: Pixels, *, width_px: int, at: tuple[int, int] = (50, 40), turned: float = 0.0
) -> Pixels:
    """The background with the logo on it, turned by degrees, after a lossy passage through JPEG."""
    height_px = width_px * shown.shape[0] // shown.shape[1]
    small = cv2.resize(shown, (width_px, height_px), interpolation=cv2.INTER_AREA)
    moved = cv2.getRotationMatrix2D((width_px / 2, height_px / 2), turned, 1.0)
    moved[:, 2] += at
    size = background.shape[1], background.shape[0]
    layer = cv2.warpAffine(small, moved, size)
    mask = cv2.warpAffine(np.full_like(small, 255), moved, size)
    pasted = np.where(mask > 127, layer, background)
    _, packed = cv2.imencode(".jpg", pasted, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
