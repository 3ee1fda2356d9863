"""The sandboxed child that reads strips of text with Tesseract: ``main()`` is all that runs in it.

It never sees a picture file, only grey pixels. The models are loaded before it is confined, by the resident process where that
can (``prepare``), since no file can be opened afterwards. Answers with the messages ``sandbox`` (the level reached), ``line``
(number, text, confidence from 0 to 100), ``missing`` (why nothing can be read), ``done``.
"""

from __future__ import annotations

from typing import Any

import tesserocr

from embeddings.confinement import Answers, confine
from embeddings.open_file import OpenFile
from embeddings.tessdata import Tessdata, find_tessdata

GOOD_ENOUGH = 85
"""A version of a line that is read with this confidence makes the others superfluous."""

DENSITY_DPI = 300
"""Strips are scaled so that letters have the size of print at this density."""

_prepared: list[Any] = []


def prepare() -> None:
    """Load the models once, for all children that are forked from this process."""
    if not _prepared:
        _prepared.append(_open(find_tessdata()))


def main() -> None:
    """Hear the request, enter the sandbox, read the strips, answer."""
    prepare()
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    api = _prepared[0]
    if isinstance(api, str):
        answers.send("missing", text=api)
    else:
        _read(api, request, answers)
    answers.send("done")


def _open(found: Tessdata | str) -> Any:
    if isinstance(found, str):
        return found
    try:
        api = tesserocr.PyTessBaseAPI(
            path=str(found.folder),
            lang=found.models,
            psm=tesserocr.PSM.SINGLE_LINE,
            oem=tesserocr.OEM.LSTM_ONLY,
        )
    except RuntimeError as error:
        return f"Tesseract cannot load its languages ({str(error)[:120]})"
    # Its warnings would go to /dev/null, which cannot be opened once confined, and it would not notice that
    api.SetVariable("debug_file", "")
    return api


def _read(api: Any, request: dict[str, Any], answers: Answers) -> None:
    """``request["lines"]`` are (width, height, versions) of each line; their pixels follow each other in the file."""
    file = OpenFile(request["pixels"])
    for number, (width, height, versions) in enumerate(request["lines"]):
        best, confidence = "", 0
        for _ in range(versions):
            strip = file.read(width * height)
            if confidence >= GOOD_ENOUGH or strip is None or len(strip) < width * height:
                continue
            api.SetImageBytes(strip, width, height, 1, width)
            api.SetSourceResolution(DENSITY_DPI)
            text, sure = api.GetUTF8Text().strip(), api.MeanTextConf()
            if text and sure > confidence:
                best, confidence = text, sure
        answers.send("line", number=number, text=best, confidence=confidence)
