"""The five small networks that judge a window of speech, one per front end, and what was measured of them. ONNX Runtime.

Their files, hashes and calibration lie in ``data/voice``; ``python -m tests.train_voice`` trains, measures and writes them.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.network_facts import NetworkManifest
from detectors.network_manifest import read_manifest
from detectors.voice_front_ends import FRONT_ENDS, WINDOW, WINDOW_S, Sound, views
from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.onnx_session import REFUSALS, open_session
from embeddings.packs import verify_file

PLACE = "voice"


@functools.cache
def voice_manifest() -> NetworkManifest:
    """The facts of the networks that come with Qalqan. Raises ``PackMissing`` and ``PackInvalid``."""
    with as_file(files("detectors") / "data" / PLACE) as directory:
        manifest = read_manifest(directory)
    roles = [file.role for file in manifest.files]
    if sorted(roles) != sorted(FRONT_ENDS) or manifest.sound is None or manifest.sound.window_s != WINDOW_S:
        raise PackInvalid(
            f"the manifest of {manifest.label} is for other front ends than {', '.join(FRONT_ENDS)} of {WINDOW_S:g} s; install "
            "Qalqan again, or run python -m tests.train_voice"
        )
    return manifest


class VoiceNetworks:
    """Ready for use in this process; every file was verified. Never pickled."""

    def __init__(self, manifest: NetworkManifest) -> None:
        """Raises ``PackMissing`` and ``PackInvalid``."""
        cost = manifest.cost
        self._sessions: dict[str, Any] = {
            file.role: open_session(
                verify_file(file), label=manifest.label, providers=cost.providers, threads=cost.threads
            )
            for file in manifest.files
        }
        tone = self.rows([(0.1 * np.sin(np.arange(WINDOW) / 10)).astype(np.float32)])
        for role, session in self._sessions.items():
            try:
                ordinary = _answers(session, tone[role])
            except (*REFUSALS, ValueError) as error:
                raise PackInvalid(f"the {role} network of {manifest.label} does not run: {str(error)[:120]}") from error
            if not np.all(np.isfinite(ordinary)):
                raise PackInvalid(f"the {role} network of {manifest.label} gives no number")

    @staticmethod
    def rows(windows: Sequence[Sound]) -> dict[str, NDArray[np.float32]]:
        """What each network is given of windows of ``WINDOW_S`` at 16 kHz; shorter ones are repeated."""
        seen = [views(np.resize(window, WINDOW).astype(np.float32)) for window in windows]
        return {name: np.stack([one[name] for one in seen]) for name in FRONT_ENDS}

    def log_odds(self, windows: Sequence[Sound]) -> dict[str, NDArray[np.float64]]:
        """(windows,) of each network: of a generated or converted voice, before calibration."""
        rows = self.rows(windows)
        return {name: _answers(session, rows[name]) for name, session in self._sessions.items()}


@functools.cache
def voice_networks() -> VoiceNetworks:
    """The networks that come with Qalqan, opened once per process."""
    return VoiceNetworks(voice_manifest())


def _answers(session: Any, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    with inference():
        (answers,) = session.run(None, {session.get_inputs()[0].name: rows})
    odds: NDArray[np.float64] = np.asarray(answers, dtype=np.float64).reshape(len(rows))
    return odds
