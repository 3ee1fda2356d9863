"""Video and sound files, read with PyAV. Runs only inside the sandboxed child."""

from __future__ import annotations

from typing import Any

import av
from av.error import FFmpegError

from embeddings.confinement import Answers
from embeddings.open_file import OpenFile
from embeddings.sampling import are_worth_reading, send_frames
from embeddings.soundtrack import send_sound

NO_PROTOCOL = "none"
"""ffmpeg's list of protocols by which a file may name others: a name that no protocol has, since an empty list means all."""

READ_BYTES = 1 << 17

MAX_TIMES = 40_000
"""Of a film short enough to ask when its frames are shown, more are not to be expected: ten minutes at 60 frames a second."""


def open_container(file: OpenFile, demuxer: str) -> Any:
    """The file from its beginning, opened with exactly this demuxer and no other file or address within reach."""
    options = {"protocol_whitelist": NO_PROTOCOL, "format_whitelist": demuxer}
    file.seek(0)
    return av.open(
        file,
        format=demuxer.split(",")[0],
        options=options,
        metadata_errors="replace",
        buffer_size=READ_BYTES,
    )


def read_moving(file: OpenFile, request: dict[str, Any], answers: Answers) -> None:
    """Send facts, sampled frames and sound of one file; what cannot be read becomes a problem, nothing at all a refusal."""
    try:
        container = open_container(file, request["demuxer"])
    except (FFmpegError, ValueError, IndexError) as error:
        answers.send("refused", text=_why_not(file, request, error))
        return
    with container:
        video = _picture_stream(container)
        sound = next((stream for stream in container.streams.audio if stream.codec_context is not None), None)
        if video is None and sound is None:
            answers.send("refused", text="it has neither a picture nor a sound track that can be decoded")
            return
        width, height = (0, 0) if video is None else _size(video)
        if width * height > request["max_pixels"]:
            answers.send(
                "refused",
                text=f"a video of {width}×{height} pixels, more than {request['max_pixels']} are not read",
            )
            return
        answers.send("facts", **_facts(container, video, sound))
        zero_s = (container.start_time or 0) / 1_000_000
        if video is not None:
            times = _shown_at(request) if are_worth_reading(video, request) else []
            send_frames(container, video, zero_s=zero_s, request=request, answers=answers, times=times)
    if sound is not None and request["max_sound_s"] > 0:
        with open_container(file, request["demuxer"]) as again:
            send_sound(again, zero_s=zero_s, seconds=request["max_sound_s"], answers=answers)


def _shown_at(request: dict[str, Any]) -> list[int]:
    """When the frames of the picture track are shown, packet by packet; none where that is not told of all, or not right."""
    times: list[int] = []
    try:
        # The file that is open already must not lose its place
        with open_container(OpenFile(request["file"]), request["demuxer"]) as again:
            stream = _picture_stream(again)
            for packet in again.demux(stream) if stream is not None else ():
                if packet.size == 0:
                    break  # the end
                if packet.pts is None or len(times) >= MAX_TIMES:
                    return []
                times.append(packet.pts)
    except (FFmpegError, ValueError, IndexError):
        return []
    return times if len(set(times)) == len(times) else []


def _picture_stream(container: Any) -> Any:
    for stream in container.streams.video:
        cover = bool(stream.disposition & av.stream.Disposition.attached_pic)
        if not cover and stream.codec_context is not None and min(_size(stream)) > 0:
            return stream
    return None


def _size(stream: Any) -> tuple[int, int]:
    return stream.codec_context.width, stream.codec_context.height


def _facts(container: Any, video: Any, sound: Any) -> dict[str, Any]:
    duration = container.duration / 1_000_000 if container.duration and container.duration > 0 else None
    named = container.metadata.get("encoder") or (video.metadata.get("encoder") if video is not None else None)
    return {
        "media": "audio" if video is None else "video",
        "duration_s": duration,
        "width_px": None if video is None else video.codec_context.width,
        "height_px": None if video is None else video.codec_context.height,
        "frame_rate": float(video.average_rate) if video is not None and video.average_rate else None,
        "video_codec": None if video is None else video.codec_context.name,
        "audio_codec": None if sound is None else sound.codec_context.name,
        "encoder": None if named is None else str(named)[:200],
    }


def _why_not(file: OpenFile, request: dict[str, Any], error: Exception) -> str:
    if request["demuxer"] == "mov" and not _has_box(file, b"moov"):
        return "the video is cut off: its index (the moov box) is missing, so nothing in it can be played"
    reason = str(getattr(error, "strerror", None) or error).splitlines()[0][:120]
    return f"a damaged {request['container']} file: it cannot be opened ({reason})"


def _has_box(file: OpenFile, name: bytes) -> bool:
    """Whether an ISO media file has this box at its top level, complete or not."""
    at = 0
    for _ in range(10_000):
        file.seek(at)
        head = file.read(16) or b""
        if len(head) < 8:
            return False
        if head[4:8] == name:
            return True
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:16], "big")
        if length < 8 or at + length > file.size:
            return False
        at += length
    return False
