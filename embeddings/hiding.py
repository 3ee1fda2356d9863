"""Hiding every face in a picture, whoever it is: for copies that nobody has looked for protected people in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.blurring import blur
from embeddings.inference import inference
from embeddings.records import Region

LEAST_SCORE = -0.3
"""Of dlib's detector: below its usual 0, because a poster blurred by mistake costs less than a face shown by mistake."""


def hide_faces(pixels: NDArray[np.uint8]) -> int:
    """Blur each face of an (h, w, 3) RGB picture in place, and say how many there were.

    What is found are faces of at least 80 pixels that look at the camera (dlib's frontal detector, which needs no weights);
    smaller ones, profiles and faces that lie on their side are not.
    """
    height, width = pixels.shape[:2]
    with inference():
        found, _, _ = _detector().run(np.ascontiguousarray(pixels), 0, LEAST_SCORE)
    for box in found:
        left, right = (min(max(x / width, 0.0), 1.0) for x in (box.left(), box.right()))
        top, bottom = (min(max(y / height, 0.0), 1.0) for y in (box.top(), box.bottom()))
        blur(pixels, Region(left=left, top=top, width=right - left, height=bottom - top))
    return len(found)


@lru_cache(maxsize=1)
def _detector() -> Any:
    import dlib  # only who hides faces pays for it

    return dlib.get_frontal_face_detector()
