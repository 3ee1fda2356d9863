"""Decode a creative: what it is, some of its frames, its sound. The bytes are parsed only in a sandboxed child."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.containers import HEAD_BYTES, Container, recognise
from embeddings.errors import ChildStopped, UnreadableMedia
from embeddings.records import Creative, MediaKind
from embeddings.samples import GLIMPSE_PX, SAMPLE_RATE_HZ, DecodedMedia, Frame
from embeddings.sandbox import Budget, converse
from embeddings.stills import BAND_OVERLAP_PX
from embeddings.take import Take, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be spent on one file. ``max_pixels`` is per picture, ``max_sound_s`` what is kept for speech,
    ``max_interval_frames`` the cap of ``decode_interval``. ``shots``: also look at the first frame of each shot.

    ``max_frames`` are two a second of a minute, a quarter of them left for the starts of shots, and of six creatives that are
    held at once at most 1.2 GB. By the clock alone, ``usual_frames`` of them are spread over a film, if that is said, and more
    only where they would lie further apart than ``furthest_apart_s``; ``glimpses_per_s`` are taken in between."""

    max_bytes: int = 1 << 30
    max_duration_s: float = 3600.0
    max_pixels: int = 64_000_000
    frames_per_s: float = 2.0
    shots: bool = True
    max_frames: int = 160
    usual_frames: int | None = None
    furthest_apart_s: float | None = None
    glimpses_per_s: float = 0.0
    max_glimpses: int = 0
    max_interval_frames: int = 300
    max_side_px: int = 640
    max_sound_s: float = 120.0
    wall_s: float = 480.0
    cpu_s: int = 120
    memory_bytes: int = 3 << 30


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """A piece of a tall picture, as wide as the whole: (h, w, 3) RGB; ``top`` and ``height`` are shares of the whole height."""

    pixels: NDArray[np.uint8]
    top: float
    height: float


def decode(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> DecodedMedia:
    """What can be read of a file; damage is described in ``creative.problems``.

    Raises ``UnreadableMedia`` with the reason when nothing can be read; ``OSError`` when the file itself cannot be.
    """
    take = Take(max_frames=limits.max_frames, max_side_px=limits.max_side_px, max_glimpses=limits.max_glimpses)
    with path.open("rb") as stream:
        size, digest, container = _inspect(stream, path, limits)
        request = _request(container, limits, fps=limits.frames_per_s, most=limits.max_frames)
        _fill(take, request, limits, stream)
    if not take.frames and take.sound is None:
        raise UnreadableMedia(f"{take.problems[0] if take.problems else 'nothing in it can be decoded'}: {path.name}")
    facts = take.facts
    creative = Creative(
        sha256=digest,
        size_bytes=size,
        kind=facts.kind if take.frames else MediaKind.AUDIO,
        container=container.name,
        duration_s=facts.duration_s,
        width_px=facts.height_px if take.turned else facts.width_px,
        height_px=facts.width_px if take.turned else facts.height_px,
        frame_rate=facts.frame_rate,
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec,
        encoder=facts.encoder,
        has_sound=take.sound is not None,
        frames_sampled=len(take.frames),
        problems=tuple(take.problems),
        sandbox=take.sandbox,
    )
    return DecodedMedia(
        creative=creative, path=path, frames=tuple(take.frames), sound=take.sound, glimpses=tuple(take.glimpses)
    )


def decode_interval(
    path: Path, *, start_s: float, end_s: float, frames_per_s: float, limits: Limits = DEFAULT_LIMITS
) -> tuple[Frame, ...]:
    """The frames of ``start_s..end_s``, as dense as asked or, for a long interval, as ``max_interval_frames`` allows.

    Empty when the interval holds no picture. Raises as ``decode`` does, and ``ValueError`` for an interval that is none.
    """
    if not (0.0 <= start_s < end_s and frames_per_s > 0.0):
        raise ValueError(f"the interval {start_s}..{end_s} s at {frames_per_s} frames/s is none; start before the end")
    take = Take(max_frames=limits.max_interval_frames, max_side_px=limits.max_side_px)
    with path.open("rb") as stream:
        _, _, container = _inspect(stream, path, limits)
        request = _request(container, limits, fps=frames_per_s, most=limits.max_interval_frames)
        request |= {"start_s": start_s, "end_s": end_s, "max_sound_s": 0.0, "shots": False}
        request |= {"usual_frames": None, "furthest_apart_s": None, "max_glimpses": 0}
        _fill(take, request, limits, stream)
    return tuple(take.frames)


def decode_bands(path: Path, *, most: int, limits: Limits = DEFAULT_LIMITS) -> tuple[Band, ...]:
    """The upper part of a tall picture, such as a full-page screenshot, in at most ``most`` pieces ``max_side_px`` wide and high.

    Raises as ``decode`` does, also for what is no still picture.
    """
    take = Take(max_frames=most, max_side_px=limits.max_side_px)
    with path.open("rb") as stream:
        _, _, container = _inspect(stream, path, limits)
        if container.picture is None:
            raise UnreadableMedia(f"not a picture: {path.name}")
        request = _request(container, limits, fps=limits.frames_per_s, most=most) | {"bands": True}
        _fill(take, request, limits, stream)
    if not take.frames or take.facts.kind is not MediaKind.IMAGE or take.facts.height_px is None:
        raise UnreadableMedia(f"{take.problems[0] if take.problems else 'no still picture is in it'}: {path.name}")
    whole = max(1.0, take.facts.height_px * take.frames[0].scale)
    tops = [number * (limits.max_side_px - BAND_OVERLAP_PX) / whole for number in range(len(take.frames))]
    return tuple(
        Band(pixels=frame.pixels, top=min(1.0, top), height=min(1.0 - min(1.0, top), frame.pixels.shape[0] / whole))
        for frame, top in zip(take.frames, tops, strict=True)
    )


def _inspect(stream: BufferedReader, path: Path, limits: Limits) -> tuple[int, str, Container]:
    """Size, SHA-256 and container of a file, without parsing it."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    size = os.fstat(stream.fileno()).st_size
    if size > limits.max_bytes:
        raise UnreadableMedia(f"a file of {size} bytes, more than {limits.max_bytes} are not read: {path.name}")
    container = recognise(head)
    if isinstance(container, str):
        raise UnreadableMedia(f"{container}: {path.name}")
    return size, hashlib.file_digest(stream, "sha256").hexdigest(), container


def _request(container: Container, limits: Limits, *, fps: float, most: int) -> dict[str, Any]:
    return {
        "container": container.name,
        "demuxer": container.demuxer,
        "picture": container.picture,
        "frames_per_s": fps,
        "max_frames": most,
        "usual_frames": limits.usual_frames,
        "furthest_apart_s": limits.furthest_apart_s,
        "glimpses_per_s": limits.glimpses_per_s,
        "max_glimpses": limits.max_glimpses,
        "glimpse_px": GLIMPSE_PX,
        "max_side_px": limits.max_side_px,
        "max_pixels": limits.max_pixels,
        "max_duration_s": limits.max_duration_s,
        "max_sound_s": limits.max_sound_s,
        "start_s": 0.0,
        "end_s": limits.max_duration_s,
        "shots": limits.shots,
        "bands": False,
    }


def _fill(take: Take, request: dict[str, Any], limits: Limits, stream: BufferedReader) -> None:
    # Of media that do not say how long they are, too many frames are sent at first and given up again, half at a time
    frames = (int(request["max_frames"]) * 8 + 2) * (limits.max_side_px**2 * 3 + 4096)
    sound = int(limits.max_sound_s * SAMPLE_RATE_HZ) * 4
    budget = Budget(
        wall_s=limits.wall_s,
        cpu_s=limits.cpu_s,
        memory_bytes=limits.memory_bytes,
        file_bytes=1 << 16,
        answer_bytes=frames + sound + limits.max_glimpses * (GLIMPSE_PX**2 + 4096) + (1 << 20),
    )
    try:
        for message in converse("embeddings.decoder", request, budget, files={"file": stream.fileno()}):
            if message.kind == "refused":
                raise UnreadableMedia(f"{sentence(message)}: {Path(stream.name).name}")
            take.hear(message)
    except ChildStopped as stopped:
        take.problems.append(f"reading stopped early: {stopped}")
