"""What a decoding child has said so far. It may have been taken over by the bytes that it reads: nothing is taken on trust."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ChildStopped
from embeddings.records import MediaKind
from embeddings.samples import GLIMPSE_PX, Frame, Glimpse
from embeddings.sandbox import NONSENSE, Message

MAX_PROBLEMS = 40
MAX_SENTENCE = 300
MAX_NAME = 200
MAX_SIDE_PX = (1 << 31) - 1
MAX_NUMBER = 1e9
"""No duration in seconds, no frame rate lies beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a container says of itself, each of the right kind or None."""

    kind: MediaKind = MediaKind.VIDEO
    duration_s: float | None = None
    width_px: int | None = None
    height_px: int | None = None
    frame_rate: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    encoder: str | None = None


@dataclass(slots=True, kw_only=True)
class Take:
    """The frames, the sound and the facts of one file. ``hear`` raises ``ChildStopped`` for what cannot be an answer."""

    max_frames: int
    max_side_px: int
    max_glimpses: int = 0
    frames: list[Frame] = field(default_factory=list)
    glimpses: list[Glimpse] = field(default_factory=list)
    sound: NDArray[np.float32] | None = None
    facts: Facts = field(default_factory=Facts)
    problems: list[str] = field(default_factory=list)
    sandbox: str = "none"
    turned: bool = False

    def hear(self, message: Message) -> None:
        """Take in one message of ``embeddings.decoder``."""
        try:
            self._hear(message)
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise ChildStopped(NONSENSE) from error

    def _hear(self, message: Message) -> None:
        facts = message.facts
        if message.kind == "frame":
            if len(self.frames) > self.max_frames:
                raise ValueError("more frames than were asked for")
            self.frames.append(_frame(message, self.max_side_px))
        elif message.kind == "glimpse":
            if len(self.glimpses) >= self.max_glimpses:
                raise ValueError("more glimpses than were asked for")
            self.glimpses.append(_glimpse(message))
        elif message.kind == "thin":
            self._keep(facts["keep"])
        elif message.kind == "sound":
            sound = np.frombuffer(message.body, dtype=np.float32)
            self.sound = np.clip(np.nan_to_num(sound), -1.0, 1.0)
        elif message.kind == "facts":
            self.facts = _facts(facts)
        elif message.kind == "problem":
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(sentence(message))
        elif message.kind == "sandbox":
            self.sandbox = str(facts["level"])[:MAX_NAME]
        elif message.kind == "turned":
            self.turned = True

    def _keep(self, numbers: list[int]) -> None:
        """Give up all frames but these, by their numbers in ascending order."""
        if sorted(set(numbers)) != numbers or not numbers or not 0 <= numbers[0] <= numbers[-1] < len(self.frames):
            raise ValueError("frames that were never sent")
        self.frames[:] = [self.frames[number] for number in numbers]


def sentence(message: Message) -> str:
    """What a message says to people, on one line."""
    return _plain(message.facts.get("text"))[:MAX_SENTENCE]


def _plain(said: Any) -> str:
    """On one line, and nothing in it steers a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in " ".join(str(said).split()))


def _frame(message: Message, max_side_px: int) -> Frame:
    height, width = int(message.facts["height"]), int(message.facts["width"])
    at_s, scale = float(message.facts["at_s"]), float(message.facts["scale"])
    if not (0 < height <= max_side_px and 0 < width <= max_side_px and len(message.body) == height * width * 3):
        raise ValueError("a frame of another size than it says")
    if not (0.0 <= at_s <= MAX_NUMBER and 0.0 < scale <= 1.0):
        raise ValueError("a frame of no time")
    pixels = _pixels(message).reshape(height, width, 3)
    return Frame(at_s=at_s, pixels=pixels, scale=scale)


def _pixels(message: Message) -> NDArray[np.uint8]:
    """Its bytes as numbers that may be changed."""
    body = message.body
    return np.frombuffer(body if isinstance(body, bytearray) else bytearray(body), dtype=np.uint8)


def _glimpse(message: Message) -> Glimpse:
    at_s = float(message.facts["at_s"])
    if not 0.0 <= at_s <= MAX_NUMBER:
        raise ValueError("a glimpse of no time")
    pixels = _pixels(message).reshape(GLIMPSE_PX, GLIMPSE_PX)
    return Glimpse(at_s=at_s, pixels=pixels)


def _facts(said: Mapping[str, Any]) -> Facts:
    return Facts(
        kind=MediaKind(said["media"]),
        duration_s=_number(said.get("duration_s")),
        width_px=_side(said.get("width_px")),
        height_px=_side(said.get("height_px")),
        frame_rate=_number(said.get("frame_rate")),
        video_codec=_name(said.get("video_codec")),
        audio_codec=_name(said.get("audio_codec")),
        encoder=_name(said.get("encoder")),
    )


def _number(said: Any) -> float | None:
    """A measure that a file states; one that cannot be is as good as none."""
    if said is None:
        return None
    number = float(said)
    return number if math.isfinite(number) and 0.0 <= number <= MAX_NUMBER else None


def _side(said: Any) -> int | None:
    if said is None:
        return None
    side = int(said)
    if not 0 < side <= MAX_SIDE_PX:
        raise ValueError(f"a side of {side} pixels")
    return side


def _name(said: Any) -> str | None:
    return None if said is None else _plain(said)[:MAX_NAME]
