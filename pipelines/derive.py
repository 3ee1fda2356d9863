"""Working copies of a flagged creative for the console: thumbnail, face crops, playable copy. Bystanders are blurred."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from embeddings.derivatives import face_crop, proxy_video, thumbnail
from embeddings.media import decode
from embeddings.records import FaceTrack, MediaKind
from embeddings.samples import DecodedMedia, Frame
from evidence.records import BlobRef
from pipelines.analyse import WORKING
from pipelines.records import CreativeAnalysis
from pipelines.tools import MediaTools
from watchlist.records import Match, Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A flagged creative and where its working copies go (``directory`` is the creative's own)."""

    blob: BlobRef
    analysis: CreativeAnalysis
    directory: Path


def derive(element: Derivation, tools: MediaTools) -> Derivation:
    """Make what is not there yet; each file is whole or absent. Raises ``UnreadableMedia``."""
    wanted = _wanted(element)
    if all((element.directory / name).exists() for name in wanted):
        return element
    working = tools.cache_dir / WORKING
    working.mkdir(parents=True, exist_ok=True)
    element.directory.mkdir(parents=True, exist_ok=True)
    with tools.stopwatch.stage("working copies"), tempfile.TemporaryDirectory(dir=working) as name:
        scratch = Path(name)
        media = decode(tools.store.fetch(element.blob, scratch))
        for file_name, data in _pictures(element, media).items():
            _place(data, element.directory / file_name)
        if element.analysis.creative.kind is MediaKind.VIDEO:
            made = scratch / "proxy.mp4"
            proxy_video(media.path, made, blur=bystanders(element.analysis))
            _place(made.read_bytes(), element.directory / "proxy.mp4")
    return element


def bystanders(analysis: CreativeAnalysis) -> list[FaceTrack]:
    """The tracks of everyone who was not recognised as a protected person."""
    known = {match.track for match in analysis.matches if match.modality is Modality.FACE}
    return [track for track in analysis.faces if track.track not in known]


def _faces(analysis: CreativeAnalysis) -> list[Match]:
    return [match for match in analysis.matches if match.modality is Modality.FACE]


def _wanted(element: Derivation) -> list[str]:
    kind = element.analysis.creative.kind
    names = [] if kind is MediaKind.AUDIO else ["thumb.jpg"]
    names += ["proxy.mp4"] if kind is MediaKind.VIDEO else []
    return names + [f"face-{match.match_id}.jpg" for match in _faces(element.analysis)]


def _pictures(element: Derivation, media: DecodedMedia) -> dict[str, bytes]:
    if not media.frames:
        return {}
    faces = _faces(element.analysis)
    unknown = [track.region for track in bystanders(element.analysis)]
    keep = [match.region for match in faces if match.region is not None]
    shown = _nearest(media.frames, faces[0].best_s if faces else media.frames[len(media.frames) // 2].at_s)
    pictures = {"thumb.jpg": thumbnail(shown, keep=keep, blur=unknown)}
    for match in faces:
        if match.region is not None:
            frame = _nearest(media.frames, match.best_s)
            pictures[f"face-{match.match_id}.jpg"] = face_crop(frame, match.region, blur=unknown)
    return pictures


def _nearest(frames: tuple[Frame, ...], at_s: float) -> Frame:
    return min(frames, key=lambda frame: abs(frame.at_s - at_s))


def _place(data: bytes, target: Path) -> None:
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(data)
    partial.replace(target)
