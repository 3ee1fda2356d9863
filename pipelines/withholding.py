"""Names that are not told: who is in media that somebody brings is told only where there is a lure and they said why they ask.

Screening would otherwise say of any picture who it shows, as soon as somebody types a lure beside it. That somebody protected was
recognised is told, with the scores; who it is stays out of the readings, of the findings on the media, of candidates and of the
matches that are written. All protected names are struck out of those, not only theirs who were recognised: what is quoted there
may be the asker's own words, and a list of names in which one is missing would tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from detectors.records import Axis, Finding
from evidence.records import AccessMode, Ad, content_id
from pipelines.records import AxisReading, AxisState, Candidate, CreativeAnalysis, DeadLetter
from watchlist.gallery import Gallery
from watchlist.records import Match

WITHHELD = "withheld"
"""Stands in a record where the id of a person would stand."""

SOMEBODY = "a protected person"
NOTE = "Who it is is told where there is a lure and whoever asks says why (--by, --why)."

_SHORT_HASH = re.compile(r"\b[0-9a-f]{12}\b")

FROM_MEDIA = (Axis.LIKENESS, Axis.ALTERATION, Axis.SOURCE)
"""The axes whose sentences may name somebody because of what the media show; that on the lure names whom the text names."""


def is_own_media(ad: Ad) -> bool:
    """Whether somebody brought it, and no crawl found it."""
    return ad.access_mode is AccessMode.ANALYST_IMPORT


def is_withheld(ad: Ad, axes: Sequence[AxisReading], *, asked: bool) -> bool:
    """Whether these are somebody's own media, and either nobody ``asked`` who is in them and said why, or there is no lure."""
    lure = any(axis.axis is Axis.LURE and axis.state is AxisState.YES for axis in axes)
    return is_own_media(ad) and not (asked and lure)


def is_on_media(finding: Finding) -> bool:
    """Whether it rests on what media show or sound like, or on whose they are known to be, and not on words and addresses, be
    these words in a picture."""
    on_people = finding.axis in FROM_MEDIA or finding.person_id is not None
    return on_people and (finding.creative_sha256 is not None or finding.reference_sha256 is not None)


def names_in(matches: Sequence[Match], findings: Iterable[Finding], gallery: Gallery) -> tuple[str, ...]:
    """What has to be struck out where somebody was recognised, or a finding on media speaks of somebody: the names and ids of
    everybody who is protected, the longest first. Nothing where nobody was."""
    return protected_names(gallery) if tells_of_somebody(matches, findings) else ()


def tells_of_somebody(matches: Sequence[Match], findings: Iterable[Finding]) -> bool:
    """Whether somebody protected was recognised, or a finding on media speaks of somebody."""
    return bool(matches) or any(finding.person_id is not None and is_on_media(finding) for finding in findings)


def protected_names(gallery: Gallery) -> tuple[str, ...]:
    """The names and ids of everybody who is protected, the longest first."""
    return longest_first(name for person in gallery.persons for name in (*person.names, person.person_id))


def longest_first(names: Iterable[str]) -> tuple[str, ...]:
    """Each once; what contains another comes before it, so that nothing of it is left when it is struck out."""
    return tuple(sorted(set(names), key=lambda name: (-len(name), name)))


def nameless_axes(
    axes: Sequence[AxisReading], names: Sequence[str], *, ids: Mapping[str, str], own: Iterable[str]
) -> tuple[AxisReading, ...]:
    """The readings without these names; that of the likeness says that there was one. ``ids`` are those of findings that were
    made anew, ``own`` the creatives of the ad. Nothing changes without names."""
    if not names:
        return tuple(axes)
    axes = [replace(axis, finding_ids=tuple(ids.get(one, one) for one in axis.finding_ids)) for axis in axes]
    struck = [
        replace(axis, summary=_without_references(_strike(axis.summary, names), own))
        if axis.axis in FROM_MEDIA
        else axis
        for axis in axes
    ]
    return tuple(
        replace(axis, summary=f"{axis.summary} {NOTE}") if axis.axis is Axis.LIKENESS else axis for axis in struck
    )


def nameless_finding(finding: Finding, names: Sequence[str]) -> Finding:
    """A finding on media without these names, about nobody in particular and without the film that it was held against."""
    first, second = (_strike(words, names) for words in finding.propositions)
    return replace(
        finding,
        finding_id=nameless_id(finding),
        person_id=None if finding.person_id is None else WITHHELD,
        observation=_without_references(_strike(finding.observation, names), [finding.creative_sha256 or ""]),
        propositions=(first, second),
        quality_limits=tuple(_strike(words, names) for words in finding.quality_limits),
        innocent_explanations=tuple(_strike(words, names) for words in finding.innocent_explanations),
        reference_sha256=None,
        reference_start_s=None,
        reproduce=_strike(finding.reproduce, names),
    )


def nameless_id(finding: Finding) -> str:
    """An id that is made of nothing but what is told: a guess of the person or the film cannot be checked against it."""
    told = (finding.axis, finding.claim, finding.modality, finding.ad_id, finding.creative_sha256)
    where = (finding.start_s, finding.end_s, finding.measurement, finding.likelihood_ratio)
    made_by = (finding.method, finding.method_version, finding.model_sha256)
    return content_id(WITHHELD, *(str(fact) for fact in (*made_by, *told, *where)))


def nameless_match(match: Match) -> Match:
    """A match with nobody in particular; its id, which is made of the person's, is made anew.

    In place of the threshold, which may be raised for one person alone, stands the score: that it was enough is all that is told.
    """
    made_anew = content_id(WITHHELD, match.creative_sha256, match.modality.value, str(match.track), str(match.score))
    return replace(match, match_id=made_anew, person_id=WITHHELD, threshold=match.score)


def nameless_analysis(analysis: CreativeAnalysis) -> CreativeAnalysis:
    """An analysis of which working copies can be made: even their names, made of its matches' ids, tell nobody."""
    return replace(analysis, matches=tuple(nameless_match(match) for match in analysis.matches))


def nameless_candidate(candidate: Candidate, names: Sequence[str]) -> Candidate:
    """A candidate that says that somebody protected is used, and not who."""
    return replace(
        candidate,
        headline=_strike(candidate.headline, names),
        person_ids=(WITHHELD,) if candidate.person_ids else (),
    )


def nameless_letter(letter: DeadLetter, names: Sequence[str]) -> DeadLetter:
    """A dead letter whose reason, the words of an error that anything may have caused, names nobody."""
    return replace(letter, reason=_strike(letter.reason, names))


def _without_references(words: str, own: Iterable[str]) -> str:
    """Films and creatives are named by the beginning of their hashes; only those that somebody brought are no secret."""
    told = {sha256[:12] for sha256 in own}

    def hidden(found: re.Match[str]) -> str:
        return found[0] if found[0] in told else WITHHELD

    return _SHORT_HASH.sub(hidden, words)


def _strike(words: str, names: Sequence[str]) -> str:
    def somebody(found: re.Match[str]) -> str:
        before = words[: found.start()].rstrip()
        return SOMEBODY.capitalize() if not before or before[-1] in ".!?" else SOMEBODY

    return _any_of(tuple(names)).sub(somebody, words) if names else words


@lru_cache(maxsize=4)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names as whole words: «Ali» is not in «Alignment»."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
