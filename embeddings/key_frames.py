"""Where the shots of a long film start, by its key frames alone: encoders put one there. Runs only inside the sandboxed child."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.error import FFmpegError

from embeddings.cuts import CUT_LEVELS, Small, small_frame

MOST_KEY_FRAMES = 600
"""So many are decoded of a film, whatever its length; of more, those that lie far enough apart."""

MAX_DECODE_ERRORS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyFrame:
    """When a key frame is shown, and how it looks made tiny."""

    at_s: float
    small: Small


def key_frames_at(container: Any, stream: Any, *, zero_s: float, end_s: float) -> list[KeyFrame]:
    """The key frames up to ``end_s`` in the order of their times; what lies between is skipped, damaged ones are left out.

    The file is left somewhere: whoever reads on has to seek.
    """
    found: list[KeyFrame] = []
    apart_s, errors = end_s / MOST_KEY_FRAMES, 0
    usual = stream.codec_context.skip_frame
    stream.codec_context.skip_frame = "NONKEY"
    packets = container.demux(stream)
    read_s = -apart_s
    while errors < MAX_DECODE_ERRORS and len(found) < 2 * MOST_KEY_FRAMES:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            if packet.pts is not None:
                at_s = float(packet.pts * packet.time_base) - zero_s
                if at_s > end_s:
                    break
                if not packet.is_keyframe or at_s < read_s + apart_s:
                    continue
                read_s = at_s
            found += [
                KeyFrame(at_s=frame.time - zero_s, small=small_frame(frame))
                for frame in packet.decode()
                if frame.time is not None
            ]
        except EOFError:
            break
        except (FFmpegError, ValueError):
            errors += 1
    stream.codec_context.skip_frame = usual
    return sorted(found, key=lambda one: one.at_s)


def shot_starts(key_frames: Sequence[KeyFrame], *, most: int) -> list[float]:
    """The times of those that look unlike the one before, in ascending order; of more than ``most`` those most unlike."""
    changes = [
        (float(np.abs(here.small - before.small).mean()), here.at_s) for before, here in itertools.pairwise(key_frames)
    ]
    cuts = sorted((change, at_s) for change, at_s in changes if change >= CUT_LEVELS)
    return sorted(at_s for _, at_s in cuts[max(0, len(cuts) - most) :])
