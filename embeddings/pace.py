"""Which pictures of a sequence are looked at. Runs only inside the sandboxed child."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from embeddings.cuts import Cuts, Small

MIN_SHOT_S = 0.1
"""Shots that follow each other faster are a flash or a flicker."""

SHOT_SHARE = 0.25
"""Of the pictures allowed, so many are left for the starts of shots when a long sequence is spread over the rest."""

GIVEN_UP = 0.125
"""Of the pictures allowed, so many are given up at once where shots are asked for."""

GROWTH = 1.25
"""By so much the distance grows each time."""

WORTH_OF_A_START = 3.0
"""The first picture of a shot is given up only where its neighbours are so many times nearer than those of others."""


class Pace:
    """One picture every ``step_s`` and, if asked for, the first of each shot, but no more than ``most``.

    When there are too many and shots are not asked for, every second is given up, and the distance doubles: two encodings still
    show the same instants. Else those are given up that lie nearest to their neighbours, and the distance grows a little.
    """

    def __init__(
        self,
        *,
        start_s: float,
        step_s: float,
        most: int,
        shots: bool,
        usual: int | None = None,
        furthest_apart_s: float = math.inf,
    ) -> None:
        """By the clock alone ``usual`` are enough, if that is said, while they lie no further apart than so many seconds."""
        self.due_s = start_s
        self.step_s = step_s
        self._most = most
        self._usual = usual or most
        self._furthest_apart_s = furthest_apart_s
        self._cuts = Cuts() if shots else None
        self._start_s = start_s
        self._cut_s = -MIN_SHOT_S
        self._last_s = -math.inf
        self._taken: list[bool] = []
        self._times_s: list[float] = []

    @classmethod
    def asked(cls, request: Mapping[str, Any], *, step_s: float, shots: bool) -> Pace:
        """For a request to the decoder."""
        return cls(
            start_s=float(request["start_s"]),
            step_s=step_s,
            most=request["max_frames"],
            shots=shots,
            usual=request["usual_frames"],
            furthest_apart_s=request["furthest_apart_s"] or math.inf,
        )

    def afresh(self) -> Pace:
        """The same from the beginning, by the clock alone: to ask beforehand."""
        return Pace(
            start_s=self._start_s,
            step_s=self.step_s,
            most=self._most,
            shots=False,
            usual=self._usual,
            furthest_apart_s=self._furthest_apart_s,
        )

    @property
    def taken(self) -> int:
        """How many pictures have been taken and not given up again."""
        return len(self._taken)

    def wants(self, at_s: float, small: Callable[[], Small]) -> bool:
        """Whether to take the picture shown at ``at_s``; asked of all that are decoded."""
        cut = self._cuts is not None and self._cuts.starts(small())
        if at_s <= self._last_s:
            return False  # a damaged clock that runs backwards
        if at_s + 0.5 * min(self.step_s, 0.04) >= self.due_s:
            self.due_s = max(self.due_s + self.step_s, at_s + 0.5 * self.step_s)
        elif cut and at_s >= self._start_s and at_s - self._cut_s >= MIN_SHOT_S:
            self.due_s = max(self.due_s, at_s + 0.5 * self.step_s)
        else:
            return False
        self._last_s = at_s
        if cut:
            self._cut_s = at_s
        self._taken.append(cut)
        self._times_s.append(at_s)
        return True

    def excess(self) -> list[int] | None:
        """The numbers of the pictures to keep, once there are too many; None as long as there are not."""
        more = self._cuts is not None or 2 * self.step_s > self._furthest_apart_s
        if len(self._taken) <= (self._most if more else self._usual):
            return None
        if self._cuts is None:
            keep = list(range(0, len(self._taken), 2))
            self.step_s *= 2
        else:
            keep = self._farthest_apart(max(1, self._most - max(1, int(GIVEN_UP * self._most))))
            self.step_s *= GROWTH
        self._taken = [self._taken[number] for number in keep]
        self._times_s = [self._times_s[number] for number in keep]
        return keep

    def _farthest_apart(self, count: int) -> list[int]:
        """So many of the pictures, in their order: the first, and of the others those that leave the widest gaps without them."""
        keep = list(range(len(self._taken)))
        while len(keep) > count:
            times = [self._times_s[number] for number in keep]
            after = [*times[2:], 2 * times[-1] - times[-2]]
            gaps = [
                (later - before) * (WORTH_OF_A_START if self._taken[number] else 1.0)
                for number, before, later in zip(keep[1:], times, after, strict=False)
            ]
            del keep[1 + gaps.index(min(gaps))]
        return keep
