"""What a detector is given to examine, and what a detector is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from detectors.records import Finding, page_field
from detectors.screenshot_logos import PageLogos
from detectors.validation import Declaration
from embeddings.fingerprints import CreativePrint
from embeddings.records import TextLine
from embeddings.samples import DecodedMedia, FaceSample, LoadedPack, SeenAt, VoiceSample
from evidence.records import Ad, Capture, content_id
from watchlist.gallery import Gallery
from watchlist.records import Match


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CreativeSubject:
    """One unique creative, decoded, with what was recognised in it. Examined once, whatever the number of its ads.

    ``paths`` says where each face was (by track number); without it faces have to be sought again. ``memo`` holds what one
    detector worked out and others may use too, by the name of the module that makes it; it ends with the subject. ``coarse`` is
    its print where the job took one before the examination: whoever needs it need not decode the file anew."""

    media: DecodedMedia
    faces: tuple[FaceSample, ...]
    voices: tuple[VoiceSample, ...]
    matches: tuple[Match, ...]
    gallery: Gallery
    pack: LoadedPack
    paths: Mapping[int, Sequence[SeenAt]] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)
    coarse: CreativePrint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """The page behind an ad: what was captured, its rendered HTML and its visible text (both as decoded strings), and the
    lines that were read in its screenshot; ``unread`` says in sentences why they were not, or not all. ``logos`` are those in
    the screenshot, None where nobody searched it. ``other`` is what another visitor of the same address was shown, None where
    there was one visit, and on a page that is itself another's ``other``."""

    capture: Capture
    html: str | None
    text: str | None
    lines: tuple[TextLine, ...] = ()
    unread: tuple[str, ...] = ()
    logos: PageLogos | None = None
    other: LandingPage | None = None

    def own(self, found: Finding) -> Finding:
        """The finding as one about this very page: the same sign on two pages of one ad is two findings, and their spans point
        into two texts."""
        visitor = self.capture.visitor
        return replace(
            found,
            finding_id=content_id(found.finding_id, self.capture.capture_id),
            spans=tuple(replace(span, field=page_field(span.field, visitor)) for span in found.spans),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdSubject:
    """One ad with its landing pages and the matches and findings of its creatives (``creatives`` are their SHA-256). Of a page
    that two visitors opened, ``landings`` holds what counts of both: ``detectors.two_visits``.

    ``lines`` are the words written and said in its creatives, those of one creative together and in order; ``unread`` says in
    sentences which were not looked for, and why."""

    ad: Ad
    landings: tuple[LandingPage, ...]
    creatives: tuple[str, ...]
    matches: tuple[Match, ...]
    creative_findings: tuple[Finding, ...]
    gallery: Gallery
    lines: tuple[TextLine, ...] = ()
    unread: tuple[str, ...] = ()


class CreativeDetector(Protocol):
    """Examines media: pictures, sound, container."""

    name: str
    version: str

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """On what it was validated, or why it was not; every finding is of one of these."""
        ...

    def examine(self, subject: CreativeSubject) -> Iterable[Finding]:
        """Findings, negative and inconclusive ones included; never raises for odd but readable media."""
        ...


class AdDetector(Protocol):
    """Examines an ad's text, its landing pages and who published it."""

    name: str
    version: str

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """On what it was validated, or why it was not; every finding is of one of these."""
        ...

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings, negative and inconclusive ones included; never raises for odd text."""
        ...
