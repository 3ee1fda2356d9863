"""Makes the demo's media files from their recipes. Deterministic: the same code and packages give the same bytes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from qalqan.demo.animate import FRAMES_PER_S, TalkingHead
from qalqan.demo.creatives import PORTRAIT_OF, SEED_OF, VOICE_OF, Recipe, Scene, Variant
from qalqan.demo.drawing import captioned, marked, varied
from qalqan.demo.encoding import write_picture, write_sound, write_video
from qalqan.demo.parts import SIZE_PX, Pixels, portrait, product
from qalqan.demo.speech import Sound, openness, silence, speak, tune
from qalqan.demo.texts import GENUINE_SPEECH, GENUINE_SPEECH_RU, OTHER_SPEECH, SCAM_SPEECH

FOOTAGE_GAP_S = 60.0
"""Clips of one person are this far apart on the clock that moves the head, so that no two look the same."""
STILL_AT_S = 3.0
PRODUCT_S = 7.0
GENUINE_WORDS_PER_MINUTE = 150
ADVERT_WORDS_PER_MINUTE = 175
LONG_S = 600
LONG_FRAMES_PER_S = 5
LONG_SIZE_PX = 160
LOW_QUALITY_CRF = 34


@functools.lru_cache(maxsize=64)
def spoken(text: str, language: str, voice: str, words_per_minute: int) -> Sound:
    """``speak``, remembered: variants of a creative say the same."""
    return speak(text, language=language, voice=voice, words_per_minute=words_per_minute)


@functools.cache
def head(who: str) -> TalkingHead:
    """The puppet of an official, ``woman`` or ``man``."""
    return TalkingHead(portrait(PORTRAIT_OF[who]), seed=SEED_OF[who])


def genuine_sound(who: str, footage: int) -> Sound:
    """What an official really says in one of the two clips (0, 1) or in the sound-only recording (2)."""
    return spoken(GENUINE_SPEECH[who][footage], "az", VOICE_OF[who], GENUINE_WORDS_PER_MINUTE)


def sound_of(recipe: Recipe) -> Sound:
    """What is heard. Cut from genuine speech for genuine scenes, else spoken by the voice that the recipe says."""
    who = recipe.who
    if recipe.scene is Scene.GENUINE and who is not None:
        return genuine_sound(who, recipe.footage).between(recipe.from_s, recipe.until_s)
    if recipe.scene in (Scene.FAKE, Scene.SILENT) and who is not None:
        return spoken(SCAM_SPEECH[recipe.language], recipe.language, VOICE_OF[who], ADVERT_WORDS_PER_MINUTE)
    if recipe.speech is not None and recipe.voice is not None:
        return spoken(OTHER_SPEECH[recipe.speech], recipe.language, recipe.voice, ADVERT_WORDS_PER_MINUTE)
    return tune(seconds=PRODUCT_S)


def head_frames(recipe: Recipe) -> Iterator[Pixels]:
    """The talking head of a recipe, unaltered and unmarked."""
    if recipe.who is None:
        raise ValueError(f"{recipe.file}: a talking head needs somebody; name one in its recipe.")
    heard = sound_of(recipe)
    count = int(heard.duration_s * FRAMES_PER_S)
    driver = heard
    if recipe.scene is Scene.VOICE_OVER:
        driver = genuine_sound(recipe.who, recipe.footage).between(recipe.from_s, None)
    mouth = openness(driver, frames_per_s=FRAMES_PER_S, count=count)
    yield from head(recipe.who).frames(mouth, from_s=recipe.footage * FOOTAGE_GAP_S + recipe.from_s)


def product_frames(recipe: Recipe, *, seconds: float) -> Iterator[Pixels]:
    """A slow zoom into a picture of a thing."""
    pixels = product(recipe.who or "coffee")
    count = int(seconds * FRAMES_PER_S)
    for number in range(count):
        side = int(SIZE_PX * (1 - 0.2 * number / count))
        edge = (SIZE_PX - side) // 2
        view = pixels[edge : edge + side, edge : edge + side]
        yield np.asarray(cv2.resize(view, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_LINEAR), np.uint8)


def finished(frames: Iterator[Pixels], recipe: Recipe) -> Iterator[Pixels]:
    """Frames with caption, alteration and, always last, the mark."""
    for number, pixels in enumerate(frames):
        picture = captioned(pixels, recipe.caption) if recipe.caption else pixels
        yield marked(varied(picture, recipe.variant, frame=number))


def long_frames(recipe: Recipe) -> Iterator[Pixels]:
    """Ten minutes in which a dot goes round."""
    small = cv2.resize(product(recipe.who or "coffee"), (LONG_SIZE_PX, LONG_SIZE_PX), interpolation=cv2.INTER_AREA)
    still = marked(np.asarray(small, np.uint8))
    for number in range(LONG_S * LONG_FRAMES_PER_S):
        picture = still.copy()
        angle = number / 40
        x, y = (int(LONG_SIZE_PX * (0.5 + 0.3 * turn)) for turn in (np.cos(angle), np.sin(angle)))
        picture[y : y + 4, x : x + 4] = 255
        yield picture


def make(recipe: Recipe, path: Path) -> None:
    """Writes the recipe's file. Raises ``FileNotFoundError`` without a package or espeak-ng, ``OSError`` on a full disk."""
    match recipe.scene:
        case Scene.EMPTY:
            path.write_bytes(b"")
        case Scene.TEXT:
            path.write_text("SYNTHETIC DEMO: this is not a video.\n" * 40, encoding="utf-8")
        case Scene.STILL:
            still = head(recipe.who or "").frame(STILL_AT_S, 0.0)
            write_picture(path, next(finished(iter([still]), recipe)))
        case Scene.PRODUCT if path.suffix == ".jpg" or recipe.media_type == "image/jpeg":
            write_picture(path, next(finished(iter([product(recipe.who or "coffee")]), recipe)))
        case Scene.LONG:
            write_video(
                path,
                long_frames(recipe),
                silence(seconds=LONG_S, rate_hz=8000),
                frames_per_s=LONG_FRAMES_PER_S,
                crf=LOW_QUALITY_CRF,
            )
        case _:
            _make_clip(recipe, path)


def _make_clip(recipe: Recipe, path: Path) -> None:
    sound = sound_of(recipe)
    nobody = recipe.scene in (Scene.PRODUCT, Scene.TRUNCATED)
    frames = product_frames(recipe, seconds=sound.duration_s) if nobody else head_frames(recipe)
    heard = None if recipe.scene is Scene.SILENT else sound
    crf = LOW_QUALITY_CRF if recipe.variant is Variant.RECODED else 24
    write_video(path, finished(frames, recipe), heard, frames_per_s=FRAMES_PER_S, crf=crf)
    if recipe.scene is Scene.TRUNCATED:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 3])


def enrolment_parts(who: str) -> dict[str, Callable[[Path], None]]:
    """File name → what writes it: four pictures of an official and two recordings of genuine speech.

    The pictures are the portrait, a closer cut of it, a darker copy and a still of the first clip; the recordings are in
    Azerbaijani (longer than twenty seconds) and in Russian.
    """
    pictures: dict[str, Callable[[Pixels], Pixels]] = {
        "portrait": lambda pixels: pixels,
        "closer": lambda pixels: cv2.resize(pixels[:400, 40:440], (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC),
        "darker": lambda pixels: cv2.convertScaleAbs(pixels, alpha=0.8, beta=-8),
        "still": lambda _: head(who).frame(5.0, 0.25),
    }
    makers = {f"{who}-{name}.jpg": _picture_maker(who, change) for name, change in pictures.items()}
    return makers | {
        f"{who}-speech-az.wav": lambda path: write_sound(path, genuine_sound(who, 2)),
        f"{who}-speech-ru.wav": lambda path: write_sound(
            path, spoken(GENUINE_SPEECH_RU[who], "ru", VOICE_OF[who], GENUINE_WORDS_PER_MINUTE)
        ),
    }


def _picture_maker(who: str, change: Callable[[Pixels], Pixels]) -> Callable[[Path], None]:
    return lambda path: write_picture(path, marked(change(portrait(PORTRAIT_OF[who]).pixels)))
