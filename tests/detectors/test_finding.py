from __future__ import annotations

from typing import Any

import pytest

from detectors.finding import PROPOSITIONS, Method, finding, screen_command
from detectors.records import FINDING_SCHEMA, Axis, Bearing, Finding
from evidence.tables import read_records, write_records
from tests.factories import make_region, make_span, sha

METHOD = Method(name="lip_sync", version="1")


def make(**changes: Any) -> Finding:
    given: dict[str, Any] = {
        "method": METHOD,
        "axis": Axis.ALTERATION,
        "bearing": Bearing.SUPPORTS,
        "claim": "mouth_regenerated",
        "observation": "The mouth differs.",
        "modality": "face",
        "creative_sha256": sha("creative"),
        "innocent_explanations": ("A dubbed version.",),
        "reproduce": screen_command(sha("creative")),
    }
    return finding(**(given | changes))


def test_the_id_follows_the_content() -> None:
    assert make().finding_id == make().finding_id
    others = [
        make(claim="voice_replaced"),
        make(method=Method(name="lip_sync", version="2")),
        make(person_id="aysel-quliyeva"),
        make(start_s=1.0, end_s=2.0),
        make(region=make_region()),
        make(spans=(make_span(),)),
        make(reference_sha256=sha("footage")),
        make(ad_id=sha("ad")),
        make(ad_id=sha("creative"), creative_sha256=None),
    ]
    ids = {make().finding_id, *(other.finding_id for other in others)}
    assert len(ids) == len(others) + 1


def test_the_id_does_not_follow_measured_digits() -> None:
    assert (
        make(measurement=0.1, unit="correlation").finding_id == make(measurement=0.1001, unit="correlation").finding_id
    )


def test_weight_is_zero_and_needs_validation() -> None:
    assert make().weight == 0.0
    with pytest.raises(ValueError, match="not validated"):
        make(weight=0.5)
    validated = Method(name="lip_sync", version="1", validated_on="a corpus")
    assert make(method=validated, weight=0.5, inside_validation=True).weight == 0.5
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        make(method=validated, weight=1.5)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"creative_sha256": None}, "no ad and no creative"),
        ({"observation": " "}, "no observation"),
        ({"reproduce": ""}, "no command"),
        ({"propositions": ("Same.", "Same.")}, "same proposition"),
        ({"innocent_explanations": ()}, "innocent explanation"),
        ({"likelihood_ratio": 0.0}, "positive and finite"),
        ({"likelihood_ratio": float("inf")}, "positive and finite"),
        ({"likelihood_ratio": 3.0, "interval": (4.0, 9.0)}, "outside of its interval"),
        ({"interval": (1.0, 9.0)}, "outside of its interval"),
        ({"measurement": 1.0}, "unit"),
        ({"start_s": 2.0, "end_s": 1.0}, "before it starts"),
    ],
)
def test_an_incomplete_finding_does_not_exist(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make(**changes)


def test_each_axis_has_two_hypotheses() -> None:
    assert set(PROPOSITIONS) == set(Axis)
    assert make().propositions == PROPOSITIONS[Axis.ALTERATION]


def test_the_ends_of_an_interval_are_kept() -> None:
    made = make(likelihood_ratio=3.0, interval=(1.5, 8.0))
    assert (made.likelihood_ratio_low, made.likelihood_ratio_high) == (1.5, 8.0)


def test_a_finding_of_before_reads_without_an_interval(tmp_path: Any) -> None:
    before = FINDING_SCHEMA
    for name in ("likelihood_ratio_low", "likelihood_ratio_high"):
        before = before.remove(before.get_field_index(name))
    write_records(tmp_path / "findings.parquet", [make(likelihood_ratio=3.0)], before)
    (read,) = read_records(tmp_path / "findings.parquet", Finding)
    assert (read.likelihood_ratio_low, read.likelihood_ratio_high) == (None, None)


def test_findings_survive_parquet(tmp_path: Any) -> None:
    made = make(region=make_region(), start_s=1.0, end_s=2.0, measurement=0.07, unit="correlation")
    write_records(tmp_path / "findings.parquet", [made], FINDING_SCHEMA)
    assert read_records(tmp_path / "findings.parquet", Finding) == [made]
