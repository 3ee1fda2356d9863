"""Opening ONNX files: with providers and threads of our choice, and only whole files, whose every byte a hash covers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx.external_data_helper import uses_external_data
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from embeddings.errors import PackInvalid

REFUSALS = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NotImplemented,
    runtime.RuntimeException,
)
"""What ONNX Runtime raises for a file that it cannot run; they share no base but ``Exception``."""


def check_providers(label: str, providers: Sequence[str]) -> None:
    """``PackInvalid`` if this ONNX Runtime lacks one of the ``providers`` that the manifest of ``label`` asks for."""
    present = onnxruntime.get_available_providers()
    absent = [name for name in providers if name not in present]
    if absent:
        raise PackInvalid(
            f"{label} asks ONNX Runtime for {', '.join(absent)}; this one has {', '.join(present)}: change its manifest, "
            "or install another onnxruntime"
        )


def check_complete(path: Path) -> None:
    """Refuse a file that is no ONNX network, or keeps its weights in another file, whose bytes nobody checked."""
    try:
        network = onnx.load(str(path), load_external_data=False)
    except DecodeError as error:
        raise PackInvalid(f"{path} is not an ONNX network; put the right file there") from error
    if any(uses_external_data(tensor) for tensor in network.graph.initializer):
        raise PackInvalid(f"{path} keeps its weights in another file, which no hash covers; save it as one file")


def session_options(*, threads: int) -> Any:
    """``threads`` for each operator, one operator at a time, and no chatter about what is odd but works."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def open_session(path: Path, *, label: str, providers: Sequence[str], threads: int) -> Any:
    """An ``InferenceSession`` over a verified file; ``PackInvalid`` if it cannot be run, or not by these providers."""
    check_providers(label, providers)
    check_complete(path)
    try:
        return onnxruntime.InferenceSession(
            str(path), sess_options=session_options(threads=threads), providers=list(providers)
        )
    except REFUSALS as error:
        raise PackInvalid(f"ONNX Runtime cannot run {path} ({str(error)[:120]}); put the right file there") from error
