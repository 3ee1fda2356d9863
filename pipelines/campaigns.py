"""Ads that carry the same traits, joined into groups, with a reason for every join. In any order they give the same groups.

Most traits join by themselves (``ALONE``). What is carried by many who have nothing else in common joins nothing: a trait of more
than ``FEW_PAGES`` pages joins only if its ads, without it and others as common, are at most ``MOST_GROUPS`` groups. Two such
traits together join where they are of different sides, such as what is said and where it leads. The make of a page, its icon,
middlemen, pictures of nobody and sounds, which may be library music (``IN_PAIRS``) join only two together, and only where each
is carried by few groups, so that weak likenesses do not add up along a chain. Whose face or voice is used (``BESIDE``) joins
nothing: crawls look for those people, so that all ads show them; it is named where ads are joined already. In a crawl of a few
hundred ads nothing is common, and only the list of shared hosts protects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.bonds import ALONE, BESIDE, IN_PAIRS, Bonds, Carried, components, counts, pairs, within
from pipelines.campaign_records import TIE_TYPE, CommonTrait
from pipelines.numbering import Codes
from pipelines.scripts import NEAR
from pipelines.sound_tracks import LEAST_S
from pipelines.traits import TraitKind

FEW_PAGES = 20
"""A trait that no more pages share is not common."""
MOST_GROUPS = 20
"""A common or weak trait that would join more otherwise unconnected groups of ads joins nothing."""

SHARED = {
    TraitKind.CREATIVE: "show the same creative ({}), or copies of it",
    TraitKind.SCRIPT: "say the same, numbers aside: «{} …»",
    TraitKind.NEAR_SCRIPT: f"say nearly the same (at least {NEAR:.0%} of all runs of three words): «{{}} …»",
    TraitKind.SOUND: "have the same sound track ({})",
    TraitKind.NEAR_SOUND: f"have the same recording in their sound for {LEAST_S:.0f} seconds at least ({{}}), speech or music",
    TraitKind.DOMAIN: "lead to the domain {}",
    TraitKind.LINK: "lead through the link {}",
    TraitKind.TRACKER: "lead to pages that report to the same account: {}",
    TraitKind.CARD_FORM: "lead to a card form that posts to {}",
    TraitKind.CONTACT: "name the contact {}",
    TraitKind.PAGE: "were published by the page {}",
    TraitKind.FAVICON: "lead to pages with the same icon ({})",
    TraitKind.SKELETON: "lead to pages built of the same tags in the same order ({})",
    TraitKind.REDIRECT: "lead through {}",
    TraitKind.PICTURE: "show the same picture ({}), in which nobody protected was recognised",
    TraitKind.FACE: "show the face of {}, which by itself joins nothing",
    TraitKind.VOICE: "use the voice of {}, which by itself joins nothing",
}

_AROUND = {kind: words.format("\0").split("\0") for kind, words in SHARED.items()}
"""The words before and after what is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Ads that belong together, in the order of their ids, and how many pages published them; without a name yet."""

    ad_ids: tuple[str, ...]
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """The groups in the order of their first ad, the ties of each (a list of ``TIE_TYPE``), and what was too common to join.

    Ties are a column: a million ads have millions of them.
    """

    groups: tuple[Group, ...]
    ties: pa.ListArray
    common: tuple[CommonTrait, ...]


def join(rows: pa.Table) -> Joined:
    """The groups among the ads of some trait rows (``trait_tables.TRAIT_ROWS``), each row given once."""
    carried = Carried(rows)
    alone, weak = carried.bonds(ALONE) + carried.near_scripts(), carried.bonds(IN_PAIRS) + carried.same_sounds()
    pages = carried.pages(alone)
    certain, common = alone.of(pages <= FEW_PAGES), alone.of(pages > FEW_PAGES)
    certain += pairs(common, carried.sides(common))
    groups = _connected_groups(common, by=certain, carried=carried)
    accepted = certain + common.of(groups <= MOST_GROUPS)
    weak_groups = _connected_groups(weak, by=accepted, carried=carried)
    telling = weak.of(weak_groups <= MOST_GROUPS)
    accepted += pairs(telling, carried.weak_sides(telling))
    accepted += within(carried.bonds(BESIDE), components(accepted, ads=carried.ads))
    parts = _parts(components(accepted, ads=carried.ads))
    return Joined(
        groups=tuple(_groups(parts, carried)),
        ties=_ties(parts, accepted, carried),
        common=(*_too_common(common, groups, carried), *_too_common(weak, weak_groups, carried)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """The components of several ads: part i is ``ads[starts[i]:starts[i + 1]]``, in order; of each ad, ``part`` is the number of
    its part and ``place`` where it is in it, both -1 for an ad that is joined with none."""

    starts: Codes
    ads: Codes
    part: Codes
    place: Codes


def _parts(component: Codes) -> _Parts:
    _, first, size = np.unique(component, return_index=True, return_counts=True)
    several = np.sort(first[size > 1])
    number = np.full(len(size), -1)
    number[component[several]] = np.arange(len(several))
    part = number[component]
    ads = np.argsort(part, kind="stable")[np.count_nonzero(part < 0) :]
    starts = np.searchsorted(part[ads], np.arange(len(several) + 1))
    place = np.full(len(part), -1)
    place[ads] = np.arange(len(ads)) - starts[part[ads]]
    return _Parts(starts=starts, ads=ads, part=part, place=place)


def _connected_groups(bonds: Bonds, *, by: Bonds, carried: Carried) -> Codes:
    """For each bond, how many groups its ads are as far as other bonds join them."""
    return counts(bonds.bond, components(by, ads=carried.ads)[bonds.ad], size=len(bonds))


def _groups(parts: _Parts, carried: Carried) -> Iterator[Group]:
    names = carried.names.take(pa.array(parts.ads)).to_pylist()
    pages = counts(parts.part[parts.ads], carried.page[parts.ads], size=len(parts.starts) - 1)
    for (start, stop), several in zip(pairwise(parts.starts.tolist()), pages.tolist(), strict=True):
        yield Group(ad_ids=tuple(names[start:stop]), pages=several)


def _ties(parts: _Parts, bonds: Bonds, carried: Carried) -> pa.ListArray:
    """For each part what ties it: first what most of its ads have, then by kind and value."""
    rows = np.lexsort((bonds.ad, bonds.bond))
    ad, members = bonds.ad[rows], np.bincount(bonds.bond, minlength=len(bonds))
    begins = np.cumsum(members) - members
    part = parts.part[ad[begins]]
    kinds, values, words = _described(bonds, carried)
    why = pc.binary_join_element_wise(pa.array(members).cast(pa.string()), " ads ", words, ".", "")
    keys = {"part": part, "fewer": -members, "kind": kinds, "value": values}
    order = pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys])
    by_tie = order.to_numpy().astype(np.int64)
    ends = np.cumsum(members[by_tie])
    inside = np.arange(len(ad)) - np.repeat(ends - members[by_tie], members[by_tie])
    places = parts.place[ad[np.repeat(begins[by_tie], members[by_tie]) + inside]]
    ties = pa.StructArray.from_arrays(
        [
            kinds.take(order),
            values.take(order),
            why.take(order),
            pa.ListArray.from_arrays(_offsets(ends), pa.array(places, type=pa.int32())),
        ],
        fields=list(TIE_TYPE),
    )
    return pa.ListArray.from_arrays(_offsets(np.cumsum(np.bincount(part, minlength=len(parts.starts) - 1))), ties)


def _offsets(ends: Codes) -> pa.Array:
    return pa.array(np.insert(ends, 0, 0), type=pa.int32())


def _too_common(common: Bonds, groups: Codes, carried: Carried) -> Iterator[CommonTrait]:
    wanted = groups > MOST_GROUPS
    common, groups = common.of(wanted), groups[wanted]
    ads, pages = np.bincount(common.bond, minlength=len(common)), carried.pages(common)
    described = zip(*(column.to_pylist() for column in _described(common, carried)), strict=True)
    for at, (kind, value, words) in enumerate(described):
        yield CommonTrait(
            kind=kind,
            value=value,
            ads=int(ads[at]),
            pages=int(pages[at]),
            groups=int(groups[at]),
            why=(
                f"{ads[at]} ads of {pages[at]} pages {words}. Without that they are {groups[at]} groups with nothing in common, "
                f"more than {MOST_GROUPS}: it joins none of them."
            ),
        )


def _described(bonds: Bonds, carried: Carried) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Of each bond kind, value and what the ads have in common, in words."""
    kinds, values, words = _of_traits(bonds.left, carried)
    paired = bonds.right >= 0
    if not paired.any():
        return kinds, values, words
    mask = pa.array(paired)
    others = _of_traits(bonds.right[paired], carried)
    together = (
        pc.replace_with_mask(column, mask, pc.binary_join_element_wise(column.filter(mask), other, between))
        for column, other, between in zip((kinds, values, words), others, ("+", "+", " and "), strict=True)
    )
    return next(together), next(together), next(together)


def _of_traits(traits: Codes, carried: Carried) -> tuple[pa.Array, pa.Array, pa.Array]:
    kinds, values, shown = carried.described(traits)
    before, after = (pa.array([_AROUND[kind][end] for kind in kinds], type=pa.string()) for end in (0, 1))
    words = pc.binary_join_element_wise(before, shown, after, "")
    return pa.array([kind.value for kind in kinds], type=pa.string()), values, words
