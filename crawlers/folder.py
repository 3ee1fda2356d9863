"""A person's own media as ads: files and folders become records and evidence, exactly as if a crawl had found them.

The text of an ad may lie beside its media as ``NAME.txt`` (for ``NAME.mp4``): without a text nothing can be said about a lure.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from evidence.journal import Journal
from evidence.records import (
    AD_SCHEMA,
    CAPTURE_SCHEMA,
    AccessMode,
    Ad,
    BlobRef,
    Capture,
    CaptureKind,
    Outcome,
    content_id,
)
from evidence.store import EvidenceStore
from evidence.tables import write_records

SOURCE = "folder"
TOOL = "qalqan.folder/1"


def media_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that the paths name, folders taken whole, hidden files and texts left out.

    Raises ``FileNotFoundError`` for a path that is not there and for a folder without media.
    """
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file()]
            media = [p for p in inside if p.suffix != ".txt" and not p.name.startswith(".")]
            if not media:
                raise FileNotFoundError(
                    f"there is no media in the folder {path}; name one that holds films, pictures or sound"
                )
            yield from media
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"there is no file or folder {path}; name media files, folders or a quoted glob")


def import_media(
    paths: Iterable[Path], *, store: EvidenceStore, directory: Path, clock: Callable[[], datetime]
) -> list[Ad]:
    """Keep the media in the store and write ``ads.parquet`` and ``captures.parquet``; importing again changes nothing."""
    with Journal(directory, store, clock=clock) as journal:
        for path in media_files(paths):
            data = path.read_bytes()
            text = _text_beside(path)
            digest = content_id(path.name, text or "", hashlib.sha256(data).hexdigest())
            ad_id = content_id(SOURCE, digest)
            if ad_id not in journal.committed:
                with journal.entry(ad_id) as entry:
                    blob = entry.put(data, media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream")
                    ad, capture = _records(path, text, ad_id=ad_id, digest=digest, blob=blob, now=clock())
                    entry.add(ad)
                    entry.add(capture)
        ads = sorted(journal.records(Ad), key=lambda ad: ad.ad_id)
        captures = sorted(journal.records(Capture), key=lambda capture: capture.capture_id)
        write_records(directory / "captures.parquet", captures, CAPTURE_SCHEMA)
        write_records(directory / "ads.parquet", ads, AD_SCHEMA)
    return ads


def _text_beside(path: Path) -> str | None:
    text = path.with_suffix(".txt")
    return text.read_text(errors="replace") if text.is_file() else None


def _records(
    path: Path, text: str | None, *, ad_id: str, digest: str, blob: BlobRef, now: datetime
) -> tuple[Ad, Capture]:
    url = path.resolve().as_uri()
    ad = Ad(
        ad_id=ad_id,
        source=SOURCE,
        source_ad_id=digest,
        access_mode=AccessMode.ANALYST_IMPORT,
        observed_at=now,
        query=str(path.parent),
        page_id=None,
        page_name=None,
        page_url=None,
        title=path.name,
        body=text,
        cta_text=None,
        link_url=None,
        link_caption=None,
        ad_url=None,
        platforms=(),
        media_urls=(url,),
        is_active=None,
        started_at=None,
        ended_at=None,
        reach=None,
        raw=blob,
    )
    capture = Capture(
        capture_id=content_id(ad_id, CaptureKind.MEDIA, url),
        ad_id=ad_id,
        kind=CaptureKind.MEDIA,
        outcome=Outcome.CAPTURED,
        reason=None,
        captured_at=now,
        tool=TOOL,
        requested_url=url,
        final_url=url,
        redirect_chain=(url,),
        status=None,
        body=blob,
        text=None,
        screenshot=None,
        har=None,
    )
    return ad, capture
