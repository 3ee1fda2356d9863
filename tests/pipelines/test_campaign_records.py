"""What a campaign states about itself survives being written, and its ties connect its ads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from evidence.tables import read_records, write_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA, COMMON_TRAIT_SCHEMA, Campaign, CommonTrait, Tie


def test_a_campaign_is_read_as_it_was_written(tmp_path: Path) -> None:
    ties = (
        Tie(kind="domain", value="scam-shop.example", why="both lead to scam-shop.example", members=(0, 1)),
        Tie(kind="script", value="ab12", why="both say the same", members=(1, 2)),
    )
    campaign = Campaign(
        campaign_id="c1",
        aliases=("c0",),
        split_from=None,
        known_since=datetime(2026, 11, 1, tzinfo=UTC),
        ad_ids=("a", "b", "c"),
        pages=2,
        ties=ties,
    )
    write_records(tmp_path / "campaigns.parquet", [campaign], CAMPAIGN_SCHEMA)
    assert read_records(tmp_path / "campaigns.parquet", Campaign) == [campaign]


def test_what_is_too_common_is_read_as_it_was_written(tmp_path: Path) -> None:
    common = CommonTrait(kind="tracker", value="GTM-X", ads=900, pages=40, groups=35, why="a builder's own tag")
    write_records(tmp_path / "common.parquet", [common], COMMON_TRAIT_SCHEMA)
    assert read_records(tmp_path / "common.parquet", CommonTrait) == [common]
