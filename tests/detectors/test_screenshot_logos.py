"""Logos in screenshots, whole and tall; what was not searched is said."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from detectors.known_logos import KnownLogos
from detectors.logo_matching import prepare
from detectors.screenshot_logos import BAND_PX, logos_in_screenshot
from tests.detectors.logo_pictures import logo, with_logo

SIGN = logo("SOCAR", seed=1)


@pytest.fixture(scope="module")
def known() -> KnownLogos:
    return KnownLogos(logos=prepare(SIGN, brand_id="socar", sha256="a" * 64), problems=("one was damaged",))


def screenshot(place: Path, *, height: int, logo_at: int | None, worded: bool = True) -> Path:
    """A page as wide as the crawler's window, the logo at ``logo_at`` pixels from above."""
    pixels = np.full((height, BAND_PX, 3), 245, np.uint8)
    for line in range(20, height - 40, 40) if worded else ():
        cv2.putText(
            pixels, f"Some words of the page, line {line}", (700, line), cv2.FONT_HERSHEY_PLAIN, 1.4, (30, 30, 30), 2
        )
    if logo_at is not None:
        pixels[logo_at : logo_at + 300] = with_logo(pixels[logo_at : logo_at + 300].copy(), SIGN, width_px=240)
    path = place / "page.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_logo_below_the_first_screen_is_found_in_its_place(tmp_path: Path, known: KnownLogos) -> None:
    found = logos_in_screenshot(screenshot(tmp_path, height=2_000, logo_at=1_500), known)
    (shown,) = found.seen
    assert (shown.brand_id, found.sought, found.problems) == ("socar", 1, ("one was damaged",))
    assert shown.region.top == pytest.approx(1_540 / 2_000, abs=0.02)
    assert shown.region.left == pytest.approx(50 / BAND_PX, abs=0.02)


def test_without_a_logo_or_below_what_is_searched(tmp_path: Path, known: KnownLogos) -> None:
    found = logos_in_screenshot(screenshot(tmp_path, height=400, logo_at=None), known)
    assert (found.seen, found.sought) == ((), 1)
    tall = logos_in_screenshot(screenshot(tmp_path, height=8_000, logo_at=7_000, worded=False), known)
    assert tall.seen == ()
    assert "the lower" in tall.problems[-1]


def test_what_cannot_be_looked_at_is_said(tmp_path: Path, known: KnownLogos) -> None:
    (tmp_path / "page.png").write_bytes(b"<html>")
    found = logos_in_screenshot(tmp_path / "page.png", known)
    assert (found.seen, found.sought) == ((), 0)
    assert "the screenshot cannot be read" in found.problems[-1]
    assert logos_in_screenshot(tmp_path / "page.png", KnownLogos(logos=(), problems=())).sought == 0
