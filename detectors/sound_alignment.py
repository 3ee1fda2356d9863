"""Whether a stretch of a suspect's sound is the sound that genuine film has at the aligned time, and if not, what it is instead.

Three questions, the later ones only where the first leaves something to ask: is it the same sound (spectra), is speech heard at
the same moments, is it the same speaker (the model pack's voices).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.sound_course import Apart, parts_apart
from embeddings.faces import agreement
from embeddings.librosa_alone import melspectrogram, power_to_db
from embeddings.samples import SAMPLE_RATE_HZ, LoadedPack

Sound = NDArray[np.float32]

HOP = SAMPLE_RATE_HZ // 100
BANDS = 40
DYNAMIC_RANGE_DB = 50.0
"""Quieter than this below the loudest moment counts as silence, so that coding noise is not compared."""

SEARCH_STEPS = 30
"""Hundredths of a second searched on both sides: picture alignment is good to a tenth, and encoders delay sound a little."""

MIN_OVERLAP_S = 1.0
SAME_SPEED = 0.004
"""Paces that differ less drift apart by less than the search reaches, in stretches of a minute."""

MOSTLY_SPOKEN = 0.9
"""Share of a part above which speech without pauses says nothing by its moments."""

SILENT_PEAK = 1e-3
"""Amplitude below which a stretch holds nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundAgreement:
    """``correlation`` of the log-mel spectrograms, in [-1, 1], at the best shift within the search; ``shift_s`` is that shift,
    ``apart`` are the parts in which the sounds differ though they are alike elsewhere."""

    correlation: float
    shift_s: float
    seconds: float
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardApart:
    """A part that differs, in seconds from the start of the stretch; ``speech_s`` is the suspect's speech in it, ``together`` as
    in ``Heard``, None also where there are too few pauses."""

    start_s: float
    end_s: float
    correlation: float
    speech_s: float
    together: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard at the aligned time; ``apart`` are the parts that differ. The others are only asked where ``correlation``
    leaves it open: seconds of speech in the suspect and in the film, how far speech is heard at the same moments (phi coefficient
    in [-1, 1], None where one of them never or always speaks), and the score of the two voices (None where one speaks too
    little), with the pack's threshold."""

    sound: SoundAgreement
    suspect_speech_s: float | None = None
    film_speech_s: float | None = None
    together: float | None = None
    voice: float | None = None
    voice_threshold: float | None = None
    apart: tuple[HeardApart, ...] = ()


def hear(suspect: Sound, genuine: Sound, *, speed: float, pack: LoadedPack, enough: float) -> Heard | None:
    """Two stretches that should start together; ``speed`` is seconds of the film per second of the suspect. Correlations from
    ``enough`` on need no further question. None when one is silent or too short."""
    sound = compare_sound(suspect, genuine, speed=speed)
    if sound is None:
        return None
    pace = _slower(genuine, speed)
    if sound.apart:
        return Heard(sound=sound, apart=tuple(_heard_apart(one, suspect, pace, pack) for one in sound.apart))
    if sound.correlation >= enough:
        return Heard(sound=sound)
    ours, theirs = pack.voices.speech(suspect), pack.voices.speech(pace)
    ours_s, theirs_s = (sum(end - start for start, end in spoken) for spoken in (ours, theirs))
    least_s = pack.manifest.voice_min_speech_s
    score = None
    if min(ours_s, theirs_s) >= least_s:
        # The film's own pitch: most players keep it when they change the pace
        own = [(start * speed, end * speed) for start, end in theirs]
        vectors = pack.voices.embed([_spoken(suspect, ours), _spoken(genuine, own)])
        score = float(agreement(vectors[:1], vectors[1:], metric=pack.manifest.voice_metric)[0, 0])
    length = min(len(suspect), len(pace))
    return Heard(
        sound=sound,
        suspect_speech_s=ours_s,
        film_speech_s=theirs_s,
        together=_together(ours, theirs, length=length),
        voice=score,
        voice_threshold=None if score is None else pack.manifest.voice_threshold,
    )


def compare_sound(suspect: Sound, genuine: Sound, *, speed: float = 1.0) -> SoundAgreement | None:
    """Two stretches (n,), (m,) of 16 kHz sound that should start together; None when one is silent or too short. ``speed`` is
    seconds of the film per second of the suspect; a changed pace may have changed the pitch or not, the better of the two counts.

    Each band's mean is taken away first: a codec, a loudspeaker or an equaliser colours the whole, and says nothing.
    """
    shortest = int(MIN_OVERLAP_S * SAMPLE_RATE_HZ) + 2 * SEARCH_STEPS * HOP
    if min(len(suspect), int(len(genuine) / speed)) < shortest:
        return None
    if min(np.abs(suspect).max(), np.abs(genuine).max()) < SILENT_PEAK:
        return None
    ours = _spectrogram(suspect)
    found = [_compared(ours, _spectrogram(_slower(genuine, speed)))]
    if abs(speed - 1) > SAME_SPEED:
        found.append(_compared(ours, _stretched(_spectrogram(genuine), speed)))
    return max(found, key=lambda one: one.correlation)


def _compared(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> SoundAgreement:
    length = min(ours.shape[1], theirs.shape[1])
    scores = {
        shift: _at(ours[:, :length], theirs[:, :length], shift) for shift in range(-SEARCH_STEPS, SEARCH_STEPS + 1)
    }
    best = max(scores, key=lambda shift: scores[shift])
    a, b = _laid(ours[:, :length], theirs[:, :length], best)
    return SoundAgreement(correlation=scores[best], shift_s=best / 100, seconds=length / 100, apart=parts_apart(a, b))


def _heard_apart(one: Apart, suspect: Sound, pace: Sound, pack: LoadedPack) -> HeardApart:
    first, last = (int(at * SAMPLE_RATE_HZ) for at in (one.start_s, one.end_s))
    ours, theirs = (pack.voices.speech(sound[first:last]) for sound in (suspect, pace))
    seconds = [sum(end - start for start, end in spoken) for spoken in (ours, theirs)]
    pauses = all(length <= MOSTLY_SPOKEN * (one.end_s - one.start_s) for length in seconds)
    return HeardApart(
        start_s=one.start_s,
        end_s=one.end_s,
        correlation=one.correlation,
        speech_s=seconds[0],
        together=_together(ours, theirs, length=last - first) if pauses else None,
    )


def _slower(sound: Sound, speed: float) -> Sound:
    """Played at ``speed``, pitch and all."""
    if abs(speed - 1) <= SAME_SPEED:
        return sound
    played: Sound = np.interp(np.arange(0, len(sound) - 1, speed), np.arange(len(sound)), sound).astype(np.float32)
    return played


def _stretched(spectrogram: NDArray[np.float64], speed: float) -> NDArray[np.float64]:
    """The same at ``speed`` with its pitch kept."""
    at = np.rint(np.arange(0, spectrogram.shape[1] - 1, speed)).astype(int)
    stretched: NDArray[np.float64] = spectrogram[:, at]
    return stretched


def _spoken(sound: Sound, speech: Sequence[tuple[float, float]]) -> Sound:
    return np.concatenate([sound[int(a * SAMPLE_RATE_HZ) : int(b * SAMPLE_RATE_HZ)] for a, b in speech])


def _together(
    ours: Sequence[tuple[float, float]], theirs: Sequence[tuple[float, float]], *, length: int
) -> float | None:
    """Phi coefficient of two lists of intervals over ``length`` samples, in hundredths of a second."""
    marks = np.zeros((2, max(1, length // HOP)), dtype=bool)
    for mark, spoken in zip(marks, (ours, theirs), strict=True):
        for start_s, end_s in spoken:
            mark[int(start_s * 100) : int(end_s * 100)] = True
    if marks.all(axis=1).any() or not marks.any(axis=1).all():
        return None
    return float(np.corrcoef(marks)[0, 1])


def _spectrogram(sound: Sound) -> NDArray[np.float64]:
    mel = melspectrogram(y=sound, sr=SAMPLE_RATE_HZ, n_fft=512, hop_length=HOP, n_mels=BANDS, fmax=7000)
    decibels: NDArray[np.float64] = power_to_db(mel, ref=np.max, top_db=DYNAMIC_RANGE_DB).astype(np.float64)
    return decibels


def _at(ours: NDArray[np.float64], theirs: NDArray[np.float64], shift: int) -> float:
    """Correlation when ``theirs`` is read ``shift`` steps later than ``ours``."""
    a, b = _laid(ours, theirs, shift)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else 0.0


def _laid(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], shift: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = ours.shape[1] - abs(shift)
    return ours[:, max(0, -shift) : max(0, -shift) + n], theirs[:, max(0, shift) : max(0, shift) + n]
