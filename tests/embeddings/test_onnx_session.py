"""An ONNX file is opened whole, by the providers and threads that were asked for, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from embeddings.errors import PackInvalid
from embeddings.onnx_session import open_session
from tests.embeddings.drawn_networks import draw_network

CPU = ("CPUExecutionProvider",)


def test_a_session_runs_with_the_threads_asked_for(tmp_path: Path) -> None:
    session = open_session(draw_network(tmp_path / "a.onnx", dimension=5), label="a", providers=CPU, threads=2)
    assert session.get_session_options().intra_op_num_threads == 2
    assert session.get_providers() == list(CPU)
    (vectors,) = session.run(None, {"input": np.zeros((3, 3, 112, 112), dtype=np.float32)})
    assert vectors.shape == (3, 5)


def test_what_cannot_be_run_here_is_refused(tmp_path: Path) -> None:
    path = draw_network(tmp_path / "a.onnx")
    with pytest.raises(PackInvalid, match="the pack a asks ONNX Runtime for AbacusExecutionProvider; this one has"):
        open_session(path, label="the pack a", providers=("AbacusExecutionProvider",), threads=1)
    network = onnx.load(str(path))
    network.graph.node[0].op_type = "NoSuchOperator"
    onnx.save(network, str(path))
    with pytest.raises(PackInvalid, match=r"cannot run .*a\.onnx"):
        open_session(path, label="a", providers=CPU, threads=1)
    path.write_bytes(b"no network" * 50)
    with pytest.raises(PackInvalid, match=r"a\.onnx is not an ONNX network"):
        open_session(path, label="a", providers=CPU, threads=1)


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    path = draw_network(tmp_path / "a.onnx")
    onnx.save(onnx.load(str(path)), str(path), save_as_external_data=True, size_threshold=0, location="weights")
    with pytest.raises(PackInvalid, match="in another file, which no hash covers"):
        open_session(path, label="a", providers=CPU, threads=1)
