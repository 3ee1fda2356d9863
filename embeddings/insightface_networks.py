"""Opening InsightFace's ONNX files: with providers and threads of our choice, and only if they are what the manifest says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from insightface.model_zoo import ArcFaceONNX, get_model
from insightface.model_zoo.scrfd import SCRFD

from embeddings.errors import PackInvalid
from embeddings.onnx_session import REFUSALS, check_complete, check_providers, session_options
from embeddings.records import ModelPack

GRID_PX = 32
"""A detector takes pictures of whole cells of its coarsest grid."""

DETECT_PX = 640
"""What a draft proposes as input of a detector that takes any size."""


def picture_side(pack: ModelPack, role: str) -> int:
    """The side in pixels of the pictures that the network of this role takes, as the manifest states it."""
    side_px = pack.file(role).input_px
    if side_px is None:
        raise PackInvalid(f"the manifest of {pack.label} does not state the input_px of {role}; add it")
    return side_px


def open_detector(path: Path, pack: ModelPack) -> Any:
    """insightface's ``SCRFD`` over this file; it finds boxes and five points."""
    side_px = picture_side(pack, "face_detector")
    detector = _opened(path, pack, SCRFD)
    if not detector.use_kps:
        raise PackInvalid(
            f"{path} finds faces without their five points; use a detector with points (…_bnkps, det_10g)"
        )
    _agree(path, pack, role="face_detector", theirs=(detector.input_mean, detector.input_std))
    fixed = detector.static_input_size
    if side_px % GRID_PX or (fixed is not None and fixed != (side_px, side_px)):
        takes = "pictures in steps of 32 pixels" if fixed is None else f"pictures of {fixed[0]}×{fixed[1]} pixels only"
        raise PackInvalid(
            f"the manifest of {pack.label} states input_px = {side_px} for face_detector; {path} takes {takes}"
        )
    return detector


def open_network(path: Path, pack: ModelPack) -> Any:
    """insightface's ``ArcFaceONNX`` over this file, asked once for the vector of a grey picture."""
    side_px = picture_side(pack, "face_vectors")
    network = _opened(path, pack, ArcFaceONNX)
    _agree(path, pack, role="face_vectors", theirs=(network.input_mean, network.input_std))
    if tuple(network.input_size) != (side_px, side_px):
        raise PackInvalid(
            f"the manifest of {pack.label} states input_px = {side_px} for face_vectors; {path} takes "
            f"{network.input_size[0]}×{network.input_size[1]}"
        )
    vector = network.get_feat(np.full((side_px, side_px, 3), 128, dtype=np.uint8))
    if vector.shape != (1, pack.face_dimension) or not np.all(np.isfinite(vector)):
        raise PackInvalid(
            f"the manifest of {pack.label} states face_dimension = {pack.face_dimension}; {path} makes {vector.shape[-1]} numbers"
        )
    return network


def describe(path: Path) -> tuple[str | None, dict[str, Any]]:
    """What insightface takes a file for (``detection``, ``recognition`` …; None if it cannot tell), and what it takes and makes.

    For drafting a manifest only: whoever states the facts reads them first.
    """
    model = _model(path, providers=("CPUExecutionProvider",), threads=1)
    task = getattr(model, "taskname", None)
    facts: dict[str, Any] = {}
    if isinstance(model, SCRFD):
        fixed = model.static_input_size
        facts = {"input_px": fixed[0] if fixed else DETECT_PX, "mean": model.input_mean, "std": model.input_std}
    elif isinstance(model, ArcFaceONNX):
        side_px = model.input_size[0]
        dimension = model.get_feat(np.full((side_px, side_px, 3), 128, dtype=np.uint8)).shape[1]
        facts = {"input_px": side_px, "mean": model.input_mean, "std": model.input_std, "dimension": dimension}
    return task, facts


def _opened(path: Path, pack: ModelPack, kind: type[Any]) -> Any:
    check_providers(f"the pack {pack.label}", pack.providers)
    model = _model(path, providers=pack.providers, threads=pack.threads)
    if not isinstance(model, kind):
        taken = type(model).__name__ if model is not None else "nothing it knows"
        raise PackInvalid(f"{path} is not a network for this: insightface takes it for {taken}, not {kind.__name__}")
    return model


def _model(path: Path, *, providers: Sequence[str], threads: int) -> Any:
    check_complete(path)
    try:
        # A session for every size of picture would read the file again: one session takes them all
        return get_model(
            str(path),
            providers=list(providers),
            sess_options=session_options(threads=threads),
            static_shape_sessions=False,
        )
    except (*REFUSALS, AssertionError, TypeError, IndexError) as error:
        raise PackInvalid(f"insightface cannot run {path} ({str(error)[:120]}); put the right file there") from error


def _agree(path: Path, pack: ModelPack, *, role: str, theirs: tuple[float, float]) -> None:
    file = pack.file(role)
    if (file.mean, file.std) != theirs:
        raise PackInvalid(
            f"the manifest of {pack.label} states mean = {file.mean}, std = {file.std} for {role}; insightface gives {path} "
            f"mean = {theirs[0]}, std = {theirs[1]}"
        )
