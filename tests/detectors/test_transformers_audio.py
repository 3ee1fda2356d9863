"""Audio classifiers of transformers: a tiny real checkpoint, loaded, asked, and refused where two files disagree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoFeatureExtractor, AutoModelForAudioClassification

from detectors.networks import load_networks
from embeddings.errors import PackInvalid
from tests.detectors.recognised import heard, subject
from tests.detectors.tiny_networks import make_audio_checkpoint
from tests.portrait_film import babble


def test_the_answer_is_the_checkpoints_own(tmp_path: Path) -> None:
    """The same windows, given to the checkpoint one by one as transformers loads it."""
    sound = babble(2.0)
    (detector,) = load_networks([make_audio_checkpoint(tmp_path)])
    (found,) = detector.examine(subject(heard(0.0, 2.0), sound=sound))
    model = AutoModelForAudioClassification.from_pretrained(tmp_path).eval()
    features = AutoFeatureExtractor.from_pretrained(tmp_path)
    odds = []
    for start in (0, 8_000, 16_000):
        window = features(sound[start : start + 16_000], sampling_rate=16_000, return_tensors="pt")
        with torch.no_grad():
            (logits,) = model(**window).logits
        odds.append(float(logits[1] - logits[0]))
    assert found.measurement == pytest.approx(sum(odds) / 3, abs=1e-4)
    assert "3 windows" in found.observation


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ({"sound": {"rate_hz": 8_000}}, "states rate_hz = 8000; its feature extractor takes 16000 Hz"),
        ({"sound": {"normalise": True}}, "which its feature extractor says"),
        ({"output": {"labels": ["bonafide", "spoof"], "altered": ["spoof"]}}, "its configuration has real, fake"),
        ({"sound": {"window_s": 0.1}}, None),
    ],
)
def test_a_manifest_that_the_checkpoint_contradicts(
    tmp_path: Path, sections: dict[str, Any], fault: str | None
) -> None:
    directory = make_audio_checkpoint(tmp_path, **sections)
    if fault is None:
        assert load_networks([directory])
        return
    with pytest.raises(PackInvalid, match=fault):
        load_networks([directory])
