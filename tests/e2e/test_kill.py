"""SIGKILL at any moment costs time and nothing else: the job that goes on afterwards ends with the same."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from evidence.log import verify
from evidence.store import EvidenceStore
from qalqan.demo.server import DemoServer
from tests.e2e.small_world import TICK_MS, make_media, make_watchlist, small_config, start_job

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600), pytest.mark.kills]

KILLS = 20
LANES = 2
"""So many jobs are run and killed side by side, each in folders of its own."""

EARLIEST_S = 0.5
ENDS_WITHIN_S = 900.0
NOT_COMPARED = {"candidates": {"reasons"}, "campaigns": {"known_since"}}
"""What changes at midnight: how many days the ad had run when it was seen, and the day since which a campaign is known."""

MOST_TOLD = 12
"""Differences between two jobs that a failed test tells."""

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Scene:
    """What all jobs of the test share, and what a job that nobody kills ends with, after how many seconds."""

    root: Path
    port: int
    watchlist: Path
    wanted: Rows
    seconds: float


def results(data: Path) -> Rows:
    """The rows of every dataset of the screening, in its own order."""
    rows: Rows = {}
    for path in sorted((data / "screens" / "small").glob("*.parquet")):
        left_out = NOT_COMPARED.get(path.stem, set())
        rows[path.stem] = [
            {name: value for name, value in row.items() if name not in left_out}
            for row in pq.read_table(path).to_pylist()
        ]
    return rows


def check_whole(data: Path) -> None:
    """The evidence is complete and unaltered, holds no orphan, and nothing half-done lies about."""
    report = verify(EvidenceStore(str(data / "evidence")), data)
    assert report.problems == ()
    assert report.blobs
    places = ("crawls/*/staging/*", "analyses/.working/*", "screens/*/.shards", "evidence/partial/*", "**/*.part")
    assert [path for place in places for path in data.glob(place)] == []


def finish(root: Path, scene: Scene) -> None:
    """Run to the end in a folder where jobs may have been killed before, and compare with the job that nobody killed."""
    config = small_config(root / "small.toml", port=scene.port, watchlist=scene.watchlist)
    assert start_job(root, config).ended(within_s=ENDS_WITHIN_S)
    compare(root, scene)


def compare(root: Path, scene: Scene) -> None:
    found = results(root / "run")
    assert found.keys() == scene.wanted.keys()
    told = [line for dataset, rows in scene.wanted.items() for line in differences(dataset, found[dataset], rows)]
    assert not told, f"{len(told)} differences from the job that nobody killed:\n" + "\n".join(told[:MOST_TOLD])
    check_whole(root / "run")


def differences(dataset: str, found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[str]:
    """In what the rows of a dataset differ, a short line per field: the whole rows fill a log and hide it."""
    if len(found) != len(wanted):
        return [f"{dataset}: {len(found)} rows instead of {len(wanted)}"]
    return [
        f"{dataset}, row {number} ({mine.get('claim')}), {name}: {_around(str(mine[name]), str(theirs[name]))}"
        for number, (mine, theirs) in enumerate(zip(found, wanted, strict=True))
        for name in theirs
        if mine[name] != theirs[name]
    ]


def _around(mine: str, theirs: str) -> str:
    """Both texts from a little before the place where they part."""
    shorter = min(len(mine), len(theirs))
    parted = next((at for at in range(shorter) if mine[at] != theirs[at]), shorter)
    start = max(0, parted - 60)
    return f"{mine[start : start + 160]!r} instead of {theirs[start : start + 160]!r}"


def kill_again_and_again(lane: int, scene: Scene) -> list[float]:
    """Kill jobs after random times, the short ones first, each job going on where the one before was killed. A job that ends
    before it is killed is compared, and the next one starts from nothing. Returns after how many seconds jobs were killed."""
    moments, killed, attempt = random.Random(lane), list[float](), 0
    for longest_s in sorted(moments.uniform(EARLIEST_S, scene.seconds) for _ in range(KILLS // LANES)):
        delay_s = longest_s
        while True:
            root = scene.root / f"lane-{lane}-{attempt}"
            config = small_config(root / "small.toml", port=scene.port, watchlist=scene.watchlist)
            job = start_job(root, config)
            if not job.ended(within_s=delay_s):
                break
            compare(root, scene)
            attempt += 1
            delay_s = moments.uniform(EARLIEST_S, delay_s)
        job.kill()
        killed.append(delay_s)
    finish(scene.root / f"lane-{lane}-{attempt}", scene)
    return killed


def test_killed_at_twenty_random_moments_the_job_ends_with_the_same(tmp_path: Path) -> None:
    media = make_media(tmp_path / "web" / "media")
    watchlist = make_watchlist(tmp_path / "enrolled" / "watchlist")
    with DemoServer(media, tick_ms=TICK_MS) as server:
        clean, began = tmp_path / "clean", time.monotonic()
        config = small_config(clean / "small.toml", port=server.port, watchlist=watchlist)
        assert start_job(clean, config).ended(within_s=ENDS_WITHIN_S)
        seconds = time.monotonic() - began
        wanted = results(clean / "run")
        check_whole(clean / "run")
        assert len(wanted["candidates"]) >= 3
        assert wanted["dead_letters"] == []
        scene = Scene(root=tmp_path, port=server.port, watchlist=watchlist, wanted=wanted, seconds=seconds)
        with ThreadPoolExecutor(LANES) as lanes:
            killed = [lanes.submit(kill_again_and_again, lane, scene) for lane in range(LANES)]
            moments = [moment for lane in killed for moment in lane.result()]
    assert len(moments) == KILLS
    assert max(moments) <= seconds
