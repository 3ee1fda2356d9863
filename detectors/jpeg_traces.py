"""What a JPEG's coefficients tell of how it was made: which quality its tables stand for, and whether it was one before.

A picture that was JPEG already is quantised twice. Where the first step was coarser than the present one, the values that the
present coefficients take have gaps and heaps in a rhythm (Popescu and Farid, 2004). Nothing here parses bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

BLOCK_PX = 8
LOOKED_AT = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1))
"""Row and column, in a block, of the coefficients whose values are counted: low frequencies, of which there are many."""

FARTHEST = 40
"""Values beyond this many steps are not counted."""

FEWEST = 400
"""Coefficients other than 0 and ±1 without which no rhythm is sought."""

PERIODS = np.arange(2.0, 12.01, 0.1)
ENVELOPE = 9

STANDARD = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
"""The luma table of the standard's annex K, which libjpeg scales by its quality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """libjpeg's quality (1 to 100) whose luma table is closest; ``exact`` where it is that table."""

    value: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The strongest rhythm in the values: ``period`` in present steps, ``score`` how many times stronger than usual ones."""

    period: float
    score: float


def quality_of(table: Sequence[int]) -> Quality:
    """Of a luma table (64 steps, row by row)."""
    given = np.array(table, dtype=np.float64)
    apart = {value: float(np.abs(np.log(given / scaled(value).ravel())).mean()) for value in range(1, 101)}
    best = min(apart, key=lambda value: (apart[value], -value))
    return Quality(value=best, exact=apart[best] == 0)


def scaled(quality: int) -> Counts:
    """libjpeg's luma table at a quality, (8, 8)."""
    share = 5000 // quality if quality < 50 else 200 - 2 * quality
    table: Counts = np.clip((STANDARD * share + 50) // 100, 1, 255)
    return table


def counted(luma: NDArray[np.uint8], table: Sequence[int]) -> Counts:
    """(len(LOOKED_AT), 2 · FARTHEST + 1) how often each value, from -FARTHEST on, occurs in the blocks of a picture (h, w) whose
    first block begins at its corner."""
    rows, columns = (side // BLOCK_PX for side in luma.shape)
    whole = luma[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    blocks = whole.transpose(0, 2, 1, 3).astype(np.float32) - 128
    cosines, steps = _cosines(), np.array(table).reshape(BLOCK_PX, BLOCK_PX)
    found = []
    for row, column in LOOKED_AT:
        values = np.einsum("abij,i,j->ab", blocks, cosines[row], cosines[column], optimize=True)
        steps_away = np.rint(values / steps[row, column]).astype(np.int64).ravel()
        inside = steps_away[np.abs(steps_away) <= FARTHEST] + FARTHEST
        found.append(np.bincount(inside, minlength=2 * FARTHEST + 1))
    return np.array(found, dtype=np.int64)


def rhythms(counts: Counts) -> list[Rhythm | None]:
    """Of each coefficient that ``counted`` looked at; None where there is too little to see one."""
    return [_rhythm(one) for one in counts]


def _rhythm(counts: Counts) -> Rhythm | None:
    """Gaps and heaps lie evenly about 0, so both sides are added up; 0 and ±1, where nearly all lie, say nothing."""
    both = (counts[FARTHEST:] + counts[FARTHEST::-1])[2:].astype(np.float64)
    last = int(np.flatnonzero(both >= 4).max(initial=0)) + 1
    if both.sum() < FEWEST or last < ENVELOPE:
        return None
    seen = both[:last]
    reach = ENVELOPE // 2
    padded = np.pad(seen, reach, mode="edge")
    envelope = np.convolve(padded, np.ones(ENVELOPE) / ENVELOPE, mode="valid")
    away = (seen - envelope) / np.sqrt(envelope + 1)
    at = np.arange(2, 2 + last)
    waves = np.exp(-2j * np.pi * at[None, :] / PERIODS[:, None])
    strength = np.abs(waves @ away) / np.sqrt(last)
    best = int(np.argmax(strength))
    return Rhythm(period=float(PERIODS[best]), score=float(strength[best]))


def _cosines() -> NDArray[np.float32]:
    place = np.arange(BLOCK_PX)
    table = np.cos(np.pi * (2 * place[None, :] + 1) * place[:, None] / (2 * BLOCK_PX)) / 2
    table[0] /= np.sqrt(2)
    return table.astype(np.float32)
