"""The development media that the maker names is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.redteam.fixtures import fixtures


@pytest.fixture(scope="module")
def place() -> Path:
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if not place.is_dir():
        pytest.skip(f"NO REAL MEDIA: {place} is absent; set QALQAN_FIXTURES to test on it")
    return place


@pytest.mark.fixtures
def test_every_enrolled_file_is_there_and_advertised_media_is_not_enrolled(place: Path, tmp_path: Path) -> None:
    material = fixtures(place, tmp_path)
    enrolled = [path for who in material.people for path in (*who.images, *who.audio, *who.footage)]
    assert all(path.is_file() for path in enrolled)
    shown = {still.name for still in material.stills}
    assert not shown & {str(path.relative_to(place)) for path in enrolled if path.is_relative_to(place)}
    assert all(still.picture().shape[0] <= 480 for still in material.stills[:2])


def test_a_folder_without_media_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no development media"):
        fixtures(tmp_path, tmp_path / "scratch")
