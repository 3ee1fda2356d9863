"""The child that reads how a film is packed: its boxes, its packets, its encoder's own note and its quantisers.

Started by ``embeddings.sandbox.converse``. Answers ``boxes`` (of an MP4 or MOV), ``streams``, ``packets`` (the body is rows of
``ROW`` int64), ``quantisers``, and ``problem`` where something could not be read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type
from av.video.frame import PictureType
from numpy.typing import NDArray

from detectors.mp4_boxes import Mp4Facts, mp4_facts
from embeddings.confinement import Answers, confine
from embeddings.containers import HEAD_BYTES, Container, recognise
from embeddings.moving import open_container
from embeddings.open_file import OpenFile

ROW = ("stream", "pts_us", "dts_us", "size_bytes", "flags")
"""Of a packet. Times are in microseconds, ``UNTIMED`` where the packet has none; flags are the sum of those below."""

UNTIMED = -(1 << 62)
KEY, DISPOSABLE, CORRUPT = 1, 2, 4
MAX_PACKETS = 20_000
MAX_STREAMS = 8
MAX_S = 120.0
"""How much of a film is read."""

DECODED_FRAMES = 24
MOST_DELAYED = 40
"""So many packets more than pictures are kept: a decoder holds back at most some sixteen, and others may hold no picture."""

MAX_PIXELS = 1920 * 1088
MAX_BLOCKS = 1 << 17
MAX_NOTE = 800
NOTE = re.compile(rb"x26[45] (?:- core|\(build)[\x20-\x7e]{0,800}")
NOTE_WITHIN = 1 << 16
"""Bytes of the first packet, and of the codec's header, in which the encoder's note is sought."""


def main() -> None:
    """Hear the request, enter the sandbox, look, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    file = OpenFile(request["file"])
    container = recognise(file.read(HEAD_BYTES) or b"")
    if isinstance(container, Container) and container.demuxer is not None:
        if container.demuxer == "mov":
            answers.send("boxes", **_plain(mp4_facts(io.BufferedReader(file), size_bytes=file.size)))
        try:
            _read(file, container.demuxer, answers)
        except (FFmpegError, ValueError, IndexError, MemoryError) as error:
            answers.send("problem", text=(str(error).splitlines() or ["out of memory"])[0][:200])
    answers.send("done")


def _read(file: OpenFile, demuxer: str, answers: Answers) -> None:
    rows: list[tuple[int, int, int, int, int]] = []
    note: str | None = None
    beginning: list[Any] = []
    with open_container(file, demuxer) as opened:
        streams = [stream for stream in opened.streams if stream.type in ("video", "audio")][:MAX_STREAMS]
        first = next((stream for stream in streams if stream.type == "video"), None)
        note = None if first is None else _note(bytes(first.codec_context.extradata or b""))
        for packet in opened.demux(streams):
            if packet.stream is first and len(beginning) < DECODED_FRAMES + MOST_DELAYED:
                beginning.append(packet)
            if len(rows) >= MAX_PACKETS or packet.size == 0:
                break
            if first is not None and note is None and packet.stream is first and not any(row[0] == 0 for row in rows):
                note = _note(bytes(memoryview(packet)[:NOTE_WITHIN]))
            row = _row(packet, streams.index(packet.stream))
            if row[2] != UNTIMED and row[2] > MAX_S * 1_000_000:
                break
            rows.append(row)
        answers.send(
            "streams",
            streams=[_stream(stream) for stream in streams],
            note=note,
            tags={str(name)[:40]: str(value)[:200] for name, value in list(opened.metadata.items())[:40]},
            whole=len(rows) < MAX_PACKETS,
        )
        body: NDArray[np.int64] = np.array(rows, dtype=np.int64).reshape(-1, len(ROW))
        answers.send("packets", body.tobytes())
        if first is not None and first.codec_context is not None:
            _quantisers(first, beginning, answers)


def _row(packet: Any, stream: int) -> tuple[int, int, int, int, int]:
    base = packet.time_base
    times = [UNTIMED if at is None or base is None else _microseconds(at, base) for at in (packet.pts, packet.dts)]
    flags = KEY * packet.is_keyframe + DISPOSABLE * packet.is_disposable + CORRUPT * packet.is_corrupt
    return stream, *(min(max(at, UNTIMED), -UNTIMED) for at in times), packet.size, int(flags)


def _microseconds(at: int, base: Fraction) -> int:
    """``round(at * base * 1_000_000)``, without making fractions of each packet's times."""
    whole, rest = divmod(at * base.numerator * 1_000_000, base.denominator)
    return whole + (2 * rest > base.denominator or (2 * rest == base.denominator and whole % 2 == 1))


def _stream(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    rate = stream.average_rate if stream.type == "video" else None
    return {
        "type": stream.type,
        "codec": None if context is None else context.name,
        "frame_rate": float(rate) if rate else None,
        "tags": {str(name)[:40]: str(value)[:200] for name, value in list(stream.metadata.items())[:20]},
    }


def _note(data: bytes) -> str | None:
    """What x264 and x265 write about themselves into the first picture."""
    found = NOTE.search(data[:NOTE_WITHIN])
    return None if found is None else found.group()[:MAX_NOTE].decode("ascii")


def _quantisers(stream: Any, beginning: Sequence[Any], answers: Answers) -> None:
    """The mean quantiser of the first pictures, by kind, where the decoder tells: (kind, mean over its blocks)."""
    seen: list[tuple[str, float]] = []
    if stream.codec_context.name != "h264" or stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
        return
    stream.codec_context.options = {"export_side_data": "venc_params"}
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    for frame in (frame for packet in beginning for frame in packet.decode()):
        mean = next((_mean(bytes(part)) for part in frame.side_data if part.type == Type.VIDEO_ENC_PARAMS), None)
        if mean is not None:
            seen.append((PictureType(frame.pict_type).name, mean))
        if len(seen) >= DECODED_FRAMES or mean is None:
            break
    answers.send("quantisers", seen=seen)


def _mean(data: bytes) -> float | None:
    """Of libavutil's ``AVVideoEncParams``: the picture's quantiser plus its blocks' differences from it."""
    if len(data) < 40:
        return None
    blocks = int.from_bytes(data[0:4], "little")
    start, size = int.from_bytes(data[8:16], "little"), int.from_bytes(data[16:24], "little")
    base = int.from_bytes(data[28:32], "little", signed=True)
    if not (0 < blocks <= MAX_BLOCKS and size >= 20 and size % 4 == 0 and start + blocks * size <= len(data)):
        return None
    rows = np.frombuffer(data, dtype="<i4", count=blocks * size // 4, offset=start).reshape(blocks, size // 4)
    return float(base + rows[:, 4].mean())


def _plain(facts: Mp4Facts) -> dict[str, Any]:
    """As JSON has it."""
    row = asdict(facts)
    for part in (row, *row["tracks"]):
        part["created"] = None if part["created"] is None else part["created"].isoformat()
    return row
