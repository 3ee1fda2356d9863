"""FPIR and FNIR by hand, against drawing every sub-gallery, and their monotony in N, R and T."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from watchlist.identification import false_negative_identification_rate, false_positive_identification_rate

RNG = np.random.default_rng(4)
STRANGERS = RNG.normal(size=(20, 6))
SEARCHES = RNG.normal(size=(15, 6))
COLUMNS = RNG.integers(6, size=15)
SEARCHES[np.arange(15), COLUMNS] += 1.0


def fnir(size: int, rank: int, threshold: float) -> float:
    return false_negative_identification_rate(SEARCHES, COLUMNS, size=size, rank=rank, threshold=threshold).rate


@pytest.mark.parametrize("size", [1, 2, 4, 6])
def test_expectation_over_all_galleries_of_a_size(size: int) -> None:
    galleries = [list(columns) for columns in combinations(range(6), size)]
    drawn = np.mean([(STRANGERS[:, columns].max(axis=1) >= 0.7).mean() for columns in galleries])
    assert false_positive_identification_rate(STRANGERS, size=size, threshold=0.7).rate == pytest.approx(drawn)
    missed = []
    for row, own in zip(SEARCHES, COLUMNS, strict=True):
        holding = [columns for columns in galleries if own in columns]
        ranks = [1 + sum(row[other] >= row[own] for other in columns if other != own) for columns in holding]
        missed.append(np.mean([rank > 2 or row[own] < 0.3 for rank in ranks]))
    assert fnir(size, 2, 0.3) == pytest.approx(np.mean(missed))


def test_more_people_err_more_and_a_higher_threshold_trades_one_for_the_other() -> None:
    for size in range(1, 6):
        smaller, larger = (
            false_positive_identification_rate(STRANGERS, size=count, threshold=0.7).rate for count in (size, size + 1)
        )
        assert smaller <= larger
        assert fnir(size, 1, 0.3) <= fnir(size + 1, 1, 0.3)
    at = [false_positive_identification_rate(STRANGERS, size=6, threshold=t).rate for t in (-9, 0, 1, 2, 9)]
    assert at == sorted(at, reverse=True)
    assert (at[0], at[-1]) == (1.0, 0.0)
    missed = [fnir(6, 1, threshold) for threshold in (-9, 0, 1, 2, 9)]
    assert missed == sorted(missed)
    by_rank = [fnir(6, rank, -9) for rank in range(1, 7)]
    assert by_rank == sorted(by_rank, reverse=True)
    assert by_rank[-1] == 0.0


def test_equal_scores_count_for_the_other() -> None:
    assert false_negative_identification_rate([[1, 1]], [0], size=2, rank=1, threshold=0).rate == 1.0
    assert false_negative_identification_rate([[1, 1]], [0], size=1, rank=1, threshold=1).rate == 0.0


@pytest.mark.parametrize(
    ("table", "columns", "size", "rank", "sentence"),
    [
        (np.zeros((0, 2)), [], 1, 1, "there are no mated searches"),
        ([[0.1, np.nan]], [0], 1, 1, "NaN or infinite"),
        ([[0.1, 0.2]], [0], 3, 1, "a gallery of 3 cannot be measured with 2 enrolled"),
        ([[0.1, 0.2]], [2], 2, 1, "the column of its person, 0 to 1"),
        ([[0.1, 0.2]], [0], 2, 0, "the rank 0 is not at least 1"),
    ],
)
def test_bad_searches_are_refused(table: np.ndarray, columns: list[int], size: int, rank: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        false_negative_identification_rate(table, columns, size=size, rank=rank, threshold=0.5)
    if "column" not in sentence and "rank" not in sentence:
        with pytest.raises(ValueError, match=sentence.replace("mated", "non-mated")):
            false_positive_identification_rate(table, size=size, threshold=0.5)
