"""Speech whose truth is known: a speaker's own sound kept, drowned in music or sped, and what is put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.film_variants import Film, accompanied, read_sound, sped

RATE_HZ = 16_000
HALF = "second half "
HALVED = 6 * RATE_HZ
"""Samples from which on a sound is also tried with its second half replaced."""


def spoken(
    media: Path, count: int
) -> Iterator[tuple[str, NDArray[np.float32], list[tuple[str, str, NDArray[np.float32], float]]]]:
    """Speakers with six seconds of their own sound and what is heard instead: (kind, truth, sound, speed)."""
    folders = sorted((media / "resemblyzer/librispeech").iterdir())[:count]
    speech = {
        folder.name: np.concatenate([read_sound(file) for file in sorted(folder.glob("*.flac"))[:3]])
        for folder in folders
    }
    real = sorted((media / "resemblyzer/trump_real").glob("*.mp3"))
    clone = read_sound(sorted((media / "resemblyzer/trump_fake").glob("*.mp3"))[0])
    names, six, three = list(speech), 6 * RATE_HZ, 3 * RATE_HZ
    for place, name in enumerate(names):
        own, later, other = speech[name][:six], speech[name][six : 2 * six], speech[names[place - 1]][:six]
        short = _kinds(own[:three], [("another speaker", other[:three])], prefix="3 s: ")
        yield name, own, _kinds(own, [("other words, same speaker", later), ("another speaker", other)])
        yield name, own[:three], short
    for file in real[:2]:
        sound = read_sound(file)[10 * RATE_HZ :]
        yield file.stem, sound[:six], _kinds(sound[:six], [("clone", clone[5 * RATE_HZ : 5 * RATE_HZ + six])])


def _kinds(
    own: NDArray[np.float32], others: Sequence[tuple[str, NDArray[np.float32]]], *, prefix: str = ""
) -> list[tuple[str, str, NDArray[np.float32], float]]:
    quick = sped(Film(pictures=[np.zeros((2, 2, 3), dtype=np.uint8)], rate=10, sound=own), rate=1.1).sound
    assert quick is not None
    kept = [
        ("own sound", own, 1.0),
        ("own sound, music 10 dB softer", _with_music(own, 10), 1.0),
        ("own sound, music as loud", _with_music(own, 0), 1.0),
        ("own sound, speed 110 %", quick, 1.1),
    ]
    replaced = [(kind, sound, 1.0) for kind, sound in others if len(sound) == len(own)]
    replaced += [(f"{HALF}{kind}", _half(own, sound), 1.0) for kind, sound, _ in list(replaced) if len(own) >= HALVED]
    replaced += [(f"{kind}, music 10 dB softer", _with_music(sound, 10), 1.0) for kind, sound, _ in list(replaced)]
    return [
        *((prefix + kind, "sound_as_genuine", sound, speed) for kind, sound, speed in kept),
        *((prefix + kind, "voice_replaced", sound, speed) for kind, sound, speed in replaced),
    ]


def _half(own: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound up to its middle, then the other."""
    middle = len(own) // 2
    return np.concatenate([own[:middle], other[middle:]])


def _with_music(sound: NDArray[np.float32], ratio_db: float) -> NDArray[np.float32]:
    film = accompanied(Film(pictures=[np.zeros((2, 2, 3), dtype=np.uint8)], rate=10, sound=sound), ratio_db=ratio_db)
    assert film.sound is not None
    return film.sound
