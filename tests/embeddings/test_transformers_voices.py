"""Speaker networks of transformers: loaded from what the hashes cover and nothing else; the same alone and in a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from transformers import UniSpeechSatConfig, Wav2Vec2Config, WavLMConfig

from embeddings.errors import PackInvalid
from embeddings.packs import manifest, verify_pack
from embeddings.transformers_voices import BATCH_S, TransformersVoices, batches, load
from tests.embeddings.tiny_voices import change_json, make_directory, write_manifest

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def sounds() -> list[Sound]:
    """Noises of several colours and lengths."""
    dice = np.random.default_rng(11)
    noise = dice.normal(0, 0.1, 16_000 * 4).astype(np.float32)
    rough = np.convolve(noise, np.ones(9) / 9, mode="same").astype(np.float32)
    return [noise[:40_000], rough, noise[3_000:35_000], rough[:9_000], rough[:40_010]]


def _voices(directory: Path) -> TransformersVoices:
    return load(manifest(str(directory)), verify_pack(str(directory)))


@pytest.fixture(scope="module")
def wavlm(tmp_path_factory: pytest.TempPathFactory) -> TransformersVoices:
    return _voices(make_directory(tmp_path_factory.mktemp("wavlm")))


@pytest.mark.parametrize(
    "config", [Wav2Vec2Config, UniSpeechSatConfig, WavLMConfig], ids=lambda config: config.model_type
)
def test_a_batch_gives_what_each_sound_gives_alone(tmp_path: Path, config: type[Any], sounds: list[Sound]) -> None:
    voices = _voices(make_directory(tmp_path, config=config))
    together = voices.embed(sounds)
    assert together.shape == (5, 24)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.allclose(together, np.concatenate([voices.embed([sound]) for sound in sounds]), atol=1e-5)
    assert np.abs(together[0] - together[4]).max() > 1e-3  # these two went through the network together


def test_a_network_with_group_norm_gives_the_same_alone_and_in_a_batch(tmp_path: Path, sounds: list[Sound]) -> None:
    """Silence put behind a sound would change its vector most here."""
    directory = make_directory(
        tmp_path, config=Wav2Vec2Config, masks=False, feat_extract_norm="group", do_stable_layer_norm=False
    )
    voices = _voices(directory)
    alone = np.concatenate([voices.embed([sound]) for sound in sounds])
    assert np.allclose(voices.embed(sounds), alone, atol=1e-5)


def test_the_feature_extractor_normalises_the_sound(wavlm: TransformersVoices, sounds: list[Sound]) -> None:
    quiet = [sound * np.float32(0.1) for sound in sounds]
    assert np.allclose(wavlm.embed(sounds), wavlm.embed(quiet), atol=1e-3)


def test_silence_makes_no_vector(wavlm: TransformersVoices, sounds: list[Sound]) -> None:
    for silence in (np.zeros(16_000, dtype=np.float32), np.empty(0, dtype=np.float32)):
        with pytest.raises(ValueError, match="no sound"):
            wavlm.embed([sounds[0], silence])


def test_sounds_of_one_length_are_heard_together_up_to_the_bound() -> None:
    window, whole = 8 * 16_000, round(2 * BATCH_S) * 16_000
    lengths = [window] * 9 + [3 * 16_000, whole, whole]
    assert list(batches(lengths)) == [[9], [0, 1, 2, 3, 4, 5, 6, 7], [8], [10], [11]]
    assert list(batches([])) == []


def test_only_what_the_hashes_cover_is_read(tmp_path: Path, sounds: list[Sound]) -> None:
    """Other files of the folder, here weights that would run code when unpickled, are not looked at."""
    directory = make_directory(tmp_path)
    (directory / "pytorch_model.bin").write_bytes(b"not to be touched")
    (directory / "adapter_config.json").write_text("{")
    assert _voices(directory).embed(sounds[:1]).shape == (1, 24)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    directory = make_directory(tmp_path)
    weights = load_file(directory / "model.safetensors")
    weights.pop("projector.bias")
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    write_manifest(directory)
    with pytest.raises(PackInvalid, match=r"1 layers differ, such as projector\.bias"):
        _voices(directory)


@pytest.mark.parametrize(
    ("file", "facts", "fault"),
    [
        ("config.json", {"xvector_output_dim": 32}, "cannot load"),
        ("config.json", {"hidden_size": 17}, "cannot load"),
        ("config.json", {"model_type": "bert"}, "cannot load the voices of tiny@1"),
        ("config.json", {"auto_map": {"AutoConfig": "steal--code.Config"}, "model_type": "unknown"}, "cannot load"),
        ("preprocessor_config.json", {"sampling_rate": 8_000}, "16000 Hz"),
        ("preprocessor_config.json", {"feature_extractor_type": "NoSuchExtractor"}, "cannot load"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(
    tmp_path: Path, file: str, facts: dict[str, Any], fault: str
) -> None:
    directory = make_directory(tmp_path)
    change_json(directory / file, **facts)
    with pytest.raises(PackInvalid, match=fault):
        _voices(directory)


def test_damaged_weights_and_a_manifest_that_says_otherwise_are_refused(tmp_path: Path) -> None:
    directory = make_directory(tmp_path)
    place = directory / "pack.toml"
    place.write_text(place.read_text().replace("voice_dimension = 24", "voice_dimension = 25"))
    with pytest.raises(PackInvalid, match="dimension of its voices"):
        _voices(directory)
    (directory / "model.safetensors").write_bytes(b"\x80\x04not safetensors")
    write_manifest(directory)
    with pytest.raises(PackInvalid, match="cannot load"):
        _voices(directory)
