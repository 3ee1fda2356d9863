"""Films for the tests of the container: encoded once or twice, joined, trimmed without encoding, put into another container."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.media import portrait

Picture = NDArray[np.uint8]
RATE = 25


def pictures(count: int) -> list[Picture]:
    """A portrait that wanders under the noise of a camera, (192, 192, 3), in no rhythm."""
    rng = np.random.default_rng(1)
    whole, found = portrait("astronaut"), []
    for down, right in np.clip(40 + np.cumsum(rng.normal(0, 1.5, (count, 2)), axis=0), 0, 120).astype(int):
        cut = whole[down : down + 192, right : right + 192] + rng.normal(0, 3, (192, 192, 1))
        found.append(np.clip(cut, 0, 255).astype(np.uint8))
    return found


def encoded(
    path: Path,
    frames: Sequence[Picture],
    *,
    keys_every: int,
    crf: int = 23,
    at: Sequence[int] | None = None,
) -> Path:
    """By x264, without pictures predicted both ways; ``at`` are the times of the pictures in steps of 1/``RATE`` s."""
    with av.open(str(path), "w") as out:
        options = {"preset": "veryfast", "g": str(keys_every), "bf": "0", "sc_threshold": "0", "crf": str(crf)}
        stream = out.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number if at is None else at[number], Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def decoded(path: Path) -> list[Picture]:
    """RGB frames."""
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


def copied(path: Path, parts: Sequence[Path], *, hidden_s: float = 0.0, gap_s: float = 0.0) -> Path:
    """The packets of one or several films, not encoded again; of the first, ``hidden_s`` is kept but not shown."""
    with av.open(str(path), "w") as out:
        with av.open(str(parts[0])) as first:
            stream = out.add_stream_from_template(first.streams.video[0])
        after = -hidden_s
        for part in parts:
            with av.open(str(part)) as film:
                source = film.streams.video[0]
                last = after
                for packet in film.demux(source):
                    if packet.dts is None:
                        continue
                    base = packet.time_base
                    packet.pts += round(after / base)
                    packet.dts += round(after / base)
                    last = max(last, float((packet.pts + (packet.duration or 0)) * base))
                    packet.stream = stream
                    out.mux(packet)
            after = last + gap_s
    return path
