"""Marks 468 points of a face that is already upright, lids and lips among them: MediaPipe's face mesh, or a file with its points.

The network was taught on square crops: turned until the eyes are level, centred on the box of all its points, 1.5 times as large
as that box's longer side (MediaPipe's ``face_landmark_landmarks_to_roi.pbtxt``). An aligned face of ``embeddings.landmarks`` with
``PADDING`` around the average face's square is that crop, whatever detector found the face; ``test_face_mesh.py`` measures it.

A ``.tflite`` file runs in OpenCV, any other in ONNX Runtime. Only files that carry our own pack's hash, or that of a pack which
an operator wrote, come here: neither runtime is a sandbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.onnx_session import REFUSALS, open_session
from embeddings.records import POINTS_ROLE, ModelPack
from embeddings.samples import MarkedCrops

COUNT = 468
PADDING = 0.5
"""Shown around the average face's square on every side, as a share of it."""

FACTS = (192, 0.0, 255.0)
"""``input_px``, ``mean`` and ``std`` of the published network; its pictures are RGB, not blue first."""

POINTS_LAYER, FLAG_LAYER = "conv2d_21", "conv2d_31"
"""Outputs of the published ``.tflite``: x, y and depth of every point in pixels of its input; the logit of there being a face."""

Picture = NDArray[np.float32]
Answer = tuple[NDArray[np.float32], float]
Network = Callable[[Picture], Answer]
"""One (s, s, 3) float32 picture in; the 3 · COUNT numbers of its points and the presence, NaN where the file does not say."""


class FaceMesh:
    """A ``FacePoints`` over one opened network. Threads may share one."""

    def __init__(self, network: Network, *, sha256: str) -> None:
        self._network = network
        self._turn = threading.Lock()
        self.sha256 = sha256

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded face model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def mark(self, crops: Sequence[NDArray[np.uint8]]) -> MarkedCrops:
        """The points of square crops, aligned as this module says, of any size; one call of the network each: it takes no more
        at once, and larger batches were no quicker."""
        points = np.empty((len(crops), COUNT, 2), dtype=np.float64)
        presence = np.empty(len(crops), dtype=np.float64)
        for index, crop in enumerate(crops):
            with self._turn, inference():
                numbers, presence[index] = self._network(_as_taken(crop))
            points[index] = numbers.reshape(COUNT, 3)[:, :2] * (crop.shape[0] / FACTS[0])
        return MarkedCrops(points=points, presence=presence)


def load(pack: ModelPack, path: Path) -> FaceMesh:
    """The verified file of a pack, in this process; ``PackInvalid`` if it is not what the manifest says or marks other points."""
    file = pack.file(POINTS_ROLE)
    stated = (file.input_px, file.mean, file.std)
    if stated != FACTS:
        raise PackInvalid(
            f"the manifest of {pack.label} states {stated} as input_px, mean and std of {POINTS_ROLE}; those of a face mesh "
            f"are {FACTS}"
        )
    network = _tensorflow_lite(path) if path.suffix == ".tflite" else _onnx(path, pack)
    try:
        numbers, presence = network(np.full((FACTS[0], FACTS[0], 3), 0.5, dtype=np.float32))
    except (cv2.error, *REFUSALS) as error:
        raise PackInvalid(f"{path} does not run ({_short(error)}); put the right file there") from error
    if numbers.size != 3 * COUNT or not np.all(np.isfinite(numbers)) or np.isinf(presence):
        raise PackInvalid(f"{path} gives {numbers.size} numbers, not three for each of {COUNT} points of a face")
    return FaceMesh(network, sha256=file.sha256)


def _as_taken(crop: NDArray[np.uint8]) -> Picture:
    side_px, _, std = FACTS
    way = cv2.INTER_AREA if crop.shape[0] > side_px else cv2.INTER_LINEAR
    small: Picture = cv2.resize(crop, (side_px, side_px), interpolation=way).astype(np.float32)
    return small / np.float32(std)


def _tensorflow_lite(path: Path) -> Network:
    try:
        # The newer engine computes the points alone and leaves out whether there is a face
        opened = cv2.dnn.readNetFromTFLite(str(path), cv2.dnn.ENGINE_CLASSIC)
    except cv2.error as error:
        raise PackInvalid(f"OpenCV cannot read {path} ({_short(error)}); put the right file there") from error
    if set(opened.getUnconnectedOutLayersNames()) != {POINTS_LAYER, FLAG_LAYER}:
        raise PackInvalid(f"{path} is another network than MediaPipe's face mesh; put face_landmark.tflite there")

    def run(picture: Picture) -> Answer:
        opened.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
        points, flag = opened.forward([POINTS_LAYER, FLAG_LAYER])
        return np.asarray(points, dtype=np.float32), float(1 / (1 + np.exp(-np.clip(flag, -50, 50).item())))

    return run


def _onnx(path: Path, pack: ModelPack) -> Network:
    session = open_session(path, label=f"the pack {pack.label}", providers=pack.providers, threads=pack.threads)
    inputs, takes = session.get_inputs(), [1, FACTS[0], FACTS[0], 3]
    if len(inputs) != 1 or inputs[0].shape != takes or len(session.get_outputs()) != 1:
        found = ", ".join(str(one.shape) for one in inputs)
        raise PackInvalid(f"{path} takes {found}; a face mesh takes {takes} and gives its points alone")
    name = inputs[0].name

    def run(picture: Picture) -> Answer:
        (points,) = session.run(None, {name: picture[None]})
        return np.asarray(points, dtype=np.float32), float("nan")

    return run


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
