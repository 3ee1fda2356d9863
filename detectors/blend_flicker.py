"""What a blend may leave over time: a face that is made anew for every frame trembles otherwise than the scene around it.

Measured on three frames in a row, at several moments, and on the mean colours of the parts of the face over the whole close-up;
each number compares the inner face with its rim or with what is around it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.blend_traces import FEWEST_PX, Picture, Plane, Traces, shown
from detectors.face_regions import regions

SMALL_PX = 40
"""Side of the pictures in which colours are followed."""

TRIPLE_REGIONS = ("inner", "rim", "around", "cheeks", "eyes", "mouth", "forehead", "nose")
PAIRS = (
    ("inner", "around"),
    ("inner", "rim"),
    ("cheeks", "forehead"),
    ("cheeks", "around"),
    ("eyes", "rim"),
    ("mouth", "rim"),
    ("nose", "cheeks"),
)
MEASURES = ("fresh", "change", "light", "tint", "alike1", "alike2")
FEWEST_FRAMES = 12
NEAR = 9
"""Frames over which a slow change of colour is taken out."""


def small(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pictures of a close-up at SMALL_PX, (n, SMALL_PX, SMALL_PX, 3)."""
    return np.stack([cv2.resize(face, (SMALL_PX, SMALL_PX), interpolation=cv2.INTER_AREA) for face in faces])


def flicker_traces(triples: Sequence[Sequence[Picture]], shrunk: NDArray[np.uint8]) -> Traces:
    """``triples`` are three pictures in a row each, ``shrunk`` all pictures of one stretch as ``small`` gives them."""
    moments = [_moment(triple) for triple in triples]
    middle = {
        region: {
            measure: float(np.median([moment[region][measure] for moment in moments if region in moment] or [np.nan]))
            for measure in MEASURES
        }
        for region in TRIPLE_REGIONS
    }
    found: Traces = {}
    for one, other in PAIRS:
        found |= {
            f"flicker.{measure}.{one}-{other}": middle[one][measure] - middle[other][measure] for measure in MEASURES
        }
    for region in ("inner", "around", "rim", "cheeks"):
        found[f"flicker.fades.{region}"] = middle[region]["alike1"] - middle[region]["alike2"]
    return found | _colours(shrunk)


def _moment(triple: Sequence[Picture]) -> dict[str, dict[str, float]]:
    """By region: how much of the fine picture is new in the middle frame, how much its light and tint tremble, and how alike the
    fine picture is to that one and two frames on."""
    planes = [cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)[..., :2].astype(np.float32) for picture in triple]
    luma, red = ([np.ascontiguousarray(plane[..., channel]) for plane in planes] for channel in (0, 1))
    fine = [plane - cv2.GaussianBlur(plane, (0, 0), 2) for plane in luma]
    maps: dict[str, Plane] = {
        "new": np.abs(fine[1] - 0.5 * (fine[0] + fine[2])),
        "strength": np.abs(fine[1]),
        "light": np.abs(cv2.GaussianBlur(luma[1] - 0.5 * (luma[0] + luma[2]), (0, 0), 4)),
        "tint": np.abs(cv2.GaussianBlur(red[1] - 0.5 * (red[0] + red[2]), (0, 0), 2)),
        "first": fine[0] * fine[0],
        "second": fine[1] * fine[1],
        "third": fine[2] * fine[2],
        "next": fine[0] * fine[1],
        "later": fine[0] * fine[2],
    }
    seen = shown(triple[0]).ravel()
    found = {}
    for region, at in _places().items():
        inside = at[seen[at]]
        if len(inside) < FEWEST_PX:
            continue
        mean = {name: float(plane.ravel()[inside].mean()) for name, plane in maps.items()}
        found[region] = {
            "fresh": float(np.log(mean["new"] / (mean["strength"] + 0.05) + 0.01)),
            "change": float(np.log(mean["new"] + 0.05)),
            "light": float(np.log(mean["light"] + 0.05)),
            "tint": float(np.log(mean["tint"] + 0.05)),
            "alike1": mean["next"] / float(np.sqrt(mean["first"] * mean["second"] + 1e-3)),
            "alike2": mean["later"] / float(np.sqrt(mean["first"] * mean["third"] + 1e-3)),
        }
    return found


@functools.cache
def _places() -> Mapping[str, NDArray[np.int64]]:
    return {name: np.flatnonzero(regions()[name])[::2] for name in TRIPLE_REGIONS}


@functools.cache
def _small_masks() -> Mapping[str, NDArray[np.bool_]]:
    masks = {}
    for name in ("inner", "rim", "cheeks", "forehead"):
        share = cv2.resize(regions()[name].astype(np.float32), (SMALL_PX, SMALL_PX), interpolation=cv2.INTER_AREA)
        masks[name] = share > 0.6
    return masks


def _colours(shrunk: NDArray[np.uint8]) -> Traces:
    """The inner face's mean colour over time against its rim's: how both tremble, and whether they do it together."""
    lab = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2LAB) for picture in shrunk]).astype(np.float64)
    over = {name: lab[:, mask].mean(axis=1) for name, mask in _small_masks().items()}
    found: Traces = {}
    for number in range(3):
        inner, rim = over["inner"][:, number], over["rim"][:, number]
        apart, cheeks = inner - rim, over["cheeks"][:, number] - over["forehead"][:, number]
        name = "lab"[number]
        found[f"flicker.{name}.jumps.inner-rim"] = _jumps(inner) - _jumps(rim)
        found[f"flicker.{name}.fast.inner-rim"] = _fast(inner) - _fast(rim)
        found[f"flicker.{name}.jumps.apart"] = _jumps(apart)
        found[f"flicker.{name}.fast.apart"] = _fast(apart)
        found[f"flicker.{name}.slow.apart"] = float(np.log(apart.std() + 0.05))
        found[f"flicker.{name}.jumps.cheeks"] = _jumps(cheeks)
        found[f"flicker.{name}.together"] = _together(inner - inner.mean(), rim - rim.mean(), 1e-3)
        found[f"flicker.{name}.steps_together"] = _together(np.diff(inner), np.diff(rim), 1e-4)
    return found


def _jumps(course: NDArray[np.float64]) -> float:
    return float(np.log(np.abs(np.diff(course, 2)).mean() + 0.01))


def _fast(course: NDArray[np.float64]) -> float:
    smooth = np.convolve(np.pad(course, NEAR // 2, mode="edge"), np.ones(NEAR) / NEAR, "valid")
    return float(np.log((course - smooth).std() + 0.01))


def _together(one: NDArray[np.float64], other: NDArray[np.float64], least: float) -> float:
    return float((one * other).mean() / np.sqrt((one**2).mean() * (other**2).mean() + least))
