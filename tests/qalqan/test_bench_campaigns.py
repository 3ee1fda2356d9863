"""The measurement of campaigns: a world whose truth is known, and sentences about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from typer.testing import CliRunner

from evidence.tables import to_row
from pipelines.campaign_records import CAMPAIGN_SCHEMA
from qalqan.bench_campaigns import ad_id, agreement, made_ads, make_world
from qalqan.main import app
from tests.factories import make_campaign


def test_the_world_has_so_many_ads_and_is_the_same_every_time() -> None:
    world = make_world(1000, seed=2)
    assert (len(world.owner), int(world.size.sum())) == (1000, 1000)
    assert np.bincount(world.owner).tolist() == world.size.tolist()
    ads = list(made_ads((world, 100, 200)))
    assert [one.ad_id for one in ads] == [ad_id(number) for number in range(100, 200)]
    assert list(made_ads((world, 100, 200))) == ads


def campaigns(*members: Sequence[int]) -> pa.Table:
    rows = [to_row(make_campaign(ad_ids=tuple(map(ad_id, ads)))) for ads in members]
    return pa.Table.from_pylist(rows, schema=CAMPAIGN_SCHEMA)


def test_agreement_counts_pairs() -> None:
    world = make_world(1000, seed=2)
    truth = [np.flatnonzero(world.owner == owner).tolist() for owner in range(len(world.size))]
    assert agreement(campaigns(*(ads for ads in truth if len(ads) > 1)), world) == (1.0, 1.0)
    assert agreement(campaigns(), world) == (1.0, 0.0)
    precision, recall = agreement(campaigns(range(1000)), world)
    assert recall == 1.0
    assert precision == sum(len(ads) * (len(ads) - 1) for ads in truth) / (1000 * 999)


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(app, ["bench", "campaigns", "--ads", "600", "--again"])
    assert done.exit_code == 0, done.output
    found = next(line for line in done.output.splitlines() if "campaigns found" in line).split()[0]
    assert f"in a second run {found} of {found} campaigns kept their id" in done.output
    assert "pairs of ads: precision" in done.output
    assert "Target, 1,000,000 ads joined into campaigns in 10 minutes on 2 cores: " in done.output
