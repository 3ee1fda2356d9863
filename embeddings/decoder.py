"""The sandboxed child that reads one piece of media: ``main()`` is all that runs in it.

Answers with the messages ``sandbox`` (the level reached), ``facts`` (of the container), ``frame`` (RGB bytes), ``thin``
(keep every second frame sent so far), ``turned`` (width and height change places), ``sound`` (float32 bytes), ``problem``
(a sentence), ``refused`` (nothing can be read, and why), ``done``.
"""

from __future__ import annotations

from pathlib import Path

from embeddings.confinement import Answers, confine


def main() -> None:
    """Read the request from standard input, enter the sandbox, read the media, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    try:
        _read(request, answers)
    except MemoryError:
        answers.send("problem", text="reading stopped because it needs more memory than is allowed")
    answers.send("done")


def _read(request: dict[str, object], answers: Answers) -> None:
    # Imported after the limits stand: parsers are loaded into the sandbox, not around it.
    from embeddings.moving import read_moving
    from embeddings.stills import read_picture

    path = Path(str(request["path"]))
    if request["picture"] is not None:
        read_picture(path, request, answers)
    else:
        read_moving(path, request, answers)
