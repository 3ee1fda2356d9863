"""Which stretch of genuine film a suspect clip was taken from, and how alike the two are there.

A mouth that looks and moves as in the film, at one time and no other, settles that the two are the same. Otherwise the upper face
says *when*, because a lip-synced copy leaves it alone, and the mouth is compared at that time. The suspect's frames may be as
sparse as two a second: what lies between them adds little to a sharp search. Landmarks tremble more than brows and lids move, so
every face is first laid onto one face of the person.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detectors.face_agreement import (
    BLOCK,
    FACE,
    MOUTH,
    UPPER,
    Faces,
    Part,
    Real,
    agreement,
    contrast_normalised,
    part_rows,
    registered,
    steadied,
)
from detectors.shift_search import MIN_PAIRS, STEPS_PER_S, Shift, Steps, Times, best_shift, mixing, movements
from watchlist.footage import GenuineFootage

MIN_LEAD = 0.8
SHARP_PEAK = {MOUTH: 0.4, UPPER: 0.25}
"""What a shift must reach to be believed: how far its score lies above that of every shift that is not next to it, and what
share of the score that is. In the trial on real film (the test marked ``fixtures``) true shifts, also of clips cut, cropped or
mirrored, reach both; other people and other moments of the same shot miss at least one."""

COARSE = 2
"""The search for the shift sees the faces at this part of their resolution."""

CLEARLY_MIRRORED = 0.05
"""A face at rest that agrees so much less than its mirror image with the person's is not searched as it is."""

TEMPLATE_FRAMES = 50
FILMS_REMEMBERED = 64
"""Films whose rows stay in memory, because the next suspect shows the same person: 4.5 KB for a frame."""

STRETCH_FLOOR = 0.85
"""Agreement of the upper face, before registration, above which a pair belongs to the aligned stretch."""

ALIGNED_UPPER = 0.97
"""Agreement of the registered upper face without which no shift is believed: another moment of the same shot stays below."""

SAME_GAP = 0.025
"""Gap between upper face and mouth of honest copies in the trial, also re-encoded, cropped, mirrored and half a step off."""

SAME_MOVEMENT = 0.78
"""Correlation of the mouths' movements that honest copies exceed in the trial, and the lip-synced clip does not reach."""

MAX_PAIRS = 100
"""Pairs that are registered and compared: more changes no median and costs time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceSeries:
    """Aligned grey faces (n, 96, 96) of one person at ``times_s`` (n,), in time order."""

    times_s: Times
    faces: Faces

    @property
    def spacing(self) -> int:
        """Steps of the grid from one face to the next, as a rule."""
        return max(1, round(float(np.median(np.diff(self.times_s))) * STEPS_PER_S)) if len(self.times_s) > 1 else 1

    def mirrored(self) -> FaceSeries:
        """The same, left and right exchanged."""
        return FaceSeries(times_s=self.times_s, faces=np.ascontiguousarray(self.faces[:, :, ::-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How alike suspect and footage are at the aligned time: medians over ``pairs`` pairs of frames. ``gap`` is the median of
    upper minus mouth, pair by pair: one number for the whole stretch, blind to a change that lasts less than half of it.
    ``mouth_movement`` in [-1, 1] is the correlation of how the two mouths move; near 0 for a frozen mouth."""

    start_s: float
    end_s: float
    reference_start_s: float
    pairs: int
    upper: float
    mouth: float
    gap: float
    mouth_movement: float

    @property
    def same_mouth(self) -> bool:
        """The mouth looks the same and moves the same."""
        return self.gap <= SAME_GAP and self.mouth_movement >= SAME_MOVEMENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alignment:
    """A stretch of the suspect found in a film."""

    film: GenuineFootage
    mirrored: bool
    shift: Shift
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """What the search sees of n faces: one row for each, part by part."""

    times_s: Times
    of: Mapping[Part, Real]


def locate(suspect: FaceSeries, films: Sequence[GenuineFootage]) -> Alignment | None:
    """The best alignment of the suspect with any of the films (all of one person), as it is or mirrored; None if none is
    believable."""
    films = [film for film in films if len(film.times_s) >= MIN_PAIRS]
    if not films or len(suspect.faces) < MIN_PAIRS:
        return None
    onto = max(films, key=lambda film: len(film.times_s))
    found = []
    for mirrored in _ways(suspect, onto):
        ours = suspect.mirrored() if mirrored else suspect
        rows = _rows(ours.times_s, ours.faces, _template(onto))
        for film, part in itertools.product(films, (MOUTH, UPPER)):
            shift = best_shift(
                movements(rows.of[part], ours.times_s, spacing=ours.spacing),
                _film_movements(film, onto, part, ours.spacing),
                suspect_s=ours.times_s,
                footage_s=film.times_s,
            )
            if shift is not None and shift.peak >= max(SHARP_PEAK[part], MIN_LEAD / shift.score):
                found.append((shift, film, part, mirrored, ours))
    for shift, film, part, mirrored, ours in sorted(found, key=lambda one: -one[0].score):
        agreed = compare(ours, film, shift_s=shift.seconds)
        if agreed is not None and agreed.upper >= ALIGNED_UPPER and (part is UPPER or agreed.same_mouth):
            return Alignment(film=film, mirrored=mirrored, shift=shift, agreement=agreed)
    return None


def _ways(suspect: FaceSeries, onto: GenuineFootage) -> list[bool]:
    """Whether the suspect may be mirrored: no face is even, so the face at rest tells, unless it is close."""
    at_rest = _at_rest(suspect.faces)
    ways = np.stack([steadied(face, _template(onto)) for face in (at_rest, np.ascontiguousarray(at_rest[:, ::-1]))])
    rows = part_rows(contrast_normalised(ways), FACE) @ part_rows(contrast_normalised(_template(onto)[None]), FACE)[0]
    return [mirrored for mirrored in (False, True) if rows[int(mirrored)] >= rows.max() - CLEARLY_MIRRORED]


def _rows(times_s: Times, faces: Faces, template: Faces) -> _Rows:
    """Every face laid onto the template, its contrast normalised, in parts."""
    blocks: dict[Part, list[Real]] = {MOUTH: [], UPPER: []}
    for at in range(0, len(faces), BLOCK):
        laid = np.stack([steadied(face, template) for face in faces[at : at + BLOCK]])
        normalised = contrast_normalised(laid, shrink=COARSE)
        for part, rows in blocks.items():
            rows.append(part_rows(normalised, part, shrink=COARSE))
    return _Rows(times_s=times_s, of={part: np.concatenate(rows) for part, rows in blocks.items()})


def _at_rest(faces: Faces) -> Faces:
    """The face at rest (96, 96): the median of frames from its whole length."""
    every = max(1, len(faces) // TEMPLATE_FRAMES)
    median: Faces = np.median(faces[::every], axis=0).astype(np.uint8)
    return median


@lru_cache(maxsize=FILMS_REMEMBERED)
def _template(film: GenuineFootage) -> Faces:
    return _at_rest(film.faces)


@lru_cache(maxsize=FILMS_REMEMBERED)
def _film_rows(film: GenuineFootage, onto: GenuineFootage) -> _Rows:
    return _rows(film.times_s, film.faces, _template(onto))


@lru_cache(maxsize=FILMS_REMEMBERED)
def _film_movements(film: GenuineFootage, onto: GenuineFootage, part: Part, spacing: int) -> Real:
    return movements(_film_rows(film, onto).of[part], film.times_s, spacing=spacing)


def compare(suspect: FaceSeries, film: GenuineFootage, *, shift_s: float) -> Agreement | None:
    """Upper face and mouth at the aligned times, each pair registered; None if fewer than MIN_PAIRS frames correspond."""
    there, at, share = mixing(film.times_s, suspect.times_s + shift_s)
    times_s, faces = suspect.times_s[there], suspect.faces[there]
    if len(at) < MIN_PAIRS:
        return None
    mixed = _mixed(film.faces, at, share)
    genuine = contrast_normalised(mixed)
    stretch = aligned_stretch(agreement(contrast_normalised(faces), genuine, UPPER), spacing=suspect.spacing)
    times_s, faces, mixed, genuine = times_s[stretch], faces[stretch], mixed[stretch], genuine[stretch]
    if len(faces) < MIN_PAIRS:
        return None
    chosen = np.unique(np.linspace(0, len(faces) - 1, min(MAX_PAIRS, len(faces))).astype(int)).tolist()
    laid = {k: face for k in chosen if (face := registered(faces[k], mixed[k])) is not None}
    if len(laid) < MIN_PAIRS:
        return None
    kept = list(laid)
    ours, theirs = contrast_normalised(np.stack(list(laid.values()))), genuine[kept]
    upper, mouth = agreement(ours, theirs, UPPER), agreement(ours, theirs, MOUTH)
    return Agreement(
        start_s=float(times_s[0]),
        end_s=float(times_s[-1]),
        reference_start_s=max(0.0, float(times_s[0] + shift_s)),
        pairs=len(kept),
        upper=float(np.median(upper)),
        mouth=float(np.median(mouth)),
        gap=float(np.median(upper - mouth)),
        mouth_movement=_moving_together(ours, theirs, times_s[kept], spacing=suspect.spacing),
    )


def _mixed(faces: Faces, at: Steps, share: Times) -> Faces:
    """The faces between frame ``at`` and the next."""
    part = share.astype(np.float32)[:, None, None]
    mixed: Faces = np.rint((1 - part) * faces[at] + part * faces[at + 1]).astype(np.uint8)
    return mixed


def _moving_together(ours: Real, theirs: Real, times_s: Times, *, spacing: int) -> float:
    a, b = (movements(part_rows(faces, MOUTH), times_s, spacing=spacing) for faces in (ours, theirs))
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else 0.0


def aligned_stretch(scores: NDArray[np.float64], *, spacing: int) -> slice:
    """The longest run of pairs (in time order) whose agreement, smoothed over half a second or three pairs, stays above
    STRETCH_FLOOR."""
    width = min(max(3, STEPS_PER_S // 2 // spacing), len(scores))
    smooth = np.convolve(np.pad(scores, width // 2, mode="edge"), np.ones(width) / width, mode="valid")[: len(scores)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], smooth >= STRETCH_FLOOR, [False]]).astype(np.int8)))
    if not len(edges):
        return slice(0, 0)
    first, last = max(edges.reshape(-1, 2).tolist(), key=lambda run: run[1] - run[0])
    return slice(int(first), int(last))
