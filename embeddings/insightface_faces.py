"""InsightFace's SCRFD detector and ArcFace vectors as a ``FaceEmbedder``: ONNX files run through the package ``insightface``.

Everything about the networks comes from the manifest. Loading asks the networks whether they agree, and refuses if they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.insightface_networks import GRID_PX, open_detector, open_network, picture_side
from embeddings.landmarks import cut_out, similarity, upright
from embeddings.records import ModelPack
from embeddings.samples import DetectedFace

LANDMARKS = "eye_centres"

UPSAMPLE_BELOW_PX = 320
"""Smaller pictures are doubled first."""

CLOSE_UP_PX = 160
"""Longer side of the picture in the second look, which is for faces that nearly fill it."""

CROP_PX = 112
CROP_POINTS = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Where ArcFace networks were taught to expect the five points in a crop of 112 pixels (``insightface/utils/face_align.py``)."""

FOLLOW_PX = 160
"""``locate`` looks at twice the known box, scaled to this size."""

BOX_POINTS = np.array([[0.27, 0.40], [0.73, 0.40], [0.50, 0.59], [0.29, 0.73], [0.71, 0.73]])
"""Where the points of a face seen from the front lie in its box, for a known box in which the detector sees no face."""

BATCH = 128
"""Crops per call of the network, which bounds its memory."""


class InsightFaces:
    """Vectors are (d,) float32 of unit norm, compared by cosine. ``detector`` and ``network`` are insightface's own objects."""

    def __init__(self, *, detector: Any, network: Any, detect_px: int, crop_px: int, dimension: int) -> None:
        self._detector = detector
        self._network = network
        self._detect_px = detect_px
        self._crop_px = crop_px
        self._dimension = dimension
        fixed = network.input_shape[0]
        self._per_call = fixed if isinstance(fixed, int) else BATCH

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded face model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def detect(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """All faces of an (h, w, 3) RGB picture; a picture without one is looked at again with half its size around it,
        because very tight close-ups are missed otherwise."""
        longest = max(pixels.shape[:2])
        seen = _scaled(pixels, min(2.0 if longest < UPSAMPLE_BELOW_PX else 1.0, self._detect_px / longest))
        faces = self._look(seen)
        if faces:
            return [_moved(face, shift=(0, 0), stretch=_ratio(pixels, seen)) for face in faces]
        small = _scaled(pixels, min(1.0, CLOSE_UP_PX / longest))
        down, right = small.shape[0] // 2, small.shape[1] // 2
        padded = cv2.copyMakeBorder(small, down, down, right, right, cv2.BORDER_CONSTANT)
        return [_moved(face, shift=(right, down), stretch=_ratio(pixels, small)) for face in self._look(padded)]

    def look_closer(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:  # noqa: ARG002
        """None: the detector finds faces of 16 pixels, fewer than any recogniser can judge."""
        return []

    def locate(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> DetectedFace:
        """The face whose box (left, top, right, bottom) is already known, with its landmarks.

        Where the detector sees no face in the box, the landmarks are those of an average face that fills it.
        """
        size = np.maximum(1, [box[2] - box[0], box[3] - box[1]])
        scale = FOLLOW_PX / (2 * float(size.max()))
        middle = np.array([FOLLOW_PX / 2, FOLLOW_PX / 2])
        window = np.column_stack([scale * np.eye(2), middle - scale * (np.array(box[:2]) + size / 2)])
        found = self._look(cut_out(pixels, window, size_px=FOLLOW_PX))
        nearest = min(found, key=lambda face: _distance(face, middle), default=None)
        if nearest is None or _distance(nearest, middle) > FOLLOW_PX / 4:
            return DetectedFace(box=box, landmarks=BOX_POINTS * size + box[:2])
        return DetectedFace(box=box, landmarks=(nearest.landmarks - window[:, 2]) / scale)

    def align(self, pixels: NDArray[np.uint8], face: DetectedFace, *, size_px: int) -> NDArray[np.uint8]:
        """The face upright, eyes level, with a quarter of its size around it: (size_px, size_px, 3)."""
        return upright(pixels, face.landmarks, convention=LANDMARKS, size_px=size_px)

    def chip(self, pixels: NDArray[np.uint8], face: DetectedFace) -> NDArray[np.uint8]:
        """The face as the network wants it, (s, s, 3): its points where ArcFace networks were taught to expect them."""
        matrix = similarity(face.landmarks, CROP_POINTS * (self._crop_px / CROP_PX))
        return cut_out(pixels, matrix, size_px=self._crop_px)

    def embed(self, chips: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Unit-norm vectors of crops of any pictures, (len(chips), d) float32.

        One call of the network for ``BATCH`` crops, or one for each crop where the file fixes its batch at one.
        """
        if not chips:
            return np.empty((0, self._dimension), dtype=np.float32)
        blue_first = [np.ascontiguousarray(chip[:, :, ::-1]) for chip in chips]
        starts = range(0, len(chips), self._per_call)
        with inference():
            vectors = np.concatenate([self._network.get_feat(blue_first[n : n + self._per_call]) for n in starts])
        units: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return units

    def _look(self, picture: NDArray[np.uint8]) -> list[DetectedFace]:
        """The faces of a picture that needs no scaling any more; filled up with black to the size that the detector takes."""
        height, width = picture.shape[:2]
        fixed = self._detector.static_input_size
        wide, high = fixed or (-(-width // GRID_PX) * GRID_PX, -(-height // GRID_PX) * GRID_PX)
        filled = np.zeros((high, wide, 3), dtype=np.uint8)
        filled[:height, :width] = picture[:, :, ::-1]  # insightface takes blue first
        with inference():
            boxes, points = self._detector.detect(filled, input_size=(wide, high))
        found = []
        for box, five in zip(boxes, points, strict=True):
            left, top, right, bottom = (round(float(edge)) for edge in box[:4])
            found.append(DetectedFace(box=(left, top, right, bottom), landmarks=five.astype(np.float64)))
        return found


def load(pack: ModelPack, files: Mapping[str, Path]) -> InsightFaces:
    """The verified ``files`` of a pack, in this process; ``PackInvalid`` if a network is not what the manifest says."""
    if (pack.face_landmarks, pack.face_metric) != (LANDMARKS, "cosine"):
        raise PackInvalid(
            f"the manifest of {pack.label} states {pack.face_landmarks} and {pack.face_metric} as landmarks and metric of its "
            f"faces; InsightFace's are {LANDMARKS} and cosine"
        )
    return InsightFaces(
        detector=open_detector(files["face_detector"], pack),
        network=open_network(files["face_vectors"], pack),
        detect_px=picture_side(pack, "face_detector"),
        crop_px=picture_side(pack, "face_vectors"),
        dimension=pack.face_dimension,
    )


def _scaled(picture: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    if scale == 1.0:
        return picture
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    scaled: NDArray[np.uint8] = cv2.resize(
        picture, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    )
    return scaled


def _ratio(picture: NDArray[np.uint8], scaled: NDArray[np.uint8]) -> NDArray[np.float64]:
    """By how much to stretch (x, y) in the scaled picture for the picture itself."""
    return np.array([picture.shape[1] / scaled.shape[1], picture.shape[0] / scaled.shape[0]])


def _moved(face: DetectedFace, *, shift: tuple[int, int], stretch: NDArray[np.float64]) -> DetectedFace:
    """A face of a scaled, padded picture, where it is in the picture itself."""
    corners = (np.array(face.box).reshape(2, 2) - shift) * stretch
    left, top, right, bottom = (round(float(edge)) for edge in corners.reshape(4))
    return DetectedFace(box=(left, top, right, bottom), landmarks=(face.landmarks - shift) * stretch)


def _distance(face: DetectedFace, point: NDArray[np.float64]) -> float:
    middle = np.array([face.box[0] + face.box[2], face.box[1] + face.box[3]]) / 2
    return float(np.linalg.norm(middle - point))
