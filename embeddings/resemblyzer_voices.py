"""The Resemblyzer speaker encoder (GE2E) as a ``VoiceEmbedder``: its published weights in a network written out here.

Follows github.com/resemble-ai/Resemblyzer 0.1.4 (``voice_encoder.py``, ``audio.py``, ``hparams.py``), whose own import chain
needs packages that current setuptools no longer supports. Voice activity is Silero's instead of webrtcvad's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.librosa_alone import mel
from embeddings.records import ModelPack
from embeddings.samples import SAMPLE_RATE_HZ
from embeddings.silero_activity import SileroActivity

WINDOW = 400
HOP = 160
MELS = 40
PARTIAL_FRAMES = 160
"""The network hears 1.6 s at a time; a stretch of speech is the mean of its overlapping parts."""

PARTIAL_STEP = 77
MIN_COVERAGE = 0.75
BATCH = 64
"""Parts per call of the network, which bounds its memory."""

LOUDNESS_DBFS = -30.0
DIMENSION = 256


class ResemblyzerVoices:
    """Vectors are (256,) float32 of unit norm, compared by cosine."""

    def __init__(self, weights: Path, *, activity: SileroActivity) -> None:
        self._activity = activity
        self._lstm = torch.nn.LSTM(MELS, DIMENSION, 3, batch_first=True)
        self._linear = torch.nn.Linear(DIMENSION, DIMENSION)
        state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
        try:
            self._lstm.load_state_dict({k.removeprefix("lstm."): v for k, v in state.items() if k.startswith("lstm.")})
            self._linear.load_state_dict(
                {k.removeprefix("linear."): state[k] for k in ("linear.weight", "linear.bias")}
            )
        except (KeyError, RuntimeError) as error:
            raise PackInvalid(f"{weights} does not hold a Resemblyzer encoder; reinstall resemblyzer") from error
        self._lstm.eval()
        self._window = torch.hann_window(WINDOW)
        self._filters = torch.from_numpy(mel(sr=SAMPLE_RATE_HZ, n_fft=WINDOW, n_mels=MELS))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded voice model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def speech(self, sound: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Intervals (start_s, end_s) in which somebody speaks."""
        return self._activity.speech(sound)

    def embed(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Unit-norm vectors (n, 256) of stretches of mono 16 kHz speech; ``ValueError`` if there is no sound in one.

        The parts of all stretches go through the network together, ``BATCH`` at a time.
        """
        if not sounds:
            return np.empty((0, DIMENSION), dtype=np.float32)
        cut = [self._parts(sound) for sound in sounds]
        parts = torch.from_numpy(np.concatenate(cut))
        with inference(), torch.inference_mode():
            heard = torch.cat([self._hear(batch) for batch in parts.split(BATCH)]).numpy()
        ends = np.cumsum([len(each) for each in cut])[:-1]
        means = np.stack([own.mean(axis=0) for own in np.split(heard, ends)])
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        if not np.all(norms > 0.0):
            raise ValueError("the sound makes no voice vector; pass a stretch in which somebody speaks")
        units: NDArray[np.float32] = (means / norms).astype(np.float32)
        return units

    def _parts(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The overlapping parts of one stretch as the network hears them, (k, 160, 40), k ≥ 1."""
        if len(sound) == 0 or not np.any(sound):
            raise ValueError("there is no sound to make a voice vector of; pass a stretch in which somebody speaks")
        starts = partial_starts(len(sound))
        padded = np.pad(louder(sound), (0, max(0, (starts[-1] + PARTIAL_FRAMES) * HOP - len(sound))))
        mel = self._mel(padded)
        return np.stack([mel.T[start : start + PARTIAL_FRAMES] for start in starts]).astype(np.float32)

    def _hear(self, parts: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self._lstm(parts)
        return torch.nn.functional.normalize(torch.relu(self._linear(hidden[-1])), dim=1)

    def _mel(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Power mel spectrogram (40, n), as ``librosa.feature.melspectrogram`` makes it, not in decibels."""
        waves = torch.stft(
            torch.from_numpy(sound), WINDOW, HOP, window=self._window, pad_mode="constant", return_complex=True
        )
        mel: NDArray[np.float32] = (self._filters @ waves.abs().square()).numpy()
        return mel


def load(pack: ModelPack, files: Mapping[str, Path]) -> ResemblyzerVoices:
    """The verified ``files`` of a pack, in this process, which lets PyTorch use the pack's ``threads`` from then on.

    ``PackInvalid`` if the manifest states what the encoder does not do.
    """
    stated = (pack.voice_dimension, pack.file("voice_vectors").rate_hz, pack.voice_metric)
    if stated != (DIMENSION, SAMPLE_RATE_HZ, "cosine"):
        raise PackInvalid(
            f"the manifest of {pack.label} states {stated} as dimension, rate_hz and metric of its voices; "
            f"Resemblyzer's are {(DIMENSION, SAMPLE_RATE_HZ, 'cosine')}"
        )
    torch.set_num_threads(pack.threads)
    return ResemblyzerVoices(
        files["voice_vectors"],
        activity=SileroActivity(files["speech_activity"], label=f"the pack {pack.label}", providers=pack.providers),
    )


def partial_starts(samples: int) -> list[int]:
    """First mel frames of the overlapping parts of a sound; a last part that is less than three quarters full is left out."""
    frames = math.ceil((samples + 1) / HOP)
    starts = list(range(0, max(1, frames - PARTIAL_FRAMES + PARTIAL_STEP + 1), PARTIAL_STEP))
    coverage = (samples - starts[-1] * HOP) / (PARTIAL_FRAMES * HOP)
    return starts[:-1] if coverage < MIN_COVERAGE and len(starts) > 1 else starts


def louder(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound raised to -30 dBFS if it is quieter, as the encoder was trained; never made quieter."""
    level = 10 * math.log10(float(np.mean(np.square(sound, dtype=np.float64))))
    if level >= LOUDNESS_DBFS:
        return sound
    return (sound * 10 ** ((LOUDNESS_DBFS - level) / 20)).astype(np.float32)
