"""A person's own media as ads: files and folders become records and evidence, exactly as if a crawl had found them.

The text of an ad may lie beside its media as ``NAME.txt`` (for ``NAME.mp4``): without a text nothing can be said about a lure.
Records hold the names of files and never where these lie: evidence is handed on, and the folders of its first reader are nobody
else's business. To be screened again, media is taken out of the evidence (``kept_media``).
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

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
from evidence.tables import read_records, write_records

SOURCE = "folder"
QUERY = "own media"
TOOL = "qalqan.folder/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMedia:
    """One file with its name and, if there is one, the text of its ad."""

    name: str
    text: str | None
    data: bytes


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
    """Import the files that the paths name, as ``import_files`` does. Raises as ``media_files``."""
    files = (OwnMedia(name=path.name, text=_text_beside(path), data=path.read_bytes()) for path in media_files(paths))
    return import_files(files, store=store, directory=directory, clock=clock)


def kept_media(ad_id: str, *, store: EvidenceStore, directory: Path) -> OwnMedia:
    """What was imported into ``directory`` as this ad. Raises ``LookupError`` if it was not, ``BlobMissing`` and
    ``EvidenceAltered`` as the store does."""
    path = directory / "ads.parquet"
    ads = read_records(path, Ad) if path.is_file() else []
    found = next((ad for ad in ads if ad.ad_id == ad_id and ad.source == SOURCE), None)
    if found is None or found.title is None:
        raise LookupError(
            f"there is no ad {ad_id} of own media in {directory}: go to the data folder that holds it, or check the id"
        )
    return OwnMedia(name=found.title, text=found.body, data=store.read(found.raw))


def import_files(
    files: Iterable[OwnMedia], *, store: EvidenceStore, directory: Path, clock: Callable[[], datetime]
) -> list[Ad]:
    """Keep the media in the store and write ``ads.parquet`` and ``captures.parquet``, with what was imported before; importing
    again changes nothing. Gives the ads of these files."""
    named = set[str]()
    with Journal(directory, store, clock=clock) as journal:
        for one in files:
            digest = content_id(one.name, one.text or "", hashlib.sha256(one.data).hexdigest())
            ad_id = content_id(SOURCE, digest)
            named.add(ad_id)
            if ad_id not in journal.committed:
                with journal.entry(ad_id) as entry:
                    media_type = mimetypes.guess_type(one.name)[0] or "application/octet-stream"
                    blob = entry.put(one.data, media_type=media_type)
                    ad, capture = _records(one, ad_id=ad_id, digest=digest, blob=blob, now=clock())
                    entry.add(ad)
                    entry.add(capture)
        ads = sorted(journal.records(Ad), key=lambda ad: ad.ad_id)
        captures = sorted(journal.records(Capture), key=lambda capture: capture.capture_id)
        write_records(directory / "captures.parquet", captures, CAPTURE_SCHEMA)
        write_records(directory / "ads.parquet", ads, AD_SCHEMA)
    return [ad for ad in ads if ad.ad_id in named]


def _text_beside(path: Path) -> str | None:
    text = path.with_suffix(".txt")
    return text.read_text(errors="replace") if text.is_file() else None


def _records(one: OwnMedia, *, ad_id: str, digest: str, blob: BlobRef, now: datetime) -> tuple[Ad, Capture]:
    url = f"file:{quote(one.name)}"
    ad = Ad(
        ad_id=ad_id,
        source=SOURCE,
        source_ad_id=digest,
        access_mode=AccessMode.ANALYST_IMPORT,
        observed_at=now,
        query=QUERY,
        page_id=None,
        page_name=None,
        page_url=None,
        title=one.name,
        body=one.text,
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
