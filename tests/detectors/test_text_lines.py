"""Lines become one text and the way back is exact: which line, when, where."""

from __future__ import annotations

import pytest

from detectors.records import Span
from detectors.text_lines import clock, joined, places_of, spot, whereabouts
from embeddings.records import Region, TextLine, TextPlace
from tests.factories import make_text_line, sha


def line(number: int, text: str, *, top: float = 0.8, start_s: float | None = 1.0, **changes: object) -> TextLine:
    region = Region(left=0.1, top=top, width=0.8, height=0.1)
    end_s = None if start_s is None else start_s + 2.0
    return make_text_line(line=number, text=text, start_s=start_s, end_s=end_s, region=region, **changes)


def span(start: int, end: int, field: str = "frames") -> Span:
    return Span(field=field, start=start, end=end, label="promise_of_profit")


def test_lines_of_one_caption_go_on_and_others_stand_alone() -> None:
    lines = [line(1, "AZN qazanın", top=0.8), line(0, "Gündə 500", top=0.7), line(2, "Tələsin", start_s=9.0)]
    found = joined(lines, TextPlace.FRAMES)
    assert found.text == "Gündə 500 AZN qazanın\nTələsin"
    assert found.starts == (0, 10, 22)
    assert [one.line for one in found.touched([span(6, 12)])] == [0, 1]
    assert [one.line for one in found.touched([span(22, 29)])] == [2]


def test_lines_of_two_creatives_never_share_a_sentence() -> None:
    lines = [line(0, "Gündə 500", top=0.7), line(0, "AZN", source_sha256=sha("other"))]
    assert "\n" in joined(lines, TextPlace.FRAMES).text


def test_places_are_kept_apart_and_empty_ones_left_out() -> None:
    said = line(0, "Salam", place=TextPlace.SPEECH)
    assert {name: place.text for name, place in places_of([said, line(0, "SOCAR")]).items()} == {
        "frames": "SOCAR",
        "speech": "Salam",
    }
    assert places_of([]) == {}


def test_a_sentence_says_where_and_when() -> None:
    places = places_of([line(0, "Gündə 500 AZN"), line(0, "Zəmanət", place=TextPlace.SPEECH, start_s=64.6)])
    told = whereabouts([span(0, 5), span(0, 7, "speech"), span(0, 3, "body")], places)
    assert told == "written in the pictures at 0:01–0:03; said at 1:05–1:07"
    assert whereabouts([span(0, 3, "body")], places) == ""


@pytest.mark.parametrize(("start_s", "said"), [(None, ""), (0.0, "0:00–0:02")])
def test_a_line_without_time_has_no_clock(start_s: float | None, said: str) -> None:
    assert clock(line(0, "a", start_s=start_s)) == said


def test_a_finding_is_placed_only_where_all_its_words_are_in_one_creative() -> None:
    places = places_of([line(0, "Gündə"), line(1, "SOCAR", start_s=5.0)])
    assert spot([span(0, 3)], places).region is not None
    both = spot([span(0, 3), span(6, 9)], places)
    assert (both.start_s, both.end_s, both.region) == (1.0, 7.0, None)
    assert spot([span(0, 3), span(0, 3, "body")], places).creative_sha256 is None
    other = places_of([line(0, "Gündə"), line(0, "SOCAR", source_sha256=sha("other"))])
    assert spot([span(0, 3), span(6, 9)], other).start_s is None
    assert spot([], places).creative_sha256 is None
