"""Which stretches of genuine film a suspect clip was taken from, and how alike the two are there.

A mouth that looks and moves as in the film, at one time and no other, settles that the two are the same. Otherwise the upper face
says *when*, because a lip-synced copy leaves it alone, and the mouth is compared at that time. The suspect's frames may be as
sparse as two a second: what lies between them adds little to a sharp search. Landmarks tremble more than brows and lids move, so
every face is first laid onto one face of the film. A suspect that was cut anew is found piece by piece, each with its film, its
time and its speed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from detectors.mouth_course import NOT_FOLLOWED, MouthCourse
from detectors.shift_search import (
    MIN_PAIRS,
    NOTHING_MOVES,
    STEPS_PER_S,
    Shift,
    Steps,
    Times,
    aligned_stretch,
    best_shifts,
    mixed_rows,
    mixing,
    movements,
    placed,
    windows,
)
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
FILMS_REMEMBERED = 16
CHUNK_S = 5.0
CHUNKS_REMEMBERED = 500
"""Films, and chunks of them, whose rows stay in memory because the next suspect shows the same person: 4.5 KB for a frame."""

STRETCH_FLOOR = 0.85
"""Agreement of the upper face, laid onto the person's, above which a pair belongs to the aligned stretch."""

TOGETHER = 0.3
TOGETHER_STEPS, TOGETHER_FRAMES = 11, 5
"""Correlation of the movements, over so many steps of the grid and at least so many frames, of pairs of the aligned stretch: at
another moment of the same shot a face looks nearly the same, but moves otherwise."""

ALREADY_FOUND = 0.5
"""A window of which more than this share was found already is not tried."""

MAX_TRIED = 12
PROBED_PAIRS = 8
"""Shifts that are compared picture by picture, and pairs of each that are looked at first: registering is what costs."""

ALIGNED_UPPER = 0.97
"""Agreement of the registered upper face without which no face is the film's: another moment of the same shot stays below, and so
do swapped faces."""

MOVES_ALIKE_UPPER = 0.85
SURE_LEAD = 1.5
"""A face that looks otherwise and still moves as in the film, mouth included, with such a lead over all other shifts, is not
another moment; one that agrees less than the first is."""

SAME_GAP = 0.025
"""Gap between upper face and mouth of honest copies in the trial, also re-encoded, cropped, mirrored and half a step off."""

SAME_MOVEMENT = 0.78
"""Correlation of the mouths' movements that honest copies exceed in the trial, and the lip-synced clip does not reach."""

MAX_PAIRS = 150
"""Pairs that are registered and compared: all of a close look at a quarter of a minute, so that a change of a second is seen."""


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
    upper minus mouth, pair by pair: one number for the whole stretch, blind to a change that lasts less than half of it, which
    ``course`` shows. ``mouth_movement`` in [-1, 1] is the correlation of how the two mouths move; near 0 for a frozen mouth."""

    start_s: float
    end_s: float
    reference_start_s: float
    reference_end_s: float
    pairs: int
    upper: float
    mouth: float
    gap: float
    mouth_movement: float
    course: MouthCourse = NOT_FOLLOWED

    @property
    def same_face(self) -> bool:
        """The upper face is the film's at this time; otherwise it only moves as it does there."""
        return self.upper >= ALIGNED_UPPER

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """``count`` neighbouring frames of a film from ``start_s`` on; what they show follows from that."""

    sha256: str
    start_s: float
    count: int
    faces: Faces = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lead:
    """A shift that stands out, found by one part of the face; ``suspect`` and its ``rows`` are mirrored already if it is.
    ``film`` may be an excerpt of ``onto``."""

    suspect: FaceSeries
    rows: _Rows
    film: GenuineFootage
    onto: GenuineFootage
    part: Part
    mirrored: bool
    shift: Shift


def locate(
    suspect: FaceSeries, films: Sequence[GenuineFootage], *, whole: Mapping[str, GenuineFootage] | None = None
) -> tuple[Alignment, ...]:
    """The stretches of the suspect that are found in any of the films (all of one person), in time order, no moment twice; the
    suspect may be mirrored, slowed, sped and cut anew. Empty if no alignment is believable. Every face is laid onto the face at
    rest of its film; where ``films`` are excerpts, ``whole`` are the films themselves, by SHA-256."""
    films = [film for film in films if len(film.times_s) >= MIN_PAIRS]
    if not films or len(suspect.faces) < MIN_PAIRS:
        return ()
    onto = {film.sha256: film for film in films} | dict(whole or {})
    leads = sorted(_leads(suspect, films, onto), key=lambda lead: -lead.shift.lead)
    taken, found = np.zeros(len(suspect.faces), dtype=bool), []
    for lead in leads[:MAX_TRIED]:
        if taken[lead.shift.window].mean() > ALREADY_FOUND:
            continue
        stretch = _stretch(lead, free=~taken)
        agreed = compare(lead.suspect, lead.film, shift=lead.shift, stretch=stretch)
        if agreed is not None and _believable(lead, agreed):
            taken[stretch] = True
            found.append(Alignment(film=lead.onto, mirrored=lead.mirrored, shift=lead.shift, agreement=agreed))
    return tuple(sorted(found, key=lambda alignment: alignment.agreement.start_s))


def _leads(suspect: FaceSeries, films: Sequence[GenuineFootage], onto: Mapping[str, GenuineFootage]) -> Iterator[_Lead]:
    """Shifts that stand out, of every window of the suspect, as it is or mirrored, in every film, by mouth and by upper face."""
    within, turned = windows(suspect.times_s), suspect.mirrored()
    laid: dict[tuple[str, bool], _Rows] = {}
    for film, mirrored in [(one, way) for one in films for way in _ways(suspect, onto[one.sha256])]:
        ours, place = turned if mirrored else suspect, (film.sha256, mirrored)
        if place not in laid:
            laid[place] = _rows(ours.times_s, ours.faces, _template(onto[film.sha256]))
        rows = laid[place]
        for part in (MOUTH, UPPER):
            moved = movements(rows.of[part], ours.times_s, spacing=ours.spacing)
            theirs = _film_movements(film, onto[film.sha256], part, ours.spacing)
            for shift in best_shifts(moved, theirs, suspect_s=ours.times_s, footage_s=film.times_s, within=within):
                if shift.lead >= MIN_LEAD and shift.peak >= SHARP_PEAK[part]:
                    fine = placed(shift, moved, theirs, suspect_s=ours.times_s, footage_s=film.times_s)
                    yield _Lead(
                        suspect=ours,
                        rows=rows,
                        film=film,
                        onto=onto[film.sha256],
                        part=part,
                        mirrored=mirrored,
                        shift=fine,
                    )


def _believable(lead: _Lead, agreed: Agreement) -> bool:
    if agreed.same_face:
        return lead.part is UPPER or agreed.same_mouth
    return lead.shift.lead >= SURE_LEAD and agreed.mouth_movement >= SAME_MOVEMENT


def _stretch(lead: _Lead, *, free: NDArray[np.bool_]) -> slice:
    """The frames about the window that go with the film: what moves, moves together, and the upper face looks the same."""
    ours, spacing = lead.suspect, lead.suspect.spacing
    there, at, share = mixing(lead.film.times_s, lead.shift.film_s(ours.times_s))
    width = max(TOGETHER_FRAMES, TOGETHER_STEPS // spacing)
    together, still = np.full(len(there), -1.0), np.ones(len(there), dtype=bool)
    for part in (UPPER, MOUTH):
        moved = movements(lead.rows.of[part], ours.times_s, spacing=spacing)[there]
        theirs = mixed_rows(_film_movements(lead.film, lead.onto, part, spacing), at, share)
        product, own, film = (_running(both, width) for both in (moved * theirs, moved**2, theirs**2))
        still[there] &= (own < NOTHING_MOVES * width) & (film < NOTHING_MOVES * width)
        together[there] = np.maximum(together[there], product / np.maximum(np.sqrt(own * film), 1e-9))
    alike = np.zeros(len(there))
    alike[there] = (lead.rows.of[UPPER][there] * mixed_rows(_film_rows(lead.film, lead.onto).of[UPPER], at, share)).sum(
        axis=1
    )
    good = there & free & ((together >= TOGETHER) | still) & (alike >= STRETCH_FLOOR)
    return aligned_stretch(good, lead.shift.window, bridge=STEPS_PER_S // spacing)


def _running(values: Real, width: int) -> NDArray[np.float64]:
    """The sums of rows (n, d) over ``width`` neighbours, (n,)."""
    sums: NDArray[np.float64] = np.convolve(values.sum(axis=1), np.ones(width), mode="same")[: len(values)]
    return sums


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
    """Put together from chunks that stay in memory for other stretches of the same film."""
    edges = np.unique(np.floor(film.times_s / CHUNK_S), return_index=True)[1].tolist()
    chunks = [
        _Chunk(sha256=film.sha256, start_s=float(film.times_s[a]), count=b - a, faces=film.faces[a:b])
        for a, b in itertools.pairwise([*edges, len(film.times_s)])
    ]
    rows = [_chunk_rows(chunk, onto) for chunk in chunks]
    return _Rows(
        times_s=film.times_s, of={part: np.concatenate([one.of[part] for one in rows]) for part in (MOUTH, UPPER)}
    )


@lru_cache(maxsize=CHUNKS_REMEMBERED)
def _chunk_rows(chunk: _Chunk, onto: GenuineFootage) -> _Rows:
    return _rows(np.zeros(chunk.count), chunk.faces, _template(onto))


@lru_cache(maxsize=FILMS_REMEMBERED)
def _film_movements(film: GenuineFootage, onto: GenuineFootage, part: Part, spacing: int) -> Real:
    return movements(_film_rows(film, onto).of[part], film.times_s, spacing=spacing)


def compare(suspect: FaceSeries, film: GenuineFootage, *, shift: Shift, stretch: slice) -> Agreement | None:
    """Upper face and mouth at the aligned times, each pair registered; None if fewer than MIN_PAIRS frames correspond, or the
    upper faces of the first few pairs are those of two different moments."""
    film_s = shift.film_s(suspect.times_s[stretch])
    there, at, share = mixing(film.times_s, film_s)
    times_s, faces, film_s = suspect.times_s[stretch][there], suspect.faces[stretch][there], film_s[there]
    if len(faces) < MIN_PAIRS:
        return None
    chosen = np.unique(np.linspace(0, len(faces) - 1, min(MAX_PAIRS, len(faces))).astype(int))
    mixed = _mixed(film.faces, at[chosen], share[chosen])
    probe = _laid(faces[chosen], mixed, np.arange(0, len(chosen), max(1, len(chosen) // PROBED_PAIRS)))
    if len(probe.kept) < PROBED_PAIRS // 2 or float(np.median(probe.upper)) < MOVES_ALIKE_UPPER:
        return None
    laid = _laid(faces[chosen], mixed, np.arange(len(chosen)))
    if len(laid.kept) < MIN_PAIRS:
        return None
    uppers, mouths = laid.upper, laid.mouth
    gaps, compared_s = uppers - mouths, times_s[chosen[laid.kept]]
    return Agreement(
        start_s=float(times_s[0]),
        end_s=float(times_s[-1]),
        reference_start_s=max(0.0, float(film_s[0])),
        reference_end_s=max(0.0, float(film_s[-1])),
        pairs=len(laid.kept),
        upper=float(np.median(uppers)),
        mouth=float(np.median(mouths)),
        gap=float(np.median(gaps)),
        mouth_movement=_moving_together(laid.ours, laid.theirs, compared_s, spacing=suspect.spacing),
        course=MouthCourse(
            times_s=tuple(compared_s.tolist()), gaps=tuple(gaps.tolist()), uppers=tuple(uppers.tolist())
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """The pairs that could be laid onto each other: their places ``kept``, both faces normalised, and how well parts agree."""

    kept: list[int]
    ours: Real
    theirs: Real

    @property
    def upper(self) -> NDArray[np.float64]:
        return agreement(self.ours, self.theirs, UPPER)

    @property
    def mouth(self) -> NDArray[np.float64]:
        return agreement(self.ours, self.theirs, MOUTH)


def _laid(faces: Faces, onto: Faces, places: Steps) -> _Pairs:
    laid = {int(k): face for k in places if (face := registered(faces[k], onto[k])) is not None}
    kept = list(laid)
    ours = np.stack(list(laid.values())) if laid else faces[:0]
    return _Pairs(kept=kept, ours=contrast_normalised(ours), theirs=contrast_normalised(onto[kept]))


def _mixed(faces: Faces, at: Steps, share: Times) -> Faces:
    """The faces between frame ``at`` and the next."""
    part = share.astype(np.float32)[:, None, None]
    mixed: Faces = np.rint((1 - part) * faces[at] + part * faces[at + 1]).astype(np.uint8)
    return mixed


def _moving_together(ours: Real, theirs: Real, times_s: Times, *, spacing: int) -> float:
    a, b = (movements(part_rows(faces, MOUTH), times_s, spacing=spacing) for faces in (ours, theirs))
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else 0.0
