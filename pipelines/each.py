"""The DoFns: they apply ordinary functions to elements, one by one, ahead of time, or several together, with tools that every
worker opens for itself."""

from __future__ import annotations

import errno
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.transforms.window import GlobalWindows

from embeddings.errors import DecoderUnavailable, PackInvalid, PackMissing
from evidence.errors import StoreUnavailable
from evidence.records import content_id
from evidence.store import store_unavailable
from pipelines.records import DeadLetter
from pipelines.workers import lost_worker
from watchlist.errors import WatchlistInvalid

DEAD_LETTERS = "dead_letters"

STOP_THE_JOB = (StoreUnavailable, PackInvalid, PackMissing, DecoderUnavailable, WatchlistInvalid, MemoryError)
"""Faults of the installation, not of the element: every further element would fail alike."""

EXHAUSTED = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
}
"""The system's errors that speak of the machine: no room, no memory, no processes or open files left."""


AHEAD = 2
"""So many elements are under way besides those that are worked on: more would only hold more frames in memory."""


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


class EachAhead(Each):
    """As ``Each``, with up to ``AHEAD`` elements under way at once, in threads of their own.

    For functions that mostly wait for another process, as decoding does; ``function`` must be safe to run so. What it returned
    may have a ``close``, which is called when the job stops before it is handed on.
    """

    together = 1
    """So many elements are handed on in one go."""

    def __init__(self, function: Callable[[Any, Any], Any], **rest: Any) -> None:
        super().__init__(function, **rest)
        self._threads: ThreadPoolExecutor | None = None
        self._waiting: deque[tuple[Any, Future[tuple[Any, Exception | None]]]] = deque()

    def setup(self) -> None:
        super().setup()
        self._threads = ThreadPoolExecutor(AHEAD, thread_name_prefix=self._stage)

    def teardown(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def process(self, element: Any) -> Iterator[Any]:
        if self._threads is None:
            raise ValueError("this step was not set up; call setup first")
        self._waiting.append((element, self._threads.submit(attempt, self._function, element, self._tools)))
        if len(self._waiting) >= AHEAD + self.together:
            yield from self._guarded(self.together)

    def finish_bundle(self) -> Iterator[Any]:
        while self._waiting:
            for out in self._guarded(self.together):
                if isinstance(out, pvalue.TaggedOutput):
                    yield pvalue.TaggedOutput(out.tag, GlobalWindows.windowed_value(out.value))
                else:
                    yield GlobalWindows.windowed_value(out)

    def _guarded(self, most: int) -> Iterator[Any]:
        """The outputs of the next elements; whatever goes wrong, what is ready of the others is given back."""
        try:
            yield from self._next(min(most, len(self._waiting)))
        except BaseException:
            for _, future in self._waiting:
                if not future.cancel() and future.exception() is None:
                    _close(future.result()[0])
            self._waiting.clear()
            raise

    def _next(self, count: int) -> Iterator[Any]:
        for _ in range(count):
            element, future = self._waiting.popleft()
            result, error = future.result()
            if error is None:
                yield result
            else:
                yield from self._letters(element, error)


def _close(result: Any) -> None:
    close = getattr(result, "close", None)
    if close is not None:
        close()


class Work(Protocol):
    """What is begun for one element and ended later; ``close`` gives back what it holds and may be called twice."""

    def close(self) -> None: ...


class EachOfSeveral(EachAhead):
    """Three functions: ``begin(element, tools)`` for each element, ahead, gives a ``Work``; then, in the worker's own thread,
    ``join(works, tools)`` once for ``together`` of them and ``function(work, tools)`` for each.

    ``join`` is where one call of a model serves several elements. When it fails, each work is joined by itself, so that only
    the element at fault becomes a dead letter.
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        *,
        begin: Callable[[Any, Any], Work],
        join: Callable[[Sequence[Any], Any], None],
        together: int,
        **rest: Any,
    ) -> None:
        super().__init__(begin, **rest)
        self._join = join
        self._end = function
        self.together = together

    def _next(self, count: int) -> Iterator[Any]:
        begun: list[tuple[Any, Work]] = []
        try:
            for _ in range(count):
                one, future = self._waiting.popleft()
                work, error = future.result()
                if error is None:
                    begun.append((one, work))
                else:
                    yield from self._letters(one, error)
            faults = self._joined([work for _, work in begun])
            for (one, work), fault in zip(begun, faults, strict=True):
                result, error = (None, fault) if fault else attempt(self._end, work, self._tools)
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
    """What stopped the job, dug out of a runner's report of a worker's error: one of ``STOP_THE_JOB`` or ``WorkerLost``; the
    report itself if it is something else."""
    for kind in STOP_THE_JOB:
        found = re.search(rf"\b{kind.__name__}: (.+?)(?: \[while running|\n|$)", str(error))
        if found:
            return kind(found.group(1))
    return lost_worker(error) or error
