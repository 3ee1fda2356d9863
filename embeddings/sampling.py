"""Which frames of a video are looked at, and getting at them cheaply. Runs only inside the sandboxed child."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from av.error import FFmpegError

from embeddings.confinement import Answers
from embeddings.cuts import Small, small_frame
from embeddings.key_frames import key_frames_at, shot_starts
from embeddings.pace import SHOT_SHARE, Pace

SEEK_FROM_STEP_S = 3.0
"""From this distance between samples on, frames are sought one by one instead of decoding all that lies between."""

READ_THROUGH_PIXELS = 15e9
"""A film of more pixels, all its frames together, is not decoded throughout if shots are asked for: four minutes of 1080p at 30
frames a second, about half a minute of processor time."""

USUAL_FRAME_RATE = 30.0
"""Taken for the rate of a film that states none."""

SKIP_FROM_STEP_S = 0.4
"""From this distance on, frames that no other frame refers to are not decoded at all, unless ``furthest_apart_s`` is asked for:
which those are differs from encoding to encoding, and who asks for that compares instants."""

CLOSELY_READ_PIXELS = 20e9
"""Of a film of more pixels, all its frames together, ``furthest_apart_s`` is not kept to: ten minutes of 720p at 30 frames a
second."""

FEWEST_BETWEEN = 3.0
"""Where there are so many frames for each that is wanted, knowing which ones saves more than finding it out costs."""

SAME_S = 0.001
"""Times of one frame that was met twice differ by less."""

MAX_DECODE_ERRORS = 200


class Sampler:
    """Sends the frames that its pace wants, and says which to keep when there are too many."""

    def __init__(self, request: dict[str, Any], answers: Answers, *, step_s: float, shots: bool) -> None:
        self.pace = Pace.asked(request, step_s=step_s, shots=shots)
        self.glimpses: Pace | None = None
        self._request = request
        self._answers = answers

    def offer(self, frame: Any, at_s: float) -> None:
        """Send this frame, shown at ``at_s``, if it is wanted, and a glimpse of it if one is due."""
        if (
            self.glimpses is not None
            and self.glimpses.wants(at_s, _unseen)
            and self.glimpses.taken <= self._request["max_glimpses"]
        ):
            self._send_glimpse(frame, at_s)
        if not self.pace.wants(at_s, lambda: small_frame(frame)):
            return
        self._send(frame, at_s)
        if (keep := self.pace.excess()) is not None:
            self._answers.send("thin", keep=keep)

    def take_glimpses(self) -> None:
        """Send them too, from now on."""
        step_s = 1.0 / self._request["glimpses_per_s"]
        self.glimpses = Pace(start_s=0.0, step_s=step_s, most=self._request["max_glimpses"], shots=False)

    def paces(self) -> list[Pace]:
        """The clocks by which frames are wanted, from the beginning."""
        return [pace.afresh() for pace in (self.pace, self.glimpses) if pace is not None]

    def _send_glimpse(self, frame: Any, at_s: float) -> None:
        side = self._request["glimpse_px"]
        pixels = frame.to_ndarray(format="gray", width=side, height=side, interpolation="AREA", threads=1)
        upright = np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90) % 4))
        self._answers.send("glimpse", upright.tobytes(), at_s=max(0.0, at_s))

    def _send(self, frame: Any, at_s: float) -> None:
        aspect = frame.sample_aspect_ratio if getattr(frame, "sample_aspect_ratio", None) else None
        shown = frame.width * float(aspect) if aspect and 0.2 < float(aspect) < 5 else float(frame.width)
        scale = min(1.0, self._request["max_side_px"] / max(shown, frame.height))
        width, height = max(1, round(shown * scale)), max(1, round(frame.height * scale))
        pixels = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA", threads=1)
        # ffmpeg states how far the picture was turned counter-clockwise; turning it on by as much shows it upright
        turns = round(frame.rotation / 90) % 4
        upright = np.ascontiguousarray(np.rot90(pixels, turns))
        self._answers.send(
            "frame",
            upright.tobytes(),
            at_s=max(0.0, at_s),
            height=upright.shape[0],
            width=upright.shape[1],
            scale=scale,
        )


def send_frames(
    container: Any,
    stream: Any,
    *,
    zero_s: float,
    request: dict[str, Any],
    answers: Answers,
    times: Sequence[int] = (),
) -> None:
    """Send sampled frames in time order, and a problem where the picture ends early or cannot be decoded.

    ``times`` are those of all packets of the stream, in its time base, where ``are_worth_reading`` says that they help.
    """
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    announced = _length_s(container, stream)
    end_s = min(request["end_s"], request["max_duration_s"])
    span_s = min(end_s, announced) - request["start_s"] if announced else None
    step_s = _step_s(stream, request, span_s)
    costly = request["shots"] and span_s is not None and span_s * _pixels_per_s(stream) > READ_THROUGH_PIXELS
    hopping = announced is not None and (step_s >= SEEK_FROM_STEP_S or costly)
    shots_s: list[float] = []
    if hopping and request["shots"]:
        stream.codec_context.skip_frame = "NONREF"
        found = key_frames_at(container, stream, zero_s=zero_s, end_s=min(end_s, announced or end_s))
        shots_s = shot_starts(found, most=int(SHOT_SHARE * request["max_frames"]))
        left = max(1, request["max_frames"] - len(shots_s) - 1)
        step_s = max(SEEK_FROM_STEP_S, (span_s or 0.0) / left)
        answers.send(
            "problem",
            text=f"of so long a film one picture every {step_s:.0f} s was looked at and, of the starts of its shots, "
            f"{len(shots_s)} key frames",
        )
    elif request["shots"] and span_s is not None:
        step_s = max(1.0 / request["frames_per_s"], span_s / request["max_frames"] / (1 - SHOT_SHARE))
    sampler = Sampler(request, answers, step_s=step_s, shots=request["shots"] and not hopping)
    reader = _Reader(container, stream, zero_s=zero_s, max_pixels=request["max_pixels"])
    if announced is not None and hopping:
        _hop(reader, sampler, end_s=min(end_s, announced), shots_s=shots_s)
    else:
        if _is_close(step_s, request) and (span_s is None or step_s >= SKIP_FROM_STEP_S) and request["max_glimpses"]:
            sampler.take_glimpses()
        if step_s >= SKIP_FROM_STEP_S and not _is_close(step_s, request):
            stream.codec_context.skip_frame = "NONREF"
        elif times:
            reader.wanted = _wanted(times, stream, sampler.paces(), zero_s=zero_s)
        if request["start_s"] > 1.0:
            reader.seek(request["start_s"])
        for at_s, frame in reader.frames():
            if at_s > end_s:
                break
            sampler.offer(frame, at_s)
    _report(reader, sampler, announced=announced, end_s=end_s, answers=answers)


def are_worth_reading(stream: Any, request: dict[str, Any]) -> bool:
    """Whether to find out first when each frame is shown: that saves decoding frames that no other refers to and nobody wants.

    Frames come out exactly as without, since what they refer to is decoded. Only by the clock alone it is known beforehand which
    are wanted, and only for a short film, or one that is read closely, it is not known anyhow that most are not.
    """
    length_s = _length_s(None, stream)
    return (
        bool(stream.codec_context.has_b_frames)
        and not request["shots"]
        and request["start_s"] == 0.0
        and length_s is not None
        and ((step_s := _step_s(stream, request, length_s)) < SKIP_FROM_STEP_S or _is_close(step_s, request))
        and float(stream.average_rate or 0) >= FEWEST_BETWEEN * request["frames_per_s"]
    )


def _unseen() -> Small:
    raise AssertionError("by the clock alone no picture is looked at")


def _step_s(stream: Any, request: dict[str, Any], span_s: float | None) -> float:
    """The distance between frames by the clock, of a film of which so many seconds are looked at."""
    densest_s: float = 1.0 / request["frames_per_s"]
    if span_s is None:
        return densest_s
    step_s: float = max(densest_s, span_s / (request["usual_frames"] or request["max_frames"]))
    close_s: float | None = request["furthest_apart_s"]
    if close_s is None or step_s <= close_s or span_s * _pixels_per_s(stream) > CLOSELY_READ_PIXELS:
        return step_s
    return close_s if span_s <= close_s * request["max_frames"] else step_s


def _is_close(step_s: float, request: dict[str, Any]) -> bool:
    """Whether ``furthest_apart_s`` was asked for and is kept to."""
    return request["furthest_apart_s"] is not None and step_s <= request["furthest_apart_s"]


def _wanted(times: Sequence[int], stream: Any, paces: Sequence[Pace], *, zero_s: float) -> frozenset[int]:
    """Those times at which one of the paces will want the frame."""
    wanted = set()
    for time in sorted(times):
        at_s = _seconds(time, stream.time_base) - zero_s
        for pace in paces:
            if pace.wants(at_s, _unseen):
                wanted.add(time)
                pace.excess()
    return frozenset(wanted)


class _Reader:
    def __init__(self, container: Any, stream: Any, *, zero_s: float, max_pixels: int) -> None:
        self._container = container
        self._stream = stream
        self._base = stream.time_base
        self._zero_s = zero_s
        self._max_pixels = max_pixels
        self.errors = 0
        self.last_s = 0.0
        self.turned = 0
        self.wanted: frozenset[int] | None = None
        """The times of the frames to decode even if no other refers to them; None for all."""

    def seek(self, at_s: float) -> None:
        """Go to the last key frame at or before ``at_s``."""
        target = int((at_s + self._zero_s) / self._stream.time_base)
        try:
            self._container.seek(max(0, target), stream=self._stream, backward=True)
        except FFmpegError:
            self.errors += 1

    def frames(self) -> Iterator[tuple[float, Any]]:
        """(seconds, frame) from here on; pieces that cannot be decoded are counted and left out."""
        packets = self._container.demux(self._stream)
        while self.errors < MAX_DECODE_ERRORS:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                if packet.pts is not None:
                    after = _seconds(packet.pts + (packet.duration or 0), self._base) - self._zero_s
                    self.last_s = max(self.last_s, after)
                    if self.wanted is not None:
                        self._stream.codec_context.skip_frame = "DEFAULT" if packet.pts in self.wanted else "NONREF"
                decoded = packet.decode()
            except EOFError:
                return
            except (FFmpegError, ValueError):
                self.errors += 1
                continue
            for frame in decoded:
                if frame.width * frame.height > self._max_pixels:
                    self.errors += 1  # they may grow on the way
                elif frame.time is not None:
                    self.turned = frame.rotation
                    yield frame.time - self._zero_s, frame


def _hop(reader: _Reader, sampler: Sampler, *, end_s: float, shots_s: Sequence[float]) -> None:
    """Take, near each time that is due, the key frame before it if that is near enough, else decode on to it; and the key frames
    at ``shots_s``, in ascending order."""
    previous = -1.0
    pace = sampler.pace
    starts = deque(shots_s)
    due_s = pace.due_s
    while min(due_s, *starts) < end_s if starts else due_s < end_s:
        if reader.errors >= MAX_DECODE_ERRORS:
            return
        shot = bool(starts) and starts[0] <= due_s
        target, slack_s = (starts.popleft(), SAME_S) if shot else (due_s, 0.5 * pace.step_s)
        if shot and target <= previous + SAME_S:
            continue
        reader.seek(target + (SAME_S if shot else 0.0))
        found = False
        for at_s, frame in reader.frames():
            if at_s > previous and at_s >= target - slack_s:
                pace.due_s = at_s
                sampler.offer(frame, at_s)
                previous, found = at_s, True
                break
        if not found:
            return
        # What was taken at the start of a shot serves for what is due shortly after it
        due_s = max(due_s, previous + 0.5 * pace.step_s) if shot else target + pace.step_s


def _pixels_per_s(stream: Any) -> float:
    rate = float(stream.average_rate) if stream.average_rate else USUAL_FRAME_RATE
    return float(stream.codec_context.width * stream.codec_context.height) * rate


def _seconds(time: int, base: Fraction) -> float:
    """``float(time * base)``, without making a fraction of the time of each packet."""
    return time * base.numerator / base.denominator


def _length_s(container: Any, stream: Any) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (
        container.duration / 1_000_000
        if container is not None and container.duration and container.duration > 0
        else None
    )


def _report(reader: _Reader, sampler: Sampler, *, announced: float | None, end_s: float, answers: Answers) -> None:
    if reader.turned % 180 == 90:
        answers.send("turned")
    if sampler.pace.taken == 0:
        answers.send("problem", text="no picture could be decoded")
    elif announced is not None and reader.last_s + max(1.0, 1.5 * sampler.pace.step_s) < min(announced, end_s):
        answers.send(
            "problem", text=f"the picture ends at {reader.last_s:.1f} s although {announced:.1f} s are announced"
        )
    if reader.errors:
        answers.send("problem", text=f"{reader.errors} piece(s) of the picture track are damaged and were left out")
    if announced is not None and announced > end_s:
        answers.send("problem", text=f"of {announced:.0f} s only the part up to {end_s:g} s was looked at")
