"""Which models are read with, and what is said where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import tessdata
from embeddings.tessdata import VARIABLE, Tessdata, find_tessdata


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tessdata, "PLACES", ())
    monkeypatch.setenv(VARIABLE, str(tmp_path))


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / f"{name}.traineddata").touch()


def test_scripts_are_preferred(tmp_path: Path) -> None:
    put(tmp_path, "Latin", "Cyrillic", "aze", "rus")
    assert find_tessdata() == Tessdata(folder=tmp_path, models="Latin+Cyrillic")


def test_without_both_scripts_the_languages_are_taken(tmp_path: Path) -> None:
    put(tmp_path, "Latin", "rus", "aze", "deu")
    assert find_tessdata() == Tessdata(folder=tmp_path, models="aze+rus")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    put(tmp_path, "deu")
    found = find_tessdata()
    assert isinstance(found, str)
    assert "Tesseract is missing its languages" in found
    assert "tesseract-ocr-script-latn" in found
