"""What is written in pictures: in the sampled frames of a creative, and in the screenshot of a landing page.

Lines are found by ``text_boxes`` and read by ``line_reading``. A caption that stays is read once: frames that show what was
shown before are skipped, and so are lines that look as they did at the same place a moment ago.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackMissing, UnreadableMedia
from embeddings.line_reading import READERS, ReadText, read_lines
from embeddings.media import DEFAULT_LIMITS, decode, decode_bands
from embeddings.records import MediaKind, Region, TextLine, TextPlace
from embeddings.samples import DecodedMedia, Frame
from embeddings.spawner import Spawner
from embeddings.tessdata import Tessdata, find_tessdata
from embeddings.text_boxes import TextBox, TextFinder, biggest, finder_file, open_finder
from embeddings.text_strips import Strip, strips

VERSION = "1"

MOST_FRAMES = 8
"""Of one creative: a caption stands for two seconds or more, an advert lasts twenty."""

MOST_LINES = 12
"""Of one frame, the tallest: an advert is not a page of print."""

MOST_READ = 60
"""Lines of one creative that go to the recogniser, at some 50 ms each."""

STILL_PX = 1280
"""Longest side of a still picture that is read; films are read at the size in which they were sampled."""

BAND_PX = 960
MOST_BANDS = 3
MOST_BAND_LINES = 20
"""Of a screenshot the upper part is read: BAND_PX wide, nearly MOST_BANDS times as high. Its text is captured besides."""

CHANGED_LEVELS = 12.0
"""A frame is new when one of its cells differs by so many of 255 from the frame read before."""

CELLS = (32, 18)
SAME_LEVELS = 10.0
"""A line is the same when it differs by less, on average, from what stood at its place."""

SAME_PLACE = 0.5
SAME_WORDS = 0.8
LEAST_CONFIDENCE = 0.6
"""Less sure lines are mostly patterns that were taken for letters."""

FEWEST_LETTERS = 2
SHORT = 4
SHORT_CONFIDENCE = 0.85
"""Lines of fewer letters than ``SHORT`` have to be read as surely as this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The lines that were read, and sentences about what could not be."""

    lines: tuple[TextLine, ...]
    problems: tuple[str, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Seen:
    """A line at one place in the pictures from ``start_s`` to ``end_s``."""

    box: TextBox
    look: NDArray[np.int16]
    strips: list[Strip]
    start_s: float
    end_s: float
    region: Region
    read: ReadText = field(default_factory=lambda: ReadText(text="", confidence=0.0))


class PictureReader:
    """Reads what is written in pictures. Holds a network: one for each process."""

    def __init__(self, finder: TextFinder, tessdata: Tessdata, *, spawner: Spawner = READERS) -> None:
        self._finder = finder
        self._spawner = spawner
        self.label = f"picture text {VERSION}, {finder_file().sha256[:12]}, Tesseract {tessdata.models}"

    def read_media(self, media: DecodedMedia) -> Written:
        """What is written in the sampled frames, or in a still picture at a size at which small print can be read."""
        frames = media.frames
        if media.creative.kind is MediaKind.IMAGE and frames and frames[0].scale < 1.0:
            try:
                frames = decode(media.path, limits=replace(DEFAULT_LIMITS, max_side_px=STILL_PX)).frames
            except UnreadableMedia:
                frames = media.frames  # it was read a moment ago, and is read at that size
        return self.read_frames(
            frames, source_sha256=media.creative.sha256, timed=media.creative.kind is MediaKind.VIDEO
        )

    def read_frames(self, frames: Sequence[Frame], *, source_sha256: str, timed: bool) -> Written:
        """What is written in pictures that follow each other. Without ``timed``, lines have no time."""
        seen: list[_Seen] = []
        for frame in worth_reading(frames):
            for box in biggest(self._finder.find(frame.pixels), MOST_LINES):
                _note(seen, frame, box)
        problems = [f"only {MOST_READ} of {len(seen)} lines in its pictures were read"] if len(seen) > MOST_READ else []
        del seen[MOST_READ:]
        told, problem = read_lines([one.strips for one in seen], spawner=self._spawner)
        problems += [f"not all that is written in its pictures was read: {problem}"] if problem else []
        for one, text in zip(seen, told, strict=True):
            one.read = text
        lines = [
            TextLine(
                source_sha256=source_sha256,
                place=TextPlace.FRAMES,
                line=number,
                text=one.read.text,
                confidence=one.read.confidence,
                start_s=one.start_s if timed else None,
                end_s=one.end_s if timed else None,
                region=one.region,
                language=None,
            )
            for number, one in enumerate(_each_once(seen))
        ]
        return Written(lines=tuple(lines), problems=tuple(problems))

    def read_screenshot(self, path: Path) -> Written:
        """What is written in the upper part of a screenshot. Raises ``UnreadableMedia``."""
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        bands = decode_bands(path, most=MOST_BANDS, limits=replace(DEFAULT_LIMITS, max_side_px=BAND_PX))
        found = [(band, box) for band in bands for box in biggest(self._finder.find(band.pixels), MOST_BAND_LINES)]
        told, problem = read_lines([strips(band.pixels, box) for band, box in found], spawner=self._spawner)
        lines: list[TextLine] = []
        for (band, box), read in zip(found, told, strict=True):
            if not _is_text(read) or any(_same_words(read.text, line.text) for line in lines[-MOST_BAND_LINES:]):
                continue
            inside = _region(box, band.pixels)
            lines.append(
                TextLine(
                    source_sha256=sha256,
                    place=TextPlace.SCREENSHOT,
                    line=len(lines),
                    text=read.text,
                    confidence=read.confidence,
                    start_s=None,
                    end_s=None,
                    region=replace(inside, top=band.top + inside.top * band.height, height=inside.height * band.height),
                    language=None,
                )
            )
        rest = 1.0 - (bands[-1].top + bands[-1].height)
        problems = [f"not all that is written in it was read: {problem}"] if problem else []
        problems += [f"the lower {rest:.0%} of it was not read"] if rest > 0.01 else []
        return Written(lines=tuple(lines), problems=tuple(problems))


def open_picture_reader() -> PictureReader | str:
    """A reader, or why pictures cannot be read on this machine, as a part of a sentence. Raises ``PackInvalid``."""
    tessdata = find_tessdata()
    if isinstance(tessdata, str):
        return tessdata
    try:
        return PictureReader(open_finder(), tessdata)
    except PackMissing as missing:
        return str(missing)


def worth_reading(frames: Sequence[Frame]) -> list[Frame]:
    """At most ``MOST_FRAMES``, spread over those that show something new."""
    new: list[Frame] = []
    before: NDArray[np.int16] | None = None
    for frame in frames:
        cells = _cells(frame.pixels, CELLS)
        if before is None or int(np.abs(cells - before).max()) >= CHANGED_LEVELS:
            new.append(frame)
            before = cells
    if len(new) <= MOST_FRAMES:
        return new
    return [new[round(number)] for number in np.linspace(0, len(new) - 1, MOST_FRAMES)]


def _cells(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.int16]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.int16)


def _note(seen: list[_Seen], frame: Frame, box: TextBox) -> None:
    """Add a line, or let one that already stood there last until this frame."""
    look = _cells(frame.pixels[box.top : box.bottom, box.left : box.right], (96, 12))
    for one in reversed(seen):
        if _overlap(one.box, box) >= SAME_PLACE and float(np.abs(one.look - look).mean()) < SAME_LEVELS:
            one.end_s = frame.at_s
            return
    seen.append(
        _Seen(
            box=box,
            look=look,
            # Beyond what is read there is no need to cut anything out
            strips=strips(frame.pixels, box) if len(seen) < MOST_READ else [],
            start_s=frame.at_s,
            end_s=frame.at_s,
            region=_region(box, frame.pixels),
        )
    )


def _overlap(one: TextBox, other: TextBox) -> float:
    """Shared area over the area of both, in [0, 1]."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    areas = sum((box.right - box.left) * box.height for box in (one, other))
    return wide * high / (areas - wide * high)


def _each_once(seen: Iterable[_Seen]) -> list[_Seen]:
    """The lines that are text, those that say the same together, the surest reading standing for all."""
    kept: list[_Seen] = []
    for one in seen:
        if not _is_text(one.read):
            continue
        same = next((other for other in kept if _same_words(other.read.text, one.read.text)), None)
        if same is None:
            kept.append(one)
            continue
        same.end_s = max(same.end_s, one.end_s)
        if one.read.confidence > same.read.confidence:
            same.read, same.region = one.read, one.region
    return kept


def _is_text(read: ReadText) -> bool:
    letters = sum(sign.isalnum() for sign in read.text)
    # What was taken for letters and is none comes out as signs between single letters.
    least = SHORT_CONFIDENCE if letters < SHORT else LEAST_CONFIDENCE
    return read.confidence >= least and letters >= FEWEST_LETTERS and 2 * letters >= len(read.text)


def _same_words(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    if min(len(one), len(other)) < SAME_WORDS * max(len(one), len(other)):
        return False
    # Two sums that differ in a digit are two promises.
    if [sign for sign in one if sign.isdigit()] != [sign for sign in other if sign.isdigit()]:
        return False
    return one == other or difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_WORDS


def _region(box: TextBox, pixels: NDArray[np.uint8]) -> Region:
    height, width = pixels.shape[:2]
    return Region(
        left=box.left / width,
        top=box.top / height,
        width=(box.right - box.left) / width,
        height=box.height / height,
    )
