"""Speech of a creative: where somebody speaks, cut into windows, each window turned into a voice vector."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from embeddings.records import VoiceSegment
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia, LoadedPack, VoiceSample

WINDOW_S = 8.0
"""Speech per window, pauses left out."""

HOP_S = 5.0
"""Windows start at most this much speech apart, so neighbours share some."""


def voice_samples(media: DecodedMedia, pack: LoadedPack) -> list[VoiceSample]:
    """The voice of every window of speech; empty for media without sound or with too little speech in it."""
    if media.sound is None:
        return []
    return sample_sound(media.sound, media.creative.sha256, pack)


def sample_sound(sound: NDArray[np.float32], creative_sha256: str, pack: LoadedPack) -> list[VoiceSample]:
    """The same for mono 16 kHz sound in [-1, 1], (n,) float32; less than the pack's ``voice_min_speech_s`` gives nothing."""
    stretches = pack.voices.speech(sound)
    total_s = sum(end - start for start, end in stretches)
    if total_s < pack.manifest.voice_min_speech_s:
        return []
    positions = np.concatenate(
        [np.arange(round(a * SAMPLE_RATE_HZ), min(len(sound), round(b * SAMPLE_RATE_HZ))) for a, b in stretches]
    )
    heard: list[VoiceSegment] = []
    spoken: list[NDArray[np.float32]] = []
    for number, (first, last) in enumerate(windows(len(positions) / SAMPLE_RATE_HZ)):
        inside = positions[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]
        if not np.any(sound[inside]):
            continue
        spoken.append(sound[inside])
        heard.append(
            VoiceSegment(
                creative_sha256=creative_sha256,
                segment=number,
                start_s=float(inside[0]) / SAMPLE_RATE_HZ,
                end_s=float(inside[-1] + 1) / SAMPLE_RATE_HZ,
                speech_s=len(inside) / SAMPLE_RATE_HZ,
            )
        )
    vectors = pack.voices.embed(spoken)
    return [VoiceSample(segment=segment, vector=vector) for segment, vector in zip(heard, vectors, strict=True)]


def windows(speech_s: float) -> list[tuple[float, float]]:
    """Evenly spread windows (first_s, last_s) over so much speech: all of ``WINDOW_S``, or one shorter one."""
    if speech_s <= WINDOW_S:
        return [(0.0, speech_s)]
    count = math.ceil((speech_s - WINDOW_S) / HOP_S) + 1
    step = (speech_s - WINDOW_S) / (count - 1)
    return [(number * step, number * step + WINDOW_S) for number in range(count)]
