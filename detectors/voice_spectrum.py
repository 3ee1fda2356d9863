"""What the spectrum of the speech looks like: measurements for the reader and for later calibration, not a verdict.

Short-time Fourier and constant-Q transforms of 16 kHz mono speech. Vocoders can leave a thin high band or unnaturally even
movement, and so do telephones, codecs and noise removal; until it is measured which is which, these carry no weight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from librosa import cqt, fft_frequencies, stft
from librosa.feature import spectral_centroid, spectral_flatness, spectral_rolloff
from numpy.typing import NDArray

from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.samples import SAMPLE_RATE_HZ

MAX_SPEECH_S = 30.0
MIN_SPEECH_S = 0.5
SILENT_PEAK = 1e-3
HIGH_BAND_HZ = 4000.0
LOWEST_NOTE_HZ = 65.4
"""C2, below the pitch of most voices; five octaves up from it stay below half the sampling rate."""

FFT, HOP = 512, 160
LIMITS = (
    "Not validated: these numbers have not been compared between real and generated voices.",
    "Sound is examined as 16 kHz mono; what lies above 8 kHz is not seen.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Means over the speech. ``high_share`` and ``flatness`` in [0, 1]; ``flux`` is the mean rise between neighbouring spectra of
    unit length, ten milliseconds apart; ``chroma_variance`` the variance over time of the energy of each note's share."""

    centroid_hz: float
    rolloff_hz: float
    flatness: float
    high_share: float
    flux: float
    chroma_variance: float


class VoiceSpectrum:
    """Measures the spectrum of speech in creatives in which a protected person was recognised."""

    name = "voice_spectrum"
    version = "1"

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Two observations, of shape and of movement, or why there are none."""
        if not subject.matches:
            yield self._finding(
                subject, "spectrum_not_measured", "Nobody was recognised, so the voice was not examined."
            )
            return
        speech = speech_of(subject)
        if len(speech) < MIN_SPEECH_S * SAMPLE_RATE_HZ or np.abs(speech).max() < SILENT_PEAK:
            yield self._finding(subject, "spectrum_not_measured", "There is no speech long enough to examine.")
            return
        seen = measure(speech)
        seconds = len(speech) / SAMPLE_RATE_HZ
        yield self._finding(
            subject,
            "spectrum_shape",
            f"Over {seconds:.1f} s of speech {seen.high_share:.1%} of the energy lies above {HIGH_BAND_HZ:.0f} Hz; its centre "
            f"is at {seen.centroid_hz:.0f} Hz, 95% of it below {seen.rolloff_hz:.0f} Hz, its flatness {seen.flatness:.3f}.",
            measurement=seen.high_share,
            unit=f"share of the energy above {HIGH_BAND_HZ:.0f} Hz",
        )
        yield self._finding(
            subject,
            "spectrum_movement",
            f"Over {seconds:.1f} s of speech the spectrum changes by {seen.flux:.3f} per hundredth of a second, and the share of "
            f"each note varies by {seen.chroma_variance:.4f}.",
            measurement=seen.flux,
            unit="mean rise between neighbouring spectra of unit length",
        )

    def _finding(
        self,
        subject: CreativeSubject,
        claim: str,
        observation: str,
        *,
        measurement: float | None = None,
        unit: str | None = None,
    ) -> Finding:
        spoken = [sample.segment for sample in subject.voices] if measurement is not None else []
        return finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim=claim,
            observation=observation,
            modality="voice",
            creative_sha256=subject.media.creative.sha256,
            start_s=min((segment.start_s for segment in spoken), default=None),
            end_s=max((segment.end_s for segment in spoken), default=None),
            measurement=measurement,
            unit=unit,
            propositions=("The voice was generated or converted.", "The voice was recorded."),
            quality_limits=LIMITS,
            innocent_explanations=("A telephone, a codec, noise removal or music changes the spectrum as well.",),
            reproduce=screen_command(subject.media.creative.sha256),
        )


def speech_of(subject: CreativeSubject) -> NDArray[np.float32]:
    """The stretches in which somebody speaks, joined, (n,) at 16 kHz, at most MAX_SPEECH_S; empty without sound or speech.
    Voice segments overlap; what is in two of them is taken once."""
    sound = subject.media.sound
    if sound is None:
        return np.zeros(0, dtype=np.float32)
    spoken = np.zeros(len(sound), dtype=bool)
    for sample in subject.voices:
        spoken[int(sample.segment.start_s * SAMPLE_RATE_HZ) : int(sample.segment.end_s * SAMPLE_RATE_HZ)] = True
    joined: NDArray[np.float32] = sound[spoken][: int(MAX_SPEECH_S * SAMPLE_RATE_HZ)]
    return joined


def measure(speech: NDArray[np.float32]) -> Spectrum:
    """The spectrum of (n,) 16 kHz speech that is not silent, n at least MIN_SPEECH_S."""
    magnitude = np.abs(stft(speech, n_fft=FFT, hop_length=HOP))
    loud = magnitude[:, magnitude.sum(axis=0) > 0.05 * magnitude.sum(axis=0).max()]
    power = (loud**2).sum(axis=1)
    frequencies = fft_frequencies(sr=SAMPLE_RATE_HZ, n_fft=FFT)
    unit = loud / np.maximum(np.linalg.norm(loud, axis=0, keepdims=True), 1e-9)
    rises = np.maximum(np.diff(unit, axis=1), 0)
    notes = np.abs(cqt(speech, sr=SAMPLE_RATE_HZ, hop_length=512, fmin=LOWEST_NOTE_HZ, n_bins=60)) ** 2
    chroma = notes.reshape(5, 12, -1).sum(axis=0)
    chroma = chroma / np.maximum(chroma.sum(axis=0, keepdims=True), 1e-12)
    return Spectrum(
        centroid_hz=float(spectral_centroid(S=loud, sr=SAMPLE_RATE_HZ, n_fft=FFT).mean()),
        rolloff_hz=float(spectral_rolloff(S=loud, sr=SAMPLE_RATE_HZ, n_fft=FFT, roll_percent=0.95).mean()),
        flatness=float(spectral_flatness(S=loud).mean()),
        high_share=float(power[frequencies > HIGH_BAND_HZ].sum() / max(power.sum(), 1e-12)),
        flux=float(np.sqrt((rises**2).sum(axis=0)).mean()) if rises.shape[1] else 0.0,
        chroma_variance=float(chroma.var(axis=1).mean()),
    )
