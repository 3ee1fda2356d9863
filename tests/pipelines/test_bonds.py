"""Numbers behind the joining: pairs, components, stretches."""

from __future__ import annotations

import numpy as np

from pipelines.bonds import MOST_BESIDE, Bonds, components, counts, pairs
from pipelines.numbering import Codes


def numbers(*values: int) -> Codes:
    return np.array(values, dtype=np.int64)


def bonds(*carriers: tuple[int, ...]) -> Bonds:
    """Bond i is carried by these ads."""
    return Bonds(
        bond=np.repeat(np.arange(len(carriers)), [len(ads) for ads in carriers]),
        ad=numbers(*(ad for ads in carriers for ad in ads)),
        left=np.arange(len(carriers)),
        right=np.full(len(carriers), -1),
    )


def test_components_follow_the_bonds() -> None:
    found = components(bonds((0, 2), (2, 4), (1, 3)), ads=6)
    assert found[0] == found[2] == found[4] != found[1] == found[3]
    assert len(set(found.tolist())) == 3
    assert components(bonds(), ads=0).tolist() == []


def test_pairs_need_two_sides_and_two_ads() -> None:
    made = bonds((0, 1, 2), (0, 1), (0, 1), (2, 3))
    found = pairs(made, numbers(0, 1, 1, 2))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (0, 2)]
    assert found.ad.reshape(2, 2).tolist() == [[0, 1], [0, 1]] or sorted(found.ad.tolist()) == [0, 0, 1, 1]
    assert len(pairs(bonds(), numbers())) == 0


def test_bonds_are_chosen_and_added() -> None:
    made = bonds((0, 1), (2,), (1, 3))
    assert made.of_several().left.tolist() == [0, 2]
    assert made.of_several().bond.tolist() == [0, 0, 1, 1]
    both = made + bonds((5,))
    assert (both.bond.tolist()[-1], both.ad.tolist()[-1], len(both)) == (3, 5, 4)


def test_an_ad_of_very_many_bonds_stays_bounded() -> None:
    many = bonds(*((0, 1) for _ in range(200)))
    assert len(pairs(many, np.arange(200))) <= 200 * MOST_BESIDE


def test_different_things_are_counted_once() -> None:
    assert counts(numbers(0, 0, 0, 2), numbers(7, 7, 8, 1), size=4).tolist() == [2, 0, 1, 0]
