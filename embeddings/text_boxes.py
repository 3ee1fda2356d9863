"""Where in a picture something is written: PaddleOCR's line detector (PP-OCRv4 mobile, DBNet), run by ONNX Runtime.

It was trained on Chinese and English and finds lines in any script: it looks for strokes, it does not read. Recogniser and
detector are kept apart because Tesseract, which reads our alphabets, finds hardly any line on a photograph by itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NoReturn

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.inference import inference
from embeddings.onnx_session import open_session
from embeddings.pack_manifest import file_row
from embeddings.packs import verify_file
from embeddings.records import PackFile
from evidence.tables import from_row

Picture = NDArray[np.uint8]

STRIDE_PX = 32
"""The network takes sides that are multiples of this."""

WRITTEN = 0.3
"""From this value on a pixel of the network's map belongs to a line."""

LEAST_SURE = 0.5
"""A line whose pixels have a lower mean is none."""

SMALLEST_PX = 4
SHRUNK = 1.6
"""The network marks the core of a line; its area, times this, over its circumference is how far the line reaches beyond."""

MOST_BOXES = 60
"""Of one picture; the surest are kept. A page of print is not what captions look like."""

SAME_ROW = 0.6
WIDEST_GAP = 1.0
"""Two boxes are one line if they share so much of their height and lie no further apart than so many heights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """A line in a picture, in its pixels; ``sure`` in [0, 1] is the detector's own score."""

    left: int
    top: int
    right: int
    bottom: int
    sure: float

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top


class TextFinder:
    """Finds lines. Holds an ONNX session: one for each process."""

    def __init__(self, file: PackFile) -> None:
        self._file = file
        self._session: Any = open_session(
            verify_file(file), label="the text detector", providers=("CPUExecutionProvider",), threads=1
        )
        self._input = self._session.get_inputs()[0].name

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded text detector is never pickled; make one in the worker instead")

    def find(self, pixels: Picture) -> list[TextBox]:
        """The lines of an (h, w, 3) RGB picture from top to bottom, at most ``MOST_BOXES``."""
        height, width = pixels.shape[:2]
        rows, columns = (max(STRIDE_PX, round(side / STRIDE_PX) * STRIDE_PX) for side in (height, width))
        seen = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        seen = (seen - np.float32(self._file.mean or 0.0)) / np.float32(self._file.std or 1.0)
        with inference():
            answer = self._session.run(None, {self._input: seen.transpose(2, 0, 1)[None]})
        boxes = _boxes(np.asarray(answer[0][0, 0]), height=height, width=width)
        return in_lines(sorted(boxes, key=lambda box: -box.sure)[:MOST_BOXES])


def open_finder() -> TextFinder:
    """The detector of the manifest that comes with us. Raises ``PackMissing``, ``PackInvalid``."""
    return TextFinder(finder_file())


def finder_file() -> PackFile:
    """The facts of its weights."""
    row = tomllib.loads((files("embeddings") / "manifests" / "text.toml").read_text(encoding="utf-8"))
    return from_row(PackFile, {"input_px": None, "rate_hz": None, **file_row(row["files"][0], None)})


def _boxes(chance: NDArray[np.float32], *, height: int, width: int) -> list[TextBox]:
    rows, columns = chance.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats((chance > WRITTEN).astype(np.uint8))
    found = []
    for number in range(1, count):
        left, top, wide, high = (int(value) for value in stats[number][:4])
        if min(wide, high) < SMALLEST_PX:
            continue
        part = (slice(top, top + high), slice(left, left + wide))
        sure = float(chance[part][labels[part] == number].mean())
        if sure < LEAST_SURE:
            continue
        beyond = wide * high * SHRUNK / (2 * (wide + high))
        found.append(
            TextBox(
                left=max(0, int((left - beyond) * width / columns)),
                top=max(0, int((top - beyond) * height / rows)),
                right=min(width, int(np.ceil((left + wide + beyond) * width / columns))),
                bottom=min(height, int(np.ceil((top + high + beyond) * height / rows))),
                sure=min(1.0, sure),
            )
        )
    return found


def in_lines(boxes: Iterable[TextBox]) -> list[TextBox]:
    """Boxes that stand side by side become one line; from top to bottom, and from left to right in a row."""
    lines: list[TextBox] = []
    for box in sorted(boxes, key=lambda box: (box.left, box.top)):
        beside = next((number for number, line in enumerate(lines) if _continues(line, box)), None)
        if beside is None:
            lines.append(box)
        else:
            lines[beside] = _joined(lines[beside], box)
    return _row_by_row(lines)


def _row_by_row(lines: Iterable[TextBox]) -> list[TextBox]:
    """From top to bottom; what begins at half the height of a row or above it belongs to the row."""
    rows: list[list[TextBox]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left)):
        if rows and line.top < (rows[-1][0].top + rows[-1][0].bottom) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]


def _continues(line: TextBox, box: TextBox) -> bool:
    shared = min(line.bottom, box.bottom) - max(line.top, box.top)
    low, high = sorted((line.height, box.height))
    return shared >= SAME_ROW * high and box.left - line.right <= WIDEST_GAP * low


def _joined(line: TextBox, box: TextBox) -> TextBox:
    return TextBox(
        left=min(line.left, box.left),
        top=min(line.top, box.top),
        right=max(line.right, box.right),
        bottom=max(line.bottom, box.bottom),
        sure=min(line.sure, box.sure),
    )


def biggest(boxes: Sequence[TextBox], most: int) -> list[TextBox]:
    """The ``most`` tallest lines in their order: what is meant to be read is written large."""
    tallest = sorted(range(len(boxes)), key=lambda number: -boxes[number].height)[:most]
    return [boxes[number] for number in sorted(tallest)]
