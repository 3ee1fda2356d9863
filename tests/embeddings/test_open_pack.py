"""The ``open`` pack keeps what its manifest promises."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.samples import LoadedPack


def test_dimensions_are_those_of_the_manifest(pack: LoadedPack, astronaut: NDArray[np.uint8]) -> None:
    faces = pack.faces.detect(astronaut)
    assert pack.faces.embed([pack.faces.chip(astronaut, face) for face in faces]).shape == (
        len(faces),
        pack.manifest.face_dimension,
    )
    noise = np.random.default_rng(1).normal(0, 0.1, 32000).astype(np.float32)
    assert pack.voices.embed([noise]).shape == (1, pack.manifest.voice_dimension)


def test_the_process_keeps_to_one_thread(pack: LoadedPack) -> None:
    assert torch.get_num_threads() == 1
