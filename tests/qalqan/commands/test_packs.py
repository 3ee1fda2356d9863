"""The packs command names every model with its licence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qalqan.commands.packs import app
from tests.embeddings.drawn_networks import draw_detector, draw_network
from tests.embeddings.insightface_directory import make_directory
from tests.embeddings.tiny_voices import make_directory as make_voices


def test_list_names_models_licences_and_thresholds() -> None:
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 0, done.output
    for word in ("open@", "CC0", "Apache-2.0", "MIT", "threshold", "validated"):
        assert word in done.output


def test_verify_says_that_every_file_is_what_it_should_be() -> None:
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 0, done.output
    assert re.search("every file (that it needs )?is there", done.output)


def test_verify_names_points_of_a_face_that_are_absent(tmp_path: Path) -> None:
    make_voices(tmp_path)
    place = tmp_path / "pack.toml"
    place.write_text(place.read_text().replace('package = "mediapipe"\n', ""))
    done = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "every file that it needs is there" in done.output
    assert "face_points (" in done.output


@pytest.fixture
def own(tmp_path: Path) -> Path:
    draw_detector(tmp_path / "det.onnx")
    draw_network(tmp_path / "rec.onnx")
    return tmp_path


def test_a_directory_is_listed_and_verified_with_a_word_of_caution(own: Path) -> None:
    make_directory(own, detector=own / "det.onnx", network=own / "rec.onnx", dimension=16)
    listed = CliRunner().invoke(app, ["list", str(own)])
    assert listed.exit_code == 0, listed.output
    assert "open@" not in listed.output
    for word in ("small@1", "non-commercial", "insightface", "det.onnx (for tests only)", "CPUExecutionProvider"):
        assert word in listed.output
    assert CliRunner().invoke(app, ["verify", str(own)]).exit_code == 0
    (own / "rec.onnx").write_bytes(b"changed")
    changed = CliRunner().invoke(app, ["verify", str(own)])
    assert changed.exit_code != 0
    assert "SHA-256" in str(changed.exception)


def test_describe_drafts_a_manifest_and_leaves_the_licence_to_a_person(own: Path) -> None:
    done = CliRunner().invoke(app, ["describe", str(own)])
    assert done.exit_code == 0, done.output
    facts = tomllib.loads(done.output)
    assert {file["role"]: file["licence"] for file in facts["files"]}["face_vectors"] == ""
    assert "face_threshold" not in facts
    assert "non-commercial" in done.output


def test_an_unknown_pack_is_an_error() -> None:
    done = CliRunner().invoke(app, ["verify", "nonsense"])
    assert done.exit_code != 0
    assert "nonsense" in str(done.exception)
