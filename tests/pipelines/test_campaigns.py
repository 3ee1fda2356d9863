"""What joins ads, what does not, and that every join has a reason."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pyarrow as pa

from evidence.tables import from_row
from pipelines.campaign_records import CommonTrait, Tie
from pipelines.campaigns import FEW_PAGES, MOST_GROUPS, join
from pipelines.scripts import script_of
from pipelines.sound_tracks import track_of
from pipelines.trait_tables import TRAIT_ROWS, sharded
from pipelines.traits import AdTraits, Trait, TraitKind

K = TraitKind
TEXT = "prezidentin yeni platforması açıldı hər vətəndaş ayda min manat qazana bilər kapital bank və socar ilə birlikdə indi"


def carries(ad_id: str, *traits: tuple[TraitKind, str], page: str | None = None, says: str | None = None) -> AdTraits:
    found = [Trait(kind=kind, value=value, shown=value) for kind, value in traits]
    script = script_of(says)
    if script is not None:
        found.append(Trait(kind=K.SCRIPT, value=script.digest, shown=script.beginning, sketch=script.sketch))
    return AdTraits(ad_id=ad_id, publisher=page or ad_id, traits=tuple(found))


@dataclass(frozen=True)
class Told:
    """A group with its ties."""

    ad_ids: tuple[str, ...]
    pages: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Found:
    groups: tuple[Told, ...]
    common: tuple[CommonTrait, ...]


def joined(ads: Iterable[AdTraits]) -> Found:
    found = join(pa.concat_tables([TRAIT_ROWS.empty_table(), *(table for _, table in sharded(ads))]))
    ties = [tuple(from_row(Tie, row) for row in rows) for rows in found.ties.to_pylist()]
    groups = [Told(group.ad_ids, group.pages, why) for group, why in zip(found.groups, ties, strict=True)]
    return Found(tuple(groups), found.common)


def ids(ads: Iterable[AdTraits]) -> list[tuple[str, ...]]:
    return [group.ad_ids for group in joined(ads).groups]


def connected_by_ties(group: Told) -> bool:
    reached = {0}
    for _ in group.ad_ids:
        for tie in group.ties:
            if reached & set(tie.members):
                reached |= set(tie.members)
    return reached == set(range(len(group.ad_ids)))


def test_each_telling_trait_joins_and_says_why() -> None:
    for kind in (K.CREATIVE, K.DOMAIN, K.LINK, K.TRACKER, K.CARD_FORM, K.CONTACT, K.PAGE):
        (group,) = joined([carries("b", (kind, "x")), carries("a", (kind, "x")), carries("c", (kind, "y"))]).groups
        assert group.ad_ids == ("a", "b")
        (tie,) = group.ties
        assert (tie.kind, tie.value, tie.members) == (kind.value, "x", (0, 1))
        assert tie.why.startswith("2 ads ")
        assert "x" in tie.why


def test_equal_values_of_different_kinds_are_different_traits() -> None:
    assert ids([carries("a", (K.DOMAIN, "x")), carries("b", (K.CARD_FORM, "x"))]) == []


def test_equal_and_nearly_equal_texts_join() -> None:
    words = TEXT.split()
    near = " ".join([*words[:-1], "sabah"])
    group, other = joined(
        [
            carries("a", says=TEXT),
            carries("b", says=TEXT),
            carries("c", says=near),
            carries("x", says=TEXT[::-1]),
            carries("y", says=TEXT[::-1]),
        ]
    ).groups
    assert (group.ad_ids, other.ad_ids) == (("a", "b", "c"), ("x", "y"))
    assert [tie.kind for tie in group.ties] == ["near_script", "script"]
    assert "nearly" in group.ties[0].why
    assert connected_by_ties(group)


def test_one_recording_joins_only_together_with_another_weak_trait() -> None:
    ads = [_heard("a", 1, 0, "s"), _heard("b", 1, 1, "s"), _heard("c", 1, 1, "t"), _heard("d", 2, 0, "s")]
    (group,) = joined(ads).groups
    assert group.ad_ids == ("a", "b")
    (tie,) = group.ties
    assert tie.kind == "skeleton+near_sound"
    assert "the same recording in their sound for 15 seconds" in tie.why
    # Equal and nearly equal are one likeness, not two
    assert ids([_heard("a", 1, 0), _heard("b", 1, 0), _heard("c", 1, 1)]) == []


def _heard(ad_id: str, recording: int, variant: int, *skeletons: str) -> AdTraits:
    chroma = np.random.default_rng(recording).integers(0, 2**32, size=320, dtype=np.uint32)
    track = track_of(chroma[5 * variant :])
    assert track is not None
    sound = Trait(kind=K.SOUND, value=track.digest, shown=track.digest[:12], sketch=track.sketch)
    found = carries(ad_id, *((K.SKELETON, name) for name in skeletons))
    return AdTraits(ad_id=ad_id, publisher=ad_id, traits=(*found.traits, sound))


def test_weak_likenesses_do_not_add_up_along_a_chain() -> None:
    chain = [
        carries("a", (K.SKELETON, "s"), (K.FAVICON, "e")),
        carries("b", (K.SKELETON, "s"), (K.FAVICON, "f")),
        carries("c", (K.REDIRECT, "r"), (K.FAVICON, "f")),
        carries("d", (K.REDIRECT, "r"), (K.SKELETON, "t")),
    ]
    assert ids(chain) == []
    (group,) = joined([*chain, carries("e", (K.SKELETON, "s"), (K.FAVICON, "f"))]).groups
    assert group.ad_ids == ("b", "e")
    assert group.ties[0].kind == "favicon+skeleton"
    assert " and " in group.ties[0].why


def test_two_weak_traits_of_one_kind_are_not_two() -> None:
    assert ids([carries(name, (K.REDIRECT, "r"), (K.REDIRECT, "q")) for name in "ab"]) == []


def test_whose_likeness_is_used_joins_nothing_and_is_named_where_ads_are_joined() -> None:
    voice, face = (K.VOICE, "aysel"), (K.FACE, "aysel")
    apart = [carries(name, voice, face, (K.SKELETON, "kit")) for name in "ab"]
    assert ids(apart) == []
    one = [carries(name, voice, (K.DOMAIN, "x")) for name in "cd"]
    other = [carries(name, voice, (K.DOMAIN, "y")) for name in "ef"]
    found = joined([*apart, *one, *other, carries("g", (K.DOMAIN, "y"))])
    assert [group.ad_ids for group in found.groups] == [("c", "d"), ("e", "f", "g")]
    for group in found.groups:
        (tie,) = [tie for tie in group.ties if tie.kind == "voice"]
        assert tie.members == (0, 1)
        assert "by itself joins nothing" in tie.why
    assert found.common == ()


def test_what_unconnected_ads_share_joins_nothing_and_is_reported() -> None:
    many = [carries(f"{number:03d}", (K.TRACKER, "builder")) for number in range(MOST_GROUPS + 1)]
    found = joined(many)
    assert found.groups == ()
    (common,) = found.common
    assert (common.kind, common.value) == ("tracker", "builder")
    assert (common.ads, common.pages, common.groups) == (MOST_GROUPS + 1,) * 3
    assert "joins none" in common.why


def test_a_trait_of_many_pages_joins_what_is_connected_otherwise() -> None:
    many = [carries(f"{n:03d}", (K.TRACKER, "own"), (K.CREATIVE, f"c{n % 5}"), page=f"p{n}") for n in range(60)]
    found = joined(many)
    assert [len(group.ad_ids) for group in found.groups] == [60]
    assert found.common == ()


def test_common_traits_of_two_sides_join_and_of_one_side_do_not() -> None:
    size = FEW_PAGES + MOST_GROUPS
    blatant = [carries(f"{n:03d}", (K.CREATIVE, "film"), (K.DOMAIN, "scam")) for n in range(size)]
    builder = [carries(f"x{n:03d}", (K.TRACKER, "builder"), (K.DOMAIN, "builder")) for n in range(size)]
    found = joined([*blatant, *builder])
    assert [len(group.ad_ids) for group in found.groups] == [size]
    assert "creative+domain" in {tie.kind for tie in found.groups[0].ties}
    assert {common.value for common in found.common} == {"builder"}


def test_a_common_theme_does_not_pair_with_a_common_icon() -> None:
    many = [carries(f"{n:03d}", (K.SKELETON, "theme"), (K.FAVICON, "icon")) for n in range(MOST_GROUPS + 5)]
    found = joined(many)
    assert found.groups == ()
    assert {common.kind for common in found.common} == {"skeleton", "favicon"}


def test_a_trait_of_few_pages_joins_however_many_ads_they_have() -> None:
    many = [carries(f"{n:03d}", (K.CONTACT, "t.me/x"), page=f"p{n % FEW_PAGES}") for n in range(200)]
    assert [(len(group.ad_ids), group.pages) for group in joined(many).groups] == [(200, FEW_PAGES)]


def test_the_order_of_ads_and_rows_changes_nothing() -> None:
    few = [
        carries("a", (K.DOMAIN, "x"), (K.FAVICON, "i"), (K.SKELETON, "s")),
        carries("b", (K.DOMAIN, "x"), (K.CONTACT, "t"), says=TEXT),
        carries("c", (K.FAVICON, "i"), (K.SKELETON, "s")),
        carries("d", says=TEXT.replace("indi", "sabah")),
    ]
    results = {repr(joined(order)) for order in permutations(few)}
    assert len(results) == 1
    many = _world(random.Random(3))
    shuffled = random.Random(5).sample(many, len(many))
    assert joined(many) == joined(shuffled)


def test_every_ad_of_a_group_is_reached_by_its_ties_and_in_one_group_only() -> None:
    found = joined(_world(random.Random(7)))
    assert found.groups
    for group in found.groups:
        assert len(group.ad_ids) > 1
        assert list(group.ad_ids) == sorted(set(group.ad_ids))
        assert connected_by_ties(group)
        assert all(len(tie.members) > 1 and list(tie.members) == sorted(set(tie.members)) for tie in group.ties)
    every = [ad_id for group in found.groups for ad_id in group.ad_ids]
    assert len(every) == len(set(every))


def test_nothing_and_lone_ads_are_no_campaigns() -> None:
    assert joined([]) == Found(groups=(), common=())
    assert joined([carries("a", (K.DOMAIN, "x")), carries("b")]) == Found(groups=(), common=())


def _world(chance: random.Random) -> Sequence[AdTraits]:
    kinds = [K.CREATIVE, K.DOMAIN, K.TRACKER, K.FAVICON, K.SKELETON, K.REDIRECT, K.CONTACT]
    return [
        carries(
            f"{number:04d}",
            *{(kind, f"{kind.value}-{chance.randrange(90)}") for kind in chance.sample(kinds, 2)},
            (K.TRACKER, f"common-{number % 2}"),
            page=f"p{number % 211}",
        )
        for number in range(400)
    ]
