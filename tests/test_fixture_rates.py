"""What is measured on the development media is laid out as the evaluation takes it, and weights become a pack as a draft says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.packs import manifest, verify_pack
from embeddings.records import POINTS_ROLE
from tests.embeddings.insightface_directory import weights
from tests.fixture_rates import FACES, VOICES, compare, drafted, lay_out
from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_set import read_set


def test_a_pack_that_is_behind_is_told_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    ours, worse = (
        replace(one, modalities=one.modalities[:1]) for one in (crowd_evaluation(), crowd_evaluation(spread=1.0))
    )
    compare(worse, ours)
    _, _, clean, mirrored, *_ = capsys.readouterr().out.splitlines()
    assert worse.targets[0].why is not None
    assert clean.startswith("  clean: ")
    assert " points" in clean
    assert clean.endswith(f": {worse.targets[0].why}")
    assert mirrored.startswith("  mirror: ")
    assert "comparisons of the same person score below its threshold, " in mirrored
    compare(ours, ours)
    assert "score below" not in capsys.readouterr().out


@pytest.mark.weights
def test_published_networks_become_a_pack_by_their_draft(tmp_path: Path) -> None:
    place = drafted(weights(), tmp_path / "pack")
    pack = manifest(str(place))
    assert (pack.face_family, pack.voice_family, pack.face_dimension) == ("insightface", "resemblyzer", 128)
    needed = {"face_detector", "face_vectors", "voice_vectors", "speech_activity"}
    assert set(verify_pack(str(place))) - {POINTS_ROLE} == needed
    assert pack.validated_on == "not validated"


@pytest.mark.fixtures
def test_every_person_named_has_files(tmp_path: Path) -> None:
    media = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    if not media.is_dir():
        pytest.skip(f"no development media at {media}; set QALQAN_FIXTURES to run this test")
    lay_out(media, tmp_path)
    faces, voices = read_set(tmp_path / "face"), read_set(tmp_path / "voice")
    assert faces.left_out == voices.left_out == ()
    assert set(FACES) < set(faces.people)
    assert set(VOICES) < set(voices.people)
    assert len(faces.paths) * (len(faces.paths) - 1) // 2 > 1000, "so many pairs that an FMR of 0.1 % can be measured"
