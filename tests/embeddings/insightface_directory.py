"""A pack directory made of the published SCRFD and MobileFaceNet networks and the open pack's voices."""

from __future__ import annotations

import importlib.resources
import os
import re
import shutil
from pathlib import Path

import pytest

from embeddings.packs import file_sha256

DETECTOR, NETWORK = "scrfd_2.5g_bnkps.onnx", "mobilefacenet.onnx"
FACTS = {
    "name": '"small"',
    "face_family": '"insightface"',
    "face_landmarks": '"eye_centres"',
    "face_metric": '"cosine"',
    "face_threshold": "0.42",
    "face_min_size_px": "48",
}


def weights() -> Path:
    """Where the published networks lie; skips the test where they do not."""
    place = Path(os.environ.get("QALQAN_MODELS", Path(__file__).parents[3] / "shared" / "models"))
    if not (place / DETECTOR).is_file() or not (place / NETWORK).is_file():
        pytest.skip(f"no published networks at {place}; set QALQAN_MODELS to run this test")
    return place


def make_directory(place: Path, *, detector: Path, network: Path, dimension: int = 128) -> Path:
    """A directory with both files and a manifest that states them as they are; everything else is the open pack's."""
    place.mkdir(parents=True, exist_ok=True)
    for path in (detector, network):
        if path.parent != place:
            shutil.copy(path, place)
    text = importlib.resources.files("embeddings").joinpath("manifests/open.toml").read_text(encoding="utf-8")
    head, *files = text.split("[[files]]")
    for fact, value in {**FACTS, "face_dimension": str(dimension)}.items():
        head = re.sub(rf"(?m)^{fact} = .*$", f"{fact} = {value}", head)
    kept = [file for file in files if "face_" not in file]
    own = [
        _file("face_detector", place / detector.name, input_px=640, std=128.0),
        _file("face_vectors", place / network.name, input_px=112, std=127.5),
    ]
    (place / "pack.toml").write_text("[[files]]".join([head, *own, *kept]), encoding="utf-8")
    return place


def _file(role: str, path: Path, *, input_px: int, std: float) -> str:
    return (
        f'\nrole = "{role}"\nname = "{path.name}"\nsha256 = "{file_sha256(path)}"\nlicence = "for tests only"\n'
        f"input_px = {input_px}\nmean = 127.5\nstd = {std}\n\n"
    )
