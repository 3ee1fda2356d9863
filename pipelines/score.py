"""Four axes, never one score; then the rule that makes a candidate, and the order in which people should look.

The rule: (likeness or brand impersonation) and lure and not an official source. Alteration explains and is never required:
genuine footage under a scam caption is flagged too, and a fabricated parody without a lure is not. Pages are taken over, so an
official page by itself does not clear a lure with somebody's likeness: it lowers its priority. What clears that are two
independent facts, a verified creative that leads only to its owner's domain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

from detectors.face_picture import BADLY_SHOWN, WELL_SHOWN
from detectors.finding import supports
from detectors.fusion import CLAIM as TOGETHER
from detectors.records import Axis, Bearing, Finding
from detectors.verified_copy import OF_THE_FILE
from evidence.records import Ad, content_id
from pipelines.lure_axis import BRAND_CLAIM, CARD_CLAIM, MOST_IN_A_SUMMARY, calls_away, lures_away, read_lure
from pipelines.records import PIPELINE_VERSION, Assessment, AxisReading, AxisState, Candidate
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality
from watchlist.verbal import match_weight

OFFICIAL_PAGE = 0.3
"""What an official page leaves of the priority of a lure with likeness, chosen by hand: below all but the mildest of others."""

NEWS_PAGE = 0.6
"""What a trusted news publisher's page leaves of it, chosen by hand too: news about a fraud is sometimes taken for one."""

UNPLACED_BRAND_CLAIM = "brand_named"
"""A brand in media whose publisher and link nobody knows: inconclusive by itself, enough beside a lure."""
NEW_WITHIN = timedelta(days=7)
REACH_OF_NOTE = 100_000
ADS_OF_NOTE = 100
"""A campaign of so many running ads counts as the largest."""
CAMPAIGN_SHARE = 0.5


def axis_readings(
    *, matches: Sequence[Match], findings: Sequence[Finding], gallery: Gallery, unread: Sequence[str]
) -> tuple[AxisReading, ...]:
    """The four axes of one ad. ``unread`` are the sentences of creatives that could not be looked at."""
    by_axis = {axis: [finding for finding in findings if finding.axis is axis] for axis in Axis}
    return (
        _likeness(matches, by_axis[Axis.LIKENESS], gallery=gallery, unread=unread),
        _alteration(by_axis[Axis.ALTERATION]),
        read_lure(by_axis[Axis.LURE]),
        _source(
            by_axis[Axis.SOURCE],
            shown={match.person_id for match in matches},
            luring_away=lures_away(findings),
        ),
    )


def assess(
    ad: Ad, *, creative_sha256: str | None, axes: tuple[AxisReading, ...], findings: Sequence[Finding]
) -> Assessment:
    """Flagged or not, and the sentence that says why."""
    likeness, _, lure, source = (axis.state for axis in axes)
    brand = bool(brands_used(findings))
    if lure is AxisState.CANNOT_TELL:
        flagged, why = False, f"Whether there is a lure is not known. {axes[2].summary}"
    elif lure is AxisState.NO:
        flagged, why = False, "No lure was found: nothing is promised that would draw money out of people."
    elif source is AxisState.YES and (likeness is AxisState.NO or _own_at_home(findings) is not None):
        flagged, why = False, f"The source is official. {axes[3].summary}"
    elif source is AxisState.YES and likeness is AxisState.CANNOT_TELL:
        flagged = False
        why = "There is a lure on an official page, and whose likeness it uses cannot be told: its media could not be read."
    elif source is AxisState.YES:
        flagged = True
        why = (
            "A lure that uses a protected person's likeness, on an official page: perhaps the page was taken over, perhaps it is "
            "its own campaign. A trusted page lowers the priority and clears nothing."
        )
    elif likeness is AxisState.YES or brand:
        flagged, why = True, _why_flagged(likeness is AxisState.YES, brand)
    elif likeness is AxisState.CANNOT_TELL:
        flagged, why = False, "There is a lure, but whose likeness it uses cannot be told: its media could not be read."
    else:
        flagged, why = False, "There is a lure, but no protected person and no protected brand in it."
    return Assessment(ad_id=ad.ad_id, creative_sha256=creative_sha256, flagged=flagged, why=why, axes=axes)


def candidate(
    ad: Ad,
    assessment: Assessment,
    *,
    matches: Sequence[Match],
    findings: Sequence[Finding],
    gallery: Gallery,
    campaign_ads_live: int = 0,
) -> Candidate:
    """The flagged ad with its priority and the reasons for it in words. ``campaign_ads_live`` ads of its campaign, itself
    included, ran when they were seen."""
    priority, reasons = _priority(
        ad,
        matches=matches,
        findings=findings,
        campaign_ads_live=campaign_ads_live,
        official=assessment.axes[3].state is AxisState.YES,
    )
    persons = tuple(sorted({match.person_id for match in matches}))
    brands = brands_used(findings)
    return Candidate(
        candidate_id=content_id(ad.ad_id, assessment.creative_sha256 or "", PIPELINE_VERSION),
        ad_id=ad.ad_id,
        creative_sha256=assessment.creative_sha256,
        pipeline_version=PIPELINE_VERSION,
        headline=_headline(ad, persons=persons, brands=brands, findings=findings, gallery=gallery),
        priority=priority,
        reasons=tuple(reasons),
        person_ids=persons,
        brand_ids=brands,
        axes=assessment.axes,
    )


def brands_used(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The protected brands that count as used beside a lure, by their ids."""
    used = (f for f in findings if supports(f, BRAND_CLAIM) or f.claim == UNPLACED_BRAND_CLAIM)
    return tuple(sorted({f.brand_id for f in used if f.brand_id}))


def _ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(finding.finding_id for finding in findings)


def _likeness(
    matches: Sequence[Match], findings: Sequence[Finding], *, gallery: Gallery, unread: Sequence[str]
) -> AxisReading:
    if matches:
        people = sorted({match.person_id for match in matches})
        recognised = "; ".join(_recognised(person_id, matches, gallery) for person_id in people)
        weighed = all(match.likelihood_ratio is not None for match in matches)
        caution = "" if weighed else " Scores without a likelihood ratio are not calibrated."
        caution += _shown_badly(matches, findings, gallery)
        state, summary = AxisState.YES, f"Recognised: {recognised}.{caution}"
    elif unread:
        state, summary = AxisState.CANNOT_TELL, "Cannot tell: " + " ".join(unread)
    else:
        state, summary = AxisState.NO, "Nobody on the watchlist was recognised."
    return AxisReading(axis=Axis.LIKENESS, state=state, summary=summary, finding_ids=_ids(findings))


def _recognised(person_id: str, matches: Sequence[Match], gallery: Gallery) -> str:
    """``face (score 0.84) and voice (score 0.96) of NAME, by open@1``, with likelihood ratios where there are any: scores
    of face and voice are never compared."""
    theirs = [match for match in matches if match.person_id == person_id]
    best = [max((m for m in theirs if m.modality is one), key=lambda m: m.score, default=None) for one in Modality]
    seen = " and ".join(f"{match.modality} (score {match.score:.2f}{_weight(match)})" for match in best if match)
    return f"{seen} of {gallery.person(person_id).names[0]}, by {theirs[0].pack}"


def _shown_badly(matches: Sequence[Match], findings: Sequence[Finding], gallery: Gallery) -> str:
    """Of whom no better picture is there and no voice: a match by such a face alone is a weak one."""
    heard = {match.person_id for match in matches if match.modality is Modality.VOICE}
    badly = {f.person_id for f in findings if f.claim == BADLY_SHOWN and f.person_id}
    well = {f.person_id for f in findings if f.claim == WELL_SHOWN}
    names = [gallery.person(person_id).names[0] for person_id in sorted(badly - well - heard)]
    if not names:
        return ""
    return f" The face of {' and '.join(names)} is shown badly: the match is weaker than its score says."


def _weight(match: Match) -> str:
    return "" if match.likelihood_ratio is None else f", {match_weight(match.likelihood_ratio)}"


def _alteration(findings: Sequence[Finding]) -> AxisReading:
    together = [f for f in findings if f.claim == TOGETHER]
    speaking = [f for f in findings if f.weight > 0 and f.bearing is not Bearing.INCONCLUSIVE]
    # What detectors weigh together was measured together; one by one they would be counted twice
    weighed = [f for f in speaking if f.claim == TOGETHER] or ([] if _judged(together) else speaking)
    observed = [f.observation for f in findings if f.bearing is Bearing.SUPPORTS]
    if weighed:
        total = sum(f.weight if f.bearing is Bearing.SUPPORTS else -f.weight for f in weighed)
        state = AxisState.YES if total > 0 else AxisState.NO
        summary = max(weighed, key=lambda f: f.weight).observation
    elif _judged(together):
        state, summary = AxisState.CANNOT_TELL, together[0].observation
    elif observed:
        state, summary = AxisState.CANNOT_TELL, "Observed, not calibrated: " + " ".join(observed)
    elif any(f.bearing is Bearing.AGAINST for f in findings):
        against = [f.observation for f in findings if f.bearing is Bearing.AGAINST]
        state, summary = AxisState.CANNOT_TELL, "No sign of alteration observed, not calibrated: " + " ".join(against)
    else:
        state, summary = AxisState.CANNOT_TELL, _uncalibrated(findings)
    return AxisReading(axis=Axis.ALTERATION, state=state, summary=summary, finding_ids=_ids(findings))


def _uncalibrated(findings: Sequence[Finding]) -> str:
    """What was observed where nothing speaks for either side: what detectors say together, then numbers, then why there are no
    others, then how the file is packed, which tells what any platform does."""
    ordered = sorted(findings, key=lambda f: (f.claim != TOGETHER, f.modality == OF_THE_FILE, f.measurement is None))
    seen = list(dict.fromkeys(f.observation for f in ordered))
    if not seen:
        return "Cannot tell: nothing was examined for alteration."
    said = " ".join(seen[:MOST_IN_A_SUMMARY])
    left = len(seen) - MOST_IN_A_SUMMARY
    more = f" {left} more observation{'s' * (left > 1)} below." if left > 0 else ""
    return f"{said if said.startswith('Not calibrated') else f'Not calibrated; observed: {said}'}{more}"


def _judged(together: Sequence[Finding]) -> bool:
    """Whether a likelihood ratio was given, be it one that speaks for neither side."""
    return any(f.likelihood_ratio is not None for f in together)


def _source(findings: Sequence[Finding], *, shown: set[str], luring_away: bool) -> AxisReading:
    """Official is a page of those who are ``shown``, if it leads nowhere else, neither by a link or a card form nor,
    ``luring_away``, by the words of a lure: other people's official pages excuse nothing.

    Any ad is official if all that it shows was verified to be somebody's own and all its links lead to them.
    """
    vouched = [f for f in findings if supports(f, "allowed_creative")]
    own = _own_at_home(findings)
    pages = [f for f in findings if supports(f, "official_page")]
    owners = {f.person_id for f in pages if f.person_id}
    away = [f for f in findings if supports(f, "leads_elsewhere")]
    if pages and away:
        state = AxisState.CANNOT_TELL
        summary = f"The page is official, but it leads away from what is official. {away[0].observation}"
    elif pages and luring_away:
        state = AxisState.CANNOT_TELL
        summary = "The page is official, but its words lure people to a messenger or want card data: perhaps it was taken over."
    elif own is not None and not away and not luring_away:
        state, summary = AxisState.YES, f"{own.observation} It leads to their official domain and nowhere else."
    elif pages and not shown <= owners:
        state = AxisState.CANNOT_TELL
        summary = "The page is official, but not of the person who is shown: perhaps the page was taken over."
    elif pages:
        state, summary = AxisState.YES, pages[0].observation
    elif vouched:
        state = AxisState.CANNOT_TELL
        way = (
            "its words lead elsewhere"
            if luring_away or calls_away(findings)
            else "it does not lead to their official domain"
        )
        way = "the page there sends card data elsewhere" if away else way
        summary = f"{(own or vouched[0]).observation} But {way}, and anybody can copy a creative."
    elif any(f.claim == "publisher_unknown" for f in findings):
        state, summary = AxisState.CANNOT_TELL, "Cannot tell: who published it is not known."
    else:
        state, summary = AxisState.NO, "Neither an official page nor a known genuine source."
        news = next((f for f in findings if f.claim == "news_publisher"), None)
        summary = summary if news is None else f"{summary} {news.observation}"
    return AxisReading(axis=Axis.SOURCE, state=state, summary=summary, finding_ids=_ids(findings))


def _own_at_home(findings: Iterable[Finding]) -> Finding | None:
    """That all it shows was verified to be somebody's own, if all its links lead to them: two facts that do not hang together.
    Neither vouches for a telephone number in the words of a lure."""
    found = list(findings)
    if calls_away(found):
        return None
    homes = {(f.person_id, f.brand_id) for f in found if supports(f, "official_domain")}
    own = [f for f in found if supports(f, "allowed_creative") and (f.person_id, f.brand_id) in homes]
    return min(own, key=lambda f: (f.person_id or "", f.brand_id or ""), default=None)


def _why_flagged(likeness: bool, brand: bool) -> str:
    used = " and ".join(
        word for word, so in (("a protected person's likeness", likeness), ("a protected brand", brand)) if so
    )
    return f"A lure that uses {used}, and no official source."


def _headline(
    ad: Ad, *, persons: Sequence[str], brands: Sequence[str], findings: Sequence[Finding], gallery: Gallery
) -> str:
    names = [gallery.person(person).names[0] for person in persons]
    names += [brand.names[0] for brand in gallery.brands if brand.brand_id in brands]
    card = ", leads to a card form" if any(supports(f, CARD_CLAIM) for f in findings) else ""
    return f"{' and '.join(names)}: investment lure by {ad.page_name or 'an unnamed page'}{card}"


def _priority(
    ad: Ad, *, matches: Sequence[Match], findings: Sequence[Finding], campaign_ads_live: int, official: bool
) -> tuple[int, list[str]]:
    """Harm first: live now × card capture × new × reach × prominence, each a factor in (0, 1], times 100; less on a page that
    is ``official`` or a news publisher's."""
    terms = [
        _live(ad),
        (1.0, "asks for card data")
        if any(supports(f, CARD_CLAIM) for f in findings)
        else (0.7, "no card form was seen"),
        _new(ad),
        _reach(ad, campaign_ads_live),
        _prominence(matches),
    ]
    if any(supports(f, "news_publisher") for f in findings) and not lures_away(findings):
        terms.append((NEWS_PAGE, "the page is a trusted news publisher's: perhaps a report, perhaps taken over"))
    if official:
        terms.append((OFFICIAL_PAGE, "the page is official: perhaps taken over, or its own campaign"))
    product = math.prod(factor for factor, _ in terms)
    ordered = sorted(terms, key=lambda term: -term[0])
    return round(100 * product), [f"{reason} (× {factor:.2f})" for factor, reason in ordered]


def _live(ad: Ad) -> tuple[float, str]:
    if ad.is_active is None:
        return 0.8, "whether it still runs is not known"
    return (1.0, "running when it was seen") if ad.is_active else (0.4, "no longer running when it was seen")


def _new(ad: Ad) -> tuple[float, str]:
    if ad.started_at is None:
        return 0.9, "start unknown"
    age = ad.observed_at - ad.started_at
    return (
        (1.0, "started within a week") if age <= NEW_WITHIN else (0.85, f"started {age.days} days before it was seen")
    )


def _reach(ad: Ad, campaign_ads_live: int) -> tuple[float, str]:
    """Of the ad; its campaign, whose reach nobody states, closes at most ``CAMPAIGN_SHARE`` of what is missing to the largest."""
    if ad.reach is None:
        factor, words = 0.8, "reach unknown"
    else:
        factor = 0.7 + 0.3 * min(1.0, math.log10(1 + ad.reach) / math.log10(1 + REACH_OF_NOTE))
        words = f"reached {ad.reach:,} people"
    if campaign_ads_live < 2:
        return factor, words
    spread = CAMPAIGN_SHARE * min(1.0, math.log10(campaign_ads_live) / math.log10(ADS_OF_NOTE))
    return factor + (1.0 - factor) * spread, f"{words}, one of {campaign_ads_live} running ads of a campaign"


def _prominence(matches: Sequence[Match]) -> tuple[float, str]:
    if any(match.modality is Modality.FACE for match in matches):
        return 1.0, "a protected face is shown"
    if matches:
        return 0.95, "a protected voice is heard"
    return 0.85, "a protected brand is named, no person recognised"
