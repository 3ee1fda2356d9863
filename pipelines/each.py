"""The one DoFn: applies an ordinary function to each element, with tools that every worker opens for itself."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam import pvalue

from embeddings.errors import PackInvalid, PackMissing
from evidence.errors import StoreUnavailable
from evidence.records import content_id
from evidence.store import store_unavailable
from pipelines.records import DeadLetter
from watchlist.errors import WatchlistInvalid

DEAD_LETTERS = "dead_letters"

STOP_THE_JOB = (StoreUnavailable, PackInvalid, PackMissing, WatchlistInvalid, MemoryError)
"""Faults of the installation, not of the element: every further element would fail alike."""

EXHAUSTED = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
}
"""The system's errors that speak of the machine: no room, no memory, no processes or open files left."""


class Each(beam.DoFn):
    """``function(element, tools)`` for each element; its result is the output.

    An element that fails becomes a ``DeadLetter`` on the output ``dead_letters`` and the job goes on, except for faults of the
    installation. ``subjects`` names what the element stands for: pairs (ad_id or None, creative_sha256 or None), and each of
    them gets its own dead letter.
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        *,
        stage: str,
        open_tools: Callable[[Any], Any],
        settings: Any,
        subjects: Callable[[Any], list[tuple[str | None, str | None]]],
    ) -> None:
        self._function = function
        self._stage = stage
        self._open_tools = open_tools
        self._settings = settings
        self._subjects = subjects
        self._tools: Any = None

    def setup(self) -> None:
        self._tools = self._open_tools(self._settings)

    def process(self, element: Any) -> Iterator[Any]:
        try:
            yield self._function(element, self._tools)
        except STOP_THE_JOB:
            raise
        except Exception as error:  # the job must outlive whatever one hostile element provokes
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise store_unavailable(error, str(error.filename or "the working folder")) from error
            for ad_id, creative in self._subjects(element):
                letter = dead_letter(self._stage, error, ad_id=ad_id, creative_sha256=creative)
                yield pvalue.TaggedOutput(DEAD_LETTERS, letter)


def dead_letter(stage: str, error: Exception, *, ad_id: str | None, creative_sha256: str | None) -> DeadLetter:
    """The record of a failed element; its id depends on what failed and where, not on when."""
    kind = type(error).__name__
    return DeadLetter(
        letter_id=content_id(stage, ad_id or "", creative_sha256 or "", kind),
        stage=stage,
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        error=kind,
        reason=str(error) or f"{kind} without a message",
    )


def fault_of_the_installation(error: RuntimeError) -> Exception:
    """What stopped the job, dug out of a runner's report of a worker's error; the report itself if it is something else."""
    for kind in STOP_THE_JOB:
        found = re.search(rf"\b{kind.__name__}: (.+?)(?: \[while running|\n|$)", str(error))
        if found:
            return kind(found.group(1))
    return error
