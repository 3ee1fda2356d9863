"""dlib's face recognition network, its published weights run by ONNX Runtime.

dlib's wheels are built for every processor and leave the vector units of this one idle, so the same network with the same
weights takes many times longer there. The layers are those of dlib's ``examples/dnn_face_recognition_ex.cpp`` (``anet_type``, a
ResNet with 29 convolutions); the tests hold its vectors against dlib's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.onnx_session import check_providers, session_options

SIDE_PX = 150
DIMENSION = 128
MEAN_RGB = np.array([122.782, 117.001, 104.298], dtype=np.float32)
SPAN = np.float32(256.0)
"""Pixel values become (value - mean) / span, as ``input_rgb_image_sized`` does."""

BLOCKS = (
    *((32, False),) * 3,
    *((64, True), (64, False), (64, False), (64, False)),
    *((128, True), (128, False), (128, False)),
    *((256, True), (256, False), (256, False)),
    (256, True),
)
"""Filters of each residual block from the input on, and whether it halves the picture."""

BATCH = 32
"""Crops per call of the network, which bounds its memory."""

NAMED = re.compile(rb"\x01(?:\x05con_4|\x07affine_|\x04fc_2\x01\x80\x02\x00\x01)\x01\x02")
"""A layer with numbers in dlib's file: the length of its name, its name (for the last map its size too: 128 from 256), the
version of the tensor that follows."""

Numbers = NDArray[np.float32]


class DlibNetwork:
    """Crops of faces to vectors; the numbers come from dlib's own file, already verified."""

    def __init__(self, path: Path, *, label: str, providers: Sequence[str], threads: int) -> None:
        """``PackInvalid`` if this ONNX Runtime lacks one of the ``providers`` that the manifest of ``label`` states."""
        check_providers(label, providers)
        network = as_onnx(read_layers(path), where=path).SerializeToString()
        self._session = onnxruntime.InferenceSession(
            network, sess_options=session_options(threads=threads), providers=list(providers)
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded face model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def vectors(self, chips: Sequence[NDArray[np.uint8]]) -> Numbers:
        """Vectors of crops of (150, 150, 3) RGB, (n, 128) float32."""
        if not chips:
            return np.empty((0, DIMENSION), dtype=np.float32)
        found = []
        for start in range(0, len(chips), BATCH):
            stack = np.stack(chips[start : start + BATCH]).astype(np.float32)
            pictures = ((stack - MEAN_RGB) / SPAN).transpose(0, 3, 1, 2)
            with inference():
                found.append(self._session.run(["vectors"], {"pictures": np.ascontiguousarray(pictures)})[0])
        return np.concatenate(found)


def read_layers(path: Path) -> list[Numbers]:
    """The numbers of each layer that has any, from the input on: convolution, affine, convolution, …, the last map.

    dlib writes a tensor as its four sizes, then its values; a size as the count of its bytes, then these, lowest first.
    """
    data = path.read_bytes()
    found: list[Numbers] = []
    place = 0
    while (layer := NAMED.search(data, place)) is not None:
        place = layer.end()
        count = 1
        for _ in range(4):
            width = data[place] if place < len(data) else 0
            count *= int.from_bytes(data[place + 1 : place + 1 + width], "little")
            place += 1 + width
        if count < 1 or place + 4 * count > len(data):
            raise PackInvalid(f"{path} ends inside a layer; it is not dlib's face recognition network")
        found.append(np.frombuffer(data, dtype="<f4", count=count, offset=place))
        place += 4 * count
    return found


def as_onnx(layers: Sequence[Numbers], *, where: Path) -> onnx.ModelProto:
    """The network with these numbers; ``PackInvalid`` if there are not the right ones."""
    build = _Builder(layers, where=where)
    build.node("Relu", [build.convolution("pictures", inputs=3, filters=32, size=7, stride=2, padding=0)])
    last, side, width = build.node("MaxPool", [build.last], kernel_shape=[3, 3], strides=[2, 2]), 35, 32
    for filters, halves in BLOCKS:
        last, side = build.residual(last, inputs=width, filters=filters, side=side, halves=halves)
        width = filters
    build.node("GlobalAveragePool", [last])
    build.node("Flatten", [build.last])
    build.node(
        "MatMul", [build.last, build.constant(build.take(256 * DIMENSION).reshape(256, DIMENSION))], output="vectors"
    )
    return build.model()


class _Builder:
    """Nodes and constants of a growing network; numbers are taken in the order in which dlib wrote them."""

    def __init__(self, layers: Sequence[Numbers], *, where: Path) -> None:
        self._layers: Iterator[Numbers] = iter(layers)
        self._where = where
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[TensorProto] = []
        self.last = "pictures"

    def take(self, count: int) -> Numbers:
        """The numbers of the next layer, which has so many."""
        numbers = next(self._layers, np.empty(0, dtype=np.float32))
        if len(numbers) != count:
            raise PackInvalid(
                f"{self._where} does not hold dlib's face recognition network; reinstall face-recognition-models"
            )
        return numbers

    def constant(self, values: NDArray[np.generic]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], *, output: str | None = None, **facts: Any) -> str:
        self.last = output or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [self.last], **facts))
        return self.last

    def convolution(self, source: str, *, inputs: int, filters: int, size: int, stride: int, padding: int) -> str:
        """A convolution and the affine layer behind it, as one."""
        area = inputs * size * size
        numbers, affine = self.take(filters * (area + 1)), self.take(2 * filters)
        weight, bias = numbers[: filters * area].reshape(filters, inputs, size, size), numbers[filters * area :]
        gain, shift = affine[:filters], affine[filters:]
        return self.node(
            "Conv",
            [source, self.constant(weight * gain[:, None, None, None]), self.constant(bias * gain + shift)],
            strides=[stride, stride],
            pads=[padding] * 4,
        )

    def residual(self, source: str, *, inputs: int, filters: int, side: int, halves: bool) -> tuple[str, int]:
        """Two convolutions and what went into them, added; where their sizes differ, dlib fills up with zeros."""
        stride, padding = (2, 0) if halves else (1, 1)
        first = self.node(
            "Relu", [self.convolution(source, inputs=inputs, filters=filters, size=3, stride=stride, padding=padding)]
        )
        second = self.convolution(first, inputs=filters, filters=filters, size=3, stride=1, padding=1)
        if halves:
            shortcut = self.node("AveragePool", [source], kernel_shape=[2, 2], strides=[2, 2])
            convolved, pooled = (side - 3) // 2 + 1, side // 2
            side = max(convolved, pooled)
            second = self._filled(second, channels=0, side=side - convolved)
            source = self._filled(shortcut, channels=filters - inputs, side=side - pooled)
        return self.node("Relu", [self.node("Add", [source, second])]), side

    def _filled(self, source: str, *, channels: int, side: int) -> str:
        if not channels and not side:
            return source
        return self.node(
            "Pad", [source, self.constant(np.array([0, 0, 0, 0, 0, channels, side, side], dtype=np.int64))]
        )

    def model(self) -> onnx.ModelProto:
        """The whole network; ``PackInvalid`` if numbers are left over."""
        if next(self._layers, None) is not None:
            raise PackInvalid(
                f"{self._where} has more layers than dlib's face recognition network; reinstall the pinned package"
            )
        pictures = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, SIDE_PX, SIDE_PX])
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", DIMENSION])
        graph = helper.make_graph(
            self._nodes, "dlib_face_recognition_resnet_model_v1", [pictures], [vectors], self._constants
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
