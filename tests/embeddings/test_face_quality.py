"""Face quality: falls with what makes a face hard to judge, knows a turned head in both conventions, foretells the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import spearmanr

from embeddings.face_quality import ALIGNED_PX, NOSE, FaceQuality, face_quality, pose
from embeddings.samples import DetectedFace, LoadedPack

Picture = NDArray[np.uint8]


def _largest(pack: LoadedPack, picture: Picture) -> DetectedFace | None:
    return max(pack.faces.detect(picture), key=lambda face: face.box[3] - face.box[1], default=None)


def _quality(pack: LoadedPack, picture: Picture, face: DetectedFace) -> FaceQuality:
    aligned = cv2.cvtColor(pack.faces.align(picture, face, size_px=ALIGNED_PX), cv2.COLOR_RGB2GRAY)
    return face_quality(np.asarray(aligned, np.uint8), face, convention=pack.manifest.face_landmarks)


def _blurred(picture: Picture, share: float, face: DetectedFace) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), share * (face.box[3] - face.box[1])), np.uint8)


def _small(picture: Picture, height_px: int, face: DetectedFace) -> Picture:
    scale = height_px / (face.box[3] - face.box[1])
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _masked(picture: Picture, face: DetectedFace) -> Picture:
    left, top, right, bottom = face.box
    covered = picture.copy()
    covered[top + (bottom - top) * 6 // 10 : bottom, left:right] = (180, 200, 220)
    return covered


def _overexposed(picture: Picture, _: DetectedFace) -> Picture:
    return np.asarray(np.clip(picture.astype(np.int32) * 2 + 60, 0, 255), np.uint8)


SPOILED: dict[str, Callable[[Picture, DetectedFace], Picture]] = {
    "blurred a little": lambda picture, face: _blurred(picture, 0.02, face),
    "blurred": lambda picture, face: _blurred(picture, 0.04, face),
    "60 px": lambda picture, face: _small(picture, 60, face),
    "40 px": lambda picture, face: _small(picture, 40, face),
    "overexposed": _overexposed,
    "masked": _masked,
}


@pytest.mark.parametrize("how", [name for name in SPOILED if name != "60 px"])
def test_a_spoiled_picture_scores_less(pack: LoadedPack, astronaut: Picture, how: str) -> None:
    face = _largest(pack, astronaut)
    assert face is not None
    plain = _quality(pack, astronaut, face)
    spoiled = SPOILED[how](astronaut, face)
    again = _largest(pack, spoiled) or face
    assert 0.0 <= _quality(pack, spoiled, again).score < 0.9 * plain.score <= 1.0


def test_brightness_and_contrast_alone_matter_little(pack: LoadedPack, astronaut: Picture) -> None:
    face = _largest(pack, astronaut)
    assert face is not None
    dim = _quality(pack, np.asarray(astronaut * 0.5, np.uint8), face)
    plain = _quality(pack, astronaut, face)
    assert dim.detail == pytest.approx(plain.detail, abs=0.5)
    assert dim.score > 0.8 * plain.score


def test_a_plain_patch_is_worth_nothing() -> None:
    face = DetectedFace(box=(0, 0, 90, 90), landmarks=np.array([[70, 30], [55, 30], [20, 30], [35, 30], [45, 60.0]]))
    flat = np.full((ALIGNED_PX, ALIGNED_PX), 128, dtype=np.uint8)
    assert face_quality(flat, face, convention="eye_corners").score < 0.1


@pytest.mark.parametrize("convention", list(NOSE))
@pytest.mark.parametrize("turn", [-40.0, 0.0, 25.0])
def test_the_turn_of_a_head_is_read_from_its_points(convention: str, turn: float) -> None:
    _, stands_out = NOSE[convention]
    corners = [[0.75, 0, 0], [0.25, 0, 0], [-0.75, 0, 0], [-0.25, 0, 0], [0, 0.7, stands_out]]
    centres = [[-0.5, 0, 0], [0.5, 0, 0], [0, 0.55, stands_out], [-0.4, 1.03, 0], [0.4, 1.03, 0]]
    head = np.array(corners if convention == "eye_corners" else centres)
    angle = np.radians(turn)
    seen = np.stack([head[:, 0] * np.cos(angle) + head[:, 2] * np.sin(angle), head[:, 1]], axis=1)
    leaning = np.radians(10)
    turned = seen @ np.array([[np.cos(leaning), np.sin(leaning)], [-np.sin(leaning), np.cos(leaning)]])
    yaw, pitch, roll = pose(100 * turned + 200, convention=convention)
    assert yaw == pytest.approx(turn, abs=0.5)
    assert roll == pytest.approx(10.0, abs=0.5)
    assert pitch is None if convention == "eye_corners" else pitch == pytest.approx(0.0, abs=0.5)


def test_a_bowed_head_is_read_where_the_mouth_is_known() -> None:
    angle = np.radians(20)
    head = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, 0.55, 0.45], [-0.4, 1.03, 0], [0.4, 1.03, 0]])
    seen = np.stack([head[:, 0], head[:, 1] * np.cos(angle) + head[:, 2] * np.sin(angle)], axis=1)
    _, pitch, _ = pose(seen, convention="eye_centres")
    assert pitch == pytest.approx(20.0, abs=0.5)


def test_a_bowed_or_covered_face_scores_less(pack: LoadedPack, astronaut: Picture) -> None:
    plain = _quality(pack, astronaut, max(pack.faces.detect(astronaut), key=lambda face: face.box[3] - face.box[1]))
    assert plain.pitch_deg is None
    scores = [replace(plain, pitch_deg=pitch).score for pitch in (0.0, 20.0, -45.0, 60.0)]
    assert plain.score == scores[0] == scores[1] > scores[2] > scores[3] > 0
    assert replace(plain, flattest=0.0).score < plain.score


@pytest.mark.fixtures
def test_quality_foretells_the_score(pack: LoadedPack, fixtures: Path) -> None:
    """Spoiled photographs against the plain ones of the same people: how far do quality and score go together?"""
    with (fixtures / "deepface" / "master.csv").open() as table:
        rows = [line.strip().split(",") for line in table]
    pairs = [(row[0], row[1]) for row in rows if row[2] == "Yes"][:14]
    plain: dict[str, NDArray[np.float32]] = {}
    judged: list[tuple[float, float]] = []
    for one, other in pairs:
        first, second = (_load(fixtures / "deepface" / name) for name in (one, other))
        reference, face = _largest(pack, second), _largest(pack, first)
        if reference is None or face is None:
            continue
        if other not in plain:
            plain[other] = pack.faces.embed([pack.faces.chip(second, reference)])[0]
        found = [(p, f) for p in (first, *(how(first, face) for how in SPOILED.values())) if (f := _largest(pack, p))]
        vectors = pack.faces.embed([pack.faces.chip(p, f) for p, f in found])
        scores = 1.0 - np.linalg.norm(vectors - plain[other], axis=1)
        judged += [(_quality(pack, p, f).score, float(s)) for (p, f), s in zip(found, scores, strict=True)]
    quality, score = np.array(judged).T
    together = float(spearmanr(quality, score).statistic)
    print(f"{len(judged)} pictures, Spearman's rank correlation of quality and same-person score: {together:.2f}")  # noqa: T201
    threshold = pack.manifest.face_threshold
    for share in (0.0, 0.1, 0.2, 0.3, 0.5):
        kept = quality >= np.quantile(quality, share)
        missed = float((score[kept] < threshold).mean())
        print(f"the worst {share:.0%} discarded: {missed:.1%} of the others below the threshold")  # noqa: T201
    assert together > 0.4
    assert (score[quality >= np.median(quality)] < threshold).mean() < (score < threshold).mean()


def _load(path: Path) -> Picture:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((640, 640))
    return np.array(picture)
