"""The ``open`` pack: dlib faces, Resemblyzer voices, Silero speech activity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from embeddings.dlib_faces import DlibFaces
from embeddings.records import ModelPack
from embeddings.resemblyzer_voices import ResemblyzerVoices
from embeddings.samples import LoadedPack
from embeddings.silero_activity import SileroActivity


def load(manifest: ModelPack, files: Mapping[str, Path]) -> LoadedPack:
    """Load the verified ``files`` (by role) into this process, and let PyTorch use one thread in it: there is a worker
    per processor, and the voice network is too small to gain from more."""
    torch.set_num_threads(1)
    return LoadedPack(
        manifest=manifest,
        faces=DlibFaces(landmarks=files["face_landmarks"], vectors=files["face_vectors"]),
        voices=ResemblyzerVoices(files["voice_vectors"], activity=SileroActivity(files["speech_activity"])),
    )
