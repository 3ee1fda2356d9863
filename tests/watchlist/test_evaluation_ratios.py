"""Cllr on people whom the calibration never saw."""

from __future__ import annotations

import numpy as np
import pytest

from watchlist.calibration import fit
from watchlist.error_rates import Comparisons, cllr
from watchlist.evaluation_ratios import cross_validated_cllr
from watchlist.records import Modality


def comparisons(*, people: int, apart: float, seed: int = 1) -> Comparisons:
    rng = np.random.default_rng(seed)
    pairs = np.array([(a, b) for a in range(people) for b in range(a + 1, people)])
    return Comparisons(
        mated=apart + rng.standard_normal(people * 5),
        mated_people=np.repeat(np.arange(people), 5),
        non_mated=rng.standard_normal(len(pairs)),
        non_mated_people=pairs,
    )


def cost_of(ours: Comparisons) -> tuple[float | None, str | None]:
    return cross_validated_cllr(ours, modality=Modality.FACE, pack="open@1")


def test_scores_that_separate_cost_little_and_others_as_much_as_nothing() -> None:
    good, why = cost_of(comparisons(people=20, apart=5.0))
    poor, _ = cost_of(comparisons(people=20, apart=0.3))
    assert why is None
    assert good is not None
    assert poor is not None
    assert 0 < good < 0.3 < 0.9 < poor < 1.1


def test_nobody_is_tested_with_what_was_learned_from_them() -> None:
    ours = comparisons(people=4, apart=2.0)
    learned = [
        fit(
            ours.mated[ours.mated_people != who],
            ours.non_mated[(ours.non_mated_people != who).all(axis=1)],
            modality=Modality.FACE,
            pack="open@1",
            people=3,
            source="by hand",
        )
        for who in range(4)
    ]
    mated = [
        learned[who].log10_lr(np.array([score]))[0] for score, who in zip(ours.mated, ours.mated_people, strict=True)
    ]
    non_mated = [
        learned[who].log10_lr(np.array([score]))[0]
        for score, both in zip(ours.non_mated, ours.non_mated_people, strict=True)
        for who in both
    ]
    assert cost_of(ours)[0] == pytest.approx(cllr(mated, non_mated))


def test_too_few_people_have_no_cllr_and_the_reason_is_said() -> None:
    value, why = cost_of(comparisons(people=2, apart=2.0))
    assert value is None
    assert why is not None
    assert why.startswith("not computed: without 1 of the people nothing can be calibrated (")
