"""Working copies that people look at: a thumbnail and a small proxy video, with everyone but the matched blurred."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from embeddings.blurring import blur as blur_region
from embeddings.blurring import pixel_box, union
from embeddings.containers import HEAD_BYTES, recognise
from embeddings.errors import ChildStopped, UnreadableMedia
from embeddings.records import FaceTrack, Region
from embeddings.samples import Frame, SeenAt
from embeddings.sandbox import Budget, converse
from embeddings.take import Take

THUMBNAIL_SIDE_PX = 480
PROXY_HEIGHT_PX = 480
PROXY_MAX_S = 180.0
JPEG_QUALITY = 82

REACH_S = 0.6
"""A face seen on a sampled frame is taken to be there for at least this long before and after."""

PICTURE_SIDE_PX = 640
MAX_PICTURES = 65

PROXY_BUDGET = Budget(wall_s=1200.0, cpu_s=300, memory_bytes=3 << 30, file_bytes=256 << 20, answer_bytes=1 << 20)
"""What re-encoding may cost; each picture that is asked for on the way may be answered on top of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proxy:
    """What came of a working copy: ``problems`` say in sentences what was left out; ``frames`` are the pictures asked for, in
    time order and not blurred."""

    problems: tuple[str, ...]
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlurWindow:
    """A region to blur from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    region: Region


def thumbnail(frame: Frame, *, keep: Sequence[Region], blur: Sequence[Region]) -> bytes:
    """The frame as a small JPEG; ``blur`` is made unrecognisable, but never what lies inside ``keep``."""
    pixels = frame.pixels.copy()
    for region in blur:
        blur_region(pixels, region)
    for region in keep:
        left, top, right, bottom = pixel_box(region, pixels)
        pixels[top:bottom, left:right] = frame.pixels[top:bottom, left:right]
    picture = Image.fromarray(pixels)
    picture.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX))
    written = io.BytesIO()
    picture.save(written, format="JPEG", quality=JPEG_QUALITY)
    return written.getvalue()


def proxy_video(
    path: Path,
    out: Path,
    *,
    blur: Sequence[FaceTrack],
    paths: Mapping[int, Sequence[SeenAt]] | None = None,
    moments_s: Sequence[float] = (),
    budget: Budget = PROXY_BUDGET,
) -> Proxy:
    """Re-encode a video, animation or sound as a small MP4 (H.264, AAC, nothing of the original's metadata) at ``out``.

    ``blur`` are the tracks of everyone who was not matched; ``paths`` (``SeenFaces.paths``) says where each was, without it
    the best region of a track is blurred all the time it lasts. The pictures shown at ``moments_s`` are taken on the way, or
    those nearest to them; at most MAX_PICTURES. ``out`` appears whole or not at all.

    Raises ``UnreadableMedia`` when nothing could be re-encoded, ``ValueError`` for a still picture.
    """
    with path.open("rb") as stream:
        container = recognise(stream.read(HEAD_BYTES))
    if isinstance(container, str):
        raise UnreadableMedia(f"{container}: {path.name}")
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.stem}.part.mp4")
    windows = [window for track in blur for window in blur_windows(track, (paths or {}).get(track.track, ()))]
    request: dict[str, Any] = {
        "demuxer": container.demuxer,
        "picture": container.picture,
        "height_px": PROXY_HEIGHT_PX,
        "max_s": PROXY_MAX_S,
        "moments_s": sorted(set(moments_s))[:MAX_PICTURES],
        "max_side_px": PICTURE_SIDE_PX,
        "max_pixels": 64_000_000,
        "blur": [[w.start_s, w.end_s, w.region.left, w.region.top, w.region.width, w.region.height] for w in windows],
    }
    take = Take(max_frames=MAX_PICTURES, max_side_px=PICTURE_SIDE_PX)
    room = budget.answer_bytes + (len(request["moments_s"]) + 1) * (PICTURE_SIDE_PX**2 * 3 + 4096)
    budget = replace(budget, answer_bytes=room)
    try:
        with path.open("rb") as source, partial.open("w+b") as copy:
            files = {"file": source.fileno(), "out": copy.fileno()}
            for message in converse("embeddings.transcoder", request, budget, files=files):
                if message.kind == "refused":
                    raise UnreadableMedia(f"{message.facts.get('text')}: {path.name}")
                if message.kind == "still":
                    raise ValueError(f"{path.name} is a still picture and has no proxy video; make a thumbnail")
                take.hear(message)
        partial.replace(out)
    except ChildStopped as stopped:
        raise UnreadableMedia(f"it could not be re-encoded, {stopped}: {path.name}") from stopped
    finally:
        partial.unlink(missing_ok=True)
    return Proxy(problems=tuple(take.problems), frames=tuple(take.frames))


def blur_windows(track: FaceTrack, seen: Sequence[SeenAt]) -> list[BlurWindow]:
    """What to blur and when: between two sightings the region that holds both, and a while before and after."""
    if not seen:
        return [BlurWindow(start_s=track.start_s - REACH_S, end_s=track.end_s + REACH_S, region=track.region)]
    gaps = [after.at_s - before.at_s for before, after in itertools.pairwise(seen)]
    usual = max(REACH_S, min(gaps, default=0.0))
    windows = []
    for before, after in itertools.pairwise(seen):
        if after.at_s - before.at_s <= 3 * usual:
            both = union(before.region, after.region)
            windows.append(BlurWindow(start_s=before.at_s, end_s=after.at_s, region=both))
    for at in seen:
        windows.append(BlurWindow(start_s=at.at_s - usual, end_s=at.at_s + usual, region=at.region))
    return windows


def as_pixels(jpeg: bytes) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """A thumbnail of ours as (h, w, 3) RGB, for checks of what can still be seen in it."""
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).copy()
