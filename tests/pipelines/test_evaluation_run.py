"""A finished screening beside its right answers gives one record; what is missing on either side is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detectors.records import FINDING_SCHEMA
from embeddings.records import CREATIVE_SCHEMA
from evidence.records import AD_SCHEMA, CAPTURE_SCHEMA
from evidence.tables import write_records
from pipelines.errors import NothingToScreen
from pipelines.evaluation_run import Made, evaluate
from pipelines.records import ASSESSMENT_SCHEMA, CANDIDATE_SCHEMA, DEAD_LETTER_SCHEMA
from pipelines.tools import ScreenSettings
from pipelines.truth import Truth
from tests.factories import make_ad, make_ad_truth, make_assessment, make_candidate, make_dead_letter, make_finding, sha

MADE = Made(at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC), qalqan="0.1.0", command="qalqan evaluate candidates set")


@pytest.fixture
def finished(tmp_path: Path) -> ScreenSettings:
    """Three ads, of which the first two were assessed and the first was flagged; none of them has media."""
    settings = ScreenSettings(
        crawl_dir=tmp_path / "crawl",
        out_dir=tmp_path / "screen",
        store_url=str(tmp_path / "evidence"),
        watchlist_dir=tmp_path / "watchlist",
        cache_dir=tmp_path / "analyses",
        campaigns_dir=tmp_path / "campaigns",
        pack="open",
        now=MADE.at,
    )
    ads = [make_ad(source_ad_id=number) for number in "123"]
    assessed = [
        make_assessment(ad_id=ad.ad_id, flagged=number == 0, creative_sha256=None) for number, ad in enumerate(ads[:2])
    ]
    write_records(settings.crawl_dir / "ads.parquet", ads, AD_SCHEMA)
    write_records(settings.crawl_dir / "captures.parquet", [], CAPTURE_SCHEMA)
    write_records(settings.out_dir / "assessments.parquet", assessed, ASSESSMENT_SCHEMA)
    write_records(settings.out_dir / "candidates.parquet", [make_candidate(ad_id=ads[0].ad_id)], CANDIDATE_SCHEMA)
    write_records(settings.out_dir / "dead_letters.parquet", [make_dead_letter()], DEAD_LETTER_SCHEMA)
    read = make_finding(
        ad_id=ads[0].ad_id, method="lure_classifier", claim="reads_as_scam", measurement=0.8, unit="probability"
    )
    write_records(settings.out_dir / "findings.parquet", [read], FINDING_SCHEMA)
    write_records(settings.out_dir / "creatives.parquet", [], CREATIVE_SCHEMA)
    return settings


def truth(*numbers: str) -> Truth:
    ads = tuple(make_ad_truth(ad_id=make_ad(source_ad_id=number).ad_id) for number in numbers)
    return Truth(description="by hand", command="by hand", ads=ads)


def test_what_was_assessed_is_judged_and_the_rest_is_named(finished: ScreenSettings) -> None:
    evaluation, pictures = evaluate(truth("1", "3", "9"), finished, MADE, most=10)
    assert (evaluation.overall.found, evaluation.overall.wanted) == (1, 1)
    assert pictures == {}
    assert evaluation.made_at == "2026-11-01 09:30 UTC"
    assert [item.why for item in evaluation.unlooked] == [
        "It was not assessed.",
        "It is in the truth and not among the ads.",
        "They have no right answer, and count nowhere.",
        "decode: The file holds no picture and no sound.",
    ]


def test_who_learned_from_the_set_and_took_part_is_named(finished: ScreenSettings) -> None:
    leaky = replace(truth("1"), learned_from=("face_blend", "lure_classifier"))
    evaluation, _ = evaluate(leaky, finished, MADE, most=10)
    assert evaluation.in_sample == ("lure_classifier",), "face_blend found nothing in it"
    with pytest.raises(ValueError, match="lure_classifier took part in the screening"):
        evaluate(leaky, replace(finished, without=("lure_classifier",)), MADE, most=10)


def test_an_error_without_media_has_no_picture(finished: ScreenSettings) -> None:
    evaluation, _ = evaluate(truth("1", "2"), finished, MADE, most=10)
    (error,) = evaluation.errors
    assert error.missed
    assert error.picture is None


def test_where_nothing_can_be_judged_the_reason_is_said(finished: ScreenSettings, tmp_path: Path) -> None:
    other = Truth(description="x", command="x", ads=(make_ad_truth(ad_id=sha("elsewhere")),))
    with pytest.raises(ValueError, match="none of the 1 ads with right answers was screened"):
        evaluate(other, finished, MADE, most=10)
    (finished.out_dir / "assessments.parquet").unlink()
    with pytest.raises(NothingToScreen, match="leave out --screened"):
        evaluate(truth("1"), finished, MADE, most=10)
