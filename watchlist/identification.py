"""Open-set identification: FPIR and FNIR as functions of gallery size N, rank R and threshold T (ISO/IEC 19795-1).

A search compares one track with every person of a gallery and returns the R best who score at or above T. The rates for
galleries smaller than the one at hand are the expectation over all its subsets of that size, computed exactly
(hypergeometric) instead of by drawing some.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from watchlist.error_rates import Proportion, proportion

Numbers = NDArray[np.float64]


def false_positive_identification_rate(non_mated: ArrayLike, *, size: int, threshold: float) -> Proportion:
    """FPIR(N, T): the share of searches for people who are not enrolled that return anybody.

    ``non_mated`` are pooled scores (searches, people), one per person of the gallery. Raises ``ValueError`` for an empty
    or non-finite table, or a ``size`` that is not between 1 and the people in it.
    """
    table = _checked(non_mated, size=size, what="non-mated")
    searches, people = table.shape
    above = (table >= threshold).sum(axis=1)
    found = 1 - hypergeom.pmf(0, people, above, size)
    return proportion(_total(found), searches)


def false_negative_identification_rate(
    scores: ArrayLike, enrolled_as: ArrayLike, *, size: int, rank: int, threshold: float
) -> Proportion:
    """FNIR(N, R, T): the share of searches for enrolled people that do not return them among the R best at or above T.

    ``scores`` (searches, people); ``enrolled_as`` (searches,) is the column of the person searched for, who is in every
    gallery of ``size``. Of equal scores the other's counts as better. Raises ``ValueError`` as its sibling does.
    """
    table = _checked(scores, size=size, what="mated")
    searches, people = table.shape
    columns = np.asarray(enrolled_as, dtype=np.int64)
    if columns.shape != (searches,) or not ((columns >= 0) & (columns < people)).all():
        raise ValueError(f"every search needs the column of its person, 0 to {people - 1}: enrol whom you search for")
    if rank < 1:
        raise ValueError(f"the rank {rank} is not at least 1: say how many people a search may return")
    own = table[np.arange(searches), columns]
    better = (table >= own[:, None]).sum(axis=1) - 1
    returned = np.where(own >= threshold, hypergeom.cdf(rank - 1, people - 1, better, size - 1), 0.0)
    return proportion(_total(1 - returned), searches)


def _total(shares: Numbers) -> float:
    """Their sum, free of the rounding that would make a count negative or larger than the trials."""
    return float(np.clip(round(float(shares.sum()), 9), 0, len(shares)))


def _checked(scores: ArrayLike, *, size: int, what: str) -> Numbers:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"there are no {what} searches: give a table of searches × enrolled people")
    if not np.isfinite(table).all():
        raise ValueError(f"a score of the {what} searches is NaN or infinite: make these scores again")
    if not 1 <= size <= table.shape[1]:
        raise ValueError(f"a gallery of {size} cannot be measured with {table.shape[1]} enrolled: take 1 to that many")
    return table
