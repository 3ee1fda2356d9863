"""Traits and ads as numbers, for the joining of millions: bonds, their pairs, and the components that they make.

Ads and traits are numbered in the order of their names, so that nothing depends on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipelines.numbering import Codes, numbered
from pipelines.scripts import WIDTH, near_pairs
from pipelines.sound_tracks import same_recordings
from pipelines.traits import TraitKind

MOST_BESIDE = 12
"""Of the weak or common traits of one ad, each is paired with so many that follow it."""

SIDES = {
    TraitKind.CREATIVE: "picture",
    TraitKind.SCRIPT: "text",
    TraitKind.NEAR_SCRIPT: "text",
    TraitKind.PAGE: "publisher",
    TraitKind.CONTACT: "contact",
    TraitKind.DOMAIN: "site",
    TraitKind.LINK: "site",
    TraitKind.TRACKER: "site",
    TraitKind.CARD_FORM: "site",
}
ALONE = frozenset(SIDES)
IN_PAIRS = frozenset({TraitKind.SOUND, TraitKind.FAVICON, TraitKind.SKELETON, TraitKind.REDIRECT, TraitKind.PICTURE})
BESIDE = frozenset({TraitKind.FACE, TraitKind.VOICE})
"""Named where ads are joined already."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bonds:
    """What may join: bond ``bond[i]`` is carried by ad ``ad[i]``. Of each bond: ``left``, a trait, and ``right``, the trait with
    which it is paired, or -1 (both numbers as in ``Carried.kind``)."""

    bond: Codes
    ad: Codes
    left: Codes
    right: Codes

    def __len__(self) -> int:
        return len(self.left)

    def of(self, wanted: NDArray[np.bool_]) -> Bonds:
        """Only those bonds."""
        number = np.cumsum(wanted) - 1
        rows = wanted[self.bond]
        return Bonds(
            bond=number[self.bond[rows]],
            ad=self.ad[rows],
            left=self.left[wanted],
            right=self.right[wanted],
        )

    def of_several(self) -> Bonds:
        """Only those that two ads have at least."""
        return self.of(np.bincount(self.bond, minlength=len(self)) > 1)

    def __add__(self, other: Bonds) -> Bonds:
        return Bonds(
            bond=np.concatenate([self.bond, other.bond + len(self)]),
            ad=np.concatenate([self.ad, other.ad]),
            left=np.concatenate([self.left, other.left]),
            right=np.concatenate([self.right, other.right]),
        )


class Carried:
    """Rows as numbers: ads and traits are numbered in the order of their names, so that results do not depend on that of rows."""

    def __init__(self, rows: pa.Table) -> None:
        self.names, row_ad = numbered(rows["ad_id"])
        publisher = numbered(rows["publisher"])[1]
        self.ads = len(self.names)
        self.page = np.full(self.ads, np.iinfo(np.int64).max)
        np.minimum.at(self.page, row_ad, publisher)
        (kinds, row_kind), (values, row_value) = numbered(rows["kind"]), numbered(rows["value"])
        traits, row_trait = np.unique(row_kind * max(1, len(values)) + row_value, return_inverse=True)
        # By trait, then by ad: what people read of a trait is said by its first ad
        order = np.argsort(row_trait * max(1, self.ads) + row_ad)
        self.row_trait, self.row_ad = row_trait[order], row_ad[order]
        said = order[np.flatnonzero(np.diff(self.row_trait, prepend=-1))]
        self._values = values.take(pa.array(traits % max(1, len(values))))
        self._shown, self._sketches = (rows[name].take(pa.array(said)).combine_chunks() for name in ("shown", "sketch"))
        self._traits = len(traits)
        self._order = list(TraitKind)
        place = np.array([self._order.index(TraitKind(kind)) for kind in kinds.to_pylist()], dtype=np.int64)
        kind = place[traits // max(1, len(values))]
        # A trait's number plus the number of traits stands for what is nearly equal to it
        sound, near = self._order.index(TraitKind.SOUND), self._order.index(TraitKind.NEAR_SOUND)
        self.kind = np.concatenate([kind, np.where(kind == sound, near, self._order.index(TraitKind.NEAR_SCRIPT))])

    def bonds(self, kinds: frozenset[TraitKind]) -> Bonds:
        """Each trait of these kinds that two ads carry at least."""
        allowed = np.array([kind in kinds for kind in self._order], dtype=np.bool_)
        every = Bonds(
            bond=self.row_trait,
            ad=self.row_ad,
            left=np.arange(self._traits),
            right=np.full(self._traits, -1),
        )
        return every.of(allowed[self.kind[: self._traits]]).of_several()

    def near_scripts(self) -> Bonds:
        """Texts that are nearly equal to another, each by the first of its ads: all ads of one text are joined anyway."""
        scripts, sketches = self._sketched(TraitKind.SCRIPT)
        numbers = np.frombuffer(b"".join(sketches), dtype="<u2").astype(np.uint16).reshape(-1, WIDTH)
        return self._stars(scripts, near_pairs(numbers))

    def same_sounds(self) -> Bonds:
        """Sound tracks that hold the same recording as another, each by the first of its ads."""
        tracks, sketches = self._sketched(TraitKind.SOUND)
        return self._stars(tracks, same_recordings(sketches))

    def _sketched(self, kind: TraitKind) -> tuple[Codes, list[bytes]]:
        """The traits of a kind and their sketches."""
        traits = np.flatnonzero(self.kind[: self._traits] == self._order.index(kind))
        return traits, self._sketches.take(pa.array(traits)).to_pylist()

    def _stars(self, traits: Codes, near: Codes) -> Bonds:
        """Pairs (hub, member) of places in ``traits`` as bonds of the hubs."""
        hubs, star = np.unique(near[:, 0], return_inverse=True)
        first = self.row_ad[np.flatnonzero(np.diff(self.row_trait, prepend=-1))]
        ends = np.concatenate([hubs, near[:, 1]])
        bond, ad = _distinct(np.concatenate([np.arange(len(hubs)), star]), first[traits[ends]])
        return Bonds(
            bond=bond,
            ad=ad,
            left=traits[hubs] + self._traits,
            right=np.full(len(hubs), -1),
        ).of_several()

    def weak_sides(self, bonds: Bonds) -> Codes:
        """As ``sides``, of what joins only in pairs: each kind is a side, equal sounds and nearly equal ones are one."""
        kinds = self.kind[bonds.left]
        near, equal = (self._order.index(kind) for kind in (TraitKind.NEAR_SOUND, TraitKind.SOUND))
        return np.where(kinds == near, equal, kinds)

    def described(self, traits: Codes) -> tuple[list[TraitKind], pa.Array, pa.Array]:
        """Of each trait its kind, its value and what people read."""
        names = pa.array(traits % max(1, self._traits))
        kinds = [self._order[kind] for kind in self.kind[traits].tolist()]
        return kinds, self._values.take(names), self._shown.take(names)

    def pages(self, bonds: Bonds) -> Codes:
        """For each bond, how many pages published its ads."""
        return counts(bonds.bond, self.page[bonds.ad], size=len(bonds))

    def sides(self, bonds: Bonds) -> Codes:
        """A number for the side that each bond's trait is of."""
        names = sorted(set(SIDES.values()))
        side = np.array([names.index(SIDES[kind]) if kind in SIDES else -1 for kind in self._order], dtype=np.int64)
        of: Codes = side[self.kind[bonds.left]]
        return of


def pairs(bonds: Bonds, side: Codes) -> Bonds:
    """Two bonds of different sides that the same ads have, two ads at least, as one bond."""
    order = np.lexsort((bonds.bond, bonds.ad))
    bond, ad = bonds.bond[order], bonds.ad[order]
    keys, ads = [], []
    for step in range(1, MOST_BESIDE + 1):
        beside = np.flatnonzero((ad[step:] == ad[:-step]) & (side[bond[step:]] != side[bond[:-step]]))
        keys.append(bond[beside] * len(bonds) + bond[beside + step])
        ads.append(ad[beside])
    unique, pair = np.unique(np.concatenate(keys), return_inverse=True)
    left, right = (unique // len(bonds), unique % len(bonds)) if len(unique) else (unique, unique)
    every = Bonds(
        bond=pair,
        ad=np.concatenate(ads),
        left=bonds.left[left],
        right=bonds.left[right],
    )
    return every.of_several()


def within(bonds: Bonds, component: Codes) -> Bonds:
    """Each bond once for every component (given for each ad) of which it has two ads at least."""
    width = int(component.max(initial=0)) + 1
    parts, part = np.unique(bonds.bond * width + component[bonds.ad], return_inverse=True)
    of = parts // width
    return Bonds(bond=part, ad=bonds.ad, left=bonds.left[of], right=bonds.right[of]).of_several()


def components(bonds: Bonds, *, ads: int) -> Codes:
    """For each ad the number of its component."""
    size = ads + len(bonds)
    graph = coo_array((np.ones(len(bonds.ad), dtype=np.int8), (bonds.ad, ads + bonds.bond)), shape=(size, size))
    numbers = connected_components(graph, directed=False)[1] if size else np.zeros(0)
    return numbers[:ads].astype(np.int64)


def counts(bond: Codes, what: Codes, *, size: int) -> Codes:
    """For each bond, how many different numbers ``what`` has."""
    return np.bincount(_distinct(bond, what)[0], minlength=size)


def _distinct(first: Codes, second: Codes) -> tuple[Codes, Codes]:
    """The distinct pairs, in order."""
    width = int(second.max(initial=0)) + 1
    keys = np.unique(first * width + second)
    return keys // width, keys % width
