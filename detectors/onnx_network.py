"""Any ONNX classifier of pictures or of sound windows, opened by ONNX Runtime as its ``detector.toml`` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.network_detector import Network
from detectors.network_facts import NetworkManifest
from detectors.network_outputs import check_outputs
from detectors.network_pictures import prepared
from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.onnx_session import REFUSALS, open_session


def load(manifest: NetworkManifest, files: Mapping[str, Path]) -> Network:
    """The network in the verified file; ``PackInvalid`` if it is not what the manifest says."""
    path, cost = files["weights"], manifest.cost
    session = open_session(path, label=manifest.label, providers=cost.providers, threads=cost.threads)
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)":
        raise PackInvalid(
            f"{path} takes {len(inputs)} input(s), first {inputs[0].type}; one of tensor(float) is given here"
        )
    output = _output_name(session, manifest)
    expected = _shape(manifest)
    _agree(path, manifest, takes=inputs[0].shape, gets=expected)
    one_by_one = inputs[0].shape[0] == 1

    def run(items: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        given = _given(items, manifest)
        parts = np.split(given, len(given)) if one_by_one else [given]
        with inference():
            rows = [session.run([output], {inputs[0].name: part})[0] for part in parts]
        answers: NDArray[np.float32] = np.concatenate(rows)
        return answers

    try:
        check_outputs(run(_ordinary(manifest)), manifest, count=2)
    except REFUSALS as error:
        raise PackInvalid(
            f"{path} does not run on inputs of {expected} ({str(error)[:120]}); correct its manifest"
        ) from error
    return run


def _output_name(session: Any, manifest: NetworkManifest) -> str:
    names = [output.name for output in session.get_outputs()]
    stated = manifest.output.name
    if stated is None and len(names) == 1:
        return str(names[0])
    if stated not in names:
        raise PackInvalid(
            f"the manifest of {manifest.label} names the output {stated!r}; its network has {', '.join(names)}: state one of them"
        )
    return str(stated)


def _shape(manifest: NetworkManifest) -> tuple[int, ...]:
    """Of one item."""
    if manifest.pictures is not None:
        pictures = manifest.pictures
        size = (pictures.height_px, pictures.width_px)
        return (3, *size) if pictures.layout == "nchw" else (*size, 3)
    if manifest.sound is None:
        raise PackInvalid(f"the manifest of {manifest.label} states no input; add [pictures] or [sound]")
    samples = round(manifest.sound.window_s * manifest.sound.rate_hz)
    return (samples,) if manifest.sound.layout == "nt" else (1, samples)


def _agree(path: Path, manifest: NetworkManifest, *, takes: Sequence[int | str | None], gets: tuple[int, ...]) -> None:
    fixed = [size if isinstance(size, int) else None for size in takes]
    fits = len(fixed) == len(gets) + 1 and all(
        size in (None, ours) for size, ours in zip(fixed[1:], gets, strict=False)
    )
    if not fits or fixed[0] not in (None, 1):
        raise PackInvalid(
            f"{path} takes inputs of {tuple(takes)}; the manifest of {manifest.label} states (n, "
            f"{', '.join(map(str, gets))}), any n or 1: correct it"
        )


def _given(items: Sequence[NDArray[Any]], manifest: NetworkManifest) -> NDArray[np.float32]:
    if manifest.pictures is not None:
        return prepared(items, manifest.pictures)
    windows = np.stack(items).astype(np.float32)
    return windows[:, None, :] if manifest.sound is not None and manifest.sound.layout == "nct" else windows


def _ordinary(manifest: NetworkManifest) -> list[NDArray[Any]]:
    """Two grey pictures, or two windows of a tone: whatever the network is, it has an answer to these."""
    if manifest.pictures is not None:
        grey = np.full((manifest.pictures.height_px, manifest.pictures.width_px, 3), 128, dtype=np.uint8)
        return [grey, grey]
    tone = (0.1 * np.sin(np.arange(_shape(manifest)[-1]) / 10)).astype(np.float32)
    return [tone, tone]
