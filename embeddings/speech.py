"""Speech of a creative: where somebody speaks, cut into windows, each window turned into a voice vector.

In two steps, as for faces: ``find_speech`` gives the windows and their sound, ``with_vectors`` what comes of their vectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.faces import agreement
from embeddings.records import VoiceSegment
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia, LoadedPack, VoiceSample
from embeddings.speakers import SPEAKER_MARGIN, group_speakers

WINDOW_S = 8.0
"""Speech per window, pauses left out."""

HOP_S = 5.0
"""Windows start at most this much speech apart, so neighbours share some."""

TURN_PAUSE_S = 0.7
"""Where nobody speaks for so long, another may go on: no window reaches across, if both sides are long enough."""

TURN_S = 5.0
"""Speech that a turn needs for windows of its own; shorter ones are joined to the neighbour across the shorter pause."""

Sound = NDArray[np.float32]
Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Speech to make one vector of: from ``start_s`` to ``end_s`` of the clip, ``speech_s`` without the pauses."""

    start_s: float
    end_s: float
    speech_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundSpeech:
    """The speech of a clip before any vector: ``spoken`` is the sound of its ``windows``, in order,
    mono 16 kHz without the pauses."""

    creative_sha256: str
    windows: tuple[Window, ...]
    spoken: tuple[Sound, ...]


def voice_samples(media: DecodedMedia, pack: LoadedPack) -> list[VoiceSample]:
    """The voice of every window of speech; empty for media without sound or with too little speech in it."""
    found = find_speech(media, pack)
    return with_vectors(found, pack.voices.embed(found.spoken), pack)


def find_speech(media: DecodedMedia, pack: LoadedPack) -> FoundSpeech:
    """The windows of a creative's speech; none for media without sound."""
    if media.sound is None:
        return FoundSpeech(creative_sha256=media.creative.sha256, windows=(), spoken=())
    return speech_in(media.sound, media.creative.sha256, pack)


def speech_in(sound: Sound, creative_sha256: str, pack: LoadedPack) -> FoundSpeech:
    """The windows of mono 16 kHz sound; none if there is less speech than the pack's ``voice_min_speech_s``."""
    stretches = pack.voices.speech(sound)
    cut: list[tuple[Window, Sound]] = []
    if sum(end - start for start, end in stretches) >= pack.manifest.voice_min_speech_s:
        for turn in turns(stretches):
            cut += _cut(sound, turn)
    return FoundSpeech(
        creative_sha256=creative_sha256,
        windows=tuple(window for window, _ in cut),
        spoken=tuple(sound for _, sound in cut),
    )


def with_vectors(found: FoundSpeech, vectors: NDArray[np.float32], pack: LoadedPack) -> list[VoiceSample]:
    """The windows with their vectors (n, d), each with the number of its speaker in this clip.

    ``ValueError`` unless there is a vector for each window.
    """
    if len(vectors) != len(found.windows):
        raise ValueError(f"{len(vectors)} vectors do not fit {len(found.windows)} windows; pass those of this clip")
    if not found.windows:
        return []
    scores = agreement(vectors, vectors, metric=pack.manifest.voice_metric)
    speakers = group_speakers(scores, least=pack.manifest.voice_threshold - SPEAKER_MARGIN)
    return [
        VoiceSample(
            segment=VoiceSegment(
                creative_sha256=found.creative_sha256,
                segment=number,
                start_s=window.start_s,
                end_s=window.end_s,
                speech_s=window.speech_s,
                speaker=speaker,
            ),
            vector=vector,
        )
        for number, (window, speaker, vector) in enumerate(zip(found.windows, speakers, vectors, strict=True))
    ]


def windows(speech_s: float) -> list[Stretch]:
    """Evenly spread windows (first_s, last_s) over so much speech: all of ``WINDOW_S``, or one shorter one."""
    if speech_s <= WINDOW_S:
        return [(0.0, speech_s)]
    count = math.ceil((speech_s - WINDOW_S) / HOP_S) + 1
    step = (speech_s - WINDOW_S) / (count - 1)
    return [(number * step, number * step + WINDOW_S) for number in range(count)]


def turns(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """The stretches of speech (start_s, end_s) by turns: parted at pauses of ``TURN_PAUSE_S``, each of ``TURN_S`` at least if
    there is as much speech at all."""
    parted: list[list[Stretch]] = []
    for stretch in stretches:
        if parted and stretch[0] - parted[-1][-1][1] < TURN_PAUSE_S:
            parted[-1].append(stretch)
        else:
            parted.append([stretch])
    while len(parted) > 1:
        short = min(range(len(parted)), key=lambda number: _speech_s(parted[number]))
        if _speech_s(parted[short]) >= TURN_S:
            break
        before = parted[short][0][0] - parted[short - 1][-1][1] if short > 0 else math.inf
        after = parted[short + 1][0][0] - parted[short][-1][1] if short + 1 < len(parted) else math.inf
        first = short - 1 if before <= after else short
        parted[first] += parted.pop(first + 1)
    return parted


def _speech_s(turn: Sequence[Stretch]) -> float:
    return sum(end - start for start, end in turn)


def _cut(sound: Sound, turn: Sequence[Stretch]) -> list[tuple[Window, Sound]]:
    """The windows of one turn, those of silence left out."""
    positions = np.concatenate(
        [np.arange(round(a * SAMPLE_RATE_HZ), min(len(sound), round(b * SAMPLE_RATE_HZ))) for a, b in turn]
    )
    cut = []
    for first, last in windows(len(positions) / SAMPLE_RATE_HZ):
        inside = positions[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]
        if len(inside) and np.any(sound[inside]):
            window = Window(
                start_s=float(inside[0]) / SAMPLE_RATE_HZ,
                end_s=float(inside[-1] + 1) / SAMPLE_RATE_HZ,
                speech_s=len(inside) / SAMPLE_RATE_HZ,
            )
            cut.append((window, sound[inside]))
    return cut
