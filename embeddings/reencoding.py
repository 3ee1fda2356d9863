"""Re-encoding a video, an animation or a sound as a small MP4. Runs only inside the sandboxed child."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray
from PIL import Image

from embeddings.blurring import blur
from embeddings.confinement import Answers
from embeddings.moving import READ_BYTES, open_container
from embeddings.open_file import OpenFile
from embeddings.records import Region

CLOCK_HZ = 90_000
MAX_FRAMES_PER_S = 30
SOUND_RATE_HZ = 44_100
MAX_DECODE_ERRORS = 200


def reencode(request: dict[str, Any], answers: Answers) -> None:
    """Write the proxy that the request describes, and say what was left out or that nothing can be re-encoded."""
    with _Proxy(request) as proxy:
        if request["picture"] is not None:
            if not _write_animation(request, proxy):
                answers.send("still")
                return
        else:
            _write_moving(request, proxy, answers)
        if proxy.empty:
            answers.send("refused", text="nothing in it can be decoded")


class _Proxy:
    """The output file: takes pictures and sound with their times, in any order that a file holds them."""

    def __init__(self, request: dict[str, Any]) -> None:
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._request = request
        out = request["out"]
        # The index is moved to the front in the end, for which the file is opened once more, to be read
        self._out = av.open(
            OpenFile(out), "w", format="mp4", options=options, io_open=lambda *_: OpenFile(out), buffer_size=READ_BYTES
        )
        self._video: Any = None
        self._sound: Any = None
        self._resampler: Any = None
        self._last = -CLOCK_HZ
        self._samples = 0
        self._size = (0, 0)
        self._wants_sound = False
        self._waiting: list[tuple[Any, float | None]] | None = []
        self.empty = True

    def __enter__(self) -> _Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        if self._waiting is not None and self._wants_sound:
            self._open(size=None)
        if not self.empty:
            for stream in (self._video, self._sound):
                if stream is not None:
                    self._out.mux(stream.encode(None))
        self._out.close()

    def expect(self, *, video: bool, sound: bool) -> None:
        """State what will come. With a picture to come, sound waits for it: a file is opened with its size."""
        self._wants_sound = sound
        if not video and sound:
            self._open(size=None)

    def _open(self, *, size: tuple[int, int] | None) -> None:
        if size is not None:
            self._video = self._out.add_stream("libx264", rate=MAX_FRAMES_PER_S)
            self._video.pix_fmt = "yuv420p"
            self._video.width, self._video.height = self._size = size
            self._video.codec_context.time_base = Fraction(1, CLOCK_HZ)
            self._video.codec_context.thread_count = 1
            self._video.options = {"preset": "veryfast", "crf": "27", "threads": "1"}
        if self._wants_sound:
            self._sound = self._out.add_stream("aac", rate=SOUND_RATE_HZ, layout="mono")
            self._sound.bit_rate = 64_000
            self._sound.codec_context.thread_count = 1
        waiting, self._waiting = self._waiting or [], None
        for frame, at_s in waiting:
            self.sound(frame, at_s)

    def picture(self, at_s: float, pixels: NDArray[np.uint8]) -> None:
        """Write an upright (h, w, 3) picture, its bystanders blurred; frames beyond 30 a second are left out."""
        at = round(at_s * CLOCK_HZ)
        if at - self._last < CLOCK_HZ / (MAX_FRAMES_PER_S + 1):
            return
        if self._waiting is not None:
            self._open(size=(pixels.shape[1] // 2 * 2, pixels.shape[0] // 2 * 2))
        if (pixels.shape[1], pixels.shape[0]) != self._size:
            pixels = np.array(Image.fromarray(pixels).resize(self._size))
        for start_s, end_s, left, top, width, height in self._request["blur"]:
            if start_s <= at_s <= end_s:
                blur(pixels, Region(left=left, top=top, width=width, height=height))
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base, self._last = at, Fraction(1, CLOCK_HZ), at
        self._out.mux(self._video.encode(frame))
        self.empty = False

    def sound(self, frame: Any, at_s: float | None) -> None:
        """Write a piece of sound; the first one may start late."""
        if self._waiting is not None:
            self._waiting.append((frame, at_s))
            return
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE_HZ, frame_size=1024)
            self._samples = max(0, round((at_s or 0.0) * SOUND_RATE_HZ))
        frame.pts = None
        for piece in self._resampler.resample(frame):
            piece.pts, piece.time_base = self._samples, Fraction(1, SOUND_RATE_HZ)
            self._samples += piece.samples
            self._out.mux(self._sound.encode(piece))
            self.empty = False


def _write_moving(request: dict[str, Any], proxy: _Proxy, answers: Answers) -> None:
    with open_container(OpenFile(request["file"]), request["demuxer"]) as container:
        video = next((s for s in container.streams.video if s.codec_context and s.codec_context.width > 0), None)
        sound = next((s for s in container.streams.audio if s.codec_context), None)
        if video is not None and video.disposition & av.stream.Disposition.attached_pic:
            video = None
        if video is not None and video.codec_context.width * video.codec_context.height > request["max_pixels"]:
            raise ValueError(f"its picture has more than {request['max_pixels']} pixels")
        streams = [stream for stream in (video, sound) if stream is not None]
        if not streams:
            return
        for stream in streams:
            stream.codec_context.thread_count = 1
        proxy.expect(video=video is not None, sound=sound is not None)
        zero_s = (container.start_time or 0) / 1_000_000
        for stream, frame in _decoded(container, streams):
            at_s = (frame.time or 0.0) - zero_s
            if at_s > request["max_s"]:
                answers.send("problem", text=f"the working copy holds only the first {request['max_s']:g} s")
                break
            if stream is sound:
                proxy.sound(frame, at_s)
            elif frame.time is not None:
                proxy.picture(max(0.0, at_s), _upright(frame, request["height_px"]))


def _decoded(container: Any, streams: list[Any]) -> Iterator[tuple[Any, Any]]:
    errors = 0
    packets = container.demux(streams)
    while errors < MAX_DECODE_ERRORS:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except EOFError:
            return
        except (FFmpegError, ValueError):
            errors += 1
            continue
        for frame in frames:
            yield packet.stream, frame


def _upright(frame: Any, height_px: int) -> NDArray[np.uint8]:
    turns = round(frame.rotation / 90) % 4
    aspect = float(frame.sample_aspect_ratio or 1) if getattr(frame, "sample_aspect_ratio", None) else 1.0
    shown = frame.width * (aspect if 0.2 < aspect < 5 else 1.0)
    across = shown if turns % 2 else frame.height
    scale = min(1.0, height_px / across)
    width, height = max(2, round(shown * scale)), max(2, round(frame.height * scale))
    pixels = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA", threads=1)
    upright = np.rot90(pixels, turns)
    even: NDArray[np.uint8] = np.array(upright[: upright.shape[0] // 2 * 2, : upright.shape[1] // 2 * 2])
    return even


def _write_animation(request: dict[str, Any], proxy: _Proxy) -> bool:
    """Write an animated picture; False if it is a still one."""
    image = Image.open(io.BufferedReader(OpenFile(request["file"])), formats=(request["picture"],))
    if image.width * image.height > request["max_pixels"]:
        raise ValueError(f"its picture has more than {request['max_pixels']} pixels")
    if getattr(image, "n_frames", 1) < 2:
        return False
    proxy.expect(video=True, sound=False)
    scale = min(1.0, request["height_px"] / image.height)
    size = (max(2, round(image.width * scale) // 2 * 2), max(2, round(image.height * scale) // 2 * 2))
    at_s, index = 0.0, 0
    while at_s <= request["max_s"]:
        try:
            image.seek(index)
            proxy.picture(at_s, np.array(image.convert("RGB").resize(size)))
        except EOFError:
            break
        at_s += max(20, int(image.info.get("duration") or 100)) / 1000
        index += 1
    return True
