"""The sandboxed child that makes a proxy video: ``main()`` is all that runs in it.

Answers with the messages ``sandbox`` (the level reached), ``problem`` (a sentence), ``still`` (a picture that does not move),
``refused`` (nothing can be re-encoded, and why), ``done``.
"""

from __future__ import annotations

from embeddings.confinement import confine


def main() -> None:
    """Read the request from standard input, enter the sandbox, write the proxy, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    # Imported after the limits stand: parsers are loaded into the sandbox, not around it.
    from embeddings.reencoding import reencode

    try:
        reencode(request, answers)
    except (MemoryError, OSError, ValueError) as error:
        answers.send("refused", text=f"it cannot be re-encoded ({str(error)[:120] or type(error).__name__})")
    answers.send("done")
