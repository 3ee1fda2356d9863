"""What the spectrum of a recognised person's speech looks like, and what five small networks make of it.

Short-time Fourier, constant-Q and wavelet spectra through Mel, Gammatone and linear filters (``detectors.voice_front_ends``) are
judged by networks that were measured on speakers and generators they had not learned from; they weigh what that leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detectors.appearances import Look, NotShown
from detectors.finding import Method, finding, screen_command
from detectors.network_detector import version_of
from detectors.network_findings import INNOCENT_SOUND, NetworkFindings, declared_by
from detectors.network_windows import Sound, heard_windows
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from detectors.voice_networks import voice_manifest, voice_networks
from embeddings.librosa_alone import cqt, fft_frequencies, spectral_centroid, spectral_flatness, spectral_rolloff, stft
from embeddings.samples import SAMPLE_RATE_HZ

HIGH_BAND_HZ = 4000.0
LOWEST_NOTE_HZ = 65.4
"""C2, below the pitch of most voices; five octaves up from it stay below half the sampling rate."""

FFT, HOP = 512, 160
LIMITS = (
    "These numbers themselves have not been compared between real and generated voices.",
    "Sound is examined as 16 kHz mono; what lies above 8 kHz is not seen.",
)
MEASURED = Declaration(
    of="the shape and movement of the spectrum",
    on=NotValidated(why="these numbers have not been compared between real and generated voices"),
    command=None,
)
CHANCE = (
    "On generators and speakers that the networks had not heard they did no better than chance: they weigh nothing."
)
PROPOSITIONS = ("The voice was generated or converted.", "The voice is as it was recorded.")


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
    """Asks the networks about the speech of every person who was recognised, and measures its spectrum."""

    name = "voice_spectrum"

    def __init__(self) -> None:
        self._manifest = voice_manifest()
        self.version = version_of(self._manifest)
        validated = None if self._manifest.validated is None else self._manifest.validated.words
        self._method = Method(name=self.name, version=self.version)
        # The manifest states the hash of each of the five files
        asked = Method(name=self.name, version=self.version, validated_on=validated, model_sha256=self._manifest.sha256)
        self.declared = (
            declared_by(
                self._manifest, of="the answers of five networks", command="python -m tests.train_voice --check"
            ),
            MEASURED,
        )
        limits = () if self._manifest.calibration is not None else (CHANCE,)
        self._findings = NetworkFindings(asked, self._manifest, ours=True, limits=limits)

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per person the networks' answer and two observations, of shape and of movement, or why there are none."""
        if not subject.matches:
            yield self._findings.nobody(subject)
            return
        outside = self._findings.outside(subject.media.creative)
        for heard in heard_windows(subject, self._manifest):
            if isinstance(heard, NotShown):
                yield self._findings.not_asked(subject, heard)
                continue
            if outside is None:
                odds = voice_networks().log_odds(heard.items)
                yield self._findings.answered(subject, heard, np.mean(list(odds.values()), axis=0))
            else:
                yield self._findings.not_asked(subject, NotShown(match=heard.match, why=outside, outside=True))
            yield from self._observed(subject, heard)

    def _observed(self, subject: CreativeSubject, heard: Look) -> Iterator[Finding]:
        speech = np.concatenate(heard.items)
        seen = measure(speech)
        name = subject.gallery.person(heard.match.person_id).names[0]
        over = f"Over {len(speech) / SAMPLE_RATE_HZ:.1f} s of {name}'s speech"
        yield self._finding(
            subject,
            heard,
            claim="spectrum_shape",
            observation=f"{over} {seen.high_share:.1%} of the energy lies above {HIGH_BAND_HZ:.0f} Hz; its centre "
            f"is at {seen.centroid_hz:.0f} Hz, 95% of it below {seen.rolloff_hz:.0f} Hz, its flatness {seen.flatness:.3f}.",
            measurement=seen.high_share,
            unit=f"share of the energy above {HIGH_BAND_HZ:.0f} Hz",
        )
        yield self._finding(
            subject,
            heard,
            claim="spectrum_movement",
            observation=f"{over} the spectrum changes by {seen.flux:.3f} per hundredth of a second, and the share of "
            f"each note varies by {seen.chroma_variance:.4f}.",
            measurement=seen.flux,
            unit="mean rise between neighbouring spectra of unit length",
        )

    def _finding(
        self,
        subject: CreativeSubject,
        heard: Look,
        *,
        claim: str,
        observation: str,
        measurement: float,
        unit: str,
    ) -> Finding:
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim=claim,
            observation=observation,
            modality="voice",
            creative_sha256=subject.media.creative.sha256,
            person_id=heard.match.person_id,
            start_s=heard.start_s,
            end_s=heard.end_s,
            measurement=measurement,
            unit=unit,
            propositions=PROPOSITIONS,
            quality_limits=(*LIMITS, *heard.limits),
            innocent_explanations=INNOCENT_SOUND,
            reproduce=screen_command(subject.media.creative.sha256),
        )


def measure(speech: Sound) -> Spectrum:
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
