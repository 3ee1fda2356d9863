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

from embeddings.face_quality import (
    ALIGNED_PX,
    COVERED,
    NO_GRADIENT,
    NOSE,
    NOSE_BASE_BELOW,
    USUAL_GRADIENT,
    FaceQuality,
    face_quality,
    gradients,
    pose,
)
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
    corners = [[0.75, 0, 0], [0.25, 0, 0], [-0.75, 0, 0], [-0.25, 0, 0], [0, NOSE_BASE_BELOW, stands_out]]
    centres = [[-0.5, 0, 0], [0.5, 0, 0], [0, 0.55, stands_out], [-0.4, 1.03, 0], [0.4, 1.03, 0]]
    head = np.array(corners if convention == "eye_corners" else centres)
    angle = np.radians(turn)
    seen = np.stack([head[:, 0] * np.cos(angle) + head[:, 2] * np.sin(angle), head[:, 1]], axis=1)
    leaning = np.radians(10)
    turned = seen @ np.array([[np.cos(leaning), np.sin(leaning)], [-np.sin(leaning), np.cos(leaning)]])
    yaw, pitch, roll = pose(100 * turned + 200, convention=convention)
    assert yaw == pytest.approx(turn, abs=0.5)
    assert roll == pytest.approx(10.0, abs=0.5)
    assert pitch == pytest.approx(0.0, abs=0.5)


def test_a_bowed_head_is_read_where_the_mouth_is_known() -> None:
    angle = np.radians(20)
    head = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, 0.55, 0.45], [-0.4, 1.03, 0], [0.4, 1.03, 0]])
    seen = np.stack([head[:, 0], head[:, 1] * np.cos(angle) + head[:, 2] * np.sin(angle)], axis=1)
    _, pitch, _ = pose(seen, convention="eye_centres")
    assert pitch == pytest.approx(20.0, abs=0.5)


@pytest.mark.parametrize("raised", [-45.0, -20.0, 0.0, 15.0])
def test_a_raised_head_is_read_from_its_nose_alone(raised: float) -> None:
    assert _pitch_by_nose_of(raised) == pytest.approx(raised, abs=0.5)
    assert _pitch_by_nose_of(60.0) is not None
    assert (_pitch_by_nose_of(60.0) or 0.0) < 21.0, "bowed further it looks like less"


def _pitch_by_nose_of(pitch_deg: float) -> float | None:
    angle, stands_out = np.radians(pitch_deg), NOSE["eye_corners"][1]
    below = NOSE_BASE_BELOW * np.cos(angle) + stands_out * np.sin(angle)
    points = np.array([[0.75, 0], [0.25, 0], [-0.75, 0], [-0.25, 0], [0, below]])
    return pose(100 * points + 200, convention="eye_corners")[1]


def test_a_nose_above_the_eyes_tells_no_pitch() -> None:
    points = np.array([[75.0, 50], [25, 50], [-75, 50], [-25, 50], [0, 20]])
    assert pose(points, convention="eye_corners")[1] is None


COVERS: dict[str, tuple[tuple[slice, slice], float]] = {
    "the lower half": ((slice(56, 96), slice(0, 96)), 0.2),
    "one side": ((slice(0, 96), slice(48, 96)), 0.4),
    "a bar over the eyes": ((slice(22, 46), slice(0, 96)), 0.2),
    "a quarter": ((slice(48, 96), slice(48, 96)), 0.2),
}


@pytest.mark.parametrize("where", COVERS)
@pytest.mark.parametrize("pattern", ["flat", "written"])
def test_what_covers_a_part_of_a_face_is_measured(
    pack: LoadedPack, astronaut: Picture, hopper: Picture, where: str, pattern: str
) -> None:
    for picture in (astronaut, hopper):
        face = _largest(pack, picture)
        assert face is not None
        aligned = cv2.cvtColor(pack.faces.align(picture, face, size_px=ALIGNED_PX), cv2.COLOR_RGB2GRAY)
        plain = face_quality(np.asarray(aligned, np.uint8), face, convention="eye_corners")
        assert plain.occlusion == 0.0
        part, least = COVERS[where]
        covered = np.array(aligned, np.uint8)
        covered[part] = 120 if pattern == "flat" else _writing()[part]
        judged = face_quality(covered, face, convention="eye_corners")
        assert judged.occlusion >= (least if pattern == "flat" else 0.01)
        assert judged.score < plain.score or pattern == "written"


def _writing() -> NDArray[np.uint8]:
    page = np.full((ALIGNED_PX, ALIGNED_PX), 255, dtype=np.uint8)
    for row in range(8, ALIGNED_PX, 8):
        cv2.putText(page, "WIN 500 TODAY", (0, row), cv2.FONT_HERSHEY_SIMPLEX, 0.3, 0, 1)
    return page


def test_a_small_or_blurred_face_is_not_taken_for_a_covered_one(pack: LoadedPack, astronaut: Picture) -> None:
    face = _largest(pack, astronaut)
    assert face is not None
    for how in ("blurred", "40 px"):
        spoiled = SPOILED[how](astronaut, face)
        assert _quality(pack, spoiled, _largest(pack, spoiled) or face).occlusion <= 0.1


def test_a_bowed_or_covered_face_scores_less(pack: LoadedPack, astronaut: Picture) -> None:
    plain = _quality(pack, astronaut, max(pack.faces.detect(astronaut), key=lambda face: face.box[3] - face.box[1]))
    assert abs(plain.pitch_deg or 0.0) < 25.0
    scores = [replace(plain, pitch_deg=pitch).score for pitch in (0.0, 20.0, -45.0, 60.0)]
    assert plain.score == scores[0] == scores[1] > scores[2] > scores[3] > 0
    assert replace(plain, occlusion=0.5).score < replace(plain, occlusion=0.25).score < plain.score


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


@pytest.mark.fixtures
def test_uncovered_faces_have_the_usual_gradients(pack: LoadedPack, fixtures: Path) -> None:
    """What ``USUAL_GRADIENT`` is, and how many photographs have a covered cell."""
    found, covered = [], 0
    for path in sorted((fixtures / "deepface").glob("img*.jpg"))[:45]:
        picture = _load(path, side_px=400)
        if (face := _largest(pack, picture)) is None:
            continue
        aligned = cv2.cvtColor(pack.faces.align(picture, face, size_px=ALIGNED_PX), cv2.COLOR_RGB2GRAY)
        cells = gradients(np.asarray(aligned, np.float32)) + NO_GRADIENT
        found.append(np.log(cells) - np.log(cells).mean())
        covered += face_quality(np.asarray(aligned, np.uint8), face, convention="eye_corners").occlusion > 0
    usual = np.exp(np.mean(found, axis=0))
    usual = (usual + usual[:, ::-1]) / 2
    print(f"{len(found)} faces, {covered} with a cell outside {COVERED}; gradients {np.round(usual, 2).tolist()}")  # noqa: T201
    assert usual == pytest.approx(USUAL_GRADIENT, rel=0.1)
    assert covered <= 1


def _load(path: Path, *, side_px: int = 640) -> Picture:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((side_px, side_px))
    return np.array(picture)
