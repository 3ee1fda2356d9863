"""How good likelihood ratios would be that are fitted on other people than they are used on."""

from __future__ import annotations

import numpy as np

from watchlist.calibration import fit
from watchlist.error_rates import Comparisons, cllr
from watchlist.records import Modality

FOLDS = 10


def cross_validated_cllr(comparisons: Comparisons, *, modality: Modality, pack: str) -> tuple[float | None, str | None]:
    """Cllr in bits, and why it is None where it is.

    Of at most ten groups of people each is tested with a calibration fitted on comparisons that involve nobody of it; a
    comparison of two groups is tested in both.
    """
    numbers = np.union1d(comparisons.mated_people, comparisons.non_mated_people)
    mated: list[float] = []
    non_mated: list[float] = []
    for group in np.array_split(numbers, min(FOLDS, len(numbers))):
        own = np.isin(comparisons.mated_people, group)
        involved = np.isin(comparisons.non_mated_people, group).any(axis=1)
        try:
            learned = fit(
                comparisons.mated[~own],
                comparisons.non_mated[~involved],
                modality=modality,
                pack=pack,
                people=len(np.setdiff1d(numbers, group)),
                source="cross-validation",
            )
        except ValueError as error:
            return None, f"not computed: without {len(group)} of the people nothing can be calibrated ({error})"
        mated += learned.log10_lr(comparisons.mated[own]).tolist()
        non_mated += learned.log10_lr(comparisons.non_mated[involved]).tolist()
    return cllr(mated, non_mated), None
