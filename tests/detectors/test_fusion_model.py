"""A fusion learns what each measure is worth, says nothing beyond what its groups can bear, and is honest about the rest."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.fusion_model import Fusion, fit, fuse, held_out, packed, unpacked
from detectors.validation import Conditions, Validated
from watchlist.error_rates import cllr

VALIDATED = Validated(data_set="made numbers", codec="any", bitrate="any", language="none", face_size="any")
GROUPS = 30
ITEMS = 240


def numbers(seed: int = 1) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_], list[str]]:
    """A measure that tells much, the same once more with a little noise, one that tells nothing and is often missing."""
    rng = np.random.default_rng(seed)
    truth = rng.random(ITEMS) < 0.5
    good = truth * 2.0 + rng.standard_normal(ITEMS)
    idle = np.where(rng.random(ITEMS) < 0.4, np.nan, rng.standard_normal(ITEMS))
    groups = [f"scene {index % GROUPS}" for index in range(ITEMS)]
    return {"good": good, "again": good + 0.05 * rng.standard_normal(ITEMS), "idle": idle}, truth, groups


@functools.cache
def made(seed: int = 1) -> Fusion:
    values, truth, groups = numbers(seed)
    return fuse(
        values,
        truth,
        groups,
        source="made",
        validated=VALIDATED,
        conditions=Conditions(),
        rng=np.random.default_rng(0),
        replicas=40,
    )


@pytest.fixture(scope="module")
def fusion() -> Fusion:
    return made()


def test_two_that_see_the_same_are_not_counted_twice(fusion: Fusion) -> None:
    weights = {part.measure: part.weight for part in fusion.fit.parts}
    assert 0.5 < weights["good"] + weights["again"] < 1.5
    assert weights.get("idle", 0.0) < 0.5


def test_it_is_judged_on_groups_that_it_had_not_seen(fusion: Fusion) -> None:
    values, truth, groups = numbers()
    left_out = np.clip(held_out(values, truth, groups), fusion.log10_low, fusion.log10_high)
    assert fusion.cllr == pytest.approx(cllr(left_out[truth], left_out[~truth]))
    assert 0.4 < fusion.cllr < 0.8
    assert fusion.weight == pytest.approx(1 - fusion.cllr)
    unseen, truth, _ = numbers(seed=2)
    logs = np.array([np.log10(fusion.ratio({name: v[i] for name, v in unseen.items()})[0]) for i in range(ITEMS)])  # type: ignore[index]
    assert cllr(logs[truth], logs[~truth]) == pytest.approx(fusion.cllr, abs=0.12)


def test_no_ratio_is_more_than_so_many_groups_can_bear(fusion: Fusion) -> None:
    strongest = fusion.ratio({"good": 50.0, "again": 50.0})
    assert strongest is not None
    assert strongest[0] == pytest.approx(10**fusion.log10_high)
    assert fusion.log10_high <= np.log10(GROUPS + 1)


def test_the_interval_holds_the_ratio_and_widens_with_fewer_groups() -> None:
    values, truth, groups = numbers()
    few = fuse(
        {name: column[:60] for name, column in values.items()},
        truth[:60],
        [group.replace("scene ", "")[-1] for group in groups[:60]],
        source="made",
        validated=VALIDATED,
        conditions=Conditions(),
        rng=np.random.default_rng(0),
        replicas=40,
    )
    wide, narrow = (one.ratio({"good": 1.4}) for one in (few, made()))
    assert wide is not None
    assert narrow is not None
    assert narrow[1] <= narrow[0] <= narrow[2]
    assert np.log10(wide[2] / wide[1]) > np.log10(narrow[2] / narrow[1])


def test_what_was_not_measured_says_nothing(fusion: Fusion) -> None:
    assert fusion.ratio({}) is None
    assert fusion.ratio({"unknown": 3.0}) is None
    alone, both = fusion.ratio({"good": 2.5}), fusion.ratio({"good": 2.5, "idle": float("nan")})
    assert alone == both


def test_a_measure_that_misleads_or_is_seldom_there_is_left_out() -> None:
    values, truth, groups = numbers()
    number = np.unique(groups, return_inverse=True)[1]
    seldom = np.where(np.arange(ITEMS) < 10, values["good"], np.nan)
    upside_down = {"wrong": -values["good"], "good": values["good"], "seldom": seldom}
    assert [part.measure for part in fit(upside_down, truth, number).parts] == ["good"]
    with pytest.raises(ValueError, match="bring more items"):
        fit({"wrong": -values["good"]}, truth, number)


def test_it_survives_its_file_and_damage_is_noticed(fusion: Fusion) -> None:
    data = packed(fusion)
    read, sha256 = unpacked(data)
    assert read == fusion
    assert len(sha256) == 64
    row = json.loads(data)
    for spoilt in ({**row, "log10_low": 1.0}, {**row, "fit": {"parts": [], "constant": "x"}}, {"source": "only"}):
        with pytest.raises(ValueError):
            unpacked(json.dumps(spoilt).encode())
    with pytest.raises(ValueError):
        unpacked(b"no json")
