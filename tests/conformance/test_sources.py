"""What every source of the table must do, whatever it reads; a new source is tested by being listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawlers.errors import CouldNotLook
from crawlers.sources import SOURCES, FoundAd, SourcePlan, open_source
from evidence.records import AccessMode
from tests.fakes.world import Looking, open_looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Where the fake of a source is, a query that finds ads there, and one that is refused."""

    base_url: str
    finds: str
    refused: str


SAMPLES = {
    "meta_library": Sample(base_url="http://adlibrary.example", finds="SOCAR", refused="challenge"),
    "telegram_preview": Sample(base_url="http://tg.example", finds="qazanc", refused="private"),
    "video_page": Sample(base_url="http://video.example", finds="/watch/good", refused="/watch/absent"),
}


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with open_looking(tmp_path_factory.mktemp("egress")) as looking:
        yield looking


def plan(name: str) -> SourcePlan:
    return SourcePlan(source=name, queries=(), base_url=SAMPLES[name].base_url, timeout_s=20.0)


def test_every_source_has_a_fake() -> None:
    assert set(SAMPLES) == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_says_what_it_is(name: str) -> None:
    source = open_source(name)
    assert source.name == name
    assert source.version
    assert isinstance(source.access_mode, AccessMode)


@pytest.mark.parametrize("name", SOURCES)
def test_ads_are_found_with_their_evidence(name: str, looking: Looking) -> None:
    ads = list(open_source(name).search(SAMPLES[name].finds, plan=plan(name), tools=looking.tools))
    assert ads
    for ad in ads:
        assert isinstance(ad, FoundAd)
        assert ad.source_ad_id
        assert ad.raw
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", ad.raw_media_type)
        assert all(url.startswith("http") for url in (*ad.media_urls, ad.ad_url or "http"))
        for text in (ad.title, ad.body, ad.page_name, ad.page_id, ad.link_url, ad.cta_text):
            assert text is None or text.strip()
        for at in (ad.started_at, ad.ended_at):
            assert at is None or at.utcoffset() is not None


@pytest.mark.parametrize("name", SOURCES)
def test_asking_twice_finds_the_same(name: str, looking: Looking) -> None:
    first, second = (
        [ad.source_ad_id for ad in open_source(name).search(SAMPLES[name].finds, plan=plan(name), tools=looking.tools)]
        for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first)


@pytest.mark.parametrize("name", SOURCES)
def test_a_refusal_is_an_error_with_a_sentence_not_an_empty_answer(name: str, looking: Looking) -> None:
    with pytest.raises(CouldNotLook) as caught:
        list(open_source(name).search(SAMPLES[name].refused, plan=plan(name), tools=looking.tools))
    assert len(str(caught.value)) > 20
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_is_let_go_early_leaves_no_page_open(name: str, looking: Looking) -> None:
    answers = open_source(name).search(SAMPLES[name].finds, plan=plan(name), tools=looking.tools)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert looking.browser.get().contexts == []
