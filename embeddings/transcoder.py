"""The sandboxed child that makes a proxy video: ``main()`` is all that runs in it.

Answers with the messages ``sandbox`` (the level reached), ``problem`` (a sentence), ``still`` (a picture that does not move),
``refused`` (nothing can be re-encoded, and why), ``done``.
"""

from __future__ import annotations

from embeddings.confinement import confine
from embeddings.reencoding import reencode


def main() -> None:
    """Hear the request, enter the sandbox, write the proxy, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    try:
        reencode(request, answers)
    except (MemoryError, OSError, ValueError) as error:
        answers.send("refused", text=f"it cannot be re-encoded ({str(error)[:120] or type(error).__name__})")
    answers.send("done")
