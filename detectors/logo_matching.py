"""Finds a known logo in a picture: the same small details (SIFT) in the same arrangement, moved, scaled and turned together, and
then the same look of the whole.

A logo of few details (a plain disc, a bare stroke) cannot be told from other shapes; ``prepare`` gives None for it. Logos are
also sought with light and dark exchanged, as they are printed on coloured grounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

LOGO_SIZE_PX = 256
"""The longer side at which logos are kept."""
SMALLEST_SHOWN_PX = 40
"""The shorter side of the smallest showing that is believed, in pixels of the picture."""
FEWEST_DETAILS = 24
_LEAST_DISTINCT = 0.3
"""Distance of a detail's descriptor from those of all others in the logo: all of a disc's rim looks the same."""
_SAME_PLACE_PX = 4.0
_MOST_DETAILS = 300
MOST_IN_PICTURE = 1_500
_NEAREST_RATIO = 0.82
_FEWEST_AGREEING = 9
_LEAST_SHARE = 0.12
"""Of the logo's details, the share that must agree."""
_LEAST_SPREAD = 0.35
"""Of the logo's width and height, the share over which the agreeing details spread."""
_LEAST_LIKENESS = 0.6
"""Correlation in [-1, 1] of the logo with what is seen in its place, both blurred."""
_TOLERANCE_PX = 3.0
_TRIM_TOLERANCE = 12
_LONGEST_SIDE = 1_280
_FLATTEST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Logo:
    """A prepared logo: ``grey`` (h, w) uint8, its details' places (k, 2) in pixels of it and descriptors (k, 128), unit rows."""

    brand_id: str
    sha256: str
    grey: Pixels
    places: Floats
    descriptors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLogo:
    """A logo in a picture: box (left, top, right, bottom) in its pixels, ``agreeing`` details, ``likeness`` in [-1, 1]."""

    brand_id: str
    sha256: str
    box: tuple[float, float, float, float]
    agreeing: int
    likeness: float


def prepare(pixels: Pixels, *, brand_id: str, sha256: str) -> tuple[Logo, ...]:
    """The logo as it is and with light and dark exchanged, from its picture (h, w, 3) RGB; empty if it has too few details."""
    grey = _trimmed(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    scale = LOGO_SIZE_PX / max(grey.shape)
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # A frame of its own ground: details at the edge are described together with what lies around them.
    ground = int(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    margin = LOGO_SIZE_PX // 12
    framed = cv2.copyMakeBorder(grey, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=ground)
    prepared = []
    for shown in (framed, 255 - framed):
        places, descriptors = _distinct(*_details(shown, most=_MOST_DETAILS))
        if len(places) >= FEWEST_DETAILS:
            prepared.append(Logo(brand_id=brand_id, sha256=sha256, grey=shown, places=places, descriptors=descriptors))
    return tuple(prepared)


def find_logos(pixels: Pixels, logos: Sequence[Logo], *, most_details: int = MOST_IN_PICTURE) -> list[SeenLogo]:
    """The logos that can be believed to be in a picture (h, w, 3) RGB: the best showing of each (by SHA-256), and in one place
    only the one that most details agree on. ``most_details`` of the picture are compared, the strongest."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _LONGEST_SIDE / max(grey.shape))
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(grey.shape) < SMALLEST_SHOWN_PX:
        return []
    places, descriptors = _details(grey, most=most_details)
    best: dict[str, SeenLogo] = {}
    for seen in _showings(grey, places, descriptors, logos, scale=scale):
        if seen.sha256 not in best or seen.agreeing > best[seen.sha256].agreeing:
            best[seen.sha256] = seen
    kept: list[SeenLogo] = []
    for seen in sorted(best.values(), key=lambda seen: (-seen.agreeing, seen.sha256)):
        if not any(_overlap(seen.box, other.box) for other in kept):
            kept.append(seen)
    return kept


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether half of the smaller box lies in the other."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width > 0 and height > 0 and width * height > smaller / 2


def _showings(
    grey: Pixels, places: Floats, descriptors: Floats, logos: Sequence[Logo], *, scale: float
) -> Iterator[SeenLogo]:
    if len(places) < _FEWEST_AGREEING:
        return
    for logo in logos:
        nearness = logo.descriptors @ descriptors.T
        rows = np.arange(len(nearness))
        nearest = nearness.argmax(axis=1)
        first = nearness[rows, nearest]
        nearness[rows, nearest] = -1
        second = nearness.max(axis=1)
        # Of unit vectors, the distance follows from the cosine.
        sure = np.sqrt(np.maximum(0, 2 - 2 * first)) < _NEAREST_RATIO * np.sqrt(np.maximum(0, 2 - 2 * second))
        if sure.sum() >= _FEWEST_AGREEING:
            seen = _arranged(grey, logo, logo.places[sure], places[nearest[sure]], scale=scale)
            if seen is not None:
                yield seen


def _arranged(grey: Pixels, logo: Logo, here: Floats, there: Floats, *, scale: float) -> SeenLogo | None:
    """The showing that the paired places agree on; None where they agree on none that can be believed."""
    cv2.setRNGSeed(7)
    moved, agree = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE_PX)
    if moved is None:
        return None
    agreed = here[agree.ravel() == 1]
    # Several details may have one place in the picture: they count once.
    distinct = len(np.unique(np.round(there[agree.ravel() == 1]), axis=0))
    height, width = logo.grey.shape
    if distinct < max(_FEWEST_AGREEING, _LEAST_SHARE * len(logo.places)):
        return None
    if (np.ptp(agreed, axis=0) < _LEAST_SPREAD * np.array([width, height])).any():
        return None
    corners = (
        np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32) @ moved[:, :2].T + moved[:, 2]
    )
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    if min(right - left, bottom - top) < SMALLEST_SHOWN_PX:
        return None
    likeness = _likeness(grey, logo.grey, moved)
    if likeness < _LEAST_LIKENESS:
        return None
    box = (float(left / scale), float(top / scale), float(right / scale), float(bottom / scale))
    return SeenLogo(brand_id=logo.brand_id, sha256=logo.sha256, box=box, agreeing=distinct, likeness=likeness)


def _likeness(grey: Pixels, logo: Pixels, moved: NDArray[np.float64]) -> float:
    """Correlation of the logo with the stretch of picture that lies in its place, where the picture has any."""
    size = (logo.shape[1], logo.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(grey, moved, size, flags=flags)
    inside = cv2.warpAffine(np.full_like(grey, 255), moved, size, flags=flags) > 127
    if inside.mean() < 0.5:
        return -1.0
    one, other = (cv2.GaussianBlur(picture, (0, 0), 2.0)[inside].astype(np.float64) for picture in (seen, logo))
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one**2).mean() * (other**2).mean()))
    return float((one * other).mean() / spread) if spread > _FLATTEST else -1.0


def _details(grey: Pixels, *, most: int) -> tuple[Floats, Floats]:
    """Places (k, 2) and descriptors (k, 128) of unit norm; the square root makes their products compare as histograms do."""
    points, descriptors = cv2.SIFT.create(nfeatures=most).detectAndCompute(grey, None)
    if descriptors is None:
        return np.empty((0, 2), dtype=np.float32), np.empty((0, 128), dtype=np.float32)
    shares = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))
    return np.array([point.pt for point in points], dtype=np.float32), shares.astype(np.float32)


def _distinct(places: Floats, descriptors: Floats) -> tuple[Floats, Floats]:
    """Only the details that no other place of the logo resembles."""
    if len(places) == 0:
        return places, descriptors
    nearness = descriptors @ descriptors.T
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) > _SAME_PLACE_PX
    nearest = np.where(apart, nearness, -1).max(axis=1)
    kept = np.sqrt(np.maximum(0, 2 - 2 * nearest)) > _LEAST_DISTINCT
    return places[kept], descriptors[kept]


def _trimmed(grey: Pixels) -> Pixels:
    """Without the plain ground around it."""
    ground = int(grey[0, 0])
    rows, columns = np.nonzero(np.abs(grey.astype(np.int16) - ground) > _TRIM_TOLERANCE)
    if len(rows) == 0:
        return grey
    return grey[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
