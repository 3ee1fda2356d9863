"""Which items of an evaluation are compared, and how alike they are.

A comparison in a condition has a suspect that went through it and a reference that did not, as in the job: every pair is
compared twice, each of its two taking each part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.conditions import CLEAN
from watchlist.error_rates import Comparisons
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_views import Views
from watchlist.index import exact_scores

MOST_NON_MATED = 1_000_000
"""Of more non-mated pairs so many are drawn at random; the mated ones are all compared."""

BLOCK = 4096
BELOW_ALL = 1.0
"""Where nothing was found there is no score: the comparison counts as this much below the lowest one."""

Items = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """``left[i]`` and ``right[i]`` are items, of two different files; ``same[i]`` says whether they show one person.
    ``possible`` is how many non-mated ones there were to draw from."""

    left: Items
    right: Items
    same: Mask
    possible: int

    def where(self, mask: Mask) -> Pairs:
        """Only those for which ``mask`` (pairs,) holds."""
        return Pairs(left=self.left[mask], right=self.right[mask], same=self.same[mask], possible=self.possible)


def pairs_of(views: Views, evaluated: EvaluationSet, *, rng: np.random.Generator, most: int = MOST_NON_MATED) -> Pairs:
    """The listed pairs, or every item with every item of another file: never one recording, film or picture with itself."""
    people = people_of(views, evaluated)
    if evaluated.listed is None:
        left, right, same, possible = _all(views.files, people, rng=rng, most=most)
    else:
        items: dict[int, list[int]] = {}
        for item, file in enumerate(views.files):
            items.setdefault(int(file), []).append(item)
        listed = [(a, b) for x, y in evaluated.listed for a in items.get(x, ()) for b in items.get(y, ())]
        left, right = np.array(listed, dtype=np.int64).reshape(-1, 2).T
        same = people[left] == people[right]
        possible = int((~same).sum())
    return Pairs(left=left, right=right, same=same, possible=possible)


def look_alikes_of(views: Views, evaluated: EvaluationSet, pairs: Pairs) -> tuple[Pairs, Pairs]:
    """The pairs without those of look-alikes, and all pairs of look-alikes, of which none is left to chance."""
    names, numbers = np.unique(np.array(evaluated.people), return_inverse=True)
    place = {str(name): number for number, name in enumerate(names)}
    alike = np.zeros((len(names), len(names)), dtype=np.bool_)
    for one, other in evaluated.look_alikes:
        alike[place[one], place[other]] = alike[place[other], place[one]] = True
    people = numbers.astype(np.int64)[views.files]
    if evaluated.listed is not None:
        theirs = pairs.where(alike[people[pairs.left], people[pairs.right]])
    else:
        nothing = np.zeros(0, dtype=np.int64)
        left, right = np.nonzero(np.triu(alike[people[:, None], people], k=1)) if alike.any() else (nothing, nothing)
        theirs = Pairs(left=left, right=right, same=np.zeros(len(left), dtype=np.bool_), possible=len(left))
    return pairs.where(~alike[people[pairs.left], people[pairs.right]]), theirs


def people_of(views: Views, evaluated: EvaluationSet) -> Items:
    """(items,) the number of each item's person, counted from 0 in the order of their names."""
    _, numbers = np.unique(np.array(evaluated.people), return_inverse=True)
    return numbers.astype(np.int64)[views.files]


def _all(files: Items, people: Items, *, rng: np.random.Generator, most: int) -> tuple[Items, Items, Mask, int]:
    count = len(files)
    lefts, rights = [], []
    for item in range(count - 1):
        later = np.arange(item + 1, count)
        partners = later[(people[later] == people[item]) & (files[later] != files[item])]
        lefts.append(np.full(len(partners), item))
        rights.append(partners)
    nothing = np.zeros(0, dtype=np.int64)
    mated = np.concatenate([nothing, *lefts]), np.concatenate([nothing, *rights])
    _, sizes = np.unique(people, return_counts=True)
    possible = int((count * count - (sizes**2).sum()) // 2)
    if count * (count - 1) // 2 <= 4 * most:
        left, right = np.triu_indices(count, k=1)
        others = np.flatnonzero(people[left] != people[right])
        if len(others) > most:
            others = np.sort(rng.choice(others, most, replace=False))
        strangers = left[others], right[others]
    else:
        drawn = np.sort(rng.integers(0, count, (3 * most, 2)), axis=1)
        drawn = np.unique(drawn[people[drawn[:, 0]] != people[drawn[:, 1]]], axis=0)
        kept = rng.permutation(len(drawn))[:most]
        strangers = drawn[kept, 0], drawn[kept, 1]
    same = np.concatenate([np.ones(len(mated[0]), dtype=np.bool_), np.zeros(len(strangers[0]), dtype=np.bool_)])
    return np.concatenate([mated[0], strangers[0]]), np.concatenate([mated[1], strangers[1]]), same, possible


def scores(views: Views, pairs: Pairs, condition: str, *, metric: str) -> NDArray[np.float64]:
    """(directions, pairs): one row for ``clean``, two otherwise, whose suspects are the left and the right items.

    NaN where nothing was found. Of several views of an item the most alike count, as in the watchlist.
    """
    clean, suspects = views.vectors[CLEAN], views.vectors[condition]
    turns = (
        [(pairs.left, pairs.right)] if condition == CLEAN else [(pairs.left, pairs.right), (pairs.right, pairs.left)]
    )
    return np.stack([_pooled(suspects, a, clean, b, metric=metric) for a, b in turns])


def compared(values: NDArray[np.float64], people: Items, pairs: Pairs) -> Comparisons:
    """The comparisons with these scores (directions, pairs); NaN becomes a score below all others, hence no match."""
    found = values[np.isfinite(values)]
    worst = float(found.min()) - BELOW_ALL if len(found) else -BELOW_ALL
    flat = np.where(np.isfinite(values), values, worst).ravel()
    same = np.tile(pairs.same, len(values))
    both = np.stack([people[pairs.left], people[pairs.right]], axis=1)
    who = np.tile(both, (len(values), 1))
    return Comparisons(mated=flat[same], mated_people=who[same, 0], non_mated=flat[~same], non_mated_people=who[~same])


def table(views: Views, condition: str, people: Items, *, metric: str) -> NDArray[np.float64]:
    """(items, people): how alike each item in a condition is to the best clean item of each person in another file; -inf
    where there is none."""
    count = int(people.max()) + 1 if len(people) else 0
    out = np.full((len(people), count), -np.inf)
    for suspect in range(len(people)):
        others = np.flatnonzero(views.files != views.files[suspect])
        alike = _pooled(
            views.vectors[condition], np.full(len(others), suspect), views.vectors[CLEAN], others, metric=metric
        )
        np.fmax.at(out[suspect], people[others], alike)
    return out


def _pooled(
    suspects: NDArray[np.float32], left: Items, references: NDArray[np.float32], right: Items, *, metric: str
) -> NDArray[np.float64]:
    out = np.empty(len(left))
    for first in range(0, len(left), BLOCK):
        a, b = suspects[left[first : first + BLOCK]], references[right[first : first + BLOCK]]
        alike = exact_scores(a[:, :, None, :], b[:, None, :, :], metric=metric)
        out[first : first + BLOCK] = np.fmax.reduce(alike.reshape(len(a), -1), axis=1)
    return out
