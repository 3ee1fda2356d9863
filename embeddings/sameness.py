"""Are two creatives the same one, encoded twice? Strict where a difference could hide something: whoever is a copy inherits
the analysis of the original, so that a changed voice, mouth, face, caption or length must make it another creative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.fingerprints import CreativePrint, pdq_values
from embeddings.glimpses import most_unlike
from embeddings.records import MediaKind
from embeddings.registration import Placement, differences, place, standing_difference
from embeddings.sound_prints import SoundAgreement, compare_sounds

MAX_DISTANCE = 31
"""PDQ hashes further apart than this many of 256 bits are of different pictures (PDQ's own recommendation)."""

MIN_QUALITY = 50
"""PDQ hashes of a lower quality describe a picture with too little in it."""

SAME_INSTANT_S = 0.06
LENGTH_TOLERANCE_S = 0.4
LEAST_COVERED = 0.95
LEAST_MOMENTS_SHARED = 0.8
FURTHEST_APART_S = 1.2
"""Between two compared moments further apart, or before the first or after the last, somebody could be shown unseen. So no copy
is recognised of a film so long that ``SAMPLING`` takes fewer moments, nor of slow slides."""

FURTHEST_APART_UNGLIMPSED_S = 0.8
"""Of two films of which one has glimpses: the other's moments lie close enough, or something would not be compared."""

UNMOVED = 0.005
"""Up to this share of the picture the placement is that of an uncropped copy."""

WORTH_SAYING = 0.015
"""Less than this is how exactly a border is cut off."""

MAX_CROP = 0.06

MAX_DIFFERENCE, MAX_MEAN_DIFFERENCE = 4.5, 3.0
MAX_DIFFERENCE_CROPPED, MAX_MEAN_DIFFERENCE_CROPPED = 6.0, 5.2
"""Grey levels of the most different patch: in any moment, and on average over the moments."""

MAX_STANDING, MAX_STANDING_CROPPED = 3.6, 8.5
"""Grey levels of the spot of a film that differs most while a caption could be read: beyond it something was written over it,
however pale. Of a still picture there is one moment, in which that cannot be told from what its format does."""

MAX_UNLIKE = 12.0
"""Grey levels of the most different patch between two glimpses, after undoing a crop. Codecs change it by less than 2; borders,
of which a little too much was cut off, by 8."""

MAX_BIT_ERROR, MAX_WORST_BIT_ERROR = 0.15, 0.24
MAX_DIFFERENCE_DB, MAX_WORST_DIFFERENCE_DB = 2.0, 4.5
"""What codecs do to a sound stays below; another voice, or half a second of one, goes beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Why ``copy_sha256`` is the same creative as ``original_sha256``.

    PDQ distances are in bits of 256 over the moments that both show, after undoing the mirroring, and None without a picture;
    a crop may raise them while ``picture_difference``, in grey levels after undoing the crop, stays small.
    ``sound_bit_error`` is None without sound. ``covered`` is the share of both durations that was compared. ``placement``
    says where a point of the original's content lies in the copy's, after mirroring the copy if ``mirrored``.
    """

    original_sha256: str
    copy_sha256: str
    moments: int
    mean_distance: float | None
    max_distance: int | None
    picture_difference: float | None
    sound_bit_error: float | None
    sound_difference_db: float | None
    covered: float
    mirrored: bool
    placement: Placement
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pictures:
    moments: int
    mean_distance: float
    max_distance: int
    difference: float
    mirrored: bool
    placement: Placement


def same_creative(ours: CreativePrint, theirs: CreativePrint) -> Copy | None:
    """Whether ``theirs`` is a copy of ``ours`` (or the other way round), and why; None if not, or if that cannot be told.

    It cannot be told when something of either was damaged, cut off or not looked at, or when there is sound but no print of it.
    """
    if ours.creative.kind is not theirs.creative.kind or not (ours.whole and theirs.whole):
        return None
    covered = _covered(ours, theirs)
    if covered is None or not _sound_comparable(ours, theirs):
        return None
    sound = _same_sound(ours, theirs)
    if sound is None and _audible(ours):
        return None
    pictures = None
    if ours.frames or theirs.frames:
        pictures = _same_pictures(ours, theirs)
        if pictures is None:
            return None
    if pictures is None and sound is None:
        return None
    return Copy(
        original_sha256=ours.creative.sha256,
        copy_sha256=theirs.creative.sha256,
        moments=pictures.moments if pictures else 0,
        mean_distance=pictures.mean_distance if pictures else None,
        max_distance=pictures.max_distance if pictures else None,
        picture_difference=pictures.difference if pictures else None,
        sound_bit_error=sound.bit_error if sound else None,
        sound_difference_db=sound.difference_db if sound else None,
        covered=covered,
        mirrored=pictures.mirrored if pictures else False,
        placement=pictures.placement if pictures else Placement(),
        sentence=_sentence(pictures, sound, covered),
    )


def _covered(ours: CreativePrint, theirs: CreativePrint) -> float | None:
    """The share of both durations that can be compared; None if the lengths differ."""
    if ours.creative.kind is MediaKind.IMAGE:
        return 1.0
    lengths = [length_s(one) for one in (ours, theirs)]
    if not lengths_agree(np.array(lengths[:1]), lengths[1])[0]:
        return None
    heard = [one.sound.length_s for one in (ours, theirs) if one.sound is not None]
    covered = min([min(lengths), *heard]) / max(lengths) if _audible(ours) else min(lengths) / max(lengths)
    return covered if covered >= LEAST_COVERED else None


def lengths_agree(first_s: NDArray[np.float64], second_s: float) -> NDArray[np.bool_]:
    """Which of these films or sounds may be the same as one of ``second_s`` by their lengths, as ``length_s`` gives them."""
    agree: NDArray[np.bool_] = (np.minimum(first_s, second_s) > 0) & (abs(first_s - second_s) <= LENGTH_TOLERANCE_S)
    return agree


def length_s(one: CreativePrint) -> float:
    """How long picture or sound last, by what was read rather than by what the container announces."""
    heard = one.sound.length_s if one.sound is not None else 0.0
    return max(one.creative.duration_s or 0.0, heard)


def _audible(one: CreativePrint) -> bool:
    return one.sound is not None and not one.sound.silent


def _sound_comparable(ours: CreativePrint, theirs: CreativePrint) -> bool:
    if any(one.creative.has_sound and one.sound is None for one in (ours, theirs)):
        return False
    return _audible(ours) == _audible(theirs)


def _same_sound(ours: CreativePrint, theirs: CreativePrint) -> SoundAgreement | None:
    if ours.sound is None or theirs.sound is None or not (_audible(ours) and _audible(theirs)):
        return None
    found = compare_sounds(ours.sound, theirs.sound)
    if found is None:
        return None
    close = (
        found.bit_error <= MAX_BIT_ERROR
        and found.worst_bit_error <= MAX_WORST_BIT_ERROR
        and found.difference_db <= MAX_DIFFERENCE_DB
        and found.worst_difference_db <= MAX_WORST_DIFFERENCE_DB
    )
    return found if close else None


def _same_pictures(ours: CreativePrint, theirs: CreativePrint) -> _Pictures | None:
    pairs = _shared_moments(ours, theirs)
    fewest = min(len(ours.frames), len(theirs.frames))
    if not pairs or len(pairs) < LEAST_MOMENTS_SHARED * fewest or _is_gappy(ours, theirs, pairs):
        return None
    mine, other = (np.array(numbers) for numbers in zip(*pairs, strict=True))
    straight = _compare(ours, theirs, mine, other, mirrored=False)
    return straight or _compare(ours, theirs, mine, other, mirrored=True)


def _shared_moments(ours: CreativePrint, theirs: CreativePrint) -> list[tuple[int, int]]:
    """Pairs of frames that show the same instant."""
    if ours.creative.kind is MediaKind.IMAGE:
        return [(0, 0)] if ours.frames and theirs.frames else []
    times = np.array([frame.at_s or 0.0 for frame in theirs.frames])
    pairs = []
    for number, frame in enumerate(ours.frames):
        nearest = int(np.abs(times - (frame.at_s or 0.0)).argmin()) if len(times) else 0
        if len(times) and abs(times[nearest] - (frame.at_s or 0.0)) <= SAME_INSTANT_S:
            pairs.append((number, nearest))
    return pairs


def _is_gappy(ours: CreativePrint, theirs: CreativePrint, pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether either shows something for longer than is allowed that is not compared."""
    if ours.creative.kind is MediaKind.IMAGE:
        return False
    glimpsed = len(ours.glimpses) > 0, len(theirs.glimpses) > 0
    furthest_s = FURTHEST_APART_S if glimpsed[0] is glimpsed[1] else FURTHEST_APART_UNGLIMPSED_S
    for one, numbers in ((ours, [a for a, _ in pairs]), (theirs, [b for _, b in pairs])):
        compared = [one.frames[number].at_s or 0.0 for number in numbers]
        moments = [0.0, *compared, max(one.creative.duration_s or 0.0, compared[-1])]
        if max(after - before for before, after in pairwise(moments)) > furthest_s:
            return True
    return False


def _compare(
    ours: CreativePrint, theirs: CreativePrint, mine: NDArray[np.int_], other: NDArray[np.int_], *, mirrored: bool
) -> _Pictures | None:
    thumbnails, their_thumbnails = ours.thumbnails[mine], theirs.thumbnails[other]
    hashes, their_hashes = pdq_values(ours.frames)[mine], pdq_values(theirs.frames)[other]
    if mirrored:
        their_thumbnails, their_hashes = their_thumbnails[:, :, ::-1], theirs.mirrored[other]
    quality = np.array(
        [min(ours.frames[a].quality, theirs.frames[b].quality) for a, b in zip(mine, other, strict=True)]
    )
    if ours.creative.kind is MediaKind.IMAGE and quality.min() < MIN_QUALITY:
        return None
    placement = place(thumbnails, their_thumbnails)
    if placement.moved > MAX_CROP:
        return None
    unmoved = placement.moved <= UNMOVED
    worst, mean = (
        (MAX_DIFFERENCE, MAX_MEAN_DIFFERENCE) if unmoved else (MAX_DIFFERENCE_CROPPED, MAX_MEAN_DIFFERENCE_CROPPED)
    )
    apart = differences(thumbnails, their_thumbnails, placement)
    if apart.max() > worst or apart.mean() > mean:
        return None
    film = ours.creative.kind is not MediaKind.IMAGE
    if film and standing_difference(thumbnails, their_thumbnails, placement) > (
        MAX_STANDING if unmoved else MAX_STANDING_CROPPED
    ):
        return None
    distances = np.bitwise_count(hashes ^ their_hashes).sum(axis=1)
    if unmoved and (distances[quality >= MIN_QUALITY] > MAX_DISTANCE).any():
        return None
    if len(ours.glimpses) and len(theirs.glimpses) and _glimpses_differ(ours, theirs, placement, mirrored=mirrored):
        return None
    return _Pictures(
        moments=len(mine),
        mean_distance=float(distances.mean()),
        max_distance=int(distances.max()),
        difference=float(apart.max()),
        mirrored=mirrored,
        placement=placement,
    )


def _glimpses_differ(ours: CreativePrint, theirs: CreativePrint, placement: Placement, *, mirrored: bool) -> bool:
    """Whether either shows something between its moments that the other does not show at about that time."""
    others = theirs.glimpses[:, :, ::-1] if mirrored else theirs.glimpses
    return most_unlike(ours.glimpses, ours.glimpsed_s, others, theirs.glimpsed_s, placement) > MAX_UNLIKE


def _sentence(pictures: _Pictures | None, sound: SoundAgreement | None, covered: float) -> str:
    parts = []
    if pictures is not None:
        how = "mirrored " if pictures.mirrored else ""
        cropped = "" if pictures.placement.moved <= WORTH_SAYING else " after undoing a slight crop"
        parts.append(
            f"the {how}picture agrees in {pictures.moments} of {pictures.moments} compared moments{cropped} "
            f"(PDQ distance {pictures.mean_distance:.0f} on average, {pictures.max_distance} at most of 256 bits)"
        )
    if sound is not None:
        parts.append(
            f"the sound agrees over its whole length ({100 * sound.bit_error:.0f} % of Chromaprint's bits differ)"
        )
    return f"{' and '.join(parts)}; {100 * covered:.0f} % of both were compared"
