"""Cuts an aligned stretch down to the film's own moments, before anything is said about its mouth.

Where a suspect was cut anew, another moment of the same shot may lie before or after a piece and be taken into its stretch: the
face hardly differs there, the mouth does. Its upper face agrees clearly less than in the rest, which a mouth that was generated
leaves alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detectors.film_alignment import Alignment, FaceSeries, compare

CLEARLY_LESS = 0.03
"""How far below the stretch's median the upper face agrees at another moment: 0.08 in a film of the media that was cut anew."""

TOGETHER = 3
"""Neighbouring pairs whose median counts, so that a single bad one ends nothing."""


def own_moments(suspect: FaceSeries, found: Alignment) -> Alignment:
    """The same stretch without what lies at another moment at its ends; as it is where its mouth is the film's already."""
    seen, course = found.agreement, found.agreement.course
    if seen.same_mouth or not seen.same_face or len(course.uppers) < 2 * TOGETHER:
        return found
    uppers = np.array(course.uppers)
    middles = np.median(sliding_window_view(np.pad(uppers, TOGETHER // 2, mode="edge"), TOGETHER), axis=1)
    own = np.flatnonzero(middles >= np.median(uppers) - CLEARLY_LESS)
    if len(own) == 0 or (own[0] == 0 and own[-1] == len(uppers) - 1):
        return found
    ours = suspect.mirrored() if found.mirrored else suspect
    start_s, end_s = course.times_s[int(own[0])], course.times_s[int(own[-1])]
    first, last = np.searchsorted(ours.times_s, [start_s - 1e-6, end_s + 1e-6])
    agreed = compare(ours, found.film, shift=found.shift, stretch=slice(int(first), int(last)))
    return found if agreed is None else replace(found, agreement=agreed)
