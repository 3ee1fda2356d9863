"""InsightFace directories: faces found where they are, cut as ArcFace was taught, embedded together.

Most tests run on networks drawn by hand; those marked ``weights`` on published ones (``pytest -rP`` shows what they measure).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from embeddings.errors import PackInvalid
from embeddings.insightface_faces import BATCH, BOX_POINTS, CROP_POINTS, InsightFaces, load
from embeddings.landmarks import eyes, on_average_face, similarity
from embeddings.packs import load_pack, manifest, verify_pack
from embeddings.samples import DetectedFace, LoadedPack
from tests.embeddings.drawn_networks import draw_detector, draw_network, spotted
from tests.embeddings.insightface_directory import DETECTOR, NETWORK, make_directory, weights

Picture = NDArray[np.uint8]
FACE = np.array([[-24.0, -12.0], [24.0, -12.0], [0.0, 12.0], [-20.0, 32.0], [20.0, 32.0]])
"""The points of a drawn face around its middle, in pixels."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> InsightFaces:
    place = tmp_path_factory.mktemp("drawn")
    return _faces(_drawn(place))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> LoadedPack:
    """SCRFD-2.5g and MobileFaceNet."""
    place = tmp_path_factory.mktemp("published")
    return load_pack(str(make_directory(place, detector=weights() / DETECTOR, network=weights() / NETWORK)))


def _drawn(place: Path, **shape: Any) -> Path:
    detector, network = draw_detector(place / "det.onnx"), draw_network(place / "rec.onnx", **shape)
    return make_directory(place, detector=detector, network=network, dimension=16)


def _faces(place: Path) -> InsightFaces:
    return load(manifest(str(place)), verify_pack(str(place)))


def _middle(face: DetectedFace) -> NDArray[np.float64]:
    return np.array([face.box[0] + face.box[2], face.box[1] + face.box[3]]) / 2


@pytest.mark.parametrize(
    ("height", "width", "scale"), [(360, 640, 1.0), (720, 1280, 2.0), (1280, 700, 2.0), (150, 250, 0.5)]
)
def test_faces_lie_where_they_are_whatever_the_size_of_the_picture(
    drawn: InsightFaces, height: int, width: int, scale: float
) -> None:
    spot, reach = (round(0.3 * width), round(0.6 * height)), round(12 * scale)
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    picture[spot[1] - reach : spot[1] + reach, spot[0] - reach : spot[0] + reach] = 255
    (face,) = drawn.detect(picture)
    assert _middle(face) == pytest.approx(spot, abs=14 * scale)
    assert face.box[2] - face.box[0] == pytest.approx(128 * scale, abs=2)
    assert face.landmarks - _middle(face) == pytest.approx(FACE * scale, abs=2 * scale)


def test_several_faces_are_found_and_nothing_where_nobody_is(drawn: InsightFaces) -> None:
    assert len(drawn.detect(spotted(480, 640, (100, 100), (400, 300)))) == 2
    for shape in ((200, 300, 3), (1, 1, 3), (3, 500, 3)):
        assert drawn.detect(np.zeros(shape, dtype=np.uint8)) == []


def test_a_face_whose_box_is_known_gets_its_points(drawn: InsightFaces) -> None:
    seen = drawn.locate(spotted(480, 640, (300, 200)), (260, 160, 340, 240))
    assert seen.landmarks.mean(axis=0) == pytest.approx([300, 206], abs=14)
    assert seen.box == (260, 160, 340, 240)


def test_a_box_in_which_no_face_is_seen_gets_the_points_of_an_average_one(drawn: InsightFaces) -> None:
    blank = drawn.locate(np.zeros((480, 640, 3), dtype=np.uint8), (200, 100, 300, 240))
    assert blank.landmarks == pytest.approx(BOX_POINTS * [100, 140] + [200, 100])
    elsewhere = drawn.locate(spotted(480, 640, (330, 200)), (200, 160, 280, 240))
    assert elsewhere.landmarks == pytest.approx(BOX_POINTS * 80 + [200, 160])
    assert drawn.locate(np.zeros((10, 10, 3), dtype=np.uint8), (-50, 30, -50, 30)).landmarks.shape == (5, 2)


def test_a_crop_has_its_points_where_arcface_was_taught(drawn: InsightFaces) -> None:
    picture = np.zeros((400, 400, 3), dtype=np.uint8)
    points = np.round(CROP_POINTS * 1.7 + [60, 80])
    for x, y in points.astype(int):
        cv2.circle(picture, (x, y), 6, (0, 255, 0), -1)
    chip = drawn.chip(picture, DetectedFace(box=(60, 80, 250, 280), landmarks=points))
    assert chip.shape == (112, 112, 3)
    assert all(chip[round(y), round(x)].tolist() == [0, 255, 0] for x, y in CROP_POINTS)


class _Counting:
    """The real network, with its calls counted."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.input_shape = network.input_shape
        self.calls: list[int] = []

    def get_feat(self, chips: Sequence[Picture]) -> NDArray[np.float32]:
        self.calls.append(len(chips))
        vectors: NDArray[np.float32] = self._network.get_feat(list(chips))
        return vectors


@pytest.mark.parametrize(("batch", "calls"), [("batch", [BATCH, 2]), (1, [1] * (BATCH + 2))])
def test_a_batch_is_one_call_where_the_file_allows_it(tmp_path: Path, batch: int | str, calls: list[int]) -> None:
    faces = _faces(_drawn(tmp_path, batch=batch))
    counting = _Counting(faces._network)
    counted = InsightFaces(detector=None, network=counting, detect_px=640, crop_px=112, dimension=16)
    chips = list(np.random.default_rng(1).integers(0, 255, (BATCH + 2, 112, 112, 3), dtype=np.uint8))
    vectors = counted.embed(chips)
    assert counting.calls == calls
    assert np.allclose(vectors[-1], faces.embed(chips[-1:])[0], atol=1e-6)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)


def test_colours_are_not_mixed_up(drawn: InsightFaces) -> None:
    """The network multiplies red patches with the first third of its weights, as insightface hands them on."""
    red = np.zeros((112, 112, 3), dtype=np.uint8)
    red[:, :, 0] = 255
    dice = np.random.default_rng(7)
    weight, bias = dice.normal(size=(48, 16)), dice.normal(size=16)
    expected = np.concatenate([np.full(16, 1.0), np.full(32, -1.0)]) @ weight + bias
    assert drawn.embed([red])[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


def test_another_metric_or_other_points_are_refused(tmp_path: Path) -> None:
    place = _drawn(tmp_path) / "pack.toml"
    text = place.read_text()
    for was, becomes in (('face_metric = "cosine"', 'face_metric = "euclidean"'), ('"eye_centres"', '"eye_corners"')):
        place.write_text(text.replace(was, becomes))
        with pytest.raises(PackInvalid, match="eye_centres and cosine"):
            _faces(tmp_path)


@pytest.mark.weights
def test_the_published_networks_know_a_face_again(published: LoadedPack, astronaut: Picture, hopper: Picture) -> None:
    vectors = []
    for picture in (astronaut, astronaut[:, ::-1], hopper):
        face = max(published.faces.detect(picture), key=lambda f: f.box[3] - f.box[1])
        vectors += list(published.faces.embed([published.faces.chip(picture, face)]))
    own, mirrored, other = vectors
    assert float(own @ mirrored) > published.manifest.face_threshold > float(own @ other)


@pytest.mark.weights
def test_a_tight_close_up_is_found_by_the_second_look(published: LoadedPack, astronaut: Picture) -> None:
    left, top, right, bottom = max(published.faces.detect(astronaut), key=lambda f: f.box[3] - f.box[1]).box
    close = cv2.resize(astronaut[top + 12 : bottom - 12, left + 12 : right - 12], (640, 640))
    assert isinstance(published.faces, InsightFaces)
    assert published.faces._look(close) == []
    (face,) = published.faces.detect(close)
    assert face.box[3] - face.box[1] > 500
    first, second = eyes(face.landmarks, convention="eye_centres")
    assert 150 < first[0] < 260
    assert 380 < second[0] < 490


@pytest.mark.weights
def test_following_a_box_finds_the_points_of_the_face(published: LoadedPack, astronaut: Picture) -> None:
    face = published.faces.detect(astronaut)[0]
    assert published.faces.locate(astronaut, face.box).landmarks == pytest.approx(face.landmarks, abs=4)


@pytest.mark.weights
@pytest.mark.fixtures
def test_both_packs_turn_a_face_upright_in_the_same_way(
    published: LoadedPack, pack: LoadedPack, fixtures: Path
) -> None:
    """dlib's points, moved by the one alignment and by the other, end up in the same place."""
    offsets = []
    for path in sorted((fixtures / "deepface").glob("*.jpg"))[:40]:
        picture = _picture(path)
        ours, theirs = pack.faces.detect(picture), published.faces.detect(picture)
        if len(ours) == len(theirs) == 1:
            own = similarity(ours[0].landmarks, on_average_face("eye_corners", size_px=96))
            other = similarity(theirs[0].landmarks, on_average_face("eye_centres", size_px=96))
            points = np.column_stack([ours[0].landmarks, np.ones(5)])
            offsets.append((points @ (other - own).T).mean(axis=0))
    median, spread = np.median(offsets, axis=0), np.percentile(np.abs(offsets), 90, axis=0)
    _say(f"{len(offsets)} faces of 96 px: median offset {median.round(2)} px, nine in ten within {spread.round(2)} px")
    assert len(offsets) > 15
    assert np.all(np.abs(median) < 0.7)
    assert np.all(spread < 3.0)


@pytest.mark.weights
@pytest.mark.fixtures
@pytest.mark.parametrize("which", ["open", "published"])
def test_the_pairs_of_the_development_set(
    which: str, request: pytest.FixtureRequest, pack: LoadedPack, fixtures: Path
) -> None:
    """All faces are found, pairs of one person score higher than all others, and a mirrored face is still that face."""
    chosen: LoadedPack = pack if which == "open" else request.getfixturevalue("published")
    with (fixtures / "deepface" / "master.csv").open() as table:
        pairs = [row for row in csv.reader(table) if row[2] in ("Yes", "No")]
    names = sorted({name for pair in pairs for name in pair[:2]})
    plain = dict(zip(names, _largest(chosen, [_picture(fixtures / "deepface" / name) for name in names]), strict=True))
    turned = dict(
        zip(names, _largest(chosen, [_picture(fixtures / "deepface" / name)[:, ::-1] for name in names]), strict=True)
    )
    same = np.array([verdict == "Yes" for _, _, verdict in pairs])
    for label, others in (("", plain), (", the second mirrored", turned)):
        scores = np.array([_score(chosen, plain[one], others[other]) for one, other, _ in pairs])
        above = (scores[same][:, None] > scores[~same][None, :]).mean()
        _say(
            f"{chosen.manifest.label}: {len(names)} faces found, {len(pairs)} pairs{label}: AUC {above:.4f}, "
            f"one person at least {scores[same].min():.3f}, two people at most {scores[~same].max():.3f}"
        )
        assert above > 0.999
    mirrored = min(_score(chosen, plain[name], turned[name]) for name in names)
    _say(f"{chosen.manifest.label}: a face and its mirror image at least {mirrored:.3f}")
    assert mirrored > chosen.manifest.face_threshold


def _picture(path: Path) -> Picture:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((640, 640))
    return np.array(picture)


def _largest(pack: LoadedPack, pictures: Sequence[Picture]) -> NDArray[np.float32]:
    """Vectors of the largest face of each picture; fails where none is found."""
    chips = []
    for picture in pictures:
        face = max(pack.faces.detect(picture), key=lambda f: f.box[3] - f.box[1])
        chips.append(pack.faces.chip(picture, face))
    return pack.faces.embed(chips)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _score(pack: LoadedPack, one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    if pack.manifest.face_metric == "euclidean":
        return 1.0 - float(np.linalg.norm(one - other))
    return float(one @ other)
