"""Logos are read once; those that cannot be looked for are named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from detectors.known_logos import known_logos
from tests.detectors.logo_pictures import logo
from tests.factories import make_brand, make_model_pack
from watchlist.gallery import Gallery


def test_read_once_and_the_rest_is_named(tmp_path: Path) -> None:
    paths = {}
    for name, pixels in (("sign", logo("SOCAR", seed=1)), ("blank", np.zeros((90, 90, 3), dtype=np.uint8))):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
        paths[hashlib.sha256((tmp_path / f"{name}.png").read_bytes()).hexdigest()] = tmp_path / f"{name}.png"
    brand = make_brand(logos=tuple(paths))
    gallery = Gallery.of(make_model_pack(), persons=[], brands=[brand], logos=paths)
    known = known_logos(gallery)
    assert known.count == 1
    assert known.problems == ("a logo of SOCAR has too few details to be recognised",)
    assert known_logos(gallery) is known
