"""A picture encoded twice is told, one encoded once is not, and neither is blamed for it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut, coffee

from detectors.packing_words import Said
from detectors.still_packing import said_of
from embeddings.media import decode


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def said(picture: Image.Image, path: Path, *, quality: int = 90) -> dict[str, Said]:
    picture.save(path, quality=quality)
    return {one.claim: one for one in said_of(decode(path))}


@pytest.mark.parametrize("picture", [astronaut(), coffee()], ids=["astronaut", "coffee"])
def test_an_earlier_coarser_jpeg_shines_through(tmp_path: Path, picture: NDArray[np.uint8]) -> None:
    original = Image.fromarray(picture)
    for quality in (75, 90):
        once = said(original, tmp_path / "once.jpg", quality=quality)
        assert set(once) == {"jpeg_tables", "jpeg_once"}
        assert once["jpeg_tables"].measurement == quality
    twice = said(jpeg(original, 70), tmp_path / "twice.jpg", quality=90)
    assert "A platform does that to every picture" in twice["jpeg_twice"].observation
    assert (twice["jpeg_twice"].measurement or 0) > 14
    assert "jpeg_once" in said(jpeg(original, 95), tmp_path / "coarser.jpg", quality=75)


def test_other_pictures_say_what_was_not_looked_for(tmp_path: Path) -> None:
    original = Image.fromarray(astronaut())
    assert set(said(original, tmp_path / "a.png")) == {"still_not_jpeg"}
    plain = Image.new("RGB", (64, 64), "red")
    assert "too small or too plain" in said(plain, tmp_path / "b.jpg")["jpeg_history_not_told"].observation
    path = tmp_path / "cut.jpg"
    original.save(path, quality=90)
    path.write_bytes(path.read_bytes()[:20_000])
    assert {one.claim for one in said_of(decode(path))} == {"jpeg_tables", "packing_unreadable"}
