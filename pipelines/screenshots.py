"""What is written and which logos are in the screenshots of landing pages, each looked at once and remembered beside the
analyses of creatives."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TypeVar

from detectors.known_logos import known_logos
from detectors.screenshot_logos import VERSION as LOGOS_VERSION
from detectors.screenshot_logos import PageLogos, logos_in_screenshot
from embeddings.errors import UnreadableMedia
from embeddings.picture_text import Written
from embeddings.records import TextLine
from evidence.records import BlobRef, content_id
from evidence.store import store_unavailable
from evidence.tables import from_row, placing, to_row
from pipelines.records import PIPELINE_VERSION
from pipelines.tools import AdTools

Remembered = TypeVar("Remembered", Written, PageLogos)

FOLDER = "screenshots"
"""Folder of the cache; what lies in it is kept as long as the analyses are."""


def screenshot_words(blob: BlobRef, tools: AdTools) -> tuple[tuple[TextLine, ...], tuple[str, ...]]:
    """The lines, and sentences about what was not read. Raises what the store raises for missing blobs."""
    if isinstance(tools.pictures, str) or tools.cache_dir is None:
        return (), (f"The screenshot was not read: {tools.pictures}.",)
    place = _place(blob, tools.cache_dir, tools.pictures.label)
    known = _read(place, Written)
    if known is None:
        with tools.stopwatch.stage("words in screenshots"):
            known = _look(blob, tools)
        _write(place, known)
    return known.lines, tuple(f"Of the screenshot: {problem}." for problem in known.problems)


def screenshot_logos(blob: BlobRef, tools: AdTools) -> PageLogos:
    """The logos of the watchlist's brands. Raises what the store raises for missing blobs."""
    known = known_logos(tools.gallery)
    if not known.logos or tools.cache_dir is None:
        return PageLogos(seen=(), sought=0, problems=known.problems)
    pictures = sorted({f"{logo.brand_id} {logo.sha256}" for logo in known.logos})
    place = _place(blob, tools.cache_dir, content_id("logos", LOGOS_VERSION, *pictures))
    found = _read(place, PageLogos)
    if found is None:
        with tools.stopwatch.stage("logos in screenshots"), tempfile.TemporaryDirectory() as directory:
            found = logos_in_screenshot(tools.store.fetch(blob, Path(directory)), known)
        _write(place, found)
    return found


def _look(blob: BlobRef, tools: AdTools) -> Written:
    assert not isinstance(tools.pictures, str)
    with tempfile.TemporaryDirectory() as directory:
        path = tools.store.fetch(blob, Path(directory))
        try:
            return tools.pictures.read_screenshot(path)
        except UnreadableMedia as error:
            return Written(lines=(), problems=(f"it cannot be read ({error})",))


def _place(blob: BlobRef, cache_dir: Path, label: str) -> Path:
    key = content_id(PIPELINE_VERSION, label)
    return cache_dir / FOLDER / blob.sha256[:2] / f"{blob.sha256}-{key[:16]}.json"


def _read(path: Path, kind: type[Remembered]) -> Remembered | None:
    try:
        return from_row(kind, json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, KeyError):
        return None
    except OSError as error:
        raise store_unavailable(error, str(path.parent)) from error


def _write(path: Path, known: Written | PageLogos) -> None:
    try:
        with placing(path) as partial:
            partial.write_text(json.dumps(to_row(known), ensure_ascii=False, sort_keys=True))
    except OSError as error:
        raise store_unavailable(error, str(path.parent)) from error
