"""Drafts: refused as they are; once licence and thresholds are stated, packs that load."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import PackInvalid, PackMissing
from embeddings.pack_draft import draft
from embeddings.packs import load_pack, manifest
from tests.embeddings.drawn_networks import draw_detector, draw_network, spotted
from tests.embeddings.tiny_voices import make_directory

STATED = {
    "licence_note": '"for tests"',
    "face_threshold": "0.4",
    "face_min_size_px": "48",
    "voice_threshold": "0.8",
    "voice_min_speech_s": "3.0",
}


def _saved(directory: Path) -> Path:
    """The directory with its draft completed as a person would."""
    text = draft(directory).replace('licence = ""  # state it', 'licence = "for tests"')
    for fact, value in STATED.items():
        text = re.sub(rf"(?m)^# {fact} = .*$", f"{fact} = {value}", text)
    (directory / "pack.toml").write_text(text, encoding="utf-8")
    return directory


def test_a_draft_of_faces_is_refused_until_it_is_completed(tmp_path: Path) -> None:
    draw_detector(tmp_path / "det.onnx")
    draw_network(tmp_path / "rec.onnx")
    text = draft(tmp_path)
    assert "non-commercial" in text
    (tmp_path / "pack.toml").write_text(text)
    with pytest.raises(PackInvalid, match="does not state licence_note, face_threshold, face_min_size_px"):
        manifest(str(tmp_path))
    pack = load_pack(str(_saved(tmp_path)))
    assert pack.manifest.file("face_points") == manifest("open").file("face_points")
    picture = spotted(300, 400, (200, 150))
    (face,) = pack.faces.detect(picture)
    assert pack.faces.embed([pack.faces.chip(picture, face)]).shape == (1, 16)
    assert (pack.manifest.face_family, pack.manifest.voice_family) == ("insightface", "resemblyzer")


def test_faces_and_voices_may_both_be_ones_own(tmp_path: Path) -> None:
    make_directory(tmp_path)
    draw_detector(tmp_path / "det.onnx")
    draw_network(tmp_path / "rec.onnx")
    pack = load_pack(str(_saved(tmp_path)))
    assert (pack.manifest.face_family, pack.manifest.voice_family) == ("insightface", "transformers")
    noise = np.random.default_rng(2).normal(0, 0.1, 32_000).astype(np.float32)
    assert pack.voices.embed([noise]).shape == (1, pack.manifest.voice_dimension)


def test_a_draft_of_voices_keeps_the_open_faces(tmp_path: Path) -> None:
    make_directory(tmp_path / "My voices")
    pack = manifest(str(_saved(tmp_path / "My voices")))
    assert (pack.name, pack.face_family, pack.voice_family, pack.voice_dimension) == (
        "my-voices",
        "dlib",
        "transformers",
        24,
    )


def test_a_directory_that_makes_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match="not a directory"):
        draft(tmp_path / "nowhere")
    with pytest.raises(PackMissing, match="no face networks"):
        draft(tmp_path)
    draw_detector(tmp_path / "det.onnx")
    with pytest.raises(PackMissing, match="no network for face_vectors"):
        draft(tmp_path)
    draw_detector(tmp_path / "det2.onnx")
    with pytest.raises(PackInvalid, match=r"det\.onnx and det2\.onnx .* both are a face_detector"):
        draft(tmp_path)
    (tmp_path / "det2.onnx").write_bytes(b"no network")
    with pytest.raises(PackInvalid, match=r"det2\.onnx is not an ONNX network"):
        draft(tmp_path)
