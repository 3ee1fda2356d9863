"""The plan follows the rule by which the job decides, and the same seed draws the same."""

from __future__ import annotations

import functools

import pytest

from pipelines.records import AxisState
from tests.lure_corpus import HALVES
from tests.redteam.ads import Plan
from tests.redteam.creatives import Creative
from tests.redteam.kinds import SHARES, PlannedAd
from tests.redteam.material import Guarded
from tests.redteam.texts import LANGUAGES, Texts


def _creative(file: str, *faces: str, promise: str | None = None) -> Creative:
    return Creative(
        file=file,
        made_of=file,
        condition="jpeg",
        faces=faces,
        voices=(),
        alterations=(),
        generator=None,
        source=None,
        promise=promise,
    )


CREATIVES = [_creative("a.jpg", "a"), _creative("b.jpg"), _creative("c.jpg", "a", promise="az")]


@functools.cache
def texts() -> list[Texts]:
    return [Texts(half) for half in HALVES]


def draw(seed: int) -> list[PlannedAd]:
    return Plan(CREATIVES, texts(), [Guarded(person_id="a")], seed=seed).draw(200)


@pytest.fixture(scope="module")
def planned() -> list[PlannedAd]:
    return draw(1)


def test_a_person_should_look_where_the_rule_says_so(planned: list[PlannedAd]) -> None:
    for ad in planned:
        likeness = ad.creative is not None and ad.creative.likeness
        cleared = ad.official is AxisState.YES and not likeness
        assert ad.flag == ((likeness or bool(ad.brands)) and ad.lure and not cleared), ad.kind
    assert {ad.official for ad in planned if ad.flag} == set(AxisState)


def test_every_kind_language_and_half_is_drawn(planned: list[PlannedAd]) -> None:
    assert len(planned) == 200
    assert len({ad.kind for ad in planned}) >= len(SHARES)
    assert {ad.language for ad in planned} == set(LANGUAGES)
    assert {ad.half for ad in planned} == set(HALVES)
    assert 0.45 < sum(ad.flag for ad in planned) / len(planned) < 0.55


def test_official_pages_lead_home_unless_they_are_hijacked(planned: list[PlannedAd]) -> None:
    for ad in planned:
        if ad.publisher.kind == "official":
            home = ad.page.url is not None and "-official.example" in ad.page.url
            assert home is (ad.official is AxisState.YES), ad.kind


def test_the_same_seed_draws_the_same() -> None:
    assert draw(3) == draw(3)
    assert draw(3) != draw(4)
