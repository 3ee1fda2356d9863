"""The list of ads holds everything that the demo promises."""

from __future__ import annotations

from urllib.parse import urlsplit

from qalqan.demo.ads import ALL_ADS, META_ADS, POSTS, TROUBLE, WATCH_PAGES
from qalqan.demo.advert import QUERIES, Expect, Source
from qalqan.demo.creatives import ADVERTISED, AYSEL, GULNAR, Scene, Variant
from qalqan.demo.protected import HOSTS
from qalqan.demo.speech import LANGUAGES

RECIPES = {recipe.file: recipe for recipe in ADVERTISED}


def test_there_are_enough_ads_and_advertisers() -> None:
    assert len(ALL_ADS) >= 36
    assert len({ad.advertiser for ad in ALL_ADS}) >= 10
    assert len({(ad.source, ad.source_ad_id) for ad in ALL_ADS}) == len(ALL_ADS)


def test_every_medium_is_advertised_and_every_advertised_medium_exists() -> None:
    assert {ad.media for ad in ALL_ADS if ad.media} == set(RECIPES)


def test_fakes_of_both_officials_in_every_language_and_variant_are_to_be_flagged() -> None:
    flagged = [RECIPES[ad.media] for ad in ALL_ADS if ad.expect is Expect.FLAG and ad.media]
    fakes = [recipe for recipe in flagged if recipe.scene is Scene.FAKE]
    assert {(recipe.who, recipe.language) for recipe in fakes} == {
        (who, language) for who in (AYSEL, GULNAR) for language in LANGUAGES
    }
    assert {recipe.variant for recipe in fakes} == set(Variant)
    assert {Scene.VOICE_OVER, Scene.GENUINE, Scene.STILL, Scene.PRODUCT, Scene.SILENT} <= {r.scene for r in flagged}


def test_the_list_of_what_must_not_be_flagged_is_complete() -> None:
    kinds = {ad.kind for ad in ALL_ADS if ad.expect is Expect.NO_FLAG}
    assert {
        "official's own",
        "news report",
        "official warning",
        "parody",
        "other people",
        "nobody",
        "real bank, own domain",
        "honest finance",
    } <= kinds


def test_the_list_of_trouble_is_complete() -> None:
    kinds = {ad.kind for ad in TROUBLE}
    assert {"truncated mp4", "0-byte file", "text file named .mp4", "login wall"} <= kinds
    assert sum("leads to" in kind for kind in kinds) == 3
    assert all(ad.reasons for ad in TROUBLE)


def test_a_file_is_advertised_twice_by_different_people() -> None:
    ads = [ad for ad in META_ADS if ad.media == "aysel-az.mp4"]
    assert len({ad.advertiser for ad in ads}) == len(ads) == 2


def test_every_library_ad_is_found_by_a_query_and_no_other_ad_is() -> None:
    assert all(ad.queries and set(ad.queries) <= set(QUERIES) for ad in META_ADS)
    assert {ad.source for ad in META_ADS} == {Source.META}
    assert 4 <= len(POSTS) <= 6
    assert all(not ad.queries for ad in (*POSTS, *WATCH_PAGES))


def test_every_link_leads_to_a_host_of_the_demo() -> None:
    assert {urlsplit(ad.link).hostname for ad in ALL_ADS if ad.link} <= set(HOSTS)
