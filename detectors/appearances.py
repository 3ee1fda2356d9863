"""What a network is shown of the people recognised in a creative: looks, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from watchlist.records import Match

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """``items`` are the network's inputs: pictures (h, w, 3) uint8 RGB at its size, or windows (n,) float32 at its rate.
    ``times_s`` says when each is, or begins; ``limits`` are sentences about the quality of what is shown."""

    match: Match
    start_s: float
    end_s: float
    times_s: tuple[float, ...]
    items: tuple[NDArray[Any], ...]
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotShown:
    """``why`` continues "Cannot tell because …". ``outside`` is True where the item is not what the network was validated on."""

    match: Match
    why: str
    outside: bool = False


def longest_first(matches: Sequence[Match]) -> list[Match]:
    """By length, then time, then whom."""
    return sorted(matches, key=lambda match: (match.start_s - match.end_s, match.start_s, match.person_id, match.track))


def by_person(matches: Sequence[Match]) -> dict[str, list[Match]]:
    """The matches of each person, longest first; people in the order of their ids."""
    return {
        person_id: [match for match in longest_first(matches) if match.person_id == person_id]
        for person_id in sorted({match.person_id for match in matches})
    }


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """All of them, or ``most`` at even steps from the first to the last; the middle one of many for one."""
    if len(items) <= most:
        return list(items)
    if most == 1:
        return [items[len(items) // 2]]
    return [items[index] for index in np.linspace(0, len(items) - 1, most).round().astype(int)]


def merged(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Intervals (start, end) in time order, those that touch joined."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
