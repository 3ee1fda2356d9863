"""How far a person's eyes are open, and when they blink, by the eye-aspect ratio of points on their lids.

The ratio is the mean height of an eye over its width (Soukupová and Čech, Real-Time Eye Blink Detection using Facial Landmarks,
2016), about 0.3 for open eyes and less than half of that for closed ones, whatever the size of the face. People's eyes differ, so
it is held against the person's own open eyes; where both eyes fall below a share of those together, and not for long, they blink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.eye_aperture import Blink, closures
from detectors.marked_face import MarkedFace

Numbers = NDArray[np.float64]

EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
"""Points of the eye on the left of the picture and on the right: a corner, two on the upper lid, the other corner, and the two on
the lower lid that lie below those two, in reversed order."""

OPEN_QUANTILE = 0.75
"""Of the ratios of a stretch: what the person's open eyes have."""

CLOSED_SHARE = 0.75
"""Of both eyes' usual ratios. A mesh of points is stiff: where real people blink it falls to 0.5 to 0.7 only."""

NO_EYE = 0.02
"""An eye whose usual ratio is below this is none that opens: nothing is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EyeAspect:
    """``ratio`` (n,) per frame, the mean of both eyes; ``usual`` what it is most of the time, or while they are open."""

    times_s: Numbers
    ratio: Numbers
    usual: float
    blinks: tuple[Blink, ...]
    closed_s: float
    """Seconds in which the eyes were closed for longer than a blink."""


def eye_aspect(marked: MarkedFace) -> EyeAspect:
    """Of a face whose lids are marked."""
    each = [_ratio(marked, eye) for eye in EYES]
    open_ = [float(np.quantile(ratio, OPEN_QUANTILE)) for ratio in each]
    shares = [
        ratio / usual if usual > NO_EYE else np.ones_like(ratio) for ratio, usual in zip(each, open_, strict=True)
    ]
    widest = np.max(shares, axis=0)
    blinks, closed_s = closures(widest < CLOSED_SHARE, marked.times_s)
    return EyeAspect(
        times_s=marked.times_s,
        ratio=np.mean(each, axis=0),
        usual=float(np.mean(open_)),
        blinks=blinks,
        closed_s=closed_s,
    )


def _ratio(marked: MarkedFace, eye: tuple[int, int, int, int, int, int]) -> Numbers:
    corner, above, above_too, other_corner, below_too, below = eye
    heights = marked.apart(above, below) + marked.apart(above_too, below_too)
    ratio: Numbers = heights / np.maximum(2 * marked.apart(corner, other_corner), 1e-9)
    return ratio
