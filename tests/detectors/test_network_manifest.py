"""A manifest is read whole, with nothing guessed; whatever is wrong with it is said in one sentence that names the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detectors.network_facts import Form, Shown
from detectors.network_manifest import read_manifest
from embeddings.errors import PackInvalid, PackMissing
from tests.detectors.tiny_networks import CALIBRATION, change_manifest, make_onnx_pictures, make_onnx_sound


def test_a_whole_manifest(tmp_path: Path) -> None:
    manifest = read_manifest(
        make_onnx_pictures(tmp_path, calibration=CALIBRATION, conditions={"min_face_px": 40, "codecs": ["h264"]})
    )
    assert manifest.pictures is not None
    assert (manifest.pictures.shown, manifest.pictures.scale) == (Shown.FACE_ALIGNED, 255.0)
    assert manifest.output.form is Form.LOGITS
    assert manifest.conditions.codecs == ("h264",)
    assert manifest.calibration is not None
    assert manifest.label == "onnx_network tiny@1"


def test_its_hash_is_of_everything_it_states(tmp_path: Path) -> None:
    before = read_manifest(make_onnx_pictures(tmp_path)).sha256
    assert len(before) == 64
    assert read_manifest(change_manifest(tmp_path, "[0.5, 0.5, 0.5]", "[0.5, 0.5, 0.4]")).sha256 != before


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("scale = 255\n", "", "does not state scale"),
        ("channels =", "chanels =", "states chanels, which nothing here reads"),
        ('"face_aligned"', '"face"', "'face' is none of frame, face_aligned, face_box"),
        ('altered = ["fake"]', 'altered = "fake"', "'fake' is no list"),
        ("width_px = 32", "width_px = 32.5", "32.5 is no whole number"),
        ("width_px = 32", "width_px = 64", "aligned faces, which are cut out square"),
        ("mean = [0.5, 0.5, 0.5]", "mean = [0.5]", "holds 1 values, not 3"),
        ("std = [0.5", "std = [0.0", "not above zero"),
        ("scale = 255", "scale = nan", "nan is no number"),
        ('"bilinear"', '"linear"', "the interpolation 'linear'"),
        ('"nchw"', '"chw"', "the layout 'chw'"),
        ("family =", 'sha256 = "0"\nfamily =', "states sha256"),
        ('name = "tiny"', 'name = "../tiny"', "in its name or version"),
        ('licence = "for tests only"', 'licence = " "', "licence of weights"),
        ('name = "network.onnx"', 'name = "../network.onnx"', "outside the directory"),
        ('altered = ["fake"]', 'altered = ["real", "fake"]', "some, not all"),
        ('altered = ["fake"]', 'altered = ["false"]', "some, not all"),
        ('labels = ["real", "fake"]', 'labels = ["fake", "fake"]', "fewer than two labels, or one twice"),
        ('labels = ["real", "fake"]', 'labels = ["real", "fake", "both"]\nform = "logit"', "cannot be read"),
        ('data_set = "pictures', 'data_set = ""\ncodecs = "pictures', "codecs, which nothing here reads"),
        ('data_set = "pictures drawn for a test"', 'data_set = " "', "leaves something in .validated. empty"),
    ],
)
def test_what_a_manifest_must_not_say(tmp_path: Path, was: str, becomes: str, fault: str) -> None:
    change_manifest(make_onnx_pictures(tmp_path), was, becomes)
    with pytest.raises(PackInvalid, match=fault) as caught:
        read_manifest(tmp_path)
    assert str(tmp_path / "detector.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ({"pictures": {"resize": "crop", "shown": "frame"}}, "resize_px without"),
        ({"pictures": {"resize": "crop", "shown": "frame", "resize_px": 30}}, "32 pixels cannot be cut out"),
        ({"pictures": {"margin": 3.0}}, "margin = 3"),
        ({"pictures": {"width_px": 0, "height_px": 0}}, "0×0 pixels"),
        ({"pictures": None}, r"none or several of \[pictures\], \[sound\]"),
        ({"output": {"form": "logit", "labels": ["a", "b", "c"], "altered": ["b"]}}, "with two labels"),
        ({"conditions": {"min_face_px": 0}}, "minimum below nothing"),
        ({"conditions": {"min_pictures": 99}}, "asks for 99 pictures and allows 32"),
        ({"conditions": {"min_bitrate_kbps": 90, "max_bitrate_kbps": 80}}, "leaves no bitrate"),
        ({"conditions": {"kinds": ["slides"]}}, "'slides' is none of"),
        ({"cost": {"batch": 0}}, "cost"),
        ({"calibration": {**CALIBRATION, "slope": -1.0}}, "slope is not above zero"),
        ({"calibration": {**CALIBRATION, "log10_lr_low": 1.0}}, "enclose zero"),
        ({"calibration": CALIBRATION, "validated": None}, "without .validated."),
    ],
)
def test_facts_that_do_not_go_together(tmp_path: Path, sections: dict[str, Any], fault: str) -> None:
    with pytest.raises(PackInvalid, match=fault):
        read_manifest(make_onnx_pictures(tmp_path, **sections))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"rate_hz": 44_100}, "rate_hz = 44100; sound here has 16000 Hz"),
        ({"window_s": 0.0}, "window_s or step_s"),
        ({"layout": "tn"}, "the layout 'tn'"),
    ],
)
def test_sound_that_cannot_be_given(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(PackInvalid, match=fault):
        read_manifest(make_onnx_sound(tmp_path, sound=changes))


def test_no_manifest_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match=r"a directory is a network when it holds a detector\.toml"):
        read_manifest(tmp_path)
    (tmp_path / "detector.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackInvalid, match="cannot be read"):
        read_manifest(tmp_path)
    (tmp_path / "detector.toml").write_text('pictures = "none"\nfiles = []')
    with pytest.raises(PackInvalid, match="is no table"):
        read_manifest(tmp_path)
