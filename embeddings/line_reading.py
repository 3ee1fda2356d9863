"""Strips of text → words, read by Tesseract in a sandboxed child (``embeddings.line_recogniser``)."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.errors import ChildStopped, DecoderUnavailable
from embeddings.sandbox import Budget, converse
from embeddings.spawner import Spawner
from embeddings.text_strips import Strip

RECOGNISER = "embeddings.line_recogniser"
BUDGET = Budget(wall_s=120.0, cpu_s=30, memory_bytes=3 << 30, file_bytes=1 << 16, answer_bytes=1 << 22)
MOST_LINES = 400
LONGEST_LINE = 500
READERS = Spawner(modules=(RECOGNISER,))
"""A resident process of its own, which has the models loaded: those that decode media need not carry them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """What stands in one line, "" if it could not be read; ``confidence`` in [0, 1] is Tesseract's own."""

    text: str
    confidence: float


NOTHING = ReadText(text="", confidence=0.0)


def read_lines(
    lines: Sequence[Sequence[Strip]], *, budget: Budget = BUDGET, spawner: Spawner = READERS
) -> tuple[list[ReadText], str | None]:
    """What stands in each line, of which there may be several versions of one size, and why reading stopped early if it did.

    At most ``MOST_LINES`` are read; a line that was not reached is ``NOTHING``.
    """
    wanted = [list(versions) for versions in lines[:MOST_LINES]]
    found = [NOTHING] * len(lines)
    if not wanted:
        return found, None
    sizes = [(strips[0].shape[1], strips[0].shape[0], len(strips)) for strips in wanted]
    pixels = os.memfd_create("strips")
    try:
        with os.fdopen(os.dup(pixels), "wb") as stream:
            for strips in wanted:
                for strip in strips:
                    stream.write(strip.tobytes())
        for message in converse(RECOGNISER, {"lines": sizes}, budget, files={"pixels": pixels}, spawner=spawner):
            if message.kind == "missing":
                return found, plain(message.facts.get("text"))
            if message.kind == "line":
                _hear(message.facts, found)
    except ChildStopped as stopped:
        return found, f"reading stopped early: {stopped}"
    except DecoderUnavailable as missing:
        return found, str(missing)
    finally:
        os.close(pixels)
    return found, None


def _hear(facts: Mapping[str, Any], found: list[ReadText]) -> None:
    """Take in one line. The child has seen hostile pixels: nothing that it says is taken on trust."""
    try:
        number, confidence = int(facts["number"]), float(facts["confidence"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ChildStopped("the recogniser answered nonsense") from error
    if not (0 <= number < len(found) and math.isfinite(confidence)):
        raise ChildStopped("the recogniser answered nonsense")
    found[number] = ReadText(text=plain(facts.get("text")), confidence=min(1.0, max(0.0, confidence / 100)))


def plain(said: object, *, most: int = LONGEST_LINE) -> str:
    """On one line, at most so many characters, and nothing in it steers a terminal."""
    words = " ".join(str(said).split())[:most]
    return "".join(sign if sign.isprintable() else "�" for sign in words)
