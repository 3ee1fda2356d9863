"""What a worker needs, opened once per process: the model pack, the watchlist, the store. Never pickled; only settings travel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import cv2
from threadpoolctl import threadpool_limits

from detectors.domain_record import DomainRecord
from detectors.fusion import LoadedFusion, read_fusion
from detectors.lure_classifier import LureClassifier
from detectors.networks import load_networks, load_text_networks
from detectors.patience import CAP_S
from detectors.subject import AdDetector, CreativeDetector
from detectors.tables import ad_detectors, creative_detectors
from embeddings.packs import load_pack, manifest
from embeddings.picture_text import PictureReader, open_picture_reader
from embeddings.samples import LoadedPack
from embeddings.transcription import Transcriber, open_transcriber
from evidence.store import EvidenceStore
from pipelines.reproduction import Origin
from pipelines.stopwatch import Stopwatch
from watchlist.gallery import Gallery


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSettings:
    """Where a screening run reads and writes. ``crawl_dir`` holds ``ads.parquet`` and ``captures.parquet``; ``now`` decides
    which enrolments are active; ``campaigns_dir`` is where campaigns are remembered from run to run; ``networks`` are directories
    of pretrained networks that examine media or texts besides, ``speech`` one with a model that writes speech down; ``feeds`` and
    ``registrations`` are lists in which domains are looked up; ``lure_weights`` take the place of the lure classifier's own;
    ``fusion`` is the file that says what the detectors weigh together, None for the one that comes with Qalqan, if any does;
    ``without`` names detectors that are left out; ``cap_s`` is the processor time that one detector gets for one creative or ad;
    ``origin`` says whence the run was started, so that its findings can state a command that makes them again."""

    crawl_dir: Path
    out_dir: Path
    store_url: str
    watchlist_dir: Path
    cache_dir: Path
    campaigns_dir: Path
    pack: str
    now: datetime
    networks: tuple[Path, ...] = ()
    speech: Path | None = None
    feeds: tuple[Path, ...] = ()
    registrations: Path | None = None
    lure_weights: Path | None = None
    fusion: Path | None = None
    without: tuple[str, ...] = ()
    cap_s: float = CAP_S
    origin: Origin | None = None


NOBODY_READS = "nothing that reads pictures was opened"
NOBODY_LISTENS = "no speech model is configured"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MediaTools:
    """For the examination of creatives. ``pictures`` and ``speech`` give their words, or say why there is nothing that does."""

    store: EvidenceStore
    pack: LoadedPack
    gallery: Gallery
    detectors: tuple[CreativeDetector, ...]
    cache_dir: Path
    fusion: LoadedFusion | None = None
    pictures: PictureReader | str = NOBODY_READS
    speech: Transcriber | str = NOBODY_LISTENS
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    cap_s: float = CAP_S


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdTools:
    """For the examination of ads. ``pictures`` reads screenshots, which are remembered in ``cache_dir``."""

    store: EvidenceStore
    gallery: Gallery
    detectors: tuple[AdDetector, ...]
    pictures: PictureReader | str = NOBODY_READS
    cache_dir: Path | None = None
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    cap_s: float = CAP_S


@lru_cache(maxsize=4)
def open_gallery(settings: ScreenSettings) -> Gallery:
    """The watchlist as of ``settings.now``, read once per process."""
    return Gallery.load(settings.watchlist_dir, manifest(settings.pack), now=settings.now)


@lru_cache(maxsize=4)
def media_tools(settings: ScreenSettings) -> MediaTools:
    """Opened once per worker process, whatever the number of Beam stages that ask."""
    tools = MediaTools(
        store=EvidenceStore(settings.store_url),
        pack=load_pack(settings.pack),
        gallery=open_gallery(settings),
        detectors=tuple(
            one
            for one in (*creative_detectors(), *load_networks(settings.networks))
            if one.name not in settings.without
        ),
        cache_dir=settings.cache_dir,
        fusion=read_fusion(settings.fusion),
        cap_s=settings.cap_s,
        pictures=picture_reader(),
        speech=NOBODY_LISTENS if settings.speech is None else open_transcriber(settings.speech),
    )
    one_thread()
    return tools


@lru_cache(maxsize=1)
def picture_reader() -> PictureReader | str:
    """Opened once per worker process; why there is none where Tesseract is missing."""
    return open_picture_reader()


def one_thread() -> None:
    """Let the numeric libraries that are loaded use one thread in this process. There is a worker per processor; threads of
    their own, waiting for each other in loops over small arrays, cost several times what they gain."""
    cv2.setNumThreads(1)
    threadpool_limits(limits=1)


@lru_cache(maxsize=4)
def ad_tools(settings: ScreenSettings) -> AdTools:
    """Opened once per worker process, whatever the number of Beam stages that ask."""
    return AdTools(
        store=EvidenceStore(settings.store_url),
        gallery=open_gallery(settings),
        detectors=tuple(
            one
            for one in (
                *(_as_set(one, settings) for one in ad_detectors()),
                *load_text_networks(settings.networks),
            )
            if one.name not in settings.without
        ),
        pictures=picture_reader(),
        cache_dir=settings.cache_dir,
        cap_s=settings.cap_s,
    )


def _as_set(detector: AdDetector, settings: ScreenSettings) -> AdDetector:
    """The detector with what the configuration gives to it."""
    if isinstance(detector, DomainRecord):
        return DomainRecord.of(settings.feeds, settings.registrations)
    if isinstance(detector, LureClassifier) and settings.lure_weights is not None:
        return LureClassifier(settings.lure_weights)
    return detector
