"""The sandboxed child that reads one piece of media: ``main()`` is all that runs in it.

Answers with the messages ``sandbox`` (the level reached), ``facts`` (of the container), ``frame`` (RGB bytes), ``glimpse`` (grey
bytes), ``thin`` (which of the frames sent so far to keep), ``turned`` (width and height change places), ``sound`` (float32
bytes), ``problem`` (a sentence), ``refused`` (nothing can be read, and why), ``done``.
"""

from __future__ import annotations

from typing import Any

from embeddings.confinement import Answers, confine
from embeddings.moving import read_moving
from embeddings.open_file import OpenFile
from embeddings.stills import read_picture


def main() -> None:
    """Hear the request, enter the sandbox, read the media, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    try:
        _read(request, answers)
    except MemoryError:
        answers.send("problem", text="reading stopped because it needs more memory than is allowed")
    answers.send("done")


def _read(request: dict[str, Any], answers: Answers) -> None:
    file = OpenFile(request["file"])
    if request["picture"] is not None:
        read_picture(file, request, answers)
    else:
        read_moving(file, request, answers)
