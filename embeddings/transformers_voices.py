"""Speaker networks of Hugging Face transformers (``WavLMForXVector``, ``Wav2Vec2ForXVector``, ``UniSpeechSatForXVector`` …) as a
``VoiceEmbedder``: from local files only, weights as safetensors only, the feature extractor's own sampling and normalisation.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoFeatureExtractor, AutoModelForAudioXVector

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.records import ModelPack
from embeddings.samples import SAMPLE_RATE_HZ
from embeddings.silero_activity import SileroActivity
from embeddings.transformers_checkpoint import CONFIG, FEATURES, WEIGHTS, open_checkpoint

FILES = {"voice_vectors": WEIGHTS, "voice_config": CONFIG, "voice_features": FEATURES}
"""Role → the name under which transformers looks for the file."""

BATCH_S = 64.0
"""Sound per call of the network, which bounds its memory."""

STEP_S = 0.1
"""Sounds are cut, or followed by silence, to whole steps (half a step at most), so that windows of one length go together."""

SHORTEST_S = 1.0
"""Shorter sounds are followed by silence up to here: the network's last layers look at a third of a second at once."""


class TransformersVoices:
    """Vectors are (d,) float32 of unit norm, compared by cosine."""

    def __init__(self, *, model: Any, features: Any, activity: SileroActivity, dimension: int) -> None:
        self._model = model
        self._features = features
        self._activity = activity
        self._dimension = dimension

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded voice model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def speech(self, sound: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Intervals (start_s, end_s) in which somebody speaks."""
        return self._activity.speech(sound)

    def embed(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Unit-norm vectors (n, d) of stretches of mono 16 kHz speech; ``ValueError`` if there is no sound in one.

        Only sounds of one length go through the network together. The masks of transformers would let shorter ones join, but
        its pooling then counts frames that heard the silence behind them, and a vector would depend on its company.
        """
        vectors = np.empty((len(sounds), self._dimension), dtype=np.float32)
        if any(len(sound) == 0 or not np.any(sound) for sound in sounds):
            raise ValueError("there is no sound to make a voice vector of; pass a stretch in which somebody speaks")
        fitted = [_fitted(sound) for sound in sounds]
        for rows in batches([len(sound) for sound in fitted]):
            vectors[rows] = self._hear([fitted[row] for row in rows])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(norms > 0.0):
            raise ValueError("the sound makes no voice vector; pass a stretch in which somebody speaks")
        units: NDArray[np.float32] = vectors / norms
        return units

    def _hear(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        heard = self._features(sounds, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt")
        with inference(), torch.inference_mode():
            vectors: NDArray[np.float32] = self._model(**heard).embeddings.numpy()
        return vectors


def _fitted(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    step = round(STEP_S * SAMPLE_RATE_HZ)
    length = max(round(len(sound) / step) * step, round(SHORTEST_S * SAMPLE_RATE_HZ))
    return np.pad(sound[:length], (0, max(0, length - len(sound))))


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of sounds to hear together: of one length, ``BATCH_S`` of sound at most, or one sound."""
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    for length, rows in itertools.groupby(order, key=lambda row: lengths[row]):
        alike = list(rows)
        most = max(1, int(BATCH_S * SAMPLE_RATE_HZ) // length)
        for start in range(0, len(alike), most):
            yield alike[start : start + most]


def load(pack: ModelPack, files: Mapping[str, Path]) -> TransformersVoices:
    """The verified ``files`` of a pack, in this process, which lets PyTorch use the pack's ``threads`` from then on.

    ``PackInvalid`` if the files are not what the manifest says.
    """
    model, features = open_checkpoint(
        {name: files[role] for role, name in FILES.items()},
        network=AutoModelForAudioXVector,
        features=AutoFeatureExtractor,
        what=f"the voices of {pack.label}",
        threads=pack.threads,
    )
    stated = (pack.file("voice_vectors").rate_hz, pack.voice_metric, pack.voice_dimension)
    theirs = (features.sampling_rate, "cosine", model.config.xvector_output_dim)
    if stated != theirs or features.sampling_rate != SAMPLE_RATE_HZ:
        raise PackInvalid(
            f"the manifest of {pack.label} states {stated} as rate_hz, metric and dimension of its voices; "
            f"{files['voice_vectors']} has {theirs}, and sound here has {SAMPLE_RATE_HZ} Hz"
        )
    activity = SileroActivity(files["speech_activity"], label=f"the pack {pack.label}", providers=pack.providers)
    return TransformersVoices(model=model, features=features, activity=activity, dimension=pack.voice_dimension)
