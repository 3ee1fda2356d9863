"""Working copies: adopted once, whole or absent, bounded."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from embeddings.hiding import hide_faces
from tests.triage.small_screen import encoded, landing_screenshot
from triage.working_copies import SCREENSHOT_HEIGHT_PX, SCREENSHOT_WIDTH_PX, adopt, smaller_screenshot, write_whole


def test_what_was_adopted_outlives_its_source(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.mkdir()
    (source / "thumb.jpg").write_bytes(b"one")
    (source / ".thumb.jpg.part").write_bytes(b"half")
    (source / "link.jpg").symlink_to("/etc/passwd")
    assert adopt(source, target) == 1
    assert adopt(source, target) == 0
    (source / "thumb.jpg").unlink()
    assert [file.name for file in target.iterdir()] == ["thumb.jpg"]
    (source / "thumb.jpg").write_bytes(b"two")
    assert adopt(source, target) == 1
    assert (target / "thumb.jpg").read_bytes() == b"two"


def test_a_creative_without_copies_is_no_error(tmp_path: Path) -> None:
    assert adopt(tmp_path / "none", tmp_path / "b") == 0
    assert not (tmp_path / "b").exists()


def test_a_screenshot_becomes_a_bounded_jpeg() -> None:
    with Image.open(io.BytesIO(smaller_screenshot(landing_screenshot()))) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (SCREENSHOT_WIDTH_PX, round(3000 * SCREENSHOT_WIDTH_PX / 1280))
    tall = encoded(Image.new("RGB", (400, 20_000)), "PNG")
    with Image.open(io.BytesIO(smaller_screenshot(tall))) as picture:
        assert picture.size == (400, SCREENSHOT_HEIGHT_PX)


def test_whoever_is_shown_on_a_page_is_blurred() -> None:
    person = Image.fromarray(astronaut()).crop((80, 0, 380, 300))
    page = Image.new("RGB", (1280, 1600), "white")
    page.paste(person, (500, 400))
    with Image.open(io.BytesIO(smaller_screenshot(encoded(page, "PNG")))) as picture:
        shown = np.array(picture.convert("RGB"))
    assert hide_faces(np.array(page)) == 1
    assert hide_faces(shown) == 0
    assert (shown[:250] == 255).all()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_screenshot_is_refused() -> None:
    for data in (b"", b"<svg onload=alert(1)>", landing_screenshot()[:200]):
        with pytest.raises(ValueError, match="cannot be read"):
            smaller_screenshot(data)
    with pytest.raises(ValueError, match="more than are opened"):
        smaller_screenshot(encoded(Image.new("1", (20_000, 5_000)), "PNG"))


def test_files_are_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "file", b"data")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["file"]
