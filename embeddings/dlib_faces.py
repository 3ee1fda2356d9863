"""dlib's frontal face detector, five-point landmarks and ResNet vectors as a ``FaceEmbedder``."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from embeddings.dlib_network import DIMENSION, SIDE_PX, DlibNetwork
from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.records import ModelPack
from embeddings.samples import DetectedFace

DETECT_SIDE_PX = 640
"""Pictures are scaled so that the longer side has at most this many pixels before the detector sees them."""

UPSAMPLE_BELOW_PX = 400
"""Smaller pictures are doubled first: the detector finds no face below 80 pixels. In others ``look_closer`` does that."""

CLOSE_UP_SIDE_PX = 200
"""Longer side of the picture in the second look: only faces that nearly fill it are sought, and those still have 80 pixels."""

CHIP_SIZE_PX = SIDE_PX
CHIP_PADDING = 0.25
LANDMARKS = "eye_corners"


Box = tuple[int, int, int, int]


class DlibFaces:
    """Vectors are (128,) float32, compared by euclidean distance. Boxes may reach beyond the picture's edge. Threads may share
    one."""

    def __init__(self, *, landmarks: Path, network: DlibNetwork) -> None:
        # Each thread has its own: a detector keeps the picture that it looks at, and lets other threads run meanwhile
        self._detectors = threading.local()
        self._predictor = dlib.shape_predictor(str(landmarks))
        self._network = network

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded face model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def detect(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """All faces of an (h, w, 3) RGB picture; a picture without one is looked at again, small and with half its size
        around it, because very tight close-ups are missed otherwise."""
        picture = np.ascontiguousarray(pixels)
        longest = max(picture.shape[:2])
        seen = _at_most(picture, DETECT_SIDE_PX)
        boxes = self._look(seen, doubled=longest < UPSAMPLE_BELOW_PX)
        if boxes:
            return [self.locate(picture, _enlarged(box, seen, picture, shift=(0, 0))) for box in boxes]
        small = _at_most(picture, CLOSE_UP_SIDE_PX)
        down, right = small.shape[0] // 2, small.shape[1] // 2
        boxes = self._look(cv2.copyMakeBorder(small, down, down, right, right, cv2.BORDER_CONSTANT), doubled=False)
        return [self._at_the_edge(picture, _enlarged(box, small, picture, shift=(right, down))) for box in boxes]

    def look_closer(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """Faces from 40 pixels on, in the picture doubled: four times the work of a first look. None where that was done."""
        picture = np.ascontiguousarray(pixels)
        if max(picture.shape[:2]) < UPSAMPLE_BELOW_PX:
            return []
        seen = _at_most(picture, DETECT_SIDE_PX)
        return [
            self.locate(picture, _enlarged(box, seen, picture, shift=(0, 0))) for box in self._look(seen, doubled=True)
        ]

    def locate(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> DetectedFace:
        """The face whose box (left, top, right, bottom) is already known, with its landmarks."""
        with inference():
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
        """Vectors of crops of any pictures, (len(chips), 128) float32, in one call of the network for each ``BATCH``."""
        return self._network.vectors(chips)

    def _look(self, picture: NDArray[np.uint8], *, doubled: bool) -> list[Box]:
        if not hasattr(self._detectors, "own"):
            self._detectors.own = dlib.get_frontal_face_detector()
        with inference():
            rectangles, _, _ = self._detectors.own.run(picture, 1 if doubled else 0, 0.0)
        return [(r.left(), r.top(), r.right(), r.bottom()) for r in rectangles]

    def _at_the_edge(self, picture: NDArray[np.uint8], box: Box) -> DetectedFace:
        """The face in a box that reaches beyond the picture, its landmarks found with black all around."""
        x, y = picture.shape[1] // 2, picture.shape[0] // 2
        padded = cv2.copyMakeBorder(picture, y, y, x, x, cv2.BORDER_CONSTANT)
        face = self.locate(padded, (box[0] + x, box[1] + y, box[2] + x, box[3] + y))
        return DetectedFace(box=box, landmarks=face.landmarks - np.array([x, y]))


def load(pack: ModelPack, files: Mapping[str, Path]) -> DlibFaces:
    """The verified ``files`` of a pack, in this process; ``PackInvalid`` if the manifest states what dlib does not do."""
    stated = (pack.face_landmarks, pack.face_dimension, pack.file("face_vectors").input_px)
    if stated != (LANDMARKS, DIMENSION, CHIP_SIZE_PX):
        raise PackInvalid(
            f"the manifest of {pack.label} states {stated} as landmarks, dimension and input_px of its faces; "
            f"dlib's are {(LANDMARKS, DIMENSION, CHIP_SIZE_PX)}"
        )
    network = DlibNetwork(
        files["face_vectors"], label=f"the pack {pack.label}", providers=pack.providers, threads=pack.threads
    )
    return DlibFaces(landmarks=files["face_landmarks"], network=network)


def _at_most(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = side_px / max(height, width)
    if scale >= 1.0:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    smaller: NDArray[np.uint8] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return smaller


def _enlarged(box: Box, seen: NDArray[np.uint8], picture: NDArray[np.uint8], *, shift: tuple[int, int]) -> Box:
    """A box of a smaller, shifted picture, where it is in the picture itself."""
    scale = min(1.0, max(seen.shape[:2]) / max(picture.shape[:2]))
    left, top, right, bottom = (round((edge - shift[index % 2]) / scale) for index, edge in enumerate(box))
    return (left, top, right, bottom)


def _as_dlib(face: DetectedFace) -> Any:
    points = [dlib.point(round(float(x)), round(float(y))) for x, y in face.landmarks]
    return dlib.full_object_detection(dlib.rectangle(*face.box), points)
