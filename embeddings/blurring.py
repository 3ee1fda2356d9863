"""Making a face unrecognisable: a few coarse cells in place of what was there, more than a face and never less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embeddings.records import Region

CELLS = 4
"""A blurred region keeps so many cells across and down: too few for eyes, nose and mouth to be told apart."""

MARGIN = 0.3
"""Blurred on each side beyond the face box, as a share of it: hair, ears and chin go too."""


def blur(pixels: NDArray[np.uint8], region: Region) -> None:
    """Blur one region of an (h, w, 3) RGB picture in place, with ``MARGIN`` around it."""
    left, top, right, bottom = pixel_box(grown(region, MARGIN), pixels)
    if right <= left or bottom <= top:
        return
    piece = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    coarse = piece.resize((CELLS, CELLS), Image.Resampling.BOX)
    pixels[top:bottom, left:right] = np.asarray(coarse.resize(piece.size, Image.Resampling.BILINEAR))


def grown(region: Region, share: float) -> Region:
    """The region with ``share`` of its size added on every side, cut at the edges of the picture."""
    left = max(0.0, region.left - share * region.width)
    top = max(0.0, region.top - share * region.height)
    right = min(1.0, region.left + (1 + share) * region.width)
    bottom = min(1.0, region.top + (1 + share) * region.height)
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def union(one: Region, other: Region) -> Region:
    """The smallest region that holds both."""
    left, top = min(one.left, other.left), min(one.top, other.top)
    right = max(one.left + one.width, other.left + other.width)
    bottom = max(one.top + one.height, other.top + other.height)
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def pixel_box(region: Region, pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of a region in a picture, rounded outwards."""
    height, width = pixels.shape[:2]
    return (
        int(region.left * width),
        int(region.top * height),
        min(width, int(np.ceil((region.left + region.width) * width))),
        min(height, int(np.ceil((region.top + region.height) * height))),
    )
