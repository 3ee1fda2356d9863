"""Which windows of one clip are the same speaker: grouped by their vectors, which nothing outside the clip is compared with.

This answers "how many people speak here, and who of them speaks now", inside one clip and in memory. Voices of several clips are
never grouped: that would be a search for unknown people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPEAKER_MARGIN = 0.07
"""So far below the pack's threshold windows of one clip may lie and still be one speaker: channel and session are the same, and
to split a speaker costs more than to keep a straddling window."""


def group_speakers(scores: NDArray[np.float64], *, least: float) -> list[int]:
    """The speaker of each window, numbered from 0 in the order of first appearance; ``scores`` (n, n) of all pairs of windows.

    Agglomerative: the two groups whose windows agree most on average become one, until the best average is below ``least``.
    """
    groups = [[number] for number in range(len(scores))]
    while len(groups) > 1:
        means = np.array([[scores[np.ix_(one, other)].mean() for other in groups] for one in groups])
        np.fill_diagonal(means, -np.inf)
        one, other = divmod(int(means.argmax()), len(groups))
        if means[one, other] < least:
            break
        first, second = sorted((one, other))
        groups[first] += groups.pop(second)
    speakers = [0] * len(scores)
    for speaker, group in enumerate(sorted(groups, key=min)):
        for window in group:
            speakers[window] = speaker
    return speakers
