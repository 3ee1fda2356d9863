"""The child's answers, line by line."""

from __future__ import annotations

import os

import numpy as np

from embeddings.line_reading import BUDGET, READERS, RECOGNISER
from embeddings.sandbox import converse
from tests.embeddings.reading import needs_tesseract


@needs_tesseract
def test_every_line_is_answered_even_if_its_pixels_are_missing() -> None:
    pixels = os.memfd_create("few")
    os.write(pixels, np.full((20, 30), 255, np.uint8).tobytes())
    request = {"lines": [(30, 20, 1), (30, 20, 2)]}
    said = list(converse(RECOGNISER, request, BUDGET, files={"pixels": pixels}, spawner=READERS))
    os.close(pixels)
    assert [message.kind for message in said][:2] == ["sandbox", "line"]
    assert [message.facts["number"] for message in said[1:]] == [0, 1]
    assert said[2].facts["text"] == ""
