"""An error is shown by its creative, bystanders blurred; without an analysis nobody knows who is one, and nothing is shown."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from embeddings.records import MediaKind
from embeddings.samples import SeenAt
from evidence.records import BlobRef
from evidence.store import EvidenceStore
from pipelines.analyse import cache_path, write_analysis
from pipelines.derive import DERIVATIVES
from pipelines.evaluation_decisions import worst_errors
from pipelines.evaluation_pictures import with_pictures
from pipelines.evaluation_records import DecisionError
from pipelines.records import CreativeAnalysis, FaceTrail
from pipelines.tools import ScreenSettings, media_tools
from tests.factories import make_creative, make_face_track, make_region
from tests.pipelines.decided import small_set


@pytest.fixture
def settings(tmp_path: Path, watchlist_dir: Path) -> ScreenSettings:
    return ScreenSettings(
        crawl_dir=tmp_path / "crawl",
        out_dir=tmp_path / "screen",
        store_url=str(tmp_path / "evidence"),
        watchlist_dir=watchlist_dir,
        cache_dir=tmp_path / "analyses",
        campaigns_dir=tmp_path / "campaigns",
        pack="open",
        now=datetime(2026, 11, 1, tzinfo=UTC),
    )


def chequered(store: EvidenceStore) -> BlobRef:
    """A picture of small squares: where it is blurred they are gone."""
    squares = np.indices((200, 200)).sum(axis=0) // 4 % 2 * 255
    done, data = cv2.imencode(".png", squares.astype(np.uint8))
    assert done
    return store.put(data.tobytes(), media_type="image/png")


def error(sha256: str | None) -> DecisionError:
    return replace(worst_errors(small_set(), most=1)[0], creative_sha256=sha256)


def test_a_picture_is_made_from_the_analysis_with_bystanders_blurred(settings: ScreenSettings) -> None:
    blob = chequered(EvidenceStore(settings.store_url))
    place = make_region(left=0.5, top=0.5, width=0.4, height=0.4)
    analysis = CreativeAnalysis(
        creative=make_creative(sha256=blob.sha256, kind=MediaKind.IMAGE, duration_s=None),
        faces=(make_face_track(creative_sha256=blob.sha256, region=place, best_s=0.0),),
        trails=(FaceTrail(track=0, seen=(SeenAt(at_s=0.0, region=place),)),),
        voices=(),
        matches=(),
        findings=(),
    )
    write_analysis(cache_path(blob, media_tools(settings)), analysis)
    (shown,), pictures = with_pictures([error(blob.sha256)], {blob.sha256: blob}, settings)
    assert shown.picture in pictures
    pixels = np.asarray(Image.open(io.BytesIO(pictures[shown.picture or ""])).convert("L"), dtype=float)
    assert pixels[10:80, 10:80].std() > 80
    assert pixels[120:160, 120:160].std() < 40


def test_a_thumbnail_that_was_made_is_taken_and_what_is_not_known_is_not_shown(settings: ScreenSettings) -> None:
    blob = chequered(EvidenceStore(settings.store_url))
    place = settings.out_dir / DERIVATIVES / blob.sha256 / "thumb.jpg"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"thumbnail")
    (shown,), pictures = with_pictures([error(blob.sha256)], {blob.sha256: blob}, settings)
    assert pictures == {shown.picture: b"thumbnail"}
    place.unlink()
    assert with_pictures([error(blob.sha256), error(None)], {blob.sha256: blob}, settings)[1] == {}
