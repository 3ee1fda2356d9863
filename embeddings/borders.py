"""The part of the picture that is content: bars of one colour and thin frames around it are left out before fingerprinting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.records import Region

FLAT = 5.0
"""A line of pixels is flat if their standard deviation is less than this in every channel: codecs leave so much noise."""

SAME_COLOUR = 14.0
"""Neighbouring flat lines belong to one bar while their colour differs by less than this from the outermost line's."""

EDGE_LINES = 2
"""The lines between bar and picture are mixtures of both."""

STRAIGHT = 0.25
"""This share of the line behind a bar's edge must have another colour than the bar."""

UNEVEN_LINES, UNEVEN = 3, 0.1
"""Opposite bars may differ in width by so many lines, or by this share of the wider one."""

LEAST_CONTENT = 0.2
"""If less than this share of the width or height were left, the picture is its own background and nothing is cut."""

WHOLE = Region(left=0.0, top=0.0, width=1.0, height=1.0)

Picture = NDArray[np.uint8]


def content_box(pictures: Sequence[Picture]) -> Region:
    """What lies inside the bars that all pictures, (h, w, 3) of one size, have in common; ``WHOLE`` if there are none.

    Bars may have any colour; opposite ones have the same. Pictures of one colour (a fade) say nothing and are not asked.
    """
    telling = [picture for picture in pictures if not _plain(picture)]
    if not telling or len({picture.shape for picture in telling}) != 1:
        return WHOLE
    height, width = telling[0].shape[:2]
    top, bottom = _bars(telling, axis=0)
    inner = [picture[top : height - bottom] for picture in telling]
    left, right = _bars(inner, axis=1)
    # A bar beside the picture can hide one above it (a thin frame): look once more inside
    again = [picture[:, left : width - right] for picture in telling]
    top, bottom = _bars(again, axis=0)
    box = Region(
        left=left / width,
        top=top / height,
        width=(width - left - right) / width,
        height=(height - top - bottom) / height,
    )
    return box if min(box.width, box.height) >= LEAST_CONTENT else WHOLE


def cut(picture: Picture, box: Region) -> Picture:
    """The pixels of ``picture`` inside ``box``: a view."""
    height, width = picture.shape[:2]
    top, left = round(box.top * height), round(box.left * width)
    bottom, right = round((box.top + box.height) * height), round((box.left + box.width) * width)
    return picture[top : max(top + 1, bottom), left : max(left + 1, right)]


def _plain(picture: Picture) -> bool:
    return bool(picture[::4, ::4].reshape(-1, 3).std(axis=0).max() < FLAT)


def _bars(pictures: Sequence[Picture], *, axis: int) -> tuple[int, int]:
    """How many lines at the beginning and at the end of ``axis`` are bars in every picture.

    Whoever fits a picture into another format puts it in the middle: bars come in pairs of one width and colour. What is
    plain on one side only belongs to the picture.
    """
    lines = [picture if axis == 0 else picture.transpose(1, 0, 2) for picture in pictures]
    first = _bar(lines)
    last = _bar([picture[::-1] for picture in lines])
    uneven = abs(first - last) > max(UNEVEN_LINES, UNEVEN * max(first, last))
    if 0 in (first, last) or uneven or first + last >= len(lines[0]):
        return 0, 0
    colours = [np.abs(picture[0].mean(axis=0) - picture[-1].mean(axis=0)).max() for picture in lines]
    return (first, last) if max(colours) < SAME_COLOUR else (0, 0)


def _bar(pictures: list[Picture]) -> int:
    """How many first lines of all pictures are a bar, its blurred inner edge included."""
    if not all(_flat_lines(picture[:1]) for picture in pictures):
        return 0
    depth = min(_flat_lines(picture) for picture in pictures)
    inside = depth + EDGE_LINES
    if inside >= len(pictures[0]):
        return 0
    # A plain background ends raggedly where somebody stands before it; a bar ends at once along the whole line.
    ends = [np.abs(picture[inside].astype(np.float32) - picture[:depth].mean(axis=(0, 1))) for picture in pictures]
    straight = float(np.median([(gap.max(axis=1) > SAME_COLOUR).mean() for gap in ends]))
    return inside if straight >= STRAIGHT else 0


def _flat_lines(picture: Picture) -> int:
    """How many first lines have one colour, the same in all of them."""
    values = np.ascontiguousarray(picture[:, ::2].transpose(2, 0, 1), dtype=np.float32)
    colour = values.mean(axis=2)
    flat = values.std(axis=2).max(axis=0) < FLAT
    return _run(flat & (np.abs(colour - colour[:, :1]).max(axis=0) < SAME_COLOUR))


def _run(flags: NDArray[np.bool_]) -> int:
    """How many values are true before the first false one."""
    return len(flags) if flags.all() else int(np.argmin(flags))
