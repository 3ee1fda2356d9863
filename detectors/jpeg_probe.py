"""The child that reads a JPEG's tables and coefficients: native code on hostile bytes, hence in the sandbox.

Started by ``embeddings.sandbox.converse``; answers numbers, never pictures.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, JpegImagePlugin

from detectors.jpeg_traces import counted
from embeddings.confinement import Answers, confine
from embeddings.open_file import OpenFile

MAX_PIXELS = 40_000_000
SAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}


def main() -> None:
    """Hear the request, enter the sandbox, look, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked below, before anything is unpacked
    try:
        _look(OpenFile(request["file"]), answers)
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, MemoryError) as error:
        answers.send("problem", text=(str(error).splitlines() or [type(error).__name__])[0][:200])
    answers.send("done")


def _look(file: OpenFile, answers: Answers) -> None:
    image = Image.open(io.BufferedReader(file), formats=("JPEG",))
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        raise ValueError("it is not a JPEG")
    tables = [list(image.quantization[name]) for name in sorted(image.quantization)][:4]
    if not tables or any(len(table) != 64 or min(table) < 1 for table in tables):
        raise ValueError("its quantisation tables are not whole")
    answers.send(
        "tables",
        tables=tables,
        sampling=SAMPLINGS.get(JpegImagePlugin.get_sampling(image)),
        progressive=bool(image.info.get("progressive")),
        channels=len(image.getbands()),
    )
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(f"its {image.width}×{image.height} pixels are more than are looked at")
    if len(image.getbands()) == 4:
        raise ValueError("its four colour channels are not looked at")
    image.draft("L", image.size)
    counts = counted(np.asarray(image.convert("L")), tables[0])
    answers.send("counts", counts.tobytes())
