"""Real and generated speech for the voice networks: what is found, what is made of it, and who may be learned from.

Learned from: LibriSpeech (CC BY 4.0) in the development media, speech made of it, and speech read out by programs whose output
is free. Only judged, never learned from: recordings of third parties whose licence does not cover that, vocoded LJSpeech, cloned
voices, and announcements of the Asterisk project (CC BY-SA) where Debian's packages are installed or unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from detectors.voice_front_ends import WINDOW, views
from embeddings.samples import SAMPLE_RATE_HZ
from tests.voice_channels import CHANNELS, sent
from tests.voice_generators import RESYNTHESES, readers

Sound = NDArray[np.float32]

LENGTH_S = 3.2
SHORTEST_S = 3.1
RESYNTHESISED = 4
"""Recordings of each speaker of LibriSpeech that are resynthesised; more of the same six voices teach little and cost much."""
REAL = "real"
QUIET = 0.02
"""A window whose level is below this share of the loudest one's holds no speech."""

DRAWS = {"real": 5, "resynthesis": 1, "reader": 1, "judged": 2}
"""How many channels each piece is sent through, all different."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Up to ``LENGTH_S`` of speech. ``speaker`` is whose voice it is (of resynthesis, whose it was); ``family`` is ``REAL`` or
    the family of generators; ``learned`` whether a network may be trained on it."""

    name: str
    speaker: str
    family: str
    generator: str
    learned: bool
    sound: Sound


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One window after one channel, as the front ends see it. Rows of one ``take`` come from one piece and channel."""

    take: str
    speaker: str
    family: str
    generator: str
    learned: bool
    channel: str
    views: dict[str, NDArray[np.float32]]


def pieces(fixtures: Path, *, packages: Path | None, sounds: Path | None) -> Iterator[Piece]:
    """All there is, in an order that does not change."""
    spoken = list(_librispeech(fixtures))
    yield from spoken
    few = [one for one in spoken if int(one.name.rsplit("-", 1)[1]) < RESYNTHESISED]
    for generator, (family, make) in RESYNTHESES.items():
        for one in few:
            rng = np.random.default_rng(zlib.crc32(f"{generator} {one.name}".encode()))
            yield Piece(
                name=f"{one.name} {generator}",
                speaker=one.speaker,
                family=family,
                generator=generator,
                learned=True,
                sound=make(one.sound, rng),
            )
    for family, voice, sentences in readers(packages):
        for number, sound in enumerate(sentences()):
            if len(sound) >= SHORTEST_S * SAMPLE_RATE_HZ:
                yield Piece(
                    name=f"{family} {voice} {number}",
                    speaker=f"{family} {voice}",
                    family=family,
                    generator=voice,
                    learned=True,
                    sound=sound[: int(LENGTH_S * SAMPLE_RATE_HZ)],
                )
    yield from _judged(fixtures, sounds)


def rows(piece: Piece) -> Iterator[Row]:
    """The piece through its draw of channels, window by window."""
    rng = np.random.default_rng(zlib.crc32(piece.name.encode()))
    kind = "judged" if not piece.learned else "real" if piece.family == REAL else None
    draws = DRAWS[kind or ("resynthesis" if piece.generator in RESYNTHESES else "reader")]
    for channel in rng.permutation(list(CHANNELS))[:draws]:
        heard = sent(piece.sound, str(channel), rng)
        whole = heard[: len(heard) // WINDOW * WINDOW].reshape(-1, WINDOW)
        level = np.sqrt((whole**2).mean(axis=1))
        for number in np.flatnonzero(level > max(QUIET * level.max(initial=0.0), 1e-4)):
            yield Row(
                take=f"{piece.name} / {channel}",
                speaker=piece.speaker,
                family=piece.family,
                generator=piece.generator,
                learned=piece.learned,
                channel=str(channel),
                views=views(whole[number]),
            )


def read_sound(path: Path, *, most_s: float = 3600.0) -> Sound:
    """(n,) 16 kHz mono of any file that PyAV reads; these files are ours."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    parts: list[Sound] = []
    raw = {"format": "g722"} if path.suffix == ".g722" else {}
    with av.open(str(path), **raw) as file:
        for frame in file.decode(audio=0):
            parts += [ready.to_ndarray()[0] for ready in resampler.resample(frame)]
            if sum(map(len, parts)) > most_s * SAMPLE_RATE_HZ:
                break
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, dtype=np.float32)


def _librispeech(fixtures: Path) -> Iterator[Piece]:
    for path in sorted((fixtures / "resemblyzer" / "librispeech").glob("*/*-000[0-6].flac")):
        sound = read_sound(path)[: int(LENGTH_S * SAMPLE_RATE_HZ)]
        if len(sound) >= SHORTEST_S * SAMPLE_RATE_HZ:
            speaker = f"LibriSpeech {path.parent.name}"
            yield Piece(name=path.stem, speaker=speaker, family=REAL, generator=REAL, learned=True, sound=sound)


def _judged(fixtures: Path, sounds: Path | None) -> Iterator[Piece]:
    for pattern, speaker, family, most in (
        ("wavefake/LJSpeech/*.wav", "LJSpeech", REAL, 2),
        ("wavefake/special/*.wav", "LJSpeech", REAL, 2),
        ("wavefake/generated/*.wav", "LJSpeech", "wavefake vocoder", 2),
        ("resemblyzer/trump_real/*.mp3", "politician A", REAL, 4),
        ("resemblyzer/trump_fake/*.mp3", "politician A", "cloned voice", 8),
        ("styletalk/wav/Obama*.wav", "politician B", REAL, 4),
        ("styletalk/wav/andrew*.wav", "presenter", REAL, 4),
        ("silero/test.wav", "silero", REAL, 4),
    ):
        for path in sorted(fixtures.glob(pattern)):
            yield from _cut(read_sound(path, most_s=240), path.stem, speaker=speaker, family=family, most=most)
    for announcer in sorted(sounds.iterdir()) if sounds is not None else ():
        found = sorted(announcer.glob("*.g722"), key=lambda path: (-path.stat().st_size, path.name))
        for path in found[:8]:
            yield from _cut(
                read_sound(path)[SAMPLE_RATE_HZ // 4 :], path.stem, speaker=announcer.name, family=REAL, most=1
            )


def _cut(sound: Sound, name: str, *, speaker: str, family: str, most: int) -> Iterator[Piece]:
    length = int(LENGTH_S * SAMPLE_RATE_HZ)
    starts = range(0, max(1, len(sound) - int(SHORTEST_S * SAMPLE_RATE_HZ)), length)
    chosen = [starts[round(at)] for at in np.linspace(0, len(starts) - 1, min(most, len(starts)))]
    for number, start in enumerate(chosen):
        piece = sound[start : start + length]
        if len(piece) >= SHORTEST_S * SAMPLE_RATE_HZ and float(np.abs(piece).max()) > 1e-3:
            yield Piece(
                name=f"{speaker} {name} {number}",
                speaker=speaker,
                family=family,
                generator=family,
                learned=False,
                sound=piece,
            )
