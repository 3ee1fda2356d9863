"""A command as somebody types it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer
from typer.testing import CliRunner, Result


def typed(app: typer.Typer, words: Iterable[str | Path], *, answers: str = "", columns: int = 200) -> Result:
    """What the command printed, so many characters wide, when ``answers`` were given to its questions; its own errors are raised,
    as ``qalqan.main`` expects."""
    terminal = {"COLUMNS": str(columns), "TERM": "dumb", "NO_COLOR": "1"}
    result = CliRunner().invoke(app, list(map(str, words)), env=terminal, input=answers)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
