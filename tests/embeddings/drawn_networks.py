"""Small ONNX networks with the interfaces of SCRFD and ArcFace, drawn by hand: they run, and what they find is known.

The detector takes every white spot of about 24 pixels for a face of 128 pixels around it; the network's vector tells colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

REACH_CELLS = 8.0
"""A found face reaches so many cells of eight pixels from its middle to each side."""

POINTS_CELLS = ((-3.0, -1.5), (3.0, -1.5), (0.0, 1.5), (-2.5, 4.0), (2.5, 4.0))
"""Its five points from its middle, in the same cells."""


def save_network(
    path: Path, nodes: list[onnx.NodeProto], constants: dict[str, NDArray[np.generic]], inputs: Sequence[str | int]
) -> Path:
    outputs = [name for node in nodes for name in node.output if name.startswith("out_")]
    shapes = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in outputs]
    graph = helper.make_graph(
        nodes,
        "drawn",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, inputs)],
        shapes,
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


def draw_detector(path: Path, *, fixed_px: int | None = None, with_points: bool = True) -> Path:
    """A detector of white spots: nine outputs (scores, boxes, points at three strides), or six without points."""
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, NDArray[np.generic]] = {}
    for stride in (8, 16, 32):
        pool = helper.make_node(
            "AveragePool", ["input"], [f"cells_{stride}"], kernel_shape=[stride] * 2, strides=[stride] * 2
        )
        nodes.append(pool)
    found = {"scores": 1, "boxes": 4, "points": 10}
    for what, width in found.items() if with_points else list(found.items())[:2]:
        for stride in (8, 16, 32):
            bias = {
                "scores": np.full(2, -16.0 if stride == 8 else -60.0),
                "boxes": np.full(8, REACH_CELLS),
                "points": np.tile(np.array(POINTS_CELLS).reshape(10), 2),
            }[what]
            weight = np.full((len(bias), 3, 1, 1), 20.0 / 3 if what == "scores" else 0.0)
            name = f"{what}_{stride}"
            constants[f"w_{name}"], constants[f"b_{name}"] = weight.astype(np.float32), bias.astype(np.float32)
            constants[f"s_{name}"] = np.array([-1, width], dtype=np.int64)
            last = f"{name}_flat" if what == "scores" else f"out_{name}"
            nodes += [
                helper.make_node("Conv", [f"cells_{stride}", f"w_{name}", f"b_{name}"], [f"{name}_map"]),
                helper.make_node("Transpose", [f"{name}_map"], [f"{name}_last"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}_last", f"s_{name}"], [last]),
            ]
            if what == "scores":
                nodes.append(helper.make_node("Sigmoid", [last], [f"out_{name}"]))
    return save_network(path, nodes, constants, [1, 3, fixed_px or "height", fixed_px or "width"])


def draw_network(path: Path, *, dimension: int = 16, batch: int | str = "batch", side_px: int = 112) -> Path:
    """Vectors that tell colours: an affine map of the mean colours of four by four patches."""
    dice = np.random.default_rng(7)
    step = side_px // 4
    constants: dict[str, NDArray[np.generic]] = {
        "w": dice.normal(size=(48, dimension)).astype(np.float32),
        "b": dice.normal(size=dimension).astype(np.float32),
    }
    nodes = [
        helper.make_node("AveragePool", ["input"], ["patches"], kernel_shape=[step] * 2, strides=[step] * 2),
        helper.make_node("Flatten", ["patches"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["out_vector"]),
    ]
    return save_network(path, nodes, constants, [batch, 3, side_px, side_px])


def spotted(height: int, width: int, *spots: tuple[int, int]) -> NDArray[np.uint8]:
    """A dark picture with a white spot of 24 pixels around each (x, y)."""
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    for x, y in spots:
        picture[y - 12 : y + 12, x - 12 : x + 12] = 255
    return picture
