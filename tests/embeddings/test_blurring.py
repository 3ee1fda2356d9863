"""Blurring: coarse inside, untouched outside, and safe at the edges."""

from __future__ import annotations

import numpy as np

from embeddings.blurring import CELLS, MARGIN, blur, grown, pixel_box, union
from embeddings.records import Region


def test_inside_is_coarse_and_outside_untouched() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (100, 200, 3), dtype=np.uint8)
    pixels = noise.copy()
    region = Region(left=0.4, top=0.4, width=0.2, height=0.2)
    blur(pixels, region)
    left, top, right, bottom = pixel_box(grown(region, MARGIN), pixels)
    inside = pixels[top:bottom, left:right].astype(int)
    assert np.abs(np.diff(inside, axis=1)).max() < 255 / CELLS
    pixels[top:bottom, left:right] = noise[top:bottom, left:right]
    assert np.array_equal(pixels, noise)


def test_edges_and_empty_regions_are_safe() -> None:
    pixels = np.zeros((10, 10, 3), dtype=np.uint8)
    for region in (
        Region(left=0.9, top=0.9, width=0.1, height=0.1),
        Region(left=0.0, top=0.0, width=1.0, height=1.0),
        Region(left=0.5, top=0.5, width=0.0, height=0.0),
        Region(left=1.0, top=1.0, width=0.0, height=0.0),
    ):
        blur(pixels, region)
    assert pixels.shape == (10, 10, 3)


def test_a_union_holds_both() -> None:
    both = union(Region(left=0.1, top=0.2, width=0.1, height=0.1), Region(left=0.5, top=0.1, width=0.2, height=0.1))
    assert (both.left, both.top) == (0.1, 0.1)
    assert round(both.width, 6) == 0.6
    assert round(both.height, 6) == 0.2
