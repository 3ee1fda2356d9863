"""Screenshots are read once, remembered, and never stop a run."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evidence.errors import BlobMissing
from evidence.store import EvidenceStore
from pipelines.screenshots import FOLDER, screenshot_logos, screenshot_words
from pipelines.tools import AdTools, picture_reader
from tests.detectors.logo_pictures import logo, scene, with_logo
from tests.embeddings.reading import needs_tesseract
from tests.factories import make_blob_ref, make_brand, make_model_pack
from tests.written_pictures import written
from watchlist.gallery import Gallery


def tools_in(place: Path, *, reading: bool = True) -> AdTools:
    return AdTools(
        store=EvidenceStore(str(place / "evidence")),
        gallery=Gallery.of(make_model_pack(), persons=[]),
        detectors=(),
        pictures=picture_reader() if reading else "Tesseract is missing",
        cache_dir=place / "cache",
    )


def page() -> bytes:
    pixels = np.full((900, 640, 3), 255, np.uint8)
    pixels[200:260] = written(["Kart nömrəsini yazın"], width=640, height=60, px=36)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@needs_tesseract
def test_a_screenshot_is_read_once_and_remembered(tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    blob = tools.store.put(page(), media_type="image/png")
    lines, unread = screenshot_words(blob, tools)
    assert [line.text for line in lines] == ["Kart nömrəsini yazın"]
    assert {line.source_sha256 for line in lines} == {blob.sha256}
    assert unread == ()
    assert screenshot_words(blob, tools) == (lines, unread)
    assert tools.stopwatch.runs["words in screenshots"] == 1
    (place,) = (tmp_path / "cache" / FOLDER).rglob("*.json")
    place.write_text("{")
    assert screenshot_words(blob, tools) == (lines, unread)


@needs_tesseract
def test_what_is_no_picture_is_said(tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    lines, unread = screenshot_words(tools.store.put(b"<html>", media_type="image/png"), tools)
    assert lines == ()
    assert unread[0].startswith("Of the screenshot: it cannot be read")
    with pytest.raises(BlobMissing):
        screenshot_words(make_blob_ref(b"never stored"), tools)


def test_without_a_reader_that_is_said(tmp_path: Path) -> None:
    tools = tools_in(tmp_path, reading=False)
    blob = tools.store.put(page(), media_type="image/png")
    assert screenshot_words(blob, tools) == ((), ("The screenshot was not read: Tesseract is missing.",))
    assert not (tmp_path / "cache").exists()


def test_logos_are_looked_for_once_and_anew_for_other_brands(tmp_path: Path) -> None:
    pixels = with_logo(scene(), logo("SOCAR", seed=1), width_px=260)
    paths = {}
    for name, picture in (("logo", logo("SOCAR", seed=1)), ("other", logo("BANK", seed=5)), ("page", pixels)):
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
        paths[name] = tmp_path / f"{name}.png"
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in paths.values()}
    own, other = list(files)[:2]
    tools = tools_in(tmp_path, reading=False)
    blob = tools.store.put(paths["page"].read_bytes(), media_type="image/png")
    assert screenshot_logos(blob, tools).sought == 0
    brand = make_brand(logos=(own,))
    tools = replace(tools, gallery=Gallery.of(make_model_pack(), persons=[], brands=[brand], logos=files))
    found = screenshot_logos(blob, tools)
    assert [shown.brand_id for shown in found.seen] == ["socar"]
    assert screenshot_logos(blob, tools) == found
    assert tools.stopwatch.runs["logos in screenshots"] == 1
    brand = make_brand(logos=(other,))
    tools = replace(tools, gallery=Gallery.of(make_model_pack(), persons=[], brands=[brand], logos=files))
    assert screenshot_logos(blob, tools).seen == ()
    assert tools.stopwatch.runs["logos in screenshots"] == 2
