"""What a platform, a re-uploader or a forger does to a film, each with its name, and how the film is then encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.sound_conditions import music, over_music
from qalqan.demo.drawing import lettering
from tests.film_variants import RATE_HZ, Film, Picture, cropped, mirrored, squared, write_film

TICKER = "XƏBƏRLƏR · НОВОСТИ · ЖАҢАЛЫҚТАР · HABERLER · NEWS · "
TICKER_PX_PER_FRAME = 3
SLIDE_SIZE_PX = (480, 360)
SLIDES_PER_S = 10
SLIDE_S = 1.5
SLIDE_ZOOM = 0.06
INSET = 0.55
"""Height of the picture in the picture, as a share of the whole."""

Change = Callable[[Film, np.random.Generator], Film]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a film leaves the platform: H.264 at most ``height`` lines high."""

    height: int
    bit_rate: int
    sound_codec: str = "aac"
    sound_bit_rate: int = 96_000

    def write(self, film: Film, path: Path) -> Path:
        """An MP4; nothing is made larger than it was."""
        return write_film(
            film,
            path,
            height=self.height,
            bit_rate=self.bit_rate,
            sound_codec=self.sound_codec,
            sound_bit_rate=self.sound_bit_rate,
            exact=True,
        )


MIDDLING = Encoding(height=480, bit_rate=400_000)


def unchanged(film: Film, _: np.random.Generator) -> Film:
    """The film as it is."""
    return film


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A named change with its encoding; ``speed`` above 1 makes the film shorter."""

    name: str
    change: Change = unchanged
    encoding: Encoding = field(default=MIDDLING)
    speed: float = 1.0

    def apply(self, film: Film, rng: np.random.Generator) -> Film:
        """The changed film, not encoded yet."""
        changed = self.change(film, rng)
        return changed if self.speed == 1.0 else at_speed(changed, self.speed)


def bordered(film: Film, _: np.random.Generator) -> Film:
    """A square with bars of one colour."""
    return squared(film, colour=(18, 52, 86))


def without_edges(film: Film, rng: np.random.Generator) -> Film:
    """Eight hundredths of width and height cut away, more on one side than on the other."""
    return cropped(film, share=0.08, top=float(rng.uniform(0.2, 0.8)), left=float(rng.uniform(0.2, 0.8)))


def other_way_round(film: Film, _: np.random.Generator) -> Film:
    """Left and right exchanged."""
    return mirrored(film)


def with_ticker(film: Film, _: np.random.Generator) -> Film:
    """A strip of moving words along the lower edge."""
    height, width = film.pictures[0].shape[:2]
    tall = max(16, height // 12)
    line = lettering(TICKER, width=2 * width, height=tall, ink=(255, 255, 255), paper=(12, 44, 110))
    tape = np.hstack([line, line[:, :width]])
    pictures = []
    for number, picture in enumerate(film.pictures):
        shown = picture.copy()
        start = number * TICKER_PX_PER_FRAME % (2 * width)
        shown[height - tall :] = tape[:, start : start + width]
        pictures.append(shown)
    return replace(film, pictures=pictures)


def with_music(film: Film, rng: np.random.Generator) -> Film:
    """Music 10 dB below the voice; alone where the film has no sound."""
    if film.sound is not None:
        return replace(film, sound=over_music(film.sound, rng))
    alone = music(round(film.seconds * RATE_HZ), rng)
    return replace(film, sound=(0.2 * alone / np.abs(alone).max()).astype(np.float32))


def at_speed(film: Film, speed: float) -> Film:
    """Played ``speed`` times as fast; the pitch moves with it, as where frames are simply played faster."""
    picked = np.arange(0, len(film.pictures) - 1e-9, speed).astype(int)
    sound = film.sound
    if sound is not None:
        at = np.arange(0, len(sound) - 1, speed)
        sound = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return replace(film, pictures=[film.pictures[number] for number in picked], sound=sound)


CONDITIONS = (
    Condition(
        name="h264 1000 kb/s 720p, aac 128", encoding=Encoding(height=720, bit_rate=1_000_000, sound_bit_rate=128_000)
    ),
    Condition(name="h264 400 kb/s 480p, aac 96"),
    Condition(
        name="h264 200 kb/s 360p, aac 48", encoding=Encoding(height=360, bit_rate=200_000, sound_bit_rate=48_000)
    ),
    Condition(
        name="h264 400 kb/s 480p, mp3 64",
        encoding=Encoding(height=480, bit_rate=400_000, sound_codec="libmp3lame", sound_bit_rate=64_000),
    ),
    Condition(name="crop", change=without_edges),
    Condition(name="border", change=bordered),
    Condition(name="ticker", change=with_ticker),
    Condition(name="mirror", change=other_way_round),
    Condition(name="speed +5 %", speed=1.05),
    Condition(name="speed -5 %", speed=0.95),
    Condition(name="speed +10 %", speed=1.1),
    Condition(name="speed -10 %", speed=0.9),
    Condition(name="music", change=with_music),
)


def slideshow(stills: Sequence[Picture], sound: NDArray[np.float32]) -> Film:
    """Stills in turn, each slowly coming nearer, for as long as the sound lasts."""
    cards = [fitted(still, SLIDE_SIZE_PX) for still in stills]
    pictures = []
    for number in range(round(len(sound) / RATE_HZ * SLIDES_PER_S)):
        at_s = number / SLIDES_PER_S
        pictures.append(_nearer(cards[int(at_s / SLIDE_S) % len(cards)], SLIDE_ZOOM * (at_s % SLIDE_S) / SLIDE_S))
    return Film(pictures=pictures, rate=SLIDES_PER_S, sound=sound)


def picture_in_picture(film: Film, background: Picture) -> Film:
    """The film small in the lower right corner of a still."""
    ground = fitted(background, SLIDE_SIZE_PX)
    wide, tall = SLIDE_SIZE_PX
    height, width = film.pictures[0].shape[:2]
    scale = min(INSET * tall / height, 0.9 * wide / width)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    pictures = []
    for picture in film.pictures:
        shown = ground.copy()
        shown[tall - size[1] - 8 : tall - 8, wide - size[0] - 8 : wide - 8] = cv2.resize(
            picture, size, interpolation=cv2.INTER_AREA
        )
        pictures.append(shown)
    return replace(film, pictures=pictures)


def split_screen(film: Film, beside: Film) -> Film:
    """Two films next to each other, equally high; the first is heard. As long as the shorter of them."""
    tall = min(360, film.pictures[0].shape[0])
    count = min(len(film.pictures), int(beside.seconds * film.rate))
    pictures = []
    for number in range(count):
        other = beside.pictures[int(number / film.rate * beside.rate)]
        pictures.append(np.hstack([_to_height(film.pictures[number], tall), _to_height(other, tall)]))
    sound = None if film.sound is None else film.sound[: round(count / film.rate * RATE_HZ)]
    return Film(pictures=pictures, rate=film.rate, sound=sound)


def with_words(picture: Picture, words: str) -> Picture:
    """The picture with lines of large letters below it."""
    height, width = picture.shape[:2]
    lines = _lines(words)
    tall = max(26, height // 12)
    strips = [lettering(line, width=width, height=tall, ink=(255, 255, 255), paper=(150, 20, 32)) for line in lines]
    return np.ascontiguousarray(np.vstack([picture, *strips]))


def _lines(words: str, *, longest: int = 42) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def fitted(picture: Picture, size: tuple[int, int]) -> Picture:
    """The whole picture inside (width, height), on black."""
    wide, tall = size
    height, width = picture.shape[:2]
    scale = min(wide / width, tall / height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.zeros((tall, wide, 3), dtype=np.uint8)
    top, left = (tall - inner[1]) // 2, (wide - inner[0]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
    return canvas


def _nearer(picture: Picture, zoom: float) -> Picture:
    height, width = picture.shape[:2]
    down, across = int(height * zoom / 2), int(width * zoom / 2)
    inner = picture[down : height - down, across : width - across]
    return np.asarray(cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _to_height(picture: Picture, tall: int) -> Picture:
    wide = max(2, round(picture.shape[1] * tall / picture.shape[0]) // 2 * 2)
    return np.asarray(cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_AREA), np.uint8)
