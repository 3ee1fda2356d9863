"""One ad with what is known of its creatives → four axes, and a candidate if a person should look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from detectors.patience import within
from detectors.records import Finding
from detectors.subject import AdSubject, LandingPage
from detectors.two_visits import pages_that_count
from embeddings.records import TextLine
from evidence.records import Ad, BlobRef, Capture, CaptureKind, Outcome, Visitor
from evidence.store import EvidenceStore
from pipelines.records import Assessment, Candidate, CreativeAnalysis
from pipelines.score import assess, axis_readings, candidate
from pipelines.screenshots import screenshot_logos, screenshot_words
from pipelines.tools import AdTools
from pipelines.withholding import (
    is_on_media,
    is_withheld,
    nameless_axes,
    nameless_candidate,
    nameless_finding,
    nameless_id,
    names_in,
)
from watchlist.records import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class AdFile:
    """An ad with everything that was captured for it. ``asked`` says of somebody's own media that they asked who is in it and
    said why, on record."""

    ad: Ad
    captures: tuple[Capture, ...]
    asked: bool = False

    def creatives(self) -> tuple[BlobRef, ...]:
        """The media that were captured, each once, in the order of the ad."""
        found = {c.body.sha256: c.body for c in self.captures if c.kind is CaptureKind.MEDIA and c.body is not None}
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedAd:
    """What the screening of one ad hands on."""

    ad: Ad
    assessment: Assessment
    candidate: Candidate | None
    findings: tuple[Finding, ...]
    lines: tuple[TextLine, ...] = ()
    """What was read in the screenshots of its landing pages."""

    creatives: tuple[str, ...] = ()
    withheld: bool = False
    """Whether somebody was recognised in its ``creatives`` and it must not be told who (``pipelines.withholding``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdWithAnalyses:
    """An ad beside the analyses of its creatives; those that could not be analysed are absent. ``campaign_ads_live`` counts the
    ads of this run that ran when they were seen and belong to the same campaign; None where the ad belongs to none."""

    file: AdFile
    analyses: tuple[CreativeAnalysis, ...]
    campaign_ads_live: int | None = None


def screen_ad(element: AdWithAnalyses, tools: AdTools) -> ScreenedAd:
    """Examine text, landing pages and publisher, then read the four axes. Raises what the store raises for missing blobs."""
    ad = element.file.ad
    matches = tuple(match for analysis in element.analyses for match in analysis.matches)
    creative_findings = tuple(finding for analysis in element.analyses for finding in analysis.findings)
    landings = tuple(_with_screenshot(page, tools) for page in landing_pages(element.file, tools.store))
    subject = AdSubject(
        ad=ad,
        landings=landings,
        creatives=tuple(blob.sha256 for blob in element.file.creatives()),
        matches=matches,
        creative_findings=creative_findings,
        gallery=tools.gallery,
        lines=tuple(line for analysis in element.analyses for line in analysis.lines),
        unread=tuple(dict.fromkeys(sentence for analysis in element.analyses for sentence in analysis.unread)),
    )
    with tools.stopwatch.stage("text, page, publisher"):
        ad_findings = tuple(
            finding
            for detector in tools.detectors
            for finding in within(detector, detector.examine(subject), cap_s=tools.cap_s, ad_id=ad.ad_id)
        )
    findings = (*creative_findings, *ad_findings)
    axes = axis_readings(matches=matches, findings=findings, gallery=tools.gallery, unread=_unread(element))
    names = names_in(matches, findings, tools.gallery) if is_withheld(ad, axes, asked=element.file.asked) else ()
    made_anew = {one.finding_id: nameless_id(one) for one in findings if is_on_media(one)}
    axes = nameless_axes(axes, names, ids=made_anew, own=subject.creatives)
    if names:
        ad_findings = tuple(nameless_finding(one, names) if is_on_media(one) else one for one in ad_findings)
    assessment = assess(ad, creative_sha256=_lead_creative(element, matches), axes=axes, findings=findings)
    flagged = (
        candidate(
            ad,
            assessment,
            matches=matches,
            findings=findings,
            gallery=tools.gallery,
            campaign_ads_live=element.campaign_ads_live or 0,
        )
        if assessment.flagged
        else None
    )
    if flagged is not None and names:
        flagged = nameless_candidate(flagged, names)
    lines = tuple(line for page in landings for line in page.lines)
    return ScreenedAd(
        ad=ad,
        assessment=assessment,
        candidate=flagged,
        findings=ad_findings,
        lines=lines,
        creatives=subject.creatives,
        withheld=bool(names),
    )


def landing_pages(file: AdFile, store: EvidenceStore) -> tuple[LandingPage, ...]:
    """The landing pages that were captured for the ad, as text; of an address that two visitors opened, what counts of both.
    Raises what the store raises for missing blobs."""

    def read(blob: BlobRef | None) -> str | None:
        return None if blob is None else store.read(blob).decode(errors="replace")

    visits: dict[str, dict[Visitor, LandingPage]] = {}
    for capture in file.captures:
        if capture.kind is CaptureKind.LANDING:
            page = LandingPage(capture=capture, html=read(capture.body), text=read(capture.text))
            visits.setdefault(capture.requested_url, {})[capture.visitor] = page
    return tuple(page for pages in visits.values() for page in _counted(pages))


def _counted(pages: dict[Visitor, LandingPage]) -> tuple[LandingPage, ...]:
    first, second = pages.get(Visitor.COMPUTER), pages.get(Visitor.TELEPHONE)
    return tuple(pages.values()) if first is None or second is None else pages_that_count(first, second)


def _with_screenshot(page: LandingPage, tools: AdTools) -> LandingPage:
    if page.capture.screenshot is None:
        return page
    lines, unread = screenshot_words(page.capture.screenshot, tools)
    return replace(page, lines=lines, unread=unread, logos=screenshot_logos(page.capture.screenshot, tools))


def _lead_creative(element: AdWithAnalyses, matches: tuple[Match, ...]) -> str | None:
    """The creative that stands for the ad: the one with the best match, else the first that could be read."""
    if matches:
        return max(matches, key=lambda match: (match.score - match.threshold, match.creative_sha256)).creative_sha256
    readable = [analysis.creative.sha256 for analysis in element.analyses]
    present = [blob.sha256 for blob in element.file.creatives()]
    return next(iter([*readable, *present]), None)


def _unread(element: AdWithAnalyses) -> tuple[str, ...]:
    read = {analysis.creative.sha256 for analysis in element.analyses}
    sentences = [
        f"media {blob.sha256[:12]} could not be analysed."
        for blob in element.file.creatives()
        if blob.sha256 not in read
    ]
    sentences += [
        f"media was not captured ({capture.reason})."
        for capture in element.file.captures
        if capture.kind is CaptureKind.MEDIA and capture.outcome is not Outcome.CAPTURED
    ]
    return tuple(sentences)
