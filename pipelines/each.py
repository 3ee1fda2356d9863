"""The DoFns: they apply ordinary functions to elements, one by one or several together, with tools that every worker opens
for itself."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import apache_beam as beam
from apache_beam import pvalue

from embeddings.errors import DecoderUnavailable, PackInvalid, PackMissing
from evidence.errors import StoreUnavailable
from evidence.records import content_id
from evidence.store import store_unavailable
from pipelines.records import DeadLetter
from watchlist.errors import WatchlistInvalid

DEAD_LETTERS = "dead_letters"

STOP_THE_JOB = (StoreUnavailable, PackInvalid, PackMissing, DecoderUnavailable, WatchlistInvalid, MemoryError)
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
        result, error = attempt(self._function, element, self._tools)
        if error is None:
            yield result
        else:
            yield from self._letters(element, error)

    def _letters(self, element: Any, error: Exception) -> Iterator[Any]:
        for ad_id, creative in self._subjects(element):
            letter = dead_letter(self._stage, error, ad_id=ad_id, creative_sha256=creative)
            yield pvalue.TaggedOutput(DEAD_LETTERS, letter)


def attempt(function: Callable[[Any, Any], Any], element: Any, tools: Any) -> tuple[Any, Exception | None]:
    """The result and None, or None and what the element provoked; raises where the installation is at fault."""
    try:
        return function(element, tools), None
    except STOP_THE_JOB:
        raise
    except Exception as error:  # the job must outlive whatever one hostile element provokes
        if isinstance(error, OSError) and error.errno in EXHAUSTED:
            raise store_unavailable(error, str(error.filename or "the working folder")) from error
        return None, error


class Work(Protocol):
    """What is begun for one element and ended later; ``close`` gives back what it holds and may be called twice."""

    def close(self) -> None: ...


class EachOfSeveral(Each):
    """Three functions for a list of elements: ``begin(element, tools)`` for each, ``join(works, tools)`` once for all that
    were begun, ``function(work, tools)`` for each.

    ``join`` is where one call of a model serves several elements. When it fails, each work is joined by itself, so that only
    the element at fault becomes a dead letter.
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        *,
        begin: Callable[[Any, Any], Work],
        join: Callable[[Sequence[Any], Any], None],
        **rest: Any,
    ) -> None:
        super().__init__(function, **rest)
        self._begin = begin
        self._join = join

    def process(self, element: Sequence[Any]) -> Iterator[Any]:
        begun: list[tuple[Any, Work]] = []
        try:
            for one in element:
                work, error = attempt(self._begin, one, self._tools)
                if error is None:
                    begun.append((one, work))
                else:
                    yield from self._letters(one, error)
            faults = self._joined([work for _, work in begun])
            for (one, work), fault in zip(begun, faults, strict=True):
                result, error = (None, fault) if fault else attempt(self._function, work, self._tools)
                work.close()
                if error is None:
                    yield result
                else:
                    yield from self._letters(one, error)
        finally:
            for _, work in begun:
                work.close()

    def _joined(self, works: Sequence[Work]) -> list[Exception | None]:
        """What went wrong for each work, mostly nothing."""
        _, error = attempt(self._join, works, self._tools)
        if error is not None and len(works) > 1:
            return [fault for work in works for fault in self._joined([work])]
        return [error] * len(works)


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
