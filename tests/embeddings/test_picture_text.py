"""What is written in frames, stills and screenshots, with times and places; what is not read is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings import picture_text, tessdata
from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from embeddings.picture_text import (
    MOST_FRAMES,
    PictureReader,
    open_picture_reader,
    worth_reading,
)
from embeddings.records import MediaKind, TextPlace
from embeddings.samples import Frame
from tests.embeddings.reading import needs_tesseract
from tests.media import Picture, portrait, write_clip, write_picture
from tests.written_pictures import Style, written


@pytest.fixture(scope="module")
def reader() -> PictureReader:
    found = open_picture_reader()
    assert isinstance(found, PictureReader)
    return found


def frame(at_s: float, pixels: Picture) -> Frame:
    return Frame(at_s=at_s, pixels=pixels, scale=1.0)


@needs_tesseract
def test_a_caption_is_read_once_with_its_time_and_place(reader: PictureReader) -> None:
    first, second = (
        written([words], px=30, style=Style.STRIP) for words in ("Gündə 500 AZN qazanın", "Регистрируйтесь сегодня")
    )
    moved = np.roll(first, 3, axis=1)
    frames = [frame(0.0, first), frame(0.5, moved), frame(1.0, first), frame(1.5, second), frame(2.0, second)]
    found = reader.read_frames(frames, source_sha256="a" * 64, timed=True)
    assert found.problems == ()
    assert [(line.text, line.line) for line in found.lines] == [
        ("Gündə 500 AZN qazanın", 0),
        ("Регистрируйтесь сегодня", 1),
    ]
    assert (found.lines[0].start_s, found.lines[1].start_s) == (0.0, 1.5)
    assert all(line.place is TextPlace.FRAMES and line.region is not None for line in found.lines)
    assert found.lines[0].region is not None
    assert found.lines[0].region.top > 0.8


@needs_tesseract
def test_a_film_is_read_from_its_file(reader: PictureReader, tmp_path: Path) -> None:
    words = written(["SOCAR: 500 AZN"], width=480, height=480, px=40)
    media = decode(write_clip(tmp_path / "film.mp4", [words] * 20, side_px=480))
    (line,) = reader.read_media(media).lines
    assert line.text == "SOCAR: 500 AZN"
    assert line.start_s == 0.0
    assert line.source_sha256 == media.creative.sha256


@needs_tesseract
def test_small_print_of_a_large_still_is_read_at_its_own_size(reader: PictureReader, tmp_path: Path) -> None:
    poster = written(["Minimum depozit 250 manat"], width=1280, height=1280, px=26)
    media = decode(write_picture(tmp_path / "poster.png", poster))
    assert media.creative.kind is MediaKind.IMAGE
    (line,) = reader.read_media(media).lines
    assert line.text == "Minimum depozit 250 manat"
    assert line.start_s is None


@needs_tesseract
def test_a_tall_screenshot_is_read_from_the_top_and_the_rest_is_said(reader: PictureReader, tmp_path: Path) -> None:
    page = np.full((20_000, 600, 3), 255, np.uint8)
    page[100:160] = written(["Balansınız: 5000 AZN"], width=600, height=60, px=36)
    page[1900:1960] = written(["Kart nömrəsini daxil edin"], width=600, height=60, px=36)
    page[19_000:19_060] = written(["Never reached"], width=600, height=60, px=36)
    found = reader.read_screenshot(write_picture(tmp_path / "page.png", page))
    assert [line.text for line in found.lines] == ["Balansınız: 5000 AZN", "Kart nömrəsini daxil edin"]
    assert [line.place for line in found.lines] == [TextPlace.SCREENSHOT] * 2
    regions = [line.region for line in found.lines]
    assert regions[0] is not None
    assert regions[1] is not None
    assert regions[0].top == pytest.approx(100 / 20_000, abs=0.003)
    assert regions[1].top == pytest.approx(1900 / 20_000, abs=0.003)
    assert "lower" in found.problems[0]
    assert "was not read" in found.problems[0]


@needs_tesseract
@pytest.mark.parametrize("shape", [(90, 360, 3), (360, 640, 3), (8, 8, 3)])
def test_noise_says_nothing(reader: PictureReader, shape: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    assert reader.read_frames([frame(0.0, noise)], source_sha256="a" * 64, timed=False).lines == ()


@needs_tesseract
def test_what_is_no_picture_is_no_screenshot(reader: PictureReader, tmp_path: Path) -> None:
    place = tmp_path / "page.png"
    place.write_bytes(b"<html>")
    with pytest.raises(UnreadableMedia):
        reader.read_screenshot(place)
    with pytest.raises(UnreadableMedia, match="not a picture"):
        reader.read_screenshot(write_clip(tmp_path / "film.mp4", [portrait("hopper")] * 5))


def test_frames_that_show_nothing_new_are_not_read() -> None:
    still = portrait("hopper")
    assert len(worth_reading([frame(at / 2, still) for at in range(40)])) == 1
    changing = [frame(at / 2, np.full((90, 160, 3), 13 * at % 256, np.uint8)) for at in range(40)]
    chosen = worth_reading(changing)
    assert len(chosen) == MOST_FRAMES
    assert (chosen[0].at_s, chosen[-1].at_s) == (0.0, 19.5)
    assert worth_reading([]) == []


def test_without_tesseract_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tessdata, "PLACES", ())
    monkeypatch.setenv(tessdata.VARIABLE, str(tmp_path))
    found = picture_text.open_picture_reader()
    assert isinstance(found, str)
    assert "Tesseract is missing" in found


def test_a_transparent_picture_has_bands_too(tmp_path: Path) -> None:
    from embeddings.media import decode_bands

    place = tmp_path / "clear.png"
    Image.new("RGBA", (50, 4000), (0, 0, 0, 0)).save(place)
    bands = decode_bands(place, most=2)
    assert len(bands) == 2
    assert all(band.pixels.min() == 255 for band in bands)
