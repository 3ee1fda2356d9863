"""What a re-encoded copy of a known creative costs: copies are made, screened, and compared with first sight."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import av
import cv2
import numpy as np

from crawlers.folder import import_media
from evidence.store import EvidenceStore
from pipelines.screen import screen
from pipelines.tools import ScreenSettings, media_tools
from qalqan.demo.encoding import write_video
from qalqan.demo.parts import Pixels
from qalqan.demo.speech import Sound

COPIES = 10
SHORTEST_S, LONGEST_S = 1.0, 60.0
HEIGHT_SHARE = 0.7
CRF = 31
"""A copy has seven tenths of the height and is compressed twice as hard, or more."""

LOOKUP = ("fingerprints", "taken over")
"""The stages of a copy that was recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyResult:
    """How many of the ``made`` copies were recognised, and what the look-up of one cost in seconds of processor time, without
    the working copies of what is flagged; ``decoding_share`` of it, in [0, 1], is the sandboxed decoder's."""

    made: int
    recognised: int
    lookup_s: float
    decoding_share: float


def screen_copies(
    films: Sequence[Path],
    settings: ScreenSettings,
    *,
    beam_args: Sequence[str],
    clock: Callable[[], datetime],
) -> CopyResult:
    """Re-encode some of the ``films``, which were screened with these settings before, and screen the copies."""
    folder = settings.out_dir.with_name("re-encoded")
    folder.mkdir(parents=True)
    copies = (reencode(film, folder / film.name) for film in films)
    made = list(itertools.islice((path for path in copies if path is not None), COPIES))
    if not made:
        return CopyResult(made=0, recognised=0, lookup_s=0.0, decoding_share=0.0)
    crawl = settings.crawl_dir.with_name("crawl-of-copies")
    import_media([folder], store=EvidenceStore(settings.store_url), directory=crawl, clock=clock)
    again = replace(settings, crawl_dir=crawl, out_dir=settings.out_dir.with_name("screen-of-copies"))
    report = screen(again, beam_args=beam_args, clock=clock)
    watch = media_tools(again).stopwatch
    spent = sum(watch.cpu_s[name] for name in LOOKUP)
    return CopyResult(
        made=len(made),
        recognised=report.creatives_copied,
        lookup_s=spent / len(made),
        decoding_share=watch.children_cpu_s["fingerprints"] / spent,
    )


def reencode(film: Path, target: Path) -> Path | None:
    """A smaller, worse copy of a film; None for what is no film, or one of another length than is wanted here."""
    with av.open(str(film)) as container:
        if not container.streams.video or not SHORTEST_S <= (container.duration or 0) / av.time_base <= LONGEST_S:
            return None
        rate = round(float(container.streams.video[0].average_rate or 0))
    if rate < 1:
        return None
    write_video(target, _frames(film), _sound(film), frames_per_s=rate, crf=CRF)
    return target


def _frames(film: Path) -> Iterator[Pixels]:
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            size = tuple(max(2, round(side * HEIGHT_SHARE) // 2 * 2) for side in (frame.width, frame.height))
            yield np.asarray(
                cv2.resize(frame.to_ndarray(format="rgb24"), size, interpolation=cv2.INTER_AREA), dtype=np.uint8
            )


def _sound(film: Path) -> Sound | None:
    with av.open(str(film)) as container:
        if not container.streams.audio:
            return None
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        pieces = [piece.to_ndarray()[0] for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return Sound(samples=np.concatenate(pieces).astype(np.float32), rate_hz=rate) if pieces else None
