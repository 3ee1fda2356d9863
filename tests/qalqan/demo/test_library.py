"""The library's JSON has the nesting and the fields of the real one."""

from __future__ import annotations

import json

import pytest

from qalqan.demo.ads import META_ADS
from qalqan.demo.advert import EMPTY_QUERY, PROFIT_QUERY, SOCAR_QUERY
from qalqan.demo.library import connection, cursor, embedded, found, graphql, node, offset_of


def test_queries_find_their_ads_and_words_find_texts() -> None:
    assert len(found(SOCAR_QUERY)) > 12
    assert len(found(PROFIT_QUERY)) > 30, "the first page of a real library holds thirty"
    assert found(EMPTY_QUERY) == []
    assert [ad.advertiser.name for ad in found("pişik yemi")] == ["Pişik Evi"]
    assert found("") == []


def test_a_node_has_what_a_reader_needs() -> None:
    made = node(META_ADS[0])
    assert made["ad_archive_id"] == META_ADS[0].source_ad_id
    assert made["snapshot"]["videos"][0]["video_hd_url"].startswith("http://cdn.example/v/")
    assert made["snapshot"]["body"]["text"] == META_ADS[0].body
    still = next(ad for ad in META_ADS if ad.media and ad.media.endswith(".jpg"))
    assert node(still)["snapshot"]["images"][0]["original_image_url"].startswith("http://cdn.example/v/")


def test_paging_covers_everything_once() -> None:
    ads, offset, seen = found(PROFIT_QUERY), 0, []
    while True:
        page = connection(ads, offset=offset, size=12)
        seen += [edge["node"]["collated_results"][0]["ad_archive_id"] for edge in page["edges"]]
        if not page["page_info"]["has_next_page"]:
            break
        offset = offset_of(page["page_info"]["end_cursor"])
    assert seen == [ad.source_ad_id for ad in ads]


def test_the_blob_cannot_end_its_script_element() -> None:
    blob = embedded({"x": "</script><script>alert(1)</script>"})
    assert "</script" not in blob
    inner = json.loads(blob)["require"][0][3][0]["__bbox"]["require"][0][3][1]["__bbox"]["result"]["data"]
    assert inner["ad_library_main"]["x"].startswith("</script>")


def test_the_paging_answer_is_guarded_and_has_two_lines() -> None:
    lines = graphql({"a": 1}).strip().split("\n")
    assert len(lines) == 2
    assert json.loads(lines[0].removeprefix("for (;;);"))["data"]["ad_library_main"] == {"a": 1}


def test_a_foreign_cursor_is_refused() -> None:
    assert offset_of(None) == 0
    assert offset_of(cursor(24)) == 24
    with pytest.raises(ValueError):
        offset_of("bm90aGluZw==")
