"""What happens to pictures and sound on their way through a platform, for measuring what it costs.

Every condition is deterministic: the same input and the same generator state give the same output. The codecs are the
real ones (H.264, JPEG, MP3, AAC, G.711), and what they read is what they have just written, never a file from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings import picture_conditions as picture
from embeddings import sound_conditions as sound

Pixels = NDArray[np.uint8]
Sound = NDArray[np.float32]

CLEAN = "clean"
SIZES_PX = (24, 32, 48, 64, 96)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCondition:
    """``apply`` takes (h, w, 3) RGB and gives RGB of perhaps another size. With ``face_height_px`` the picture is first
    scaled down until its face is that high; ``summary`` is the end of a sentence."""

    name: str
    summary: str
    apply: Callable[[Pixels, np.random.Generator], Pixels]
    face_height_px: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCondition:
    """``apply`` takes mono 16 kHz (n,) in [-1, 1] and gives as many samples; ``summary`` is the end of a sentence."""

    name: str
    summary: str
    apply: Callable[[Sound, np.random.Generator], Sound]


PICTURE_CONDITIONS = {
    condition.name: condition
    for condition in (
        PictureCondition(name=CLEAN, summary="as it is", apply=lambda pixels, _: pixels),
        PictureCondition(
            name="h264-200k-360p",
            summary="a late frame of a two-second H.264 film of it, slowly moving, 360p at no more than 200 kb/s",
            apply=picture.as_film,
        ),
        PictureCondition(name="jpeg-20", summary="saved as JPEG of quality 20", apply=picture.as_jpeg),
        PictureCondition(name="mirror", summary="left and right exchanged", apply=picture.mirrored),
        PictureCondition(
            name="border",
            summary="shrunk to 80 % inside a coloured border with a line of text below",
            apply=picture.bordered,
        ),
        PictureCondition(name="noise", summary="with grain of standard deviation 12 (of 255)", apply=picture.grainy),
        *(
            PictureCondition(
                name=f"face-{size}px",
                summary=f"scaled down until the face is {size} px high",
                apply=lambda pixels, _: pixels,
                face_height_px=size,
            )
            for size in SIZES_PX
        ),
    )
}

SOUND_CONDITIONS = {
    condition.name: condition
    for condition in (
        SoundCondition(name=CLEAN, summary="as it is", apply=lambda samples, _: samples),
        SoundCondition(name="mp3-48k", summary="as stereo MP3 at 48 kb/s", apply=sound.as_mp3),
        SoundCondition(name="aac-32k", summary="as AAC at 32 kb/s", apply=sound.as_aac),
        SoundCondition(
            name="music-10db", summary="over music (chords, bass, drums), 10 dB below the voice", apply=sound.over_music
        ),
        SoundCondition(name="noise", summary="over pink noise, 10 dB below the voice", apply=sound.over_noise),
        SoundCondition(
            name="telephone", summary="through a telephone: 300-3400 Hz, 8 kHz, G.711", apply=sound.by_telephone
        ),
    )
}

ALL = "all"


def chosen(names: Sequence[str]) -> tuple[tuple[PictureCondition, ...], tuple[SoundCondition, ...]]:
    """The conditions of these names (``all`` for every one), ``clean`` always first: everything is compared with it.

    A name that exists for pictures and sound stands for both. Raises ``ValueError`` for one that exists for neither.
    """
    known = list(dict.fromkeys([*PICTURE_CONDITIONS, *SOUND_CONDITIONS]))
    unknown = [name for name in names if name != ALL and name not in known]
    if unknown:
        raise ValueError(f"there is no condition {unknown[0]!r}; the conditions are: {', '.join(known)}, {ALL}")
    wanted = known if ALL in names else list(dict.fromkeys([CLEAN, *names]))
    pictures = tuple(condition for name, condition in PICTURE_CONDITIONS.items() if name in wanted)
    sounds = tuple(condition for name, condition in SOUND_CONDITIONS.items() if name in wanted)
    return pictures, sounds


def shown_at(pixels: Pixels, condition: PictureCondition, *, face_px: float, rng: np.random.Generator) -> Pixels | None:
    """The picture in this condition, given how high its face is; None where the face is already smaller than asked."""
    size = condition.face_height_px
    if size is None:
        return condition.apply(pixels, rng)
    if face_px < size:
        return None
    return condition.apply(picture.scaled(pixels, size / face_px), rng)
