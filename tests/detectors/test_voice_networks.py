from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from detectors.network_manifest import read_manifest
from detectors.voice_front_ends import FRONT_ENDS
from detectors.voice_networks import PLACE, VoiceNetworks, voice_manifest, voice_networks
from embeddings.errors import PackInvalid, PackMissing
from embeddings.onnx_session import open_session
from tests.portrait_film import babble
from tests.train_voice import auc
from tests.voice_nets import as_onnx, train


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with as_file(files("detectors") / "data" / PLACE) as directory:
        return Path(shutil.copytree(directory, tmp_path / PLACE))


def test_five_networks_come_with_the_house_and_answer() -> None:
    assert {file.role for file in voice_manifest().files} == set(FRONT_ENDS)
    odds = voice_networks().log_odds([babble(3.0), babble(3.0, seed=5)])
    assert set(odds) == set(FRONT_ENDS)
    assert all(answers.shape == (2,) and np.isfinite(answers).all() for answers in odds.values())


def test_weights_are_those_that_the_manifest_states(copy: Path) -> None:
    VoiceNetworks(read_manifest(copy))
    (copy / "mel.onnx").write_bytes((copy / "lfcc.onnx").read_bytes())
    with pytest.raises(PackInvalid, match=r"mel\.onnx"):
        VoiceNetworks(read_manifest(copy))
    (copy / "mel.onnx").unlink()
    with pytest.raises(PackMissing):
        VoiceNetworks(read_manifest(copy))


def test_the_file_of_a_net_answers_as_the_net_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(0, 3, (40, 7)).astype(np.float32)
    net = train(rows, rows[:, 0] > 0, np.ones(40, dtype=np.float32))
    (tmp_path / "net.onnx").write_bytes(as_onnx(net))
    session = open_session(tmp_path / "net.onnx", label="net", providers=["CPUExecutionProvider"], threads=1)
    assert np.allclose(session.run(None, {"rows": rows})[0].ravel(), net.odds(rows), atol=1e-4)
    assert auc(net.odds(rows)[rows[:, 0] > 0], net.odds(rows)[rows[:, 0] <= 0]) > 0.95


def test_what_weighs_was_measured() -> None:
    manifest = voice_manifest()
    assert manifest.validated is not None
    assert manifest.calibration is None or (manifest.calibration.cllr < 1 and manifest.calibration.weight < 1)
