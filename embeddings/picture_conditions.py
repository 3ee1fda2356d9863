"""What platforms and their users do to pictures: film codecs, JPEG, mirrors, borders, grain, small sizes."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

FILM_SHORT_SIDE_PX = 360
FILM_BITS_PER_S = 200_000
FILM_FRAMES_PER_S = 25
FILM_S = 2.0
SHAKE_PX = 6.0
CAMERA_GRAIN = 3.0
"""A still film would look better with every frame, because nothing new has to be encoded: the camera moves and its sensor
has grain, as real ones do."""

JPEG_QUALITY = 20
GRAIN = 12.0
BORDER_SHARE = 0.1


def as_film(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The last frame of a short film of the picture: H.264, 25 frames/s, at most 200 kb/s, the shorter side
    at most 360 px."""
    small = _even(scaled(pixels, min(1.0, FILM_SHORT_SIDE_PX / min(pixels.shape[:2]))))
    return decode_last(encode_film(small, rng))


def encode_film(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """The bytes of the film; the picture's sides are even."""
    height, width = pixels.shape[:2]
    target = io.BytesIO()
    phase = rng.uniform(0, 2 * np.pi, 2)
    with av.open(target, "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=FILM_FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = FILM_BITS_PER_S
        stream.codec_context.thread_count = 1
        # A bounded rate: no burst that 200 kb/s would not carry. Without macroblock trees, because with them the same picture
        # gave slightly different films from run to run
        limits = {"maxrate": str(FILM_BITS_PER_S), "bufsize": str(FILM_BITS_PER_S)}
        stream.options = {"preset": "veryfast", "threads": "1", "x264-params": "mbtree=0", **limits}
        for number in range(round(FILM_S * FILM_FRAMES_PER_S)):
            moved = _seen_by_camera(pixels, number / FILM_FRAMES_PER_S, phase=phase, rng=rng)
            frame = av.VideoFrame.from_ndarray(moved, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FILM_FRAMES_PER_S)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target.getvalue()


def decode_last(film: bytes) -> Pixels:
    """The last frame of film that we have encoded ourselves, RGB."""
    with av.open(io.BytesIO(film)) as container:
        last: Any = None
        for frame in container.decode(video=0):
            last = frame
    pixels: Pixels = last.to_ndarray(format="rgb24")
    return pixels


def as_jpeg(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Through JPEG at quality 20."""
    data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    decoded: Any = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(decoded[:, :, ::-1]).astype(np.uint8)


def mirrored(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Left and right exchanged."""
    return np.ascontiguousarray(pixels[:, ::-1])


def bordered(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """As large as before, the picture at 80 % of its size inside a border of some colour, a line of text below."""
    height, width = pixels.shape[:2]
    top, left = round(height * BORDER_SHARE), round(width * BORDER_SHARE)
    canvas = np.empty_like(pixels)
    canvas[:] = rng.integers(0, 256, 3)
    inner = cv2.resize(pixels, (width - 2 * left, height - 2 * top), interpolation=cv2.INTER_AREA)
    canvas[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    scale = top / 30
    where = (left, height - max(1, top // 4))
    cv2.putText(canvas, "INVEST TODAY +300 %", where, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2)
    return canvas


def grainy(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """With independent normal noise in every pixel and colour."""
    return _with_grain(pixels, GRAIN, rng)


def scaled(pixels: Pixels, factor: float) -> Pixels:
    """Smaller by averaging, larger by interpolation; a factor of one gives the picture itself."""
    if factor == 1.0:
        return pixels
    size = (max(2, round(pixels.shape[1] * factor)), max(2, round(pixels.shape[0] * factor)))
    resized: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    return resized


def _seen_by_camera(pixels: Pixels, at_s: float, *, phase: NDArray[np.float64], rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    across, down = SHAKE_PX * np.sin(2 * np.pi * at_s / 1.7 + phase)
    zoom = 1.0 + 0.02 * at_s
    about = np.array(
        [[zoom, 0, across - (zoom - 1) * width / 2], [0, zoom, down - (zoom - 1) * height / 2]], dtype=np.float32
    )
    moved = cv2.warpAffine(pixels, about, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _with_grain(moved, CAMERA_GRAIN, rng)


def _with_grain(pixels: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    noise = rng.standard_normal(pixels.shape, dtype=np.float32) * deviation
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def _even(pixels: Pixels) -> Pixels:
    height, width = (max(2, side - side % 2) for side in pixels.shape[:2])
    return np.ascontiguousarray(pixels[:height, :width])
