"""The manifest of a speech model: what is missing, wrong or changed is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embeddings.errors import PackInvalid, PackMissing
from embeddings.transcription import open_transcriber, speech_model
from tests.embeddings.tiny_speech import FILES, write_speech_manifest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in FILES.values():
        (tmp_path / name).write_bytes(b"{}")
    return tmp_path


def test_the_facts_are_those_of_the_manifest(place: Path) -> None:
    model = speech_model(write_speech_manifest(place))
    assert model.label == "tiny@1"
    assert model.languages == ("az", "ru", "kk", "tr", "en")
    assert {Path(file.name).parent for file in model.files} == {place}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"family": "whisper.cpp"}, "names the family 'whisper.cpp'"),
        ({"languages": []}, "names no languages"),
        ({"max_tokens": 0}, "cannot be kept"),
        ({"validated_on": " "}, "validated_on empty"),
        ({"version": "../1"}, "in its name or version"),
        ({"threads": None}, "does not state threads"),
        ({"colour": "red"}, "states colour, which nothing here reads"),
    ],
)
def test_a_wrong_manifest_is_refused(place: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(PackInvalid, match=reason):
        speech_model(write_speech_manifest(place, **changes))


def test_a_file_that_was_changed_is_refused(place: Path) -> None:
    write_speech_manifest(place)
    (place / "config.json").write_bytes(b"{ }")
    with pytest.raises(PackInvalid, match="it is not used"):
        open_transcriber(place)


def test_a_directory_without_manifest_is_none(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match=r"speech\.toml"):
        speech_model(tmp_path)


def test_a_file_outside_the_directory_is_refused(place: Path) -> None:
    text = (write_speech_manifest(place) / "speech.toml").read_text()
    (place / "speech.toml").write_text(text.replace('"config.json"', '"../config.json"'))
    with pytest.raises(PackInvalid, match="outside the directory"):
        speech_model(place)


def test_a_role_that_is_missing_is_named(place: Path) -> None:
    text = (write_speech_manifest(place) / "speech.toml").read_text()
    (place / "speech.toml").write_text(text.replace('"tokenizer"', '"tokeniser"'))
    with pytest.raises(PackInvalid, match="one file each for weights"):
        speech_model(place)
