"""What is shown between the moments of two films, compared coarsely: a picture that only one of them has, for however short a
time that is longer than the distance of glimpses, is like nothing that the other shows at about that time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.registration import Placement, differences

AROUND = (0, -1, 1)
"""Where a shot ends, the glimpse of one encoding may be the last of it and that of the other the first of the next: each is held
against those before and after it too."""

PATCH_PX = 4

Glimpses = NDArray[np.uint8]
Times = NDArray[np.float32]


def most_unlike(ours: Glimpses, ours_s: Times, theirs: Glimpses, theirs_s: Times, placement: Placement) -> float:
    """The grey levels of the most different patch between any glimpse of either film and the one that is most like it of those
    that the other shows at about that time; (n, s, s) and (m, s, s), at least one each."""
    mine, other = np.arange(len(ours)), np.arange(len(theirs))
    forth = _least(ours, theirs, mine, _nearest(ours_s, theirs_s), placement, of_ours=True)
    back = _least(ours, theirs, _nearest(theirs_s, ours_s), other, placement, of_ours=False)
    return float(max(forth.max(), back.max()))


def _least(
    ours: Glimpses,
    theirs: Glimpses,
    mine: NDArray[np.intp],
    other: NDArray[np.intp],
    placement: Placement,
    *,
    of_ours: bool,
) -> NDArray[np.float64]:
    """For each pair the least difference when the partner is also sought one glimpse earlier and later."""
    least = np.full(len(mine), np.inf)
    for step in AROUND:
        if of_ours:
            pair = ours[mine], theirs[np.clip(other + step, 0, len(theirs) - 1)]
        else:
            pair = ours[np.clip(mine + step, 0, len(ours) - 1)], theirs[other]
        least = np.minimum(least, differences(*pair, placement, patch_px=PATCH_PX))
    return least


def _nearest(times_s: Times, among_s: Times) -> NDArray[np.intp]:
    """For each time the number of the nearest of the others, which ascend."""
    after = np.clip(np.searchsorted(among_s, times_s), 0, len(among_s) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(among_s[before] - times_s) <= np.abs(among_s[after] - times_s), before, after)
