"""What happens to a film on its way through the networks (re-encoded, resized, bordered, cropped, mirrored), what an ad makes of
it (slower, faster, with a ticker, in a corner, beside another film, cut anew, under music), and what a forger does to it (another
voice, other words, another mouth, a caption, a longer cut): made on the spot from pictures and sound in memory."""

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


def pale_caption(
    film: Film,
    *,
    share: float,
    size: int = 420,
    level: float = 0.9,
    white: bool = False,
    first: float = 0.0,
    last: float = 1.0,
) -> Film:
    """Words of which only ``share`` shows, on nothing but the picture, at ``level`` of its height, from ``first`` to ``last``
    (shares of the film); letters are half as high at twice the ``size``."""
    colour = (255, 255, 255) if white else (0, 0, 0)
    pictures = []
    for number, picture in enumerate(film.pictures):
        shown = picture
        if first * len(film.pictures) <= number < last * len(film.pictures):
            height, width = picture.shape[:2]
            place, scale = (round(width * 0.02), round(height * level)), width / size
            written = cv2.putText(
                picture.copy(), "10 000 AZN PER MONTH", place, 0, scale, colour, max(1, round(2 * scale))
            )
            shown = np.asarray(cv2.addWeighted(picture, 1 - share, written, share, 0), dtype=np.uint8)
        pictures.append(shown)
    return replace(film, pictures=pictures)


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


def excerpt(film: Film, start_s: float, end_s: float) -> Film:
    """The film from ``start_s`` to ``end_s``."""
    sound = None if film.sound is None else film.sound[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    return replace(film, pictures=film.pictures[round(start_s * film.rate) : round(end_s * film.rate)], sound=sound)


def sped(film: Film, *, rate: float) -> Film:
    """``rate`` times as fast, by leaving out or repeating pictures; the sound's pitch rises or falls with it."""
    chosen = np.minimum(np.floor(np.arange(0, len(film.pictures) / rate) * rate).astype(int), len(film.pictures) - 1)
    sound = film.sound
    if sound is not None:
        at = np.arange(0, len(sound) - 1, rate)
        sound = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return replace(film, pictures=[film.pictures[index] for index in chosen], sound=sound)


def tickered(film: Film) -> Film:
    """Words that run through a bar over the lowest sixth."""
    pictures = []
    for number, picture in enumerate(film.pictures):
        shown = picture.copy()
        height, width = shown.shape[:2]
        cv2.rectangle(shown, (0, height * 5 // 6), (width, height), (200, 20, 20), -1)
        place = (round(width * (0.9 - 0.2 * number / film.rate)), round(height * 0.95))
        cv2.putText(
            shown, "INVEST TODAY - 10 000 AZN PER MONTH - INVEST TODAY", place, 0, height / 400, (255, 255, 255), 2
        )
        pictures.append(shown)
    return replace(film, pictures=pictures)


def inset(film: Film, *, share: float = 0.6) -> Film:
    """Small in a corner of a picture that moves by itself and is as large as the film."""
    pictures = []
    for number, picture in enumerate(film.pictures):
        height, width = picture.shape[:2]
        shown = _backdrop(height, width, number / film.rate)
        small = cv2.resize(picture, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
        shown[height - small.shape[0] :, width - small.shape[1] :] = small
        pictures.append(shown)
    return replace(film, pictures=pictures)


def beside(film: Film, other: Film) -> Film:
    """Two films side by side, as high as the first; the sound is the first's."""
    pictures = []
    for number, picture in enumerate(film.pictures):
        height = picture.shape[0]
        shown = other.pictures[round(number / film.rate * other.rate) % len(other.pictures)]
        pictures.append(np.hstack([picture, cv2.resize(shown, (shown.shape[1] * height // shown.shape[0], height))]))
    return replace(film, pictures=pictures)


def joined(*films: Film) -> Film:
    """One after the other, at the size and rate of the first; sound only if all have it."""
    first = films[0]
    height, width = first.pictures[0].shape[:2]
    pictures: list[Picture] = []
    for film in films:
        count = round(film.seconds * first.rate)
        shown = [film.pictures[min(len(film.pictures) - 1, int(k * film.rate / first.rate))] for k in range(count)]
        pictures += [cv2.resize(one, (width, height)).astype(np.uint8) for one in shown]
    sounds = [film.sound for film in films if film.sound is not None]
    return replace(first, pictures=pictures, sound=np.concatenate(sounds) if len(sounds) == len(films) else None)


def frozen(film: Film, at_s: float, *, seconds: float) -> Film:
    """One picture of the film for so long, in silence."""
    still = film.pictures[min(len(film.pictures) - 1, round(at_s * film.rate))]
    silence = None if film.sound is None else np.zeros(round(seconds * RATE_HZ), dtype=np.float32)
    return replace(film, pictures=[still] * round(seconds * film.rate), sound=silence)


def accompanied(film: Film, *, ratio_db: float, seed: int = 1) -> Film:
    """Music of chords and a beat, so many dB softer than the film's sound."""
    assert film.sound is not None
    tune = music(len(film.sound) / RATE_HZ, seed=seed)[: len(film.sound)]
    tune = np.pad(tune, (0, len(film.sound) - len(tune)))
    loudness = float(film.sound.std()) / max(1e-6, float(tune.std())) * 10 ** (-ratio_db / 20)
    return replace(film, sound=np.clip(film.sound + loudness * tune, -1, 1).astype(np.float32))


def music(seconds: float, *, seed: int = 1) -> NDArray[np.float32]:
    """Chords of half a second with overtones, and a beat: (n,) at 16 kHz."""
    rng = np.random.default_rng(seed)
    beat = np.arange(RATE_HZ // 2) / RATE_HZ
    bars = []
    for _ in range(round(seconds * 2) + 1):
        notes = 110 * 2 ** (rng.choice([0, 3, 5, 7, 10, 12, 15], size=3, replace=False) / 12)
        chord = sum(np.sin(2 * np.pi * note * step * beat) / step for note in notes for step in (1, 2, 3, 4))
        bars.append(chord * np.exp(-2 * beat) + rng.standard_normal(len(beat)) * np.exp(-60 * beat))
    tune = np.concatenate(bars)[: round(seconds * RATE_HZ)]
    quiet: NDArray[np.float32] = (0.3 * tune / np.abs(tune).max()).astype(np.float32)
    return quiet


def _backdrop(height: int, width: int, at_s: float) -> Picture:
    """Stripes of colour that wander."""
    rows, columns = np.arange(height)[:, None], np.arange(width)
    waves = [127 + 90 * np.sin(columns / 23 + k + at_s) * np.cos(rows / 31 - k * at_s / 2) for k in range(3)]
    picture: Picture = np.stack(waves, axis=2).astype(np.uint8)
    return picture


def other_mouth(film: Film, *, later_s: float, to_average: Callable[[Picture], NDArray[np.float64] | None]) -> Film:
    """With the mouth of another moment, so much later and round again, in every picture; light and edges are matched.

    ``to_average`` gives the (2, 3) matrix that brings the face of a picture onto the average face of 256 pixels, or None.
    """
    places = [to_average(picture) for picture in film.pictures]
    mask = np.zeros((256, 256), dtype=np.float32)
    cv2.ellipse(mask, (128, 202), (62, 40), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 9)[:, :, None]
    pictures = []
    for number, picture in enumerate(film.pictures):
        other = (number + round(later_s * film.rate)) % len(film.pictures)
        here, there = places[number], places[other]
        if here is None or there is None:
            pictures.append(picture)
            continue
        own = cv2.warpAffine(picture, here, (256, 256)).astype(np.float32)
        donor = cv2.warpAffine(film.pictures[other], there, (256, 256)).astype(np.float32)
        weight = mask.sum() + 1e-6
        donor += ((own - donor) * mask).sum(axis=(0, 1)) / weight
        height, width = picture.shape[:2]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        back = cv2.warpAffine(np.clip(donor, 0, 255), here, (width, height), flags=flags)
        share = cv2.warpAffine(mask[:, :, 0], here, (width, height), flags=flags)[:, :, None]
        pictures.append(np.clip(picture * (1 - share) + back * share, 0, 255).astype(np.uint8))
    return replace(film, pictures=pictures)
