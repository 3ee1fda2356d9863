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

import numpy as np
import pyarrow as pa

from pipelines.bonds import ALONE, BESIDE, IN_PAIRS, Bonds, Carried, Codes, components, counts, pairs, runs, within
from pipelines.campaign_records import CommonTrait, Tie
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Ads that belong together; as ``Campaign``, without a name yet."""

    ad_ids: tuple[str, ...]
    pages: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The groups in the order of their first ad, and what was too common to join."""

    groups: tuple[Group, ...]
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
    return Joined(
        groups=tuple(_groups(accepted, carried)),
        common=(*_too_common(common, groups, carried), *_too_common(weak, weak_groups, carried)),
    )


def _connected_groups(bonds: Bonds, *, by: Bonds, carried: Carried) -> Codes:
    """For each bond, how many groups its ads are as far as other bonds join them."""
    return counts(bonds.bond, components(by, ads=carried.ads)[bonds.ad], size=len(bonds))


def _groups(bonds: Bonds, carried: Carried) -> Iterator[Group]:
    """One for each component of several ads."""
    component = components(bonds, ads=carried.ads)
    by_component = np.argsort(component, kind="stable")
    members = {
        int(component[by_component[run.start]]): by_component[run]
        for run in runs(component[by_component])
        if run.stop - run.start > 1
    }
    order = np.lexsort((bonds.ad, bonds.bond))
    bond, ad = bonds.bond[order], bonds.ad[order]
    tied: dict[int, list[tuple[int, Codes]]] = {number: [] for number in members}
    for run in runs(bond):
        tied[int(component[ad[run.start]])].append((int(bond[run.start]), ad[run]))
    for number, part in sorted(members.items(), key=lambda item: int(item[1][0])):
        ties = [_tie(at, np.searchsorted(part, of), bonds, carried) for at, of in tied[number]]
        yield Group(
            ad_ids=tuple(carried.names[place] for place in part.tolist()),
            pages=len(np.unique(carried.page[part])),
            ties=tuple(sorted(ties, key=lambda tie: (-len(tie.members), tie.kind, tie.value))),
        )


def _tie(at: int, members: Codes, bonds: Bonds, carried: Carried) -> Tie:
    kind, value, words = _described(bonds, at, carried)
    return Tie(kind=kind, value=value, why=f"{len(members)} ads {words}.", members=tuple(members.tolist()))


def _too_common(common: Bonds, groups: Codes, carried: Carried) -> Iterator[CommonTrait]:
    ads, pages = np.bincount(common.bond, minlength=len(common)), carried.pages(common)
    for at in np.flatnonzero(groups > MOST_GROUPS).tolist():
        kind, value, words = _described(common, at, carried)
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


def _described(bonds: Bonds, at: int, carried: Carried) -> tuple[str, str, str]:
    """Kind, value and what the ads have in common, in words."""
    traits = [trait for trait in (int(bonds.left[at]), int(bonds.right[at])) if trait >= 0]
    kinds, values, shown = zip(*map(carried.described, traits), strict=True)
    return "+".join(kinds), "+".join(values), " and ".join(map(_words, kinds, shown))


def _words(kind: TraitKind, shown: str) -> str:
    return SHARED[kind].format(shown)
