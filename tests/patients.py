"""Modules for sandboxed children, written on the spot: real processes run them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from embeddings.sandbox import Budget, Message, converse
from embeddings.spawner import OWN, Spawner

LIMITS = Budget(wall_s=20.0, cpu_s=5, memory_bytes=600 << 20, file_bytes=1 << 16, answer_bytes=1 << 20)


def write(room: Path, body: str) -> str:
    """The name of a module in ``room`` whose ``main()`` is confined and then runs ``body``."""
    (room / "patient.py").write_text(
        "from embeddings.confinement import confine\n\n\ndef main():\n    request, answers, level = confine()\n"
        + textwrap.indent(textwrap.dedent(body), "    "),
        encoding="utf-8",
    )
    return "patient"


def levels(room: Path, spawner: Spawner) -> list[str]:
    """The words of the level that this spawner's children reach."""
    (message,) = talk(room, "answers.send('level', level=level)\nanswers.send('done')", spawner=spawner)
    return str(message.facts["level"]).split("+")


def need_bubblewrap(room: Path, programs: str) -> None:
    """Skip a test of what happens inside bubblewrap where it is not installed, or refused: it would test the plain way again."""
    spawner = Spawner(modules=(), programs=programs)
    try:
        reached = levels(room, spawner)
    finally:
        spawner.close()
    if "bubblewrap" not in reached:
        pytest.skip(f"bubblewrap is not installed here or may not work; reached: {'+'.join(reached)}")


def talk(
    room: Path,
    body: str,
    *,
    spawner: Spawner = OWN,
    request: Mapping[str, object] | None = None,
    files: Mapping[str, int] | None = None,
    limits: Budget = LIMITS,
) -> list[Message]:
    """All that a child says which runs ``body``."""
    module = write(room, body)
    return list(converse(module, request or {}, limits, files=files, room=room, spawner=spawner))
