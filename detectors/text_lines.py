"""The words that were read in pictures or heard in speech, as texts that can be read like any other, and the way back.

Findings point into the text that ``joined`` makes of the lines of one place (a span's ``field`` is that place); the console makes
the same text of the same lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detectors.records import Span
from embeddings.records import Region, TextLine, TextPlace

PLACES = {
    TextPlace.FRAMES: "written in the pictures",
    TextPlace.SCREENSHOT: "written in the screenshot",
    TextPlace.SPEECH: "said",
}
"""The places in words."""

READ_BY_MACHINE = frozenset({TextPlace.FRAMES.value, TextPlace.SCREENSHOT.value})
"""Fields in which letters may have been taken for others that look alike."""

_NEXT_LINE = 1.2
"""A line that starts so many heights below another, or closer, goes on with its sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedLines:
    """``lines[i]`` stands at ``starts[i]`` of ``text``."""

    text: str
    lines: tuple[TextLine, ...]
    starts: tuple[int, ...]

    def touched(self, spans: Iterable[Span]) -> list[TextLine]:
        """The lines in which the spans lie, each once, in order."""
        numbers: set[int] = set()
        for span in spans:
            first = max(0, bisect_right(self.starts, span.start) - 1)
            last = max(first, bisect_right(self.starts, max(span.start, span.end - 1)) - 1)
            numbers.update(range(first, last + 1))
        return [self.lines[number] for number in sorted(numbers) if number < len(self.lines)]


def joined(lines: Iterable[TextLine], place: TextPlace) -> JoinedLines:
    """The lines of one place as one text: those that follow each other in the picture with a space between, others on lines of
    their own, for a sentence of one has nothing to do with the next."""
    mine = sorted((line for line in lines if line.place is place), key=lambda line: (line.source_sha256, line.line))
    text, starts = "", []
    for number, line in enumerate(mine):
        if number:
            text += " " if _goes_on(mine[number - 1], line) else "\n"
        starts.append(len(text))
        text += line.text
    return JoinedLines(text=text, lines=tuple(mine), starts=tuple(starts))


def places_of(lines: Sequence[TextLine]) -> dict[str, JoinedLines]:
    """The texts of all places that have any, by the name of the place."""
    found = {place.value: joined(lines, place) for place in TextPlace}
    return {name: one for name, one in found.items() if one.lines}


def whereabouts(spans: Sequence[Span], places: dict[str, JoinedLines]) -> str:
    """Where the spans stand that nobody typed, for a sentence: ``written in the pictures at 0:03–0:05``; "" if none do."""
    told = []
    for name, place in places.items():
        lines = place.touched(span for span in spans if span.field == name)
        if lines:
            times = ", ".join(dict.fromkeys(clock(line) for line in lines[:3] if line.start_s is not None))
            told.append(PLACES[TextPlace(name)] + (f" at {times}" if times else ""))
    return "; ".join(told)


def clock(line: TextLine) -> str:
    """When a line is seen or said, as ``0:03–0:05``; "" where it has no time."""
    if line.start_s is None:
        return ""
    start, end = _clock(line.start_s), _clock(line.end_s if line.end_s is not None else line.start_s)
    return start if start == end else f"{start}–{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where and when in one creative something is written or said; nothing is known of what lies in several."""

    creative_sha256: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    region: Region | None = None


def spot(spans: Sequence[Span], places: dict[str, JoinedLines]) -> Spot:
    """The one stretch of one creative that holds all the spans, if they lie nowhere else."""
    of_media = [places[name] for name in (TextPlace.FRAMES, TextPlace.SPEECH) if name in places]
    lines = [line for place in of_media for line in place.touched(s for s in spans if s.field == place.lines[0].place)]
    typed = any(span.field not in (TextPlace.FRAMES, TextPlace.SPEECH) for span in spans)
    if not lines or typed or len({line.source_sha256 for line in lines}) > 1:
        return Spot()
    starts = [line.start_s for line in lines if line.start_s is not None]
    ends = [line.end_s for line in lines if line.end_s is not None]
    return Spot(
        creative_sha256=lines[0].source_sha256,
        start_s=min(starts, default=None),
        end_s=max(ends, default=None),
        region=lines[0].region if len(lines) == 1 else None,
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _goes_on(before: TextLine, line: TextLine) -> bool:
    if before.source_sha256 != line.source_sha256 or before.region is None or line.region is None:
        return False
    if before.start_s != line.start_s:
        return False
    above, below = before.region, line.region
    gap = below.top - (above.top + above.height)
    beside = min(above.left + above.width, below.left + below.width) - max(above.left, below.left)
    return -above.height < gap < _NEXT_LINE * above.height - above.height and beside > 0
