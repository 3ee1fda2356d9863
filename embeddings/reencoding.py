"""Re-encoding a video, an animation or a sound as a small MP4. Runs only inside the sandboxed child."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from PIL import Image

from embeddings.confinement import Answers
from embeddings.moments import Moments, shown_size, upright
from embeddings.moving import open_container
from embeddings.open_file import OpenFile
from embeddings.proxy_file import ProxyFile
from embeddings.stills import MAX_ANIMATION_FRAMES, plain, short, shown_s

SPARSE_S = 0.11
"""Frames that others refer to are decoded alone while they are no farther apart than this."""

MAX_DECODE_ERRORS = 200


def reencode(request: dict[str, Any], answers: Answers) -> None:
    """Write the proxy that the request describes, send the pictures of the moments that it names, and say what was left out
    or that nothing can be re-encoded."""
    moments = Moments(request["moments_s"], max_side_px=request["max_side_px"], answers=answers)
    with ProxyFile(request["out"], blur=request["blur"]) as proxy:
        if request["picture"] is not None:
            if not _write_animation(request, proxy, moments, answers):
                answers.send("still")
                return
        else:
            _write_moving(request, proxy, moments, answers)
        if proxy.empty:
            answers.send("refused", text="nothing in it can be decoded")


def _write_moving(request: dict[str, Any], proxy: ProxyFile, moments: Moments, answers: Answers) -> None:
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
        if video is not None:
            video.codec_context.skip_frame = "NONREF"
        proxy.expect(
            video=video is not None, sound_rate_hz=sound.codec_context.sample_rate if sound is not None else None
        )
        zero_s = (container.start_time or 0) / 1_000_000
        at_s, shown = 0.0, None
        for stream, frame in _decoded(container, streams):
            time_s = (frame.time or 0.0) - zero_s
            if time_s > request["max_s"]:
                answers.send("problem", text=f"the working copy holds only the first {request['max_s']:g} s")
                break
            if stream is sound:
                proxy.sound(frame, time_s)
            elif frame.time is not None:
                if shown is not None and time_s - at_s > SPARSE_S:
                    stream.codec_context.skip_frame = "DEFAULT"
                at_s, shown = max(0.0, time_s), frame
                _show(at_s, frame, request, proxy, moments)
        if video is not None:
            _seek_rest(container, video, moments, zero_s=zero_s, last=(at_s, shown))


def _show(at_s: float, frame: Any, request: dict[str, Any], proxy: ProxyFile, moments: Moments) -> None:
    moments.offer(at_s, lambda: upright(frame))
    if not proxy.wants(at_s):
        return
    width, height = shown_size(frame, max_across_px=request["height_px"])
    if round(frame.rotation / 90) % 4:
        turned = upright(frame, max_across_px=request["height_px"])
        proxy.picture(at_s, av.VideoFrame.from_ndarray(turned, format="rgb24"))
    elif (width, height) == (frame.width, frame.height):
        proxy.picture(at_s, frame)
    else:
        proxy.picture(
            at_s, frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA", threads=1)
        )


def _seek_rest(container: Any, video: Any, moments: Moments, *, zero_s: float, last: tuple[float, Any]) -> None:
    """Send the pictures of moments that lie beyond the end of the copy; the last frame where there is nothing later."""
    video.codec_context.skip_frame = "DEFAULT"
    while moments.left:
        try:
            container.seek(int((moments.left[0] + zero_s) / video.time_base), stream=video, backward=True)
        except FFmpegError:
            break
        for _, frame in _decoded(container, [video]):
            if frame.time is None:
                continue
            last = (max(0.0, frame.time - zero_s), frame)
            if moments.due(last[0]):
                moments.send(last[0], upright(frame))
                break
        else:
            break
    if moments.left and last[1] is not None:
        moments.send(last[0], upright(last[1]))


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


def _write_animation(request: dict[str, Any], proxy: ProxyFile, moments: Moments, answers: Answers) -> bool:
    """Write an animated picture, upright as it was analysed, as far as it can be read; False if it is a still one."""
    image = Image.open(io.BufferedReader(OpenFile(request["file"])), formats=(request["picture"],))
    if image.width * image.height > request["max_pixels"]:
        raise ValueError(f"its picture has more than {request['max_pixels']} pixels")
    if getattr(image, "n_frames", 1) < 2 or image.format == "MPO":
        return False
    at_s, shown = 0.0, None
    for index in range(MAX_ANIMATION_FRAMES):
        if at_s > request["max_s"]:
            answers.send("problem", text=f"the working copy holds only the first {request['max_s']:g} s")
            break
        try:
            image.seek(index)
            shown = plain(image)
        except EOFError:
            break
        except (OSError, ValueError, SyntaxError, IndexError, RuntimeError) as error:
            answers.send("problem", text=f"the animation is damaged after {at_s:.1f} s ({short(error)})")
            break
        moments.offer(at_s, partial(np.asarray, shown))
        if proxy.wants(at_s):
            small = shown.resize(_even(shown, height_px=request["height_px"]))
            proxy.picture(at_s, av.VideoFrame.from_ndarray(np.asarray(small), format="rgb24"))
        at_s += shown_s(image)
    if moments.left and shown is not None:
        moments.send(at_s, np.asarray(shown))
    return True


def _even(picture: Image.Image, *, height_px: int) -> tuple[int, int]:
    """Width and height, both even, at which a picture is no higher than allowed."""
    scale = min(1.0, height_px / picture.height)
    return max(2, round(picture.width * scale) // 2 * 2), max(2, round(picture.height * scale) // 2 * 2)
