"""The networks of ``voice_spectrum``: trained on windows of speech, asked about takes, written as ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from scipy.optimize import minimize
from scipy.special import expit

from tests.voice_corpus import REAL
from tests.voice_table import Table, Texts, weights_of

Numbers = NDArray[np.float64]

STRENGTH = 0.03
"""How much one row's loss counts against the square of the weights: the rows are few and much alike."""
STEPS = 60
CLIP = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Net:
    """Numbers standardised, clipped and weighed: one log-odds."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float

    def odds(self, rows: NDArray[np.float32]) -> Numbers:
        """(n,)."""
        return np.asarray(
            np.clip((rows - self.mean) / self.scale, -CLIP, CLIP) @ self.weights + self.bias, dtype=np.float64
        )


def train(rows_: NDArray[np.float32], generated: NDArray[np.bool_], weights: NDArray[np.float32]) -> Net:
    """A logistic regression on the rows of one front end."""
    mean, scale = rows_.mean(axis=0), rows_.std(axis=0) + 1e-4
    given = np.clip((rows_ - mean) / scale, -CLIP, CLIP).astype(np.float64)
    truth = generated.astype(np.float64)

    def loss(at: Numbers) -> tuple[float, Numbers]:
        logits = given @ at[:-1] + at[-1]
        missed = weights * (expit(logits) - truth)
        cost = float(weights @ (np.logaddexp(0, logits) - truth * logits) + 0.5 / STRENGTH * (at[:-1] ** 2).sum())
        return cost, np.append(given.T @ missed + at[:-1] / STRENGTH, missed.sum())

    found = minimize(loss, np.zeros(given.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return Net(mean=mean, scale=scale, weights=found[:-1].astype(np.float32), bias=float(found[-1]))


def ensemble(table: Table) -> dict[str, Net]:
    """A net for each front end, from all rows of the table."""
    weights, generated = weights_of(table), table.family != REAL
    return {name: train(view, generated, weights) for name, view in table.views.items()}


def take_scores(nets: Mapping[str, Net], table: Table) -> tuple[Numbers, Texts]:
    """Per take the mean log-odds over its windows and the nets, and its channel."""
    odds = np.mean([net.odds(table.views[name]) for name, net in nets.items()], axis=0)
    _, first, at = np.unique(table.take, return_index=True, return_inverse=True)
    return np.bincount(at, weights=odds) / np.bincount(at), table.channel[first]


def as_onnx(net: Net) -> bytes:
    """The file of a net: rows (n, numbers) in, log-odds (n, 1) out."""
    tensors = {
        "mean": net.mean,
        "scale": net.scale,
        "low": np.array(-CLIP, dtype=np.float32),
        "high": np.array(CLIP, dtype=np.float32),
        "weights": net.weights[:, None],
        "bias": np.array([net.bias], dtype=np.float32),
    }
    nodes = [
        helper.make_node("Sub", ["rows", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["even"]),
        helper.make_node("Clip", ["even", "low", "high"], ["given"]),
        helper.make_node("Gemm", ["given", "weights", "bias"], ["log_odds"]),
    ]
    graph = helper.make_graph(
        nodes,
        "voice",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", len(net.mean)])],
        [helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(np.ascontiguousarray(part, dtype=np.float32), name) for name, part in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
