"""Silero's speech activity model, run through ONNX Runtime, one call per sixteen seconds of sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from embeddings.inference import inference
from embeddings.onnx_session import open_session
from embeddings.samples import SAMPLE_RATE_HZ

FRAME = 512
CONTEXT = 64
BLOCK = 512
"""Frames per call of the model."""

SPEECH_FROM = 0.5
SPEECH_UNTIL = 0.35
MIN_SPEECH_S = 0.25
MIN_SILENCE_S = 0.2
PAD_S = 0.03


class SileroActivity:
    """Where in a sound somebody speaks."""

    def __init__(self, path: Path, *, label: str, providers: Sequence[str]) -> None:
        """``PackInvalid`` if the file cannot be run, or not by the ``providers`` that the manifest of ``label`` states."""
        self._session = open_session(path, label=label, providers=providers, threads=1)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded speech model is never pickled; call embeddings.packs.load_pack in the worker instead")

    def probabilities(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability of speech per 32 ms of mono 16 kHz sound; (n,) float32."""
        count = -(-len(sound) // FRAME)
        if count == 0:
            return np.empty(0, dtype=np.float32)
        padded = np.zeros(CONTEXT + count * FRAME, dtype=np.float32)
        padded[CONTEXT : CONTEXT + len(sound)] = sound
        frames = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + FRAME)[::FRAME]
        hidden = np.zeros((1, 1, 128), dtype=np.float32)
        cell = np.zeros((1, 1, 128), dtype=np.float32)
        found = []
        for first in range(0, count, BLOCK):
            block = np.ascontiguousarray(frames[first : first + BLOCK])
            with inference():
                values, hidden, cell = self._session.run(
                    ["speech_probs", "hn", "cn"], {"input": block, "h": hidden, "c": cell}
                )
            found.append(values)
        return np.concatenate(found).reshape(-1)

    def speech(self, sound: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Intervals (start_s, end_s) in which somebody speaks, in order, not overlapping."""
        return intervals(self.probabilities(sound), length_s=len(sound) / SAMPLE_RATE_HZ)


def intervals(probabilities: NDArray[np.float32], *, length_s: float) -> list[tuple[float, float]]:
    """Join frame probabilities into intervals: with hysteresis, short pauses bridged, clicks dropped, a little padding."""
    step = FRAME / SAMPLE_RATE_HZ
    runs: list[list[float]] = []
    speaking = False
    for index, probability in enumerate(probabilities):
        if not speaking and probability >= SPEECH_FROM:
            speaking = True
            if runs and index * step - runs[-1][1] < MIN_SILENCE_S:
                runs[-1][1] = (index + 1) * step
            else:
                runs.append([index * step, (index + 1) * step])
        elif speaking and probability < SPEECH_UNTIL:
            speaking = False
        elif speaking:
            runs[-1][1] = (index + 1) * step
    return [(max(0.0, start - PAD_S), min(length_s, end + PAD_S)) for start, end in runs if end - start >= MIN_SPEECH_S]
