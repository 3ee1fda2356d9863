"""Which findings of a case show their two frames side by side: each pair is two films that a browser has to open."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from detectors.records import Finding

_WITH_STILLS = ("frames_to_compare", "same_as_genuine", "voice_replaced", "recut")
MOST_PAIRS = 6
"""Of an axis. The others are reached by the button that moves both players there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedStills:
    """``shown`` are the findings, by id, whose frames are on the page; ``more`` counts those whose frames are not."""

    shown: frozenset[str]
    more: int


def paired_stills(findings: Iterable[Finding], *, video: str | None, films: Container[str]) -> PairedStills:
    """The first ``MOST_PAIRS`` of the findings, in the order of the page, that name a time in the suspect and one in a film that
    can be played."""
    pairs = [] if video is None else [one.finding_id for one in findings if _has_pair(one, films)]
    return PairedStills(shown=frozenset(pairs[:MOST_PAIRS]), more=len(pairs[MOST_PAIRS:]))


def _has_pair(finding: Finding, films: Container[str]) -> bool:
    timed = finding.start_s is not None and finding.reference_start_s is not None
    return finding.claim in _WITH_STILLS and timed and finding.reference_sha256 in films
