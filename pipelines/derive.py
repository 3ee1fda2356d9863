"""Working copies of a flagged creative for the console: thumbnail, face crops, playable copy. Bystanders are blurred."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.blurring import blur, grown, pixel_box
from embeddings.derivatives import proxy_video, thumbnail
from embeddings.media import decode
from embeddings.records import FaceTrack, MediaKind, Region
from embeddings.samples import Frame, SeenAt
from evidence.records import BlobRef, content_id
from evidence.store import store_unavailable
from evidence.tables import read_records
from pipelines.analyse import working_folder
from pipelines.records import PIPELINE_VERSION, CreativeAnalysis
from pipelines.tools import MediaTools
from pipelines.withholding import WITHHELD
from watchlist.records import Match, Modality

CROP_MARGIN = 0.4
"""A face crop shows so much of the face's size around it, on every side."""

DERIVATIVES = "derivatives"
"""Folder of a screening run's output that holds the working copies, one folder for each creative."""

MADE_FOR = ".made-for"
"""Ending of the file beside a creative's folder that says for whom the copies were made. Written last."""

SAME_MOMENT_S = 1.5
"""A face last seen longer ago than this is not in the picture any more."""

STILL_THERE_S = 0.3
"""A face seen further away than this may have given its place to somebody else: it no longer keeps the place unblurred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A flagged creative and where its working copies go (``directory`` is the creative's own)."""

    blob: BlobRef
    analysis: CreativeAnalysis
    directory: Path


def derive(element: Derivation, tools: MediaTools) -> Derivation:
    """Make what is not there yet; each file is whole or absent. Raises ``UnreadableMedia``.

    Copies that were made when other people were recognised go first: somebody who is protected no longer is a bystander now.
    """
    if _stands(element):
        return element
    _clear(element.directory)
    working = working_folder(tools)
    with tools.stopwatch.stage("working copies"), tempfile.TemporaryDirectory(dir=working) as name:
        scratch = Path(name)
        path = tools.store.fetch(element.blob, scratch)
        if element.analysis.creative.kind is MediaKind.VIDEO:
            made = scratch / "proxy.mp4"
            frames = _playable(element.analysis, path, made)
            _place(made.read_bytes(), element.directory / "proxy.mp4")
        else:
            frames = decode(path).frames
        for file_name, data in _pictures(element, frames).items():
            _place(data, element.directory / file_name)
    _place(_recognised(element).encode(), _marker(element.directory))
    return element


def _playable(analysis: CreativeAnalysis, path: Path, made: Path) -> tuple[Frame, ...]:
    """Re-encode a video, and the frames for the pictures: the file is decoded once."""
    moments_s = [_shown_s(analysis), *(match.best_s for match in _faces(analysis) if match.region is not None)]
    return proxy_video(path, made, blur=bystanders(analysis), paths=_paths(analysis), moments_s=moments_s).frames


def _shown_s(analysis: CreativeAnalysis) -> float:
    """The moment for the thumbnail: somebody protected at their best, or the middle."""
    faces = _faces(analysis)
    return faces[0].best_s if faces else (analysis.creative.duration_s or 0.0) / 2


def _marker(directory: Path) -> Path:
    return directory.with_name(directory.name + MADE_FOR)


def _recognised(element: Derivation) -> str:
    """A key that differs when other copies are wanted or other people have to be blurred."""
    blurred = sorted(track.track for track in bystanders(element.analysis))
    return content_id(PIPELINE_VERSION, *_wanted(element), *map(str, blurred))


def _stands(element: Derivation) -> bool:
    marker = _marker(element.directory)
    whole = all((element.directory / name).exists() for name in _wanted(element))
    return whole and marker.is_file() and marker.read_text() == _recognised(element)


def _clear(directory: Path) -> None:
    """Delete old copies, the marker first: a run that is killed meanwhile must not leave copies that seem to stand."""
    try:
        _marker(directory).unlink(missing_ok=True)
        shutil.rmtree(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise store_unavailable(error, str(directory)) from error


def purge_copies(screen_dirs: Sequence[Path], person_id: str, *, shelves: Sequence[Path] = ()) -> list[str]:
    """Delete every working copy that was made when this person was recognised; returns the SHA-256 of those creatives.

    ``screen_dirs`` are outputs of screening runs, ``shelves`` folders to which a console took copies over. To be called when
    a person is removed, before anything is screened again: the matches of the last run say where the person was. What is still
    flagged without them gets new copies, with them blurred, at the next run. Raises ``StoreUnavailable``.
    """
    theirs = creatives_with(screen_dirs, person_id)
    for folder in (*(place / DERIVATIVES for place in screen_dirs), *shelves):
        for sha256 in theirs:
            _clear(folder / sha256)
    return theirs


def creatives_with(screen_dirs: Sequence[Path], person_id: str) -> list[str]:
    """The SHA-256 of every creative in which these runs recognised the person, or somebody whose name they withhold: it may be
    them."""
    tables = [path for place in screen_dirs if (path := place / "matches.parquet").is_file()]
    found = (match for path in tables for match in read_records(path, Match))
    return sorted({match.creative_sha256 for match in found if match.person_id in (person_id, WITHHELD)})


def bystanders(analysis: CreativeAnalysis) -> list[FaceTrack]:
    """The tracks of everyone who was not recognised as a protected person."""
    known = {match.track for match in analysis.matches if match.modality is Modality.FACE}
    return [track for track in analysis.faces if track.track not in known]


def _paths(analysis: CreativeAnalysis) -> dict[int, tuple[SeenAt, ...]]:
    return {trail.track: trail.seen for trail in analysis.trails}


def _faces(analysis: CreativeAnalysis) -> list[Match]:
    return [match for match in analysis.matches if match.modality is Modality.FACE]


def _wanted(element: Derivation) -> list[str]:
    kind = element.analysis.creative.kind
    names = [] if kind is MediaKind.AUDIO else ["thumb.jpg"]
    names += ["proxy.mp4"] if kind is MediaKind.VIDEO else []
    return names + [f"face-{match.match_id}.jpg" for match in _faces(element.analysis)]


def small_picture(analysis: CreativeAnalysis, frames: Sequence[Frame]) -> bytes:
    """The creative as one small JPEG: somebody protected at their best, or its middle, everyone else blurred. ``frames`` are
    some of its own, at least one."""
    shown = _nearest(frames, _shown_s(analysis))
    protected = {match.track for match in _faces(analysis)}
    keep = whereabouts(_paths(analysis), protected, shown.at_s, within_s=STILL_THERE_S)
    return thumbnail(shown, keep=keep, blur=_strangers(analysis, shown.at_s))


def _pictures(element: Derivation, frames: tuple[Frame, ...]) -> dict[str, bytes]:
    if not frames:
        return {}
    pictures = {"thumb.jpg": small_picture(element.analysis, frames)}
    for match in _faces(element.analysis):
        if match.region is not None:
            frame = _nearest(frames, match.best_s)
            pictures[f"face-{match.match_id}.jpg"] = _face_crop(frame, match.region, element.analysis)
    return pictures


def _face_crop(frame: Frame, region: Region, analysis: CreativeAnalysis) -> bytes:
    """The face with a margin, everyone else in it blurred."""
    pixels = frame.pixels.copy()
    for stranger in _strangers(analysis, frame.at_s):
        blur(pixels, stranger)
    left, top, right, bottom = pixel_box(region, pixels)
    pixels[top:bottom, left:right] = frame.pixels[top:bottom, left:right]
    left, top, right, bottom = pixel_box(grown(region, CROP_MARGIN), pixels)
    return thumbnail(replace(frame, pixels=pixels[top:bottom, left:right].copy()), keep=(), blur=())


def _strangers(analysis: CreativeAnalysis, at_s: float) -> list[Region]:
    strangers = {track.track for track in bystanders(analysis)}
    return whereabouts(_paths(analysis), strangers, at_s, within_s=SAME_MOMENT_S)


def whereabouts(
    paths: Mapping[int, Sequence[SeenAt]], tracks: set[int], at_s: float, *, within_s: float
) -> list[Region]:
    """Where these tracks are at a moment: their nearest sighting, or nowhere if that is further away than ``within_s``."""
    nearest = [
        min(path, key=lambda seen: abs(seen.at_s - at_s)) for track, path in paths.items() if track in tracks and path
    ]
    return [seen.region for seen in nearest if abs(seen.at_s - at_s) <= within_s]


def _nearest(frames: Sequence[Frame], at_s: float) -> Frame:
    return min(frames, key=lambda frame: abs(frame.at_s - at_s))


def _place(data: bytes, target: Path) -> None:
    partial = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        raise store_unavailable(error, str(target.parent)) from error
