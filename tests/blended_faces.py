"""Self-blended faces (Shiohara and Yamasaki, CVPR 2022): the same face, changed a little as a generator would change it and put
back by a soft mask. Whoever learns to tell it from the original has learned blending and not some generator's habits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.close_up import steadied
from embeddings.alignment import sought
from embeddings.landmarks import cut_out, on_average_face, similarity
from embeddings.packs import load_pack
from embeddings.samples import Frame
from tests.film_variants import Film, Picture

SIDE_PX, MARGIN = 320, 0.5
"""Of the aligned picture in which a face is altered."""

HULL = np.array(
    [
        [0.02, 0.12], [0.25, 0.0], [0.5, 0.03], [0.75, 0.0], [0.98, 0.12], [1.0, 0.45],
        [0.9, 0.75], [0.72, 0.98], [0.5, 1.06], [0.28, 0.98], [0.1, 0.75], [0.0, 0.45],
    ]
)  # fmt: skip
"""From brow to chin on the average face, in its unit square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a self-blended face differs from the original; drawn once per film, the trembling once per frame."""

    grow: float
    uneven: tuple[float, ...]
    soft: float
    lower_only: bool
    share: float
    blur: float
    denoise: float
    sharpen: float
    tone: tuple[float, float, float]
    gain: float
    contrast: float
    shading: float
    stretch: tuple[float, float]
    shift: tuple[float, float]
    tremble: float
    flicker: float
    late: int
    noise: float
    strength: float
    seed: int

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Change:
        plain = rng.random() < 0.5
        return cls(
            grow=rng.uniform(0.85, 1.15),
            uneven=tuple(rng.normal(0, 0.03, 2 * len(HULL))),
            soft=float(np.exp(rng.uniform(np.log(3), np.log(18)))),
            lower_only=bool(rng.random() < 0.1),
            share=1.0 if plain else float(np.exp(rng.uniform(np.log(0.5), 0))),
            blur=float(rng.uniform(0, 0.7) * (rng.random() < 0.3)),
            denoise=float(rng.uniform(5, 25) * (rng.random() < 0.75)),
            sharpen=float(rng.uniform(0.2, 1.0) * (rng.random() < 0.5)),
            tone=(float(rng.normal(0, 2.5)), float(rng.normal(0, 1.5)), float(rng.normal(0, 1.5))),
            gain=float(rng.uniform(0.96, 1.04)),
            contrast=float(rng.uniform(0.85, 1.15)),
            shading=float(abs(rng.normal(0, 0.06))),
            stretch=(float(rng.normal(1, 0.02)), float(rng.normal(1, 0.02))),
            shift=(float(rng.normal(0, 2.0)), float(rng.normal(0, 2.0))),
            tremble=float(abs(rng.normal(0, 0.4))),
            flicker=float(abs(rng.normal(0, 0.3))),
            late=int(rng.random() < 0.2),
            noise=float(rng.uniform(0, 2.0) * (rng.random() < 0.2)),
            strength=float(rng.uniform(0.85, 1.0)),
            seed=int(rng.integers(1 << 30)),
        )


def self_blended(film: Film, rng: np.random.Generator) -> Film | None:
    """The film with its face taken out, changed and put back by a soft mask in every frame in which it is followed; None if it
    is in no frame."""
    change = Change.drawn(rng)
    frames = [Frame(at_s=at / film.rate, pixels=picture, scale=1.0) for at, picture in enumerate(film.pictures)]
    pack = load_pack("open")
    seen = [
        (round(frame.at_s * film.rate), face)
        for frame, face in sought(frames, pack)
        if not np.allclose(face.landmarks, face.landmarks[0])
    ]
    pictures = list(film.pictures)
    if not seen:
        return None
    points = np.stack([face.landmarks for _, face in seen]).astype(np.float64)
    targets = on_average_face(pack.manifest.face_landmarks, size_px=SIDE_PX, padding=MARGIN)
    steady = steadied(points, np.array([at / film.rate for at, _ in seen]))
    mask = _mask(change)
    before: Picture | None = None
    for (at, _), one in zip(seen, steady, strict=True):
        matrix = similarity(one, targets)
        face = cut_out(pictures[at], matrix, size_px=SIDE_PX)
        taken = before if change.late and before is not None else face
        before = face
        altered = _altered(taken, float(np.hypot(matrix[0, 0], matrix[1, 0])), change, rng)
        pictures[at] = _put_back(pictures[at], altered, mask, matrix)
    return replace(film, pictures=pictures)


def _mask(change: Change) -> NDArray[np.float32]:
    centre = HULL.mean(axis=0)
    shape = centre + (HULL - centre) * change.grow + np.reshape(change.uneven, HULL.shape)
    if change.lower_only:
        shape[:, 1] = np.maximum(shape[:, 1], 0.55)
    pixels = (shape + MARGIN) / (1 + 2 * MARGIN) * SIDE_PX
    mask = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    cv2.fillPoly(mask, [cv2.convexHull(pixels.astype(np.int32))], 1.0)
    soft: NDArray[np.float32] = cv2.GaussianBlur(mask, (0, 0), change.soft) * change.strength
    return soft


def _altered(face: Picture, scale: float, change: Change, rng: np.random.Generator) -> Picture:
    """``scale`` is pixels of the aligned picture per pixel of the film."""
    lab = cv2.cvtColor(face, cv2.COLOR_RGB2LAB).astype(np.float32)
    middle = lab[100:260, 90:230].reshape(-1, 3).mean(axis=0)
    lab = (lab - middle) * [change.contrast, 1, 1] + middle * [change.gain, 1, 1] + change.tone
    lab[..., 0] *= 1 + change.shading * _field(change.seed)
    lab[..., 0] += rng.normal(0, change.flicker)
    made = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    if change.denoise:
        made = cv2.bilateralFilter(made, 7, change.denoise, 3 * max(1.0, scale))
    small = max(24, round(SIDE_PX / max(scale, 1.0) * change.share))
    smaller = cv2.resize(made, (small, small), interpolation=cv2.INTER_AREA)
    made = cv2.resize(smaller, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    if change.blur:
        made = cv2.GaussianBlur(made, (0, 0), change.blur * max(1.0, scale))
    if change.sharpen:
        soft = cv2.GaussianBlur(made, (0, 0), 1.2 * max(1.0, scale))
        made = cv2.addWeighted(made, 1 + change.sharpen, soft, -change.sharpen, 0)
    if change.noise:
        made = np.clip(made + rng.normal(0, change.noise, made.shape), 0, 255).astype(np.uint8)
    away = np.array(change.shift) + rng.normal(0, change.tremble, 2)
    move = np.array([[change.stretch[0], 0, 0], [0, change.stretch[1], 0]], dtype=np.float64)
    move[:, 2] = SIDE_PX / 2 * (1 - np.array(change.stretch)) + away
    moved: Picture = cv2.warpAffine(
        made, move, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return moved


def _field(seed: int) -> NDArray[np.float32]:
    """A smooth field of standard deviation about 1 over the aligned picture: light that the film does not have."""
    rough = np.random.default_rng(seed).normal(0, 1.5, (6, 6)).astype(np.float32)
    smooth: NDArray[np.float32] = cv2.resize(rough, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    return smooth


def _put_back(picture: Picture, altered: Picture, mask: NDArray[np.float32], matrix: NDArray[np.float64]) -> Picture:
    height, width = picture.shape[:2]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(altered, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)[..., None]
    blended: Picture = np.clip(picture * (1 - share) + back * share + 0.5, 0, 255).astype(np.uint8)
    return blended
