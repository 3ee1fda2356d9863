"""The measurement counts what is there; how long anything took is not asserted anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qalqan.bench import BenchResult, bench, lay_out_ads
from qalqan.bench_figures import COMPARED, ratios
from qalqan.demo.world import World

SAID: list[str] = []


@pytest.fixture(scope="module")
def result(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> BenchResult:
    directory = tmp_path_factory.mktemp("bench")
    left = directory / "run" / "left-behind"
    left.mkdir(parents=True)
    made = bench(small_world, directory, ads=5, pack="open", clock=lambda: datetime.now(UTC), tell=SAID.append)
    assert not left.exists(), "an earlier measurement must not make this one faster"
    return made


def test_every_ad_and_creative_is_counted(result: BenchResult) -> None:
    assert (result.ads, result.creatives) == (5, 3)
    assert result.dead_letters == 0
    assert result.creatives_seen_before == 3
    assert result.references > 0
    assert result.pack == "open@1"


def test_the_job_looks_at_each_creative_once_and_then_never_again(result: BenchResult) -> None:
    runs = {stage.name: stage.runs for stage in result.first_sight.stages}
    assert {name: runs[name] for name in COMPARED if name != "faces" and name != "voices"} == {"decode": 3, "match": 3}
    assert runs["fingerprints"] == 3
    assert runs["text, page, publisher"] == 5
    assert [stage.name for stage in result.seen_before.stages] == ["text, page, publisher"]


def test_the_script_looks_at_every_ad(result: BenchResult) -> None:
    assert {stage.name: stage.runs for stage in result.script.stages} == dict.fromkeys(COMPARED, 5)
    assert {stage.name: stage.runs for stage in result.script_same_runtime.stages} == dict.fromkeys(COMPARED, 5)
    assert result.script_frames >= 5
    assert 0 < result.script_unique_s < result.script.seconds


def test_both_recognise_the_same(result: BenchResult) -> None:
    assert (result.recognised_by_job, result.recognised_by_script, result.recognised_by_both) == (1, 1, 1)


def test_without_a_film_no_copy_is_made(result: BenchResult) -> None:
    assert (result.copies.made, ratios(result).first_sight_to_copy) == (0, None)


def test_each_phase_is_announced(result: BenchResult) -> None:
    assert [
        word for word in [f"{number} of 5" for number in range(1, 6)] if not any(word in line for line in SAID)
    ] == []


def test_ads_share_creatives_and_have_their_texts(small_world: World, tmp_path: Path) -> None:
    files = lay_out_ads(small_world, tmp_path / "ads", count=7)
    assert len({path.name for path in files}) == 7
    assert len({path.read_bytes() for path in files}) == 3
    assert not any("broken" in path.name for path in files)
    assert all(path.with_suffix(".txt").read_text(encoding="utf-8").strip() for path in files)


def test_a_folder_without_media_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no media in"):
        lay_out_ads(World(directory=tmp_path), tmp_path / "ads", count=1)
