"""The sound of a file, once, as mono 16 kHz. Runs only inside the sandboxed child."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from embeddings.confinement import Answers

RATE_HZ = 16_000
MAX_DECODE_ERRORS = 200


def send_sound(container: Any, *, zero_s: float, seconds: float, answers: Answers) -> None:
    """Send at most ``seconds`` of the first sound track with a decoder, silence where it starts late; say what is damaged."""
    stream = next(stream for stream in container.streams.audio if stream.codec_context is not None)
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    pieces, errors, cut = _decode(container, stream, zero_s=zero_s, most=int(seconds * RATE_HZ))
    if errors:
        answers.send("problem", text=f"{errors} piece(s) of the sound track are damaged and were left out")
    if not pieces:
        answers.send("problem", text="the sound track could not be decoded")
        return
    sound = np.concatenate(pieces)[: int(seconds * RATE_HZ)]
    if cut:
        answers.send("problem", text=f"only the first {seconds:g} s of the sound were listened to")
    sound = np.clip(np.nan_to_num(sound), -1.0, 1.0).astype(np.float32)
    answers.send("sound", sound.tobytes(), samples=len(sound))


def _decode(container: Any, stream: Any, *, zero_s: float, most: int) -> tuple[list[NDArray[np.float32]], int, bool]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    pieces: list[NDArray[np.float32]] = []
    length = errors = 0
    packets = container.demux(stream)
    while errors < MAX_DECODE_ERRORS:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            decoded = packet.decode()
            for frame in decoded:
                if not pieces and frame.time is not None and 0.02 < frame.time - zero_s < most / RATE_HZ:
                    pieces.append(np.zeros(int((frame.time - zero_s) * RATE_HZ), dtype=np.float32))
                    length += len(pieces[-1])
                frame.pts = None
                for piece in resampler.resample(frame):
                    # As ``to_ndarray`` does it, without what that spends on frames of several channels
                    pieces.append(np.frombuffer(piece.planes[0], dtype=np.float32)[: piece.samples].copy())
                    length += len(pieces[-1])
        except EOFError:
            break
        except (FFmpegError, ValueError):
            errors += 1
            continue
        if length > most:
            return pieces, errors, True
    return pieces, errors, False
