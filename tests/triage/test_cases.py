"""The case as the page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from detectors.records import Axis, Bearing, Finding
from evidence.records import Visitor
from pipelines.records import AxisReading, AxisState
from tests.factories import AT, make_finding
from tests.triage.conftest import Clock, load
from tests.triage.small_screen import AGAIN, SmallScreen, visit_again, write_watchlist
from triage.cases import CaseView, Shelf, axis_view, case_view, says_nothing
from triage.console import _environment
from triage.database import open_database
from triage.media_links import MediaLinks
from triage.models import CaseRow
from triage.paired_stills import PairedStills, paired_stills
from triage.references import ReferenceBook


@contextmanager
def opened(small: SmallScreen) -> Iterator[CaseView]:
    """The hostile case, loaded."""
    load(small, now=AT)
    write_watchlist(small.root / "watchlist")
    shelf = Shelf(
        derivatives=small.derivatives,
        links=MediaLinks(origin="http://media.example", secret="one", clock=Clock()),
        book=ReferenceBook(small.root / "watchlist"),
    )
    engine = open_database(small.database_url)
    with Session(engine) as session:
        yield case_view(session.get_one(CaseRow, small.hostile.candidate_id), shelf)
    engine.dispose()


@pytest.fixture
def view(small: SmallScreen) -> Iterator[CaseView]:
    with opened(small) as view:
        yield view


def test_the_axes_come_in_order_with_their_findings(view: CaseView) -> None:
    assert [item.axis.name for item in view.axes] == ["Likeness", "Alteration", "Lure", "Source"]
    assert [(len(item.cited), len(item.others)) for item in view.axes] == [(0, 0), (0, 2), (2, 0), (1, 0)]
    assert [finding.method for finding in view.axes[1].others] == ["genuine_source", "genuine_source"]


def test_what_says_nothing_is_folded_together_and_not_lost(view: CaseView) -> None:
    assert [[finding.method for finding in item.silent] for item in view.axes] == [[], ["container"], [], []]
    packing = make_finding(
        axis=Axis.ALTERATION, bearing=Bearing.INCONCLUSIVE, modality="container", claim="times_even", measurement=0.9
    )
    counted = replace(packing, modality="face", claim="blinks_counted", measurement=20.0)
    assert says_nothing(packing)
    assert says_nothing(replace(counted, measurement=None))
    assert not says_nothing(counted)
    assert not says_nothing(replace(counted, claim="frames_to_compare", measurement=None))
    assert not says_nothing(replace(packing, bearing=Bearing.SUPPORTS))
    assert not says_nothing(replace(packing, axis=Axis.SOURCE, claim="copy_of_verified"))
    assert not says_nothing(replace(counted, brand_id="socar", measurement=None))


def rendered(view: CaseView, finding: Finding, *, video: str | None, films: Mapping[str, str]) -> str:
    """The finding as the page shows it."""
    macro = _environment().get_template("finding.html").module.finding_item  # type: ignore[attr-defined]
    return str(macro(finding, video, films, paired_stills([finding], video=video, films=films)))


def test_the_two_frames_that_differ_most_are_shown_with_the_mouth_marked(view: CaseView) -> None:
    finding = view.axes[1].others[1]
    assert view.axes[1].stills == PairedStills(shown=frozenset({finding.finding_id}), more=0)
    text = rendered(view, finding, video=view.video, films=view.films)
    stills = re.findall(r'<video class="moment"[^>]* src="([^"]*)"', text)
    assert [still.rsplit("#", 1)[1] for still in stills] == ["t=1.60", "t=2.40"]
    assert all(still.startswith("http://media.example/") for still in stills)
    assert '<rect x="34.00" y="40.00" width="32.00" height="20.00"/>' in text
    assert " style=" not in text
    for video, films in ((None, view.films), (view.video, {})):
        assert "moment" not in rendered(view, finding, video=video, films=films)


@pytest.mark.parametrize("claim", ["same_as_genuine", "voice_replaced", "recut"])
def test_what_equals_or_replaces_genuine_film_is_shown_beside_it(view: CaseView, claim: str) -> None:
    finding = replace(view.axes[1].others[1], claim=claim)
    text = rendered(view, finding, video=view.video, films=view.films)
    assert re.findall(r'<video class="moment"[^>]*#t=([^"]*)"', text) == ["1.60", "2.40"]
    assert "<rect" not in text
    assert "mouth marked" not in text
    for untimed in (replace(finding, start_s=None, end_s=None), replace(finding, reference_start_s=None)):
        assert "moment" not in rendered(view, untimed, video=view.video, films=view.films)


def test_every_file_is_a_signed_link_or_absent(view: CaseView) -> None:
    links = [view.video, view.picture, view.landings[0].screenshot, view.persons[0].matches[0].picture]
    links += [reference.url for reference in view.persons[0].references]
    assert all(link is not None and link.startswith("http://media.example/") for link in links)
    assert view.persons[0].matches[1].picture is None


def test_reference_film_and_picture_are_told_apart(view: CaseView) -> None:
    assert sorted(reference.is_film for reference in view.persons[0].references) == [False, True]
    assert view.persons[0].name == "Aysel Quliyeva"
    assert view.brands == ("SOCAR",)


def test_the_lure_is_marked_in_the_ad_and_on_the_page(view: CaseView) -> None:
    texts = {item.name: item.text for item in view.texts}
    assert "<mark" in texts["Text"]
    assert "<script>" not in texts["Title"]
    assert view.landings[0].text is not None
    assert "invented balance" in view.landings[0].text.text


def test_what_a_machine_read_is_shown_line_by_line_with_its_time(view: CaseView) -> None:
    words = {place.name: place.lines for place in view.words}
    assert list(words) == ["In the pictures", "In speech"]
    first, second = words["In the pictures"]
    assert '<mark title="promise of profit">Gündə 500 AZN</mark>' in first.text
    assert "<script>" not in first.text
    assert "<mark" not in second.text
    assert (first.start_s, first.end_s, first.where, first.sure) == (1.0, 3.5, "85% down", "93%")
    assert [line.language for line in words["In speech"]] == ["az"]
    assert view.landings[0].written is not None
    (written,) = view.landings[0].written.lines
    assert '<mark title="invented balance">Balans</mark>' in written.text


def test_every_text_says_in_which_language_it_is(view: CaseView) -> None:
    shown = [*view.texts, *view.words, view.landings[0].text, view.landings[0].written]
    assert all(one is not None and one.languages is not None for one in shown)
    body = next(item for item in view.texts if item.name == "Text")
    assert body.languages is not None
    assert "Azerbaijani" in body.languages.summary
    assert len(body.languages.sentences) > 1
    macro = _environment().get_template("marks.html").module.languages  # type: ignore[attr-defined]
    page = str(macro(body.languages))
    assert page.count("<li>") == len(body.languages.sentences)
    assert "<script" not in page
    assert str(macro(None)) == ""


def test_what_another_visitor_was_shown_comes_second_with_marks_of_its_own(small: SmallScreen) -> None:
    visit_again(small)
    with opened(small) as view:
        shown = [(one.row.capture.visitor, str(one.text and one.text.text)) for one in view.landings]
        marked = {one.row.capture.visitor: "<mark" in str(one.written) for one in view.landings}
    assert [visitor for visitor, _ in shown] == [Visitor.COMPUTER, Visitor.TELEPHONE]
    assert "<mark" in shown[0][1]
    assert shown[1][1] == AGAIN
    assert marked == {Visitor.COMPUTER: True, Visitor.TELEPHONE: False}


def test_an_axis_is_a_word_and_an_icon() -> None:
    shown = axis_view(AxisReading(axis=Axis.SOURCE, state=AxisState.YES, summary="Its own page.", finding_ids=()))
    assert (shown.answer, shown.tone, shown.icon) == ("Official source", "relief", "✓")
