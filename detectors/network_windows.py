"""The windows of sound that a network is given of the people recognised in a creative, at its rate and length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from detectors.appearances import Look, NotShown, by_person, merged, spread
from detectors.network_facts import NetworkManifest, Short, SoundInput
from detectors.subject import CreativeSubject
from embeddings.samples import SAMPLE_RATE_HZ
from watchlist.records import Match, Modality

Sound = NDArray[np.float32]
Interval = tuple[float, float]

SILENT_PEAK = 1e-3
SHORTEST_S = 0.2
AUDIBLE_DB = 60.0
"""What lies this far below the loudest band counts as not there."""

BAND_SAMPLES = 512
BY_FACE = "The voice was not recognised; what was spoken while the face was seen was examined, whoever spoke."


def heard_windows(subject: CreativeSubject, manifest: NetworkManifest) -> Iterator[Look | NotShown]:
    """One per person: where the voice was recognised, or else where somebody speaks while the face is seen."""
    if manifest.sound is None:
        raise ValueError(f"{manifest.label} takes pictures, not sound; use detectors.network_pictures")
    people = by_person(subject.matches)
    most = max(1, manifest.cost.max_windows // max(1, min(len(people), manifest.cost.max_appearances)))
    for index, matches in enumerate(people.values()):
        if index >= manifest.cost.max_appearances:
            yield NotShown(match=matches[0], why="the network's cost limit was spent on other people in this creative")
        else:
            yield _of_person(subject, matches, manifest, sound=manifest.sound, most=most)


def bandwidth_hz(sound: Sound) -> float:
    """Up to which frequency there is anything, for (n,) 16 kHz sound; 0 for silence. A telephone ends below 5000."""
    whole = len(sound) // BAND_SAMPLES * BAND_SAMPLES
    if whole == 0 or not np.any(sound):
        return 0.0
    pieces = sound[:whole].reshape(-1, BAND_SAMPLES) * np.hanning(BAND_SAMPLES)
    power = np.mean(np.abs(np.fft.rfft(pieces, axis=1)) ** 2, axis=0)
    there = np.flatnonzero(power >= power.max() * 10 ** (-AUDIBLE_DB / 10))
    return float((there[-1] + 1) * SAMPLE_RATE_HZ / BAND_SAMPLES)


def spoken_by(subject: CreativeSubject, matches: Sequence[Match]) -> tuple[Match, list[Interval], bool]:
    """Where one person speaks, by all their matches: the leading match, the stretches (seconds, in order), and whether it was
    only their face that was recognised."""
    match, by_face = _leading(matches)
    return match, _spoken(subject, matches, by_face=by_face), by_face


def joined_sound(samples: Sound, stretches: Sequence[Interval]) -> Sound:
    """The stretches of (n,) 16 kHz sound, one after the other."""
    pieces = [_cut(samples, stretch) for stretch in stretches]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)


def _of_person(
    subject: CreativeSubject, matches: Sequence[Match], manifest: NetworkManifest, *, sound: SoundInput, most: int
) -> Look | NotShown:
    match, stretches, by_face = spoken_by(subject, matches)
    samples = subject.media.sound
    if samples is None:
        return NotShown(match=match, why="there is no sound")
    spoken_s = sum(end - start for start, end in stretches)
    if not stretches:
        return NotShown(match=match, why="nobody is heard to speak while the face is seen")
    needed_s = max(manifest.conditions.min_speech_s, SHORTEST_S)
    if spoken_s < needed_s:
        why = f"there are {spoken_s:.1f} s of speech, and this network takes at least {needed_s:g} s"
        return NotShown(match=match, why=why, outside=True)
    joined = joined_sound(samples, stretches)
    if not len(joined) or float(np.abs(joined).max()) < SILENT_PEAK:
        return NotShown(match=match, why="where speech was found the sound is silent")
    band_hz, least_hz = bandwidth_hz(joined), manifest.conditions.min_bandwidth_hz
    if band_hz < least_hz:
        why = f"the sound ends at {band_hz:.0f} Hz, as on a telephone, and this network takes sound up to {least_hz:.0f} Hz"
        return NotShown(match=match, why=why, outside=True)
    windows = [
        (start, piece)
        for start, piece in _windows(samples, stretches, sound)
        if float(np.abs(piece).max(initial=0.0)) >= SILENT_PEAK
    ]
    if not windows:
        why = f"nobody speaks for {sound.window_s:g} s at a stretch, which this network takes"
        return NotShown(match=match, why=why, outside=True)
    chosen = spread(windows, most)
    end_s = min(chosen[-1][0] + sound.window_s, stretches[-1][1])
    return Look(
        match=match,
        start_s=chosen[0][0],
        end_s=max(end_s, chosen[0][0]),
        times_s=tuple(start for start, _ in chosen),
        items=tuple(_at_rate(piece, sound) for _, piece in chosen),
        limits=(BY_FACE,) if by_face else (),
    )


def _leading(matches: Sequence[Match]) -> tuple[Match, bool]:
    voices = [match for match in matches if match.modality is Modality.VOICE]
    return (voices[0], False) if voices else (matches[0], True)


def _spoken(subject: CreativeSubject, matches: Sequence[Match], *, by_face: bool) -> list[Interval]:
    if not by_face:
        return merged([(match.start_s, match.end_s) for match in matches if match.modality is Modality.VOICE])
    seen = merged([(match.start_s, match.end_s) for match in matches])
    heard = [(sample.segment.start_s, sample.segment.end_s) for sample in subject.voices]
    both = [(max(a, c), min(b, d)) for a, b in seen for c, d in heard]
    return merged([(start, end) for start, end in both if end > start])


def _cut(samples: Sound, stretch: Interval) -> Sound:
    return samples[max(0, round(stretch[0] * SAMPLE_RATE_HZ)) : round(stretch[1] * SAMPLE_RATE_HZ)]


def _windows(samples: Sound, stretches: Sequence[Interval], sound: SoundInput) -> Iterator[tuple[float, Sound]]:
    """(start in seconds, samples at 16 kHz), each ``window_s`` long."""
    length, step = round(sound.window_s * SAMPLE_RATE_HZ), round(sound.step_s * SAMPLE_RATE_HZ)
    for start_s, end_s in stretches:
        piece = _cut(samples, (start_s, end_s))
        if len(piece) < length:
            if sound.short is not Short.REFUSE and len(piece) >= SHORTEST_S * SAMPLE_RATE_HZ:
                repeated = sound.short is Short.REPEAT
                yield start_s, np.resize(piece, length) if repeated else np.pad(piece, (0, length - len(piece)))
            continue
        for at in range(0, len(piece) - length + 1, step):
            yield start_s + at / SAMPLE_RATE_HZ, piece[at : at + length]


def _at_rate(piece: Sound, sound: SoundInput) -> Sound:
    if sound.rate_hz != SAMPLE_RATE_HZ:
        shared = gcd(sound.rate_hz, SAMPLE_RATE_HZ)
        length = round(sound.window_s * sound.rate_hz)
        piece = resample_poly(piece, sound.rate_hz // shared, SAMPLE_RATE_HZ // shared)[:length].astype(np.float32)
        piece = np.pad(piece, (0, length - len(piece)))
    if sound.normalise:
        piece = (piece - piece.mean()) / np.sqrt(piece.var() + 1e-7)
    return piece.astype(np.float32)
