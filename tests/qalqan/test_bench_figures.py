"""The figures follow from what was measured, which is chosen by hand here so that the sums can be checked."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.tables import from_json
from qalqan.bench import BenchResult, Phase, Stage
from qalqan.bench_campaigns import CampaignFigures
from qalqan.bench_copies import CopyResult
from qalqan.bench_figures import REST, account, campaigns_target, detector_costs, in_words, pace, ratios, save, targets
from qalqan.machine import Machine

CAMPAIGNS = CampaignFigures(
    ads=10_000, planted=900, found=880, common=9, precision=0.999, recall=1.0, tables_s=1.0, beam_s=4.0, cpu_seconds=3.0,
    per_ad=None, making_s=1.0, peak_mb=300.0, reading_ms=9.0, again_kept=None,
)  # fmt: skip
RESULT = BenchResult(
    began_at=datetime(2026, 11, 1, tzinfo=UTC),
    machine=Machine(
        processor="An Example", cores=2, system="Linux x86_64", python="3.11.0", load=1.5, versions={"numpy": "2.4.6"}
    ),
    pack="open@1",
    torch_threads=1,
    ads=6,
    creatives=4,
    media_s=100.0,
    media_capped_s=50.0,
    matched_s=30.0,
    film_cap_s=32.0,
    references=9,
    opening=Phase(name="opening models", seconds=3.0, cpu_s=3.0),
    first_sight=Phase(
        name="first sight",
        seconds=10.0,
        cpu_s=18.0,
        stages=(
            Stage(name="decode", seconds=3.0, cpu_s=2.0, decoding_s=1.9, models_s=0.0, runs=4),
            Stage(name="faces", seconds=6.0, cpu_s=6.0, decoding_s=0.0, models_s=5.8, runs=4),
            Stage(name="detector lips", seconds=2.0, cpu_s=2.0, decoding_s=1.5, models_s=0.2, runs=4),
            Stage(name="detector container", seconds=1.0, cpu_s=1.0, decoding_s=0.9, models_s=0.0, runs=4),
            Stage(name="words in pictures", seconds=1.0, cpu_s=1.0, decoding_s=0.6, models_s=0.3, runs=4),
            Stage(name="working copies", seconds=4.0, cpu_s=4.0, decoding_s=3.0, models_s=0.5, runs=2),
        ),
    ),
    seen_before=Phase(name="seen before", seconds=2.0, cpu_s=2.0),
    creatives_seen_before=4,
    dead_letters=0,
    candidates=2,
    copies=CopyResult(made=2, recognised=2, lookup_s=0.05, decoding_share=0.8),
    script_same_runtime=Phase(name="script, run alike", seconds=30.0, cpu_s=29.0),
    script=Phase(
        name="script",
        seconds=48.0,
        cpu_s=40.0,
        stages=(Stage(name="decode", seconds=8.0, cpu_s=8.0, decoding_s=0.0, models_s=0.0, runs=6),),
    ),
    script_unique_s=32.0,
    script_unique_cpu_s=27.0,
    script_frames=1200,
    script_faces=900,
    script_windows=10,
    recognised_by_job=3,
    recognised_by_script=2,
    recognised_by_both=2,
    campaigns=CAMPAIGNS,
)


def test_the_lines_of_an_account_add_up() -> None:
    lines = account(RESULT.first_sight, per=RESULT.creatives)
    assert sum(line.cpu_s for line in lines) == pytest.approx(18.0)
    assert sum(line.share for line in lines) == pytest.approx(1.0)
    assert (lines[-1].stage, lines[-1].runs) == (REST, None)
    assert lines[-1].seconds is None
    assert lines[-1].cpu_s == pytest.approx(2.0)
    assert (lines[1].cpu_each_s, lines[1].share) == pytest.approx((1.5, 1 / 3))


def test_pace_and_ratios() -> None:
    speed = pace(RESULT, RESULT.first_sight)
    assert (speed.ads_per_hour, speed.times_real, speed.times_real_capped) == pytest.approx((2160.0, 10.0, 5.0))
    r = ratios(RESULT)
    assert (r.script_to_job, r.script_to_job_unique, r.reuse) == pytest.approx((4.8, 3.2, 1.5))
    assert (r.script_to_job_cpu, r.script_to_job_cpu_unique) == pytest.approx((40 / 18, 1.5))
    assert (r.script_to_job_same_stages, r.script_to_job_same_stages_unique) == pytest.approx((5.0, 27 / 8))
    assert r.script_same_runtime_to_job == pytest.approx(3.0)
    assert r.outside_decoding_and_models == pytest.approx((0.1 + 0.2 + 0.3 + 1.0 + 0.1 + 3.5 + 2.0) / 18)
    assert r.outside_and_words == pytest.approx((7.2 + 0.6) / 18)
    assert r.first_sight_to_copy == pytest.approx(12 / 4 / 0.05)
    assert (r.script_to_job_seen_before, r.first_sight_to_seen_before) == pytest.approx((24.0, 5.0))


def test_targets_say_by_how_much_and_why_they_were_missed() -> None:
    faster, outside, _, cheaper, _ = targets(RESULT)
    assert (faster.met, faster.reached) == (
        False,
        (
            "3.00 times with the networks run alike, 4.80 times with the script's run by their authors' library; the stricter "
            "decides"
        ),
    )
    assert faster.why == (
        "1.7 times too slow: most of its processor time goes to faces (33 %), working copies (22 %), "
        "decode (11 %), detector lips (11 %); it kept 1.8 of 2 cores busy"
    )
    assert outside.reached == "40.0 %; 43.3 % if reading words is no model"
    assert outside.why == (
        "25.0 points too much: working copies (19 %), everything else (11 %), detector container (6 %), detector lips (2 %)"
    )
    assert (cheaper.met, cheaper.reached, cheaper.why) == (True, "60.0 times", None)
    dear = dataclasses.replace(RESULT, copies=dataclasses.replace(RESULT.copies, lookup_s=0.11))
    assert targets(dear)[3].reached == "27.3 times"
    assert "1.8 times too dear" in str(targets(dear)[3].why)
    assert "80 % of a look-up" in str(targets(dear)[3].why)
    fast = dataclasses.replace(RESULT, script=dataclasses.replace(RESULT.script, seconds=60.0))
    assert not targets(fast)[0].met, "networks alike it is as slow as before"
    alike = dataclasses.replace(RESULT.script_same_runtime, seconds=51.0)
    assert (targets(dataclasses.replace(fast, script_same_runtime=alike))[0].why) is None
    without = dataclasses.replace(RESULT, copies=CopyResult(made=0, recognised=0, lookup_s=0.0, decoding_share=0.0))
    assert len(targets(without)) == 4


def test_what_is_saved_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bench.json"
    save(RESULT, path)
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert from_json(BenchResult, saved["measured"]) == RESULT
    assert saved["ratios"]["reuse"] == pytest.approx(1.5)
    assert [target["met"] for target in saved["targets"]] == [False, False, True, True, True]
    assert saved["accounts"]["first_sight"][-1]["stage"] == REST
    assert set(saved["pace"]) == {"first_sight", "seen_before", "script", "script_same_runtime"}
    assert [child.name for child in path.parent.iterdir()] == ["bench.json"]


def test_detectors_cost_what_they_took_for_a_minute_of_what_they_matched() -> None:
    costs = detector_costs(RESULT)
    assert [(cost.detector, cost.cpu_s, cost.per_minute_s) for cost in costs] == [
        ("lips", 2.0, 4.0),
        ("container", 1.0, 2.0),
    ]
    target = next(one for one in targets(RESULT) if "detectors of media" in one.name)
    assert (target.met, target.reached) == (True, "0.10 × on one core")
    nobody = dataclasses.replace(RESULT, matched_s=0.0)
    assert detector_costs(nobody)[0].per_minute_s is None
    assert not any("detectors of media" in one.name for one in targets(nobody))
    slow = next(one for one in targets(dataclasses.replace(RESULT, matched_s=2.0)) if "detectors of media" in one.name)
    assert not slow.met
    assert "1.5 times too slow: lips (1.00), container (0.50)" in (slow.why or "")


def test_a_million_ads_are_to_be_joined_in_minutes() -> None:
    met = campaigns_target(CAMPAIGNS, RESULT.machine)
    assert (met.met, met.why) == (True, None)
    assert "in proportion 8.3 minutes for a million" in met.reached
    missed = campaigns_target(
        dataclasses.replace(CAMPAIGNS, ads=1_000_000, tables_s=200.0, beam_s=1000.0, cpu_seconds=900.0), RESULT.machine
    )
    assert in_words(missed) == (
        "Target, 1,000,000 ads joined into campaigns in 10 minutes on 2 cores: MISSED (1,000,000 ads in 1200 s, 900 s of them "
        "processor time), 2.0 times too slow: a million take 15.0 minutes of processor time, most of it on one core, and others "
        "kept the machine busy (load 1.5 on 2 cores)."
    )
