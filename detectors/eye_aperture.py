"""How far a person's eyes are open, and when they blink, relative to their own open eyes; measured on the aligned picture.

A closed lid takes away the dark of the iris and no longer looks like the eye's usual picture. Both together, in both eyes at
once and not for long, are a blink; a wink, a glance and a passing shadow are not. The darkness stands in for an eye-aspect ratio,
which takes points on the lids: the ``open`` pack finds five points of a face, the corners of the eyes and one below the nose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.face_flow import UNIT_PX, FaceFlow, pixel
from embeddings.landmarks import CONVENTIONS, eyes

Numbers = NDArray[np.float64]

HALF_WIDTH, ABOVE, BELOW = 0.115, 0.085, 0.095
"""What is looked at around the centre of an eye, in face widths: the eye and its lids, without the brow."""

MIDDLE_SHARE = 0.55
SKIN_QUANTILE = 0.9
CLOSED_APERTURE = 0.92
"""A blinking eye loses at least this much of its usual darkness; dark lashes and lids leave much of it."""

CLOSED_LIKENESS = 0.75
"""Correlation with the person's own usual eye below which an eye looks like something else."""

LEAST_BLINK_S, MOST_BLINK_S = 0.05, 0.6
ONE_BLINK_S = 0.1
"""Two closures nearer to each other than this are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blink:
    """Both eyes closed, or nearly."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EyeAperture:
    """Per frame (n,): ``aperture`` is the darkness of both eyes in units of its median (1 is usual), ``likeness`` the correlation
    with the person's usual eyes, of that eye which looks more as usual."""

    times_s: Numbers
    aperture: Numbers
    likeness: Numbers
    blinks: tuple[Blink, ...]
    closed_s: float
    """Seconds in which the eyes were closed for longer than a blink."""


def eye_aperture(flow: FaceFlow, *, convention: str) -> EyeAperture:
    """Of a close-up whose landmarks follow ``convention`` (which says where the eyes of the average face are)."""
    seen = [_eye(flow, centre) for centre in eyes(CONVENTIONS[convention], convention=convention)]
    aperture = np.mean([open_ for open_, _ in seen], axis=0)
    likeness = np.max([alike for _, alike in seen], axis=0)
    closed = (likeness < CLOSED_LIKENESS) & (aperture < CLOSED_APERTURE)
    blinks, closed_s = closures(closed, flow.times_s)
    return EyeAperture(
        times_s=flow.times_s,
        aperture=aperture,
        likeness=likeness,
        blinks=blinks,
        closed_s=closed_s,
    )


def _eye(flow: FaceFlow, centre: Numbers) -> tuple[Numbers, Numbers]:
    """Aperture and likeness of one eye; (n,) each."""
    across, down = float(centre[0]), float(centre[1])
    rows = slice(pixel(down - ABOVE), pixel(down + BELOW))
    columns = slice(pixel(across - HALF_WIDTH), pixel(across + HALF_WIDTH))
    boxes = flow.greys[:, rows, columns].astype(np.float64)
    middle = round(MIDDLE_SHARE * HALF_WIDTH * UNIT_PX)
    half = boxes.shape[2] // 2
    profile = boxes[:, :, half - middle : half + middle].mean(axis=2)
    skin = np.quantile(profile, SKIN_QUANTILE, axis=1)
    dark = np.maximum(skin[:, None] - profile, 0).sum(axis=1) / np.maximum(skin, 1.0)
    usual = float(np.median(dark))
    return dark / max(usual, 1e-6), _likeness(boxes, np.median(boxes, axis=0))


def _likeness(boxes: Numbers, usual: Numbers) -> Numbers:
    pictures = boxes - boxes.mean(axis=(1, 2), keepdims=True)
    model = usual - usual.mean()
    scale = np.sqrt((pictures**2).sum(axis=(1, 2)) * (model**2).sum())
    alike: Numbers = (pictures * model).sum(axis=(1, 2)) / np.maximum(scale, 1e-6)
    return np.where(scale > 1e-6, alike, 1.0)


def closures(closed: NDArray[np.bool_], times_s: Numbers) -> tuple[tuple[Blink, ...], float]:
    """Of frames with closed eyes: the blinks, and for how many seconds the eyes are closed for longer than a blink."""
    runs = _runs(closed, times_s)
    blinks = tuple(run for run in runs if LEAST_BLINK_S <= run.seconds <= MOST_BLINK_S)
    return blinks, sum(run.seconds for run in runs if run.seconds > MOST_BLINK_S)


def _runs(closed: NDArray[np.bool_], times_s: Numbers) -> list[Blink]:
    """Stretches of closed frames, each frame lasting until the next one."""
    step = float(np.median(np.diff(times_s)))
    found: list[Blink] = []
    for at in np.flatnonzero(closed).tolist():
        start_s, end_s = float(times_s[at]), float(times_s[at]) + step
        if found and start_s - found[-1].end_s < ONE_BLINK_S:
            found[-1] = Blink(start_s=found[-1].start_s, end_s=end_s)
        else:
            found.append(Blink(start_s=start_s, end_s=end_s))
    return found
