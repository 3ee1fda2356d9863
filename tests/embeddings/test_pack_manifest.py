"""Manifests: complete or refused, in one sentence that names the place and the fault."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

import pytest

from embeddings.errors import PackInvalid
from embeddings.pack_manifest import parse_manifest

OPEN = importlib.resources.files("embeddings").joinpath("manifests/open.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        (OPEN, "name = ", "cannot be read"),
        (OPEN, 'name = "x"', "does not state version"),
        ("face_threshold = 0.47", "", "does not state face_threshold"),
        ("face_threshold = 0.47", "face_threshhold = 0.47\nface_threshold = 0.47", "states face_threshhold"),
        ("face_threshold = 0.47", "face_threshold = nan", "no number"),
        ("face_threshold = 0.47", 'face_threshold = "high"', "face_threshold"),
        ('"euclidean"', '"feeling"', "names the metric 'feeling'"),
        ('"eye_corners"', '"freckles"', "eye_corners, eye_centres"),
        ('name = "open"', 'name = "../open"', "in its name or version"),
        ("threads = 1", "threads = 0", "below one"),
        ("face_min_size_px = 48", "face_min_size_px = 47", "at least 48"),
        ('providers = ["CPUExecutionProvider"]', "providers = []", "names no providers"),
        ('"CC0-1.0"', '""', "the licence of face_landmarks"),
        (
            'licence = "MIT"',
            'licence = "MIT"\noptional = true',
            "calls speech_activity optional; only face_points may be",
        ),
        ('"CC0-1.0"', '"CC0-1.0"\nstd = 0.0', "cannot be computed"),
        ("rate_hz = 16000", "rate_hz = 0", "below one for voice_vectors"),
        ("c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888", "c4b1", "no SHA-256"),
        ('role = "face_vectors"', 'role = "face_landmarks"', "two for one role"),
        ('sha256 = "c4b1', 'origin = "here"\nsha256 = "c4b1', "'face_landmarks' states origin"),
    ],
)
def test_what_is_wrong_is_named(was: str, becomes: str, fault: str) -> None:
    assert was in OPEN
    with pytest.raises(PackInvalid, match=r"here\.toml") as refused:
        parse_manifest(OPEN.replace(was, becomes), where="here.toml")
    assert fault in str(refused.value)


def test_files_without_a_package_lie_in_the_directory() -> None:
    own = OPEN.replace('package = "face_recognition_models"\n', "")
    pack = parse_manifest(own, where="here.toml", directory=Path("/packs/mine"))
    assert pack.file("face_landmarks").name == "/packs/mine/models/shape_predictor_5_face_landmarks.dat"
    assert pack.file("voice_vectors").package == "resemblyzer"


@pytest.mark.parametrize("name", ["../secret.dat", "/etc/passwd", "models/../../secret.dat"])
def test_a_file_outside_the_directory_is_refused(name: str) -> None:
    own = OPEN.replace('package = "face_recognition_models"\n', "").replace(
        "models/shape_predictor_5_face_landmarks.dat", name
    )
    with pytest.raises(PackInvalid, match="outside the directory"):
        parse_manifest(own, where="here.toml", directory=Path("/packs/mine"))


def test_a_role_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="open@1 has no teeth"):
        parse_manifest(OPEN, where="here.toml").file("teeth")
