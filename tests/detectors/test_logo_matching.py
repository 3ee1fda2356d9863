"""Logos are found moved, scaled, turned, recompressed and inverted; scenes and other logos are not taken for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detectors.logo_matching import find_logos, prepare
from tests.detectors.logo_pictures import logo, scene, with_logo

SOCAR = logo("SOCAR", seed=1)
LOGOS = [
    *prepare(SOCAR, brand_id="socar", sha256="a" * 64),
    *prepare(logo("Kapital", seed=2), brand_id="kapital-bank", sha256="b" * 64),
    *prepare(logo("Halyk", seed=3), brand_id="halyk", sha256="c" * 64),
]


@pytest.mark.parametrize(("width_px", "turned"), [(160, 0.0), (300, 0.0), (260, 12.0)])
def test_a_logo_is_found_where_it_is(width_px: int, turned: float) -> None:
    [seen] = find_logos(with_logo(scene(), SOCAR, width_px=width_px, turned=turned), LOGOS)
    assert seen.brand_id == "socar"
    left, top, right, bottom = seen.box
    middle = np.array([left + right, top + bottom]) / 2
    assert np.abs(middle - [50 + width_px / 2, 40 + width_px * 220 / 420 / 2]).max() < 0.15 * width_px


def test_a_logo_with_light_and_dark_exchanged_is_found() -> None:
    [seen] = find_logos(with_logo(scene(), 255 - SOCAR, width_px=260), LOGOS)
    assert seen.brand_id == "socar"


def test_the_place_is_told_in_pixels_of_a_large_picture_too() -> None:
    large = with_logo(scene(width_px=1600), SOCAR, width_px=500, at=(1000, 600))
    [seen] = find_logos(large, LOGOS)
    assert abs(seen.box[0] - 1000) < 50


def test_two_logos_are_both_found() -> None:
    both = with_logo(with_logo(scene(), SOCAR, width_px=240), logo("Halyk", seed=3), width_px=240, at=(350, 300))
    assert {seen.brand_id for seen in find_logos(both, LOGOS)} == {"socar", "halyk"}


@pytest.mark.parametrize(
    "picture",
    [
        scene(),
        with_logo(scene(), logo("Other", seed=9), width_px=260),
        np.zeros((480, 640, 3), dtype=np.uint8),
        np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8),
        np.full((8, 2000, 3), 90, dtype=np.uint8),
    ],
    ids=["scene", "another logo", "black", "noise", "a stripe"],
)
def test_what_is_no_logo_of_ours_is_not_taken_for_one(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    assert find_logos(picture, LOGOS) == []


def test_a_logo_too_small_to_be_sure_of_is_not_claimed() -> None:
    assert find_logos(with_logo(scene(), SOCAR, width_px=40), LOGOS) == []


def test_a_logo_without_details_is_refused() -> None:
    disc = np.full((200, 200, 3), 255, dtype=np.uint8)
    cv2.circle(disc, (100, 100), 80, (200, 0, 0), -1)
    assert prepare(disc, brand_id="disc", sha256="d" * 64) == ()
    assert prepare(np.zeros((5, 5, 3), dtype=np.uint8), brand_id="black", sha256="e" * 64) == ()
