"""What happens to a film on its way through the networks (re-encoded, resized, bordered, cropped, mirrored), and what a forger
does to it (another voice, other words, a caption, a longer cut): made on the spot from pictures and sound in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from qalqan.demo.encoding import ONE_THREAD

Picture = NDArray[np.uint8]
RATE_HZ = 16_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """Pictures (h, w, 3) RGB at ``rate`` per second, and mono 16 kHz sound or None."""

    pictures: Sequence[Picture]
    rate: int
    sound: NDArray[np.float32] | None = None

    @property
    def seconds(self) -> float:
        return len(self.pictures) / self.rate


def read_film(
    path: Path, *, seconds: float, from_s: float = 0.0, part: Callable[[Picture], Picture] = lambda picture: picture
) -> Film:
    """So many ``seconds`` of a film file ``from_s`` on; ``part`` chooses a piece of each picture."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = round(float(stream.average_rate or 25))
        first = round(from_s * rate)
        pictures: list[Picture] = []
        for number, frame in enumerate(container.decode(stream)):
            if len(pictures) >= seconds * rate:
                break
            if number >= first:
                pictures.append(np.ascontiguousarray(part(frame.to_ndarray(format="rgb24"))))
        voiced = bool(container.streams.audio)
    start = round(first / rate * RATE_HZ)
    sound = read_sound(path)[start : start + round(len(pictures) / rate * RATE_HZ)] if voiced else None
    return Film(pictures=pictures, rate=rate, sound=sound)


def read_sound(path: Path) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        pieces = [p.to_ndarray()[0] for frame in container.decode(audio=0) for p in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.float32)


def write_film(
    film: Film,
    path: Path,
    *,
    bit_rate: int = 2_000_000,
    height: int | None = None,
    codec: str = "libx264",
    sound_codec: str = "aac",
    sound_bit_rate: int = 128_000,
    exact: bool = False,
) -> Path:
    """An MP4 of it, scaled to ``height`` if it is higher; ``exact``: the same film gives the same bytes, and a worse picture."""
    tall, wide = film.pictures[0].shape[:2]
    scale = min(1.0, height / tall) if height else 1.0
    size = (max(2, round(wide * scale) // 2 * 2), max(2, round(tall * scale) // 2 * 2))
    with av.open(str(path), "w", options={"fflags": "+bitexact"} if exact else {}) as out:
        picture = out.add_stream(codec, rate=film.rate)
        if codec == "libx264":
            picture.options = {"preset": "veryfast"} | ({"x264-params": ONE_THREAD} if exact else {})
        picture.width, picture.height, picture.pix_fmt, picture.bit_rate = *size, "yuv420p", bit_rate
        voice = None if film.sound is None else out.add_stream(sound_codec, rate=44_100, layout="mono")
        if voice is not None:
            voice.bit_rate = sound_bit_rate
            if exact:
                voice.codec_context.thread_count = 1
        for number, pixels in enumerate(film.pictures):
            small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(small), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, film.rate)
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        if voice is not None and film.sound is not None:
            resampler = av.AudioResampler(format=voice.format.name, layout="mono", rate=44_100)
            whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(film.sound[None]), format="fltp", layout="mono")
            whole.sample_rate, whole.pts = RATE_HZ, 0
            for piece in [*resampler.resample(whole), *resampler.resample(None)]:
                out.mux(voice.encode(piece))
            out.mux(voice.encode(None))
    return path


def _each(film: Film, change: Callable[[Picture], Picture]) -> Film:
    return replace(film, pictures=[np.ascontiguousarray(change(picture)) for picture in film.pictures])


def mirrored(film: Film) -> Film:
    return _each(film, lambda picture: picture[:, ::-1])


def cropped(film: Film, *, share: float, top: float = 0.5, left: float = 0.5) -> Film:
    """Without ``share`` of width and height; ``top`` and ``left`` say how much of that goes on those sides."""

    def crop(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        down, across = round(height * share), round(width * share)
        first, start = round(down * top), round(across * left)
        return picture[first : height - down + first, start : width - across + start]

    return _each(film, crop)


def squared(film: Film, *, colour: tuple[int, int, int] = (0, 0, 0)) -> Film:
    """Bars above and below, or at the sides, until it is a square."""

    def fill(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        side = max(height, width)
        canvas = np.empty((side, side, 3), dtype=np.uint8)
        canvas[:] = colour
        top, left = (side - height) // 2, (side - width) // 2
        canvas[top : top + height, left : left + width] = picture
        return canvas

    return _each(film, fill)


def captioned(film: Film) -> Film:
    """A box with words over the lower half."""

    def write(picture: Picture) -> Picture:
        shown = picture.copy()
        height, width = shown.shape[:2]
        cv2.rectangle(shown, (0, height // 2), (width, height), (250, 210, 20), -1)
        cv2.putText(shown, "10 000 AZN PER MONTH", (8, height * 3 // 4), 0, width / 420, (0, 0, 0), 2)
        return shown

    return _each(film, write)


def voiced(film: Film, sound: NDArray[np.float32]) -> Film:
    """The same pictures with another sound."""
    return replace(film, sound=np.resize(sound, round(film.seconds * RATE_HZ)))


def spliced(film: Film, sound: NDArray[np.float32], *, at_s: float, seconds: float) -> Film:
    """With ``seconds`` of other sound from ``at_s`` on, as loud as what it replaces."""
    assert film.sound is not None
    changed = film.sound.copy()
    place = slice(round(at_s * RATE_HZ), round((at_s + seconds) * RATE_HZ))
    piece = sound[: len(changed[place])]
    changed[place] = piece * (film.sound.std() / max(1e-6, float(piece.std())))
    return replace(film, sound=changed)


def lengthened(film: Film, *, seconds: float) -> Film:
    """Another cut: the end is shown once more."""
    more = round(seconds * film.rate)
    sound = film.sound
    if sound is not None:
        sound = np.concatenate([sound, sound[-round(seconds * RATE_HZ) :]])
    return replace(film, pictures=[*film.pictures, *film.pictures[-more:]], sound=sound)
