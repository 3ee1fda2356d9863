"""One case as the case page shows it: every record in words, every file as a signed link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from detectors.records import Axis, Bearing, Finding, Span, page_field
from detectors.text_lines import JoinedLines, joined
from detectors.verified_copy import OF_THE_FILE
from embeddings.records import TextLine, TextPlace
from pipelines.records import AxisReading
from triage.media_links import ENDINGS, MediaLinks
from triage.models import CaptureRow, CaseRow, Decision
from triage.paired_stills import PairedStills, paired_stills
from triage.references import ReferenceBook
from triage.text_languages import LanguagesView, languages_view
from triage.visible_text import highlighted
from triage.wording import AXES, ICONS, height_in_words, interval
from watchlist.records import Match, Modality, Reference

TO_LOOK_AT = ("frames_to_compare",)
"""Claims that show pictures to compare: first among those that speak alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the pictures are and how to link to them."""

    derivatives: Path
    links: MediaLinks
    book: ReferenceBook

    def derivative(self, sha256: str | None, name: str) -> str | None:
        """A link to a working copy, None if there is none."""
        if sha256 is None or not (self.derivatives / sha256 / name).is_file():
            return None
        return self.links.url(f"derivatives/{sha256}/{name}")

    def reference(self, reference: Reference) -> str | None:
        """A link to a reference picture or film, None if it cannot be shown."""
        ending = ENDINGS.get(reference.media_type)
        if ending is None or self.book.open(reference.sha256) is None:
            return None
        return self.links.url(f"references/{reference.sha256}{ending}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisView:
    """The answer on one axis in words. ``tone`` is ``concern``, ``plain``, ``unknown`` or ``relief``."""

    name: str
    question: str
    answer: str
    tone: str
    icon: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisWithFindings:
    """An axis with its findings, those that the answer rests on first; ``silent`` are those, of either kind, that say nothing for
    or against: ``says_nothing``."""

    axis: AxisView
    cited: tuple[Finding, ...]
    others: tuple[Finding, ...]
    silent: tuple[Finding, ...]
    stills: PairedStills


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A recognised face or voice, with its picture if it is a face."""

    match: Match
    times: str
    picture: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A reference as a link; ``is_film`` tells pictures from footage."""

    url: str
    is_film: bool
    provenance: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A protected person of the case: how they were recognised and what to compare with."""

    name: str
    matches: tuple[MatchView, ...]
    references: tuple[ReferenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line that a machine read or heard, its lures marked; ``where`` it stands in the picture in words; ``sure`` and
    ``language`` are the machine's own words for it."""

    text: Markup
    start_s: float | None
    end_s: float | None
    where: str | None
    sure: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """What somebody typed, its lures marked; ``name`` says where."""

    name: str
    text: Markup
    languages: LanguagesView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """What a machine read or heard in one place of the media; ``name`` says in which."""

    name: str
    lines: tuple[LineView, ...]
    languages: LanguagesView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingView:
    """A captured landing page as a picture and as text; ``written`` is what is written in the picture."""

    row: CaptureRow
    screenshot: str | None
    text: TextView | None
    written: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything on the case page. ``texts`` are the ad's own, ``words`` those of its media; ``films`` links to the
    reference films that can be played, by SHA-256."""

    row: CaseRow
    axes: tuple[AxisWithFindings, ...]
    video: str | None
    picture: str | None
    persons: tuple[PersonView, ...]
    brands: tuple[str, ...]
    films: Mapping[str, str]
    texts: tuple[TextView, ...]
    words: tuple[PlaceView, ...]
    landings: tuple[LandingView, ...]
    captures: tuple[CaptureRow, ...]
    decisions: tuple[Decision, ...]


def axis_view(reading: AxisReading) -> AxisView:
    """One axis in words."""
    words = AXES[reading.axis]
    answer, tone = words.answers[reading.state]
    return AxisView(
        name=words.name,
        question=words.question,
        answer=answer,
        tone=tone,
        icon=ICONS[tone],
        summary=reading.summary,
    )


def case_view(row: CaseRow, shelf: Shelf) -> CaseView:
    """The case in words and links; ``row`` must still be in its session."""
    findings = [finding_row.finding for finding_row in row.findings]
    persons = tuple(_person(person_id, row, shelf) for person_id in row.candidate.person_ids)
    video = shelf.derivative(row.creative_sha256, "proxy.mp4")
    films = {film.sha256: film.url for person in persons for film in person.references if film.is_film}
    return CaseView(
        row=row,
        axes=tuple(
            _with_findings(reading, findings, video=video, films=films) for reading in _in_order(row.candidate.axes)
        ),
        video=video,
        picture=shelf.derivative(row.creative_sha256, "thumb.jpg"),
        persons=persons,
        films=films,
        brands=tuple(shelf.book.brand_name(brand_id) for brand_id in row.candidate.brand_ids),
        texts=_texts(row, findings),
        words=_words(row, findings),
        landings=tuple(
            _landing(capture, [line.line for line in row.lines], findings, shelf)
            for capture in sorted(row.captures, key=lambda capture: not capture.capture.is_first_visit)
            if capture.capture.kind == "landing"
        ),
        captures=tuple(row.captures),
        decisions=tuple(reversed(row.decisions)),
    )


def _in_order(readings: Sequence[AxisReading]) -> list[AxisReading]:
    order = list(Axis)
    return sorted(readings, key=lambda reading: order.index(reading.axis))


def _with_findings(
    reading: AxisReading, findings: Sequence[Finding], *, video: str | None, films: Mapping[str, str]
) -> AxisWithFindings:
    """What speaks for the axis comes first, then what speaks against it; what one method says stays together."""
    cited, order = set(reading.finding_ids), list(Bearing)
    of_axis = [finding for finding in findings if finding.axis is reading.axis]
    of_axis.sort(
        key=lambda one: (order.index(one.bearing), one.claim not in TO_LOOK_AT, one.method, one.claim, one.finding_id)
    )
    telling = [finding for finding in of_axis if not says_nothing(finding)]
    first = tuple(finding for finding in telling if finding.finding_id in cited)
    others = tuple(finding for finding in telling if finding.finding_id not in cited)
    silent = tuple(finding for finding in of_axis if says_nothing(finding))
    return AxisWithFindings(
        axis=axis_view(reading),
        cited=first,
        others=others,
        silent=silent,
        stills=paired_stills((*first, *others, *silent), video=video, films=films),
    )


def says_nothing(finding: Finding) -> bool:
    """Whether it is inconclusive and there is nothing in it to look at: no brand, no pictures to compare and no number, save of
    how a file is packed, which tells what any platform does."""
    packing = finding.modality == OF_THE_FILE and finding.axis is Axis.ALTERATION
    measured = finding.likelihood_ratio is not None or finding.measurement is not None
    shown = finding.claim in TO_LOOK_AT or finding.brand_id is not None
    return finding.bearing is Bearing.INCONCLUSIVE and not shown and (packing or not measured)


def _person(person_id: str, row: CaseRow, shelf: Shelf) -> PersonView:
    matches = [match_row.match for match_row in row.matches if match_row.match.person_id == person_id]
    matches.sort(key=lambda match: (match.modality, match.start_s, match.match_id))
    references = [(reference, shelf.reference(reference)) for reference in shelf.book.references(person_id)]
    return PersonView(
        name=shelf.book.person_name(person_id),
        matches=tuple(
            MatchView(
                match=match,
                times=interval(match.start_s, match.end_s),
                picture=shelf.derivative(match.creative_sha256, f"face-{match.match_id}.jpg")
                if match.modality is Modality.FACE
                else None,
            )
            for match in matches
        ),
        references=tuple(
            ReferenceView(
                url=url,
                is_film=reference.media_type.startswith("video/"),
                provenance=reference.provenance,
                sha256=reference.sha256,
            )
            for reference, url in references
            if url is not None
        ),
    )


def _texts(row: CaseRow, findings: Sequence[Finding]) -> tuple[TextView, ...]:
    ad = row.ad
    fields = (("title", "Title", ad.title), ("body", "Text", ad.body), ("cta_text", "Button", ad.cta_text))
    return tuple(_text(name, text, _spans(findings, field)) for field, name, text in fields if text)


def _text(name: str, text: str, spans: Sequence[Span]) -> TextView:
    return TextView(name=name, text=highlighted(text, spans), languages=languages_view(text))


def _words(row: CaseRow, findings: Sequence[Finding]) -> tuple[PlaceView, ...]:
    lines = [line.line for line in row.lines]
    places = ((TextPlace.FRAMES, "In the pictures"), (TextPlace.SPEECH, "In speech"))
    shown = [_place(name, joined(lines, place), _spans(findings, place)) for place, name in places]
    return tuple(place for place in shown if place is not None)


def _place(name: str, place: JoinedLines, spans: Sequence[Span]) -> PlaceView | None:
    if not place.lines:
        return None
    return PlaceView(name=name, lines=_line_views(place, spans), languages=languages_view(place.text))


def _line_views(place: JoinedLines, spans: Sequence[Span]) -> tuple[LineView, ...]:
    """Each line with the parts of the spans that lie in it."""
    return tuple(
        LineView(
            text=highlighted(line.text, _within(spans, start, start + len(line.text))),
            start_s=line.start_s,
            end_s=line.end_s,
            where=None if line.region is None else height_in_words(line.region),
            sure=None if line.confidence is None else f"{line.confidence:.0%}",
            language=line.language,
        )
        for line, start in zip(place.lines, place.starts, strict=True)
    )


def _within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    there = [span for span in spans if span.start < end and span.end > start]
    return [replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start) for span in there]


def _landing(row: CaptureRow, lines: Sequence[TextLine], findings: Sequence[Finding], shelf: Shelf) -> LandingView:
    shot, visitor = row.capture.screenshot, row.capture.visitor
    written = joined((line for line in lines if shot and line.source_sha256 == shot.sha256), TextPlace.SCREENSHOT)
    return LandingView(
        row=row,
        screenshot=shelf.derivative(shot.sha256, "landing.jpg") if shot else None,
        text=_text("Text of the page", row.text, _spans(findings, page_field("landing", visitor)))
        if row.text
        else None,
        written=_place(
            "What is written in the screenshot", written, _spans(findings, page_field(TextPlace.SCREENSHOT, visitor))
        ),
    )


def _spans(findings: Sequence[Finding], field: str) -> list[Span]:
    return [span for finding in findings for span in finding.spans if span.field == field]
