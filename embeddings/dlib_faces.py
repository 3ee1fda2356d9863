"""dlib's frontal face detector, five-point landmarks and ResNet vectors as a ``FaceEmbedder``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.records import ModelPack
from embeddings.samples import DetectedFace

DETECT_SIDE_PX = 640
"""Pictures are scaled so that the longer side has at most this many pixels before the detector sees them."""

UPSAMPLE_BELOW_PX = 400
"""Smaller pictures are doubled first: the detector finds no face below 80 pixels."""

CHIP_SIZE_PX = 150
CHIP_PADDING = 0.25
DIMENSION = 128
LANDMARKS = "eye_corners"


class DlibFaces:
    """Vectors are (128,) float32, compared by euclidean distance. Boxes may reach beyond the picture's edge."""

    def __init__(self, *, landmarks: Path, vectors: Path) -> None:
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(landmarks))
        self._network = dlib.face_recognition_model_v1(str(vectors))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded face model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def detect(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """All faces of an (h, w, 3) RGB picture; a picture without one is looked at again with a margin around it,
        because very tight close-ups are missed otherwise."""
        picture = np.ascontiguousarray(pixels)
        boxes = self._look(picture)
        if boxes:
            return [self.locate(picture, box) for box in boxes]
        height, width = picture.shape[:2]
        top, left = height // 2, width // 2
        padded = cv2.copyMakeBorder(picture, top, top, left, left, cv2.BORDER_CONSTANT)
        found = [self.locate(padded, box) for box in self._look(padded)]
        return [_shifted(face, -left, -top) for face in found]

    def locate(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> DetectedFace:
        """The face whose box (left, top, right, bottom) is already known, with its landmarks."""
        shape = self._predictor(np.ascontiguousarray(pixels), dlib.rectangle(*box))
        points = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64)
        return DetectedFace(box=box, landmarks=points)

    def align(self, pixels: NDArray[np.uint8], face: DetectedFace, *, size_px: int) -> NDArray[np.uint8]:
        """The face upright, eyes level, with a quarter of its size around it: (size_px, size_px, 3)."""
        chip: NDArray[np.uint8] = dlib.get_face_chip(
            np.ascontiguousarray(pixels), _as_dlib(face), size=size_px, padding=CHIP_PADDING
        )
        return chip

    def chip(self, pixels: NDArray[np.uint8], face: DetectedFace) -> NDArray[np.uint8]:
        """The face as the network wants it: (150, 150, 3), aligned as ``align`` does."""
        return self.align(pixels, face, size_px=CHIP_SIZE_PX)

    def embed(self, chips: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Vectors of crops of any pictures, (len(chips), 128) float32; the network takes them sixteen at a time."""
        if not chips:
            return np.empty((0, DIMENSION), dtype=np.float32)
        vectors = self._network.compute_face_descriptor(list(chips))
        return np.array([list(vector) for vector in vectors], dtype=np.float32)

    def _look(self, picture: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
        height, width = picture.shape[:2]
        scale = min(1.0, DETECT_SIDE_PX / max(height, width))
        seen = picture
        if scale < 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            seen = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        upsample = 1 if max(seen.shape[:2]) < UPSAMPLE_BELOW_PX else 0
        rectangles, _, _ = self._detector.run(seen, upsample, 0.0)
        return [
            (round(r.left() / scale), round(r.top() / scale), round(r.right() / scale), round(r.bottom() / scale))
            for r in rectangles
        ]


def load(pack: ModelPack, files: Mapping[str, Path]) -> DlibFaces:
    """The verified ``files`` of a pack, in this process; ``PackInvalid`` if the manifest states what dlib does not do."""
    stated = (pack.face_landmarks, pack.face_dimension, pack.file("face_vectors").input_px)
    if stated != (LANDMARKS, DIMENSION, CHIP_SIZE_PX):
        raise PackInvalid(
            f"the manifest of {pack.label} states {stated} as landmarks, dimension and input_px of its faces; "
            f"dlib's are {(LANDMARKS, DIMENSION, CHIP_SIZE_PX)}"
        )
    return DlibFaces(landmarks=files["face_landmarks"], vectors=files["face_vectors"])


def _shifted(face: DetectedFace, right: int, down: int) -> DetectedFace:
    a, b, c, d = face.box
    return DetectedFace(
        box=(a + right, b + down, c + right, d + down), landmarks=face.landmarks + np.array([right, down])
    )


def _as_dlib(face: DetectedFace) -> Any:
    points = [dlib.point(round(float(x)), round(float(y))) for x, y in face.landmarks]
    return dlib.full_object_detection(dlib.rectangle(*face.box), points)
