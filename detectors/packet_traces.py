"""What the packets of a film tell: when its pictures are shown, where its key frames are, whether an older rhythm shows.

When a film is coded a second time, each picture that was a key frame the first time differs from its neighbours, and the second
encoder spends more on it (Wang and Farid, ACM MM&Sec 2006). Where the first rhythm was regular, so are these rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from detectors.packet_probe import CORRUPT, DISPOSABLE, KEY, ROW, UNTIMED

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]

GAP_STEPS = 2.5
"""A step this many times the usual one is a gap."""
EVEN = 0.1
"""Steps within this share of the usual one count as even."""

SHORTEST_PERIOD, LONGEST_PERIOD = 4, 120
FEWEST_RISES = 5
LEAST_RISE = 0.4
"""Of the logarithm of a picture's size over its neighbours'."""
LEAST_SCORE = 8.0
"""Rises are only told of above this many standard errors: some thousand rhythms are tried on each film, and things move in
rhythm, too."""
AROUND = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """``backwards`` counts packets stored before earlier ones, ``repeated`` pictures at a time already taken. ``gaps`` are
    (at_s, length_s) of jumps in the time shown. ``step_s`` is the usual step, ``even`` the share of steps like it."""

    frames: int
    step_s: float
    even: float
    backwards: int
    repeated: int
    corrupt: int
    gaps: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRhythm:
    """``at`` are the numbers of the key frames in order of showing; ``usual`` is the commonest distance, None with fewer than
    three key frames; ``odd`` are the key frames that come sooner than that."""

    at: tuple[int, ...]
    usual: int | None
    odd: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRhythm:
    """Every ``period`` pictures, from number ``first``, one is larger than its neighbours, ``rise`` (a factor) on average."""

    period: int
    first: int
    rise: float
    score: float


def of_stream(rows: Rows, stream: int) -> Rows:
    """The packets of one stream, as stored."""
    found: Rows = rows[rows[:, 0] == stream]
    return found


def read_rows(body: bytes) -> Rows:
    """(packets, ``ROW``) as the child sent them; empty for what is no whole number of rows."""
    width = len(ROW) * 8
    return np.frombuffer(body[: len(body) // width * width], dtype=np.int64).reshape(-1, len(ROW))


def timing(packets: Rows) -> Timing | None:
    """None with fewer than three timed pictures."""
    shown = np.sort(_shown(packets))
    if len(shown) < 3:
        return None
    stored = packets[packets[:, 2] != UNTIMED, 2]
    steps = np.diff(shown).astype(np.float64) / 1e6
    usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    wide = np.flatnonzero(steps > GAP_STEPS * usual) if usual else np.zeros(0, dtype=int)
    return Timing(
        frames=len(shown),
        step_s=usual,
        even=float((np.abs(steps - usual) <= EVEN * usual).mean()),
        backwards=int((np.diff(stored) < 0).sum()),
        repeated=int((steps <= 0).sum()),
        corrupt=int((packets[:, 4] & CORRUPT > 0).sum()),
        gaps=tuple((float((shown[at] - shown[0]) / 1e6), float(steps[at])) for at in wide),
    )


def key_rhythm(packets: Rows) -> KeyRhythm:
    """Of pictures in the order in which they are shown."""
    at = np.flatnonzero(_in_order(packets)[:, 4] & KEY)
    distances = np.diff(at)
    if len(distances) < 2:
        return KeyRhythm(at=tuple(map(int, at)), usual=None, odd=())
    values, counts = np.unique(distances, return_counts=True)
    usual = int(values[::-1][counts[::-1].argmax()])
    return KeyRhythm(
        at=tuple(map(int, at)),
        usual=usual,
        odd=tuple(int(later) for later, d in zip(at[1:], distances, strict=True) if d < usual),
    )


def earlier_rhythm(packets: Rows, keys: KeyRhythm) -> EarlierRhythm | None:
    """The clearest rhythm of larger pictures that is not the key frames' own; None where there is none, or too little film."""
    ordered = _in_order(packets)
    ahead = np.flatnonzero(_predicted_ahead(ordered))
    if len(ahead) < 2 * FEWEST_RISES:
        return None
    sizes = np.log(ordered[ahead, 3].astype(np.float64))
    rise = np.clip(sizes - median_filter(sizes, AROUND, mode="nearest"), -1, 1)
    unit = np.clip(rise / max(1.4826 * float(np.median(np.abs(rise))), 0.02), -6, 6)
    # Pictures in between are made from their neighbours: what changed at one of them is paid for by the next that is not
    numbers = np.arange(ahead[0], ahead[-1] + 1)
    payer = np.searchsorted(ahead, numbers)
    rise, unit = rise[payer], unit[payer]
    best: EarlierRhythm | None = None
    for period in range(SHORTEST_PERIOD, min(LONGEST_PERIOD, len(ordered) // FEWEST_RISES) + 1):
        if _is_their_own(period, keys.usual):
            continue
        phases = numbers % period
        counts = np.bincount(phases, minlength=period)
        means = np.bincount(phases, weights=rise, minlength=period) / np.maximum(counts, 1)
        heights = np.bincount(phases, weights=unit, minlength=period) / np.maximum(counts, 1)
        scores = np.where(counts >= FEWEST_RISES, heights * np.sqrt(counts), 0.0)
        first = int(scores.argmax())
        found = float(means[first]), float(scores[first])
        if found[0] >= LEAST_RISE and found[1] >= LEAST_SCORE and (best is None or found[1] > best.score):
            best = EarlierRhythm(period=period, first=first, rise=float(np.exp(found[0])), score=found[1])
    return best


def mean_by_kind(quantisers: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Of (kind of picture, its quantiser)."""
    return {
        kind: float(np.mean([q for k, q in quantisers if k == kind])) for kind in sorted({k for k, _ in quantisers})
    }


def _is_their_own(period: int, usual: int | None) -> bool:
    return usual is not None and (period % usual == 0 or usual % period == 0)


def _predicted_ahead(ordered: Rows) -> NDArray[np.bool_]:
    """Those in order of showing that are no key frames and are stored before everything shown later: P, not B."""
    if (ordered[:, 1:3] == UNTIMED).any():
        return np.asarray((ordered[:, 4] & (KEY | DISPOSABLE) == 0) & (ordered[:, 3] > 0))
    stored = ordered[:, 2]
    soonest_after = np.minimum.accumulate(stored[::-1])[::-1]
    before_the_rest = np.append(stored[:-1] < soonest_after[1:], True)
    return np.asarray(before_the_rest & (ordered[:, 4] & KEY == 0) & (ordered[:, 3] > 0))


def _shown(packets: Rows) -> NDArray[np.int64]:
    times: Rows = packets[packets[:, 1] != UNTIMED, 1]
    return times


def _in_order(packets: Rows) -> Rows:
    """By the time shown; as stored where times are missing."""
    if (packets[:, 1] == UNTIMED).any():
        return packets
    return packets[np.argsort(packets[:, 1], kind="stable")]
