"""The rule that makes a candidate, and the order in which candidates are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from detectors.records import Axis, Bearing, Finding, Span
from pipelines.records import AxisReading, AxisState
from pipelines.score import assess, axis_readings, candidate
from tests.factories import AT, make_ad, make_brand, make_finding, make_match, make_model_pack, make_person
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality

PEOPLE = [make_person(), make_person(person_id="gulnar-sadiqova", names=("Gülnar Sadıqova",))]
GALLERY = Gallery.of(make_model_pack(), persons=PEOPLE, brands=[make_brand()])
LURE = make_finding(claim="investment_lure", observation="It promises profit and asks to register.")
BRAND = make_finding(claim="brand_impersonation", brand_id="socar")
OFFICIAL = make_finding(
    claim="official_page", axis=Axis.SOURCE, person_id="aysel-quliyeva", observation="The page is the office's own."
)
OWN = make_finding(claim="allowed_creative", axis=Axis.SOURCE, brand_id="socar", observation="It is SOCAR's own.")
HOME = make_finding(claim="official_domain", axis=Axis.SOURCE, brand_id="socar", observation="It leads to socar.az.")
OTHER_HOME = make_finding(claim="official_domain", axis=Axis.SOURCE, brand_id="bank", observation="It leads to a bank.")
CLASSIFIED = make_finding(
    claim="reads_as_scam",
    weight=0.8,
    validated_on="test set",
    likelihood_ratio=30.0,
    observation="It reads like a lure.",
)
UNSURE = make_finding(
    claim="reads_as_scam", bearing=Bearing.INCONCLUSIVE, likelihood_ratio=5.0, observation="It reads like a lure."
)
UNSURE_PAGE = make_finding(
    claim="reads_as_scam",
    bearing=Bearing.INCONCLUSIVE,
    modality="page",
    likelihood_ratio=5.0,
    observation="The page reads like a lure.",
)
PLAIN_SCAM = make_finding(claim="reads_as_scam", weight=0.8, validated_on="test set", likelihood_ratio=100.0)
HARMLESS_PAGE = make_finding(claim="reads_as_other", bearing=Bearing.AGAINST, modality="page", likelihood_ratio=0.01)
HONEST = make_finding(claim="reads_as_other", bearing=Bearing.AGAINST, likelihood_ratio=0.2)
HONEST_PAGE = make_finding(claim="reads_as_news", bearing=Bearing.AGAINST, modality="page", likelihood_ratio=0.01)
LONG_PAGE = make_finding(claim="reads_as_scam", modality="page", observation="The page reads like a lure.")
PAGE_LURE = make_finding(claim="landing_lure_text", method="landing_page", modality="page", observation="It is a lure.")
TELEPHONE_LURE = make_finding(
    claim="landing_lure_text",
    method="landing_page",
    modality="page",
    spans=(Span(field="landing:telephone", start=0, end=4, label="promise_of_profit"),),
    observation="It is a lure.",
)
IN_THE_PICTURE = make_finding(
    claim="investment_lure",
    spans=(Span(field="frames", start=0, end=4, label="promise_of_profit"),),
    observation="It promises profit.",
)
WARNS = make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)
HANDLE = make_finding(claim="contact_handle", observation="It gives a messenger contact.")
PHONE = make_finding(claim="contact_phone", observation="It gives a telephone number.")
ELSEWHERE = make_finding(claim="leads_elsewhere", axis=Axis.SOURCE, observation="The link leads to a foreign domain.")


def read(
    findings: list[Finding], matches: list[Match] | None = None, unread: tuple[str, ...] = ()
) -> tuple[AxisReading, ...]:
    return axis_readings(matches=matches or [], findings=findings, gallery=GALLERY, unread=unread)


@pytest.mark.parametrize(
    ("matches", "findings", "flagged"),
    [
        ([make_match()], [LURE], True),
        ([], [LURE, BRAND], True),
        ([], [LURE, make_finding(claim="brand_named", brand_id="socar", bearing=Bearing.INCONCLUSIVE)], True),
        ([], [LURE], False),
        ([make_match()], [], False),
        ([make_match()], [LURE, OFFICIAL], True),
        ([], [LURE, OFFICIAL], False),
        ([], [LURE, OFFICIAL, BRAND], False),
        ([make_match()], [OFFICIAL], False),
        ([make_match()], [LURE, OFFICIAL, OWN, HOME], False),
        ([make_match()], [LURE, OFFICIAL, OWN], True),
        ([make_match()], [LURE, OFFICIAL, ELSEWHERE], True),
        ([make_match()], [LURE, OFFICIAL, HANDLE], True),
        ([make_match(person_id="gulnar-sadiqova")], [LURE, OFFICIAL], True),
        ([make_match()], [LURE, OWN, HOME], False),
        ([make_match()], [LURE, OWN, HOME, HANDLE], True),
        ([make_match()], [LURE, OWN, HOME, ELSEWHERE], True),
        ([make_match()], [LURE, OWN, HOME, PHONE], True),
        ([make_match()], [LURE, OWN, HOME, PHONE, OFFICIAL], True),
        ([], [LURE, OWN, HOME, PHONE, OFFICIAL, BRAND], False),
        ([make_match()], [LURE, OWN], True),
        ([make_match()], [LURE, HOME], True),
        ([make_match()], [LURE, OWN, OTHER_HOME], True),
        ([make_match()], [LURE, OWN, HOME, OFFICIAL, ELSEWHERE], True),
        ([make_match()], [WARNS], False),
        ([make_match()], [CLASSIFIED], True),
        ([make_match()], [CLASSIFIED, WARNS], False),
        ([make_match()], [UNSURE], False),
        ([make_match()], [UNSURE, UNSURE_PAGE], True),
        ([make_match()], [CLASSIFIED, HONEST], True),
        ([make_match()], [PLAIN_SCAM, HARMLESS_PAGE], True),
        ([make_match()], [UNSURE, HARMLESS_PAGE], False),
        ([make_match()], [UNSURE, UNSURE_PAGE, WARNS], False),
        ([make_match()], [LURE, HONEST], False),
        ([make_match()], [IN_THE_PICTURE, HONEST], True),
        ([make_match()], [LURE, HONEST_PAGE], True),
        ([make_match()], [PAGE_LURE, HONEST], True),
        ([make_match()], [PAGE_LURE, HONEST, LONG_PAGE], True),
        ([make_match()], [PAGE_LURE, HONEST_PAGE, LONG_PAGE], True),
        ([make_match()], [PAGE_LURE, HONEST_PAGE], False),
        ([make_match()], [TELEPHONE_LURE, HONEST_PAGE], False),
        ([make_match()], [make_finding(claim="mouth_regenerated", axis=Axis.ALTERATION)], False),
    ],
    ids=[
        "likeness and lure",
        "brand and lure",
        "brand and lure from nobody knows where",
        "lure alone",
        "likeness alone",
        "an official page with likeness and lure",
        "an official page without anybody's likeness",
        "a brand's own page",
        "the official's own ad",
        "verified creative on an official page that leads home",
        "verified creative on an official page that leads nobody knows where",
        "official page that leads elsewhere",
        "official page whose words lure to a messenger",
        "official page of somebody else",
        "verified creative that leads home",
        "verified creative whose words lure to a messenger",
        "verified creative that leads home, where card data is sent elsewhere",
        "copied creative that leads home, whose words give a telephone number",
        "verified creative on an official page, whose words give a telephone number",
        "a brand's own page with a telephone number",
        "verified creative that leads somewhere else",
        "unknown creative that leads to an official domain",
        "verified creative that leads to somebody else's domain",
        "verified creative on an official page that leads elsewhere",
        "warning about the scam",
        "likeness and what the classifier calls a lure",
        "a warning that the classifier calls a lure",
        "a lure of which the classifier is not sure",
        "two texts of which it is not sure, and surer together",
        "a lure beside harmless words",
        "a plain lure before a harmless page",
        "what may be a lure before a harmless page",
        "a warning with two texts like a lure's",
        "a promise by the word list in words that the classifier takes for harmless",
        "a promise in the picture under harmless words",
        "a lure too long to be weighed before a harmless page",
        "a luring page behind harmless words",
        "a luring page too long to be weighed behind harmless words",
        "a luring page too long to be weighed beside a harmless one",
        "a page that is a lure by the word list alone",
        "a page for telephones that is a lure by the word list alone",
        "fabricated parody without a lure",
    ],
)
def test_candidate_rule(matches: list[Match], findings: list[Finding], flagged: bool) -> None:
    axes = read(findings, matches)
    verdict = assess(make_ad(), creative_sha256=None, axes=axes, findings=findings)
    assert verdict.flagged is flagged
    assert verdict.why.endswith(".")


def test_an_unvalidated_detector_decides_nothing_and_is_shown() -> None:
    seen = make_finding(claim="mouth_regenerated", axis=Axis.ALTERATION, observation="The mouth differs.", weight=0.0)
    _, alteration, _, _ = read([seen])
    assert alteration.state is AxisState.CANNOT_TELL
    assert alteration.summary == "Observed, not calibrated: The mouth differs."
    assert alteration.finding_ids == (seen.finding_id,)


def inconclusive(observation: str, *, measurement: float | None = None, claim: str = "blinks_counted") -> Finding:
    return make_finding(
        claim=claim,
        axis=Axis.ALTERATION,
        bearing=Bearing.INCONCLUSIVE,
        observation=observation,
        measurement=measurement,
        unit=None if measurement is None else "blinks per minute",
        weight=0.0,
    )


def test_what_is_not_calibrated_says_so_and_shows_the_observations() -> None:
    reading = read([inconclusive("No lips were compared."), inconclusive("Three blinks.", measurement=20.0)])[1]
    assert reading.state is AxisState.CANNOT_TELL
    assert reading.summary == "Not calibrated; observed: Three blinks. No lips were compared."
    outside = inconclusive("Not calibrated: it is encoded with vp9.", claim="alteration_weighed")
    assert read([inconclusive("Three blinks."), outside])[1].summary == (
        "Not calibrated: it is encoded with vp9. Three blinks."
    )
    many = [inconclusive(f"Observation {number}.", measurement=1.0) for number in range(6)]
    assert read(many)[1].summary.endswith("Observation 3. 2 more observations below.")
    assert read([])[1].summary == "Cannot tell: nothing was examined for alteration."


def test_a_validated_detector_decides_the_axis() -> None:
    seen = make_finding(claim="mouth_regenerated", axis=Axis.ALTERATION, weight=0.9, validated_on="test set")
    assert read([seen])[1].state is AxisState.YES


def weighed_together(ratio: float | None, *, bearing: Bearing = Bearing.INCONCLUSIVE) -> Finding:
    return make_finding(
        claim="alteration_weighed",
        axis=Axis.ALTERATION,
        bearing=bearing,
        observation=f"Together: {ratio}.",
        measurement=ratio,
        unit=None if ratio is None else "likelihood ratio",
        likelihood_ratio=ratio,
        weight=0.0 if bearing is Bearing.INCONCLUSIVE else 0.4,
        validated_on="test set",
    )


def test_what_detectors_weigh_together_decides_before_any_one_of_them() -> None:
    alone = make_finding(claim="mouth_regenerated", axis=Axis.ALTERATION, weight=0.9, validated_on="test set")
    against = weighed_together(0.1, bearing=Bearing.AGAINST)
    assert read([alone, against])[1].state is AxisState.NO
    assert read([alone, against])[1].summary == "Together: 0.1."
    undecided = read([alone, weighed_together(1.2)])[1]
    assert (undecided.state, undecided.summary) == (AxisState.CANNOT_TELL, "Together: 1.2.")
    assert read([alone, weighed_together(None)])[1].state is AxisState.YES


def test_unreadable_media_make_likeness_cannot_tell_not_no() -> None:
    axes = read([LURE], unread=("media 1 could not be analysed.",))
    assert axes[0].state is AxisState.CANNOT_TELL
    assert "could not be analysed" in axes[0].summary
    assert "cannot be told" in assess(make_ad(), creative_sha256=None, axes=axes, findings=[LURE]).why


def test_the_summary_names_person_modality_and_pack() -> None:
    voice = make_match(modality=Modality.VOICE, region=None, track=1)
    likeness = read([], [make_match(), voice])[0]
    assert "face (score 0.90) and voice (score 0.90) of Aysel Quliyeva, by test@1" in likeness.summary
    assert likeness.summary.endswith("not calibrated.")


def test_the_summary_says_that_a_badly_shown_face_makes_a_weak_match_unless_it_is_shown_well_elsewhere() -> None:
    badly = make_finding(claim="face_badly_shown", axis=Axis.LIKENESS, person_id="aysel-quliyeva")
    well = make_finding(claim="face_well_shown", axis=Axis.LIKENESS, person_id="aysel-quliyeva")
    weaker = "is shown badly: the match is weaker than its score says"
    assert weaker in read([badly], [make_match()])[0].summary
    assert read([badly], [make_match()])[0].state is AxisState.YES
    assert weaker not in read([badly, well], [make_match()])[0].summary
    assert weaker not in read([badly], [make_match(), make_match(modality=Modality.VOICE)])[0].summary
    assert weaker not in read([], [make_match()])[0].summary


def test_the_summary_says_what_a_calibrated_match_weighs() -> None:
    weighed = read([], [make_match(likelihood_ratio=12.0)])[0]
    assert "face (score 0.90, likelihood ratio 12, moderate support for this person) of Aysel" in weighed.summary
    assert "not calibrated" not in weighed.summary


def priority(**changes: object) -> int:
    return in_campaign(0, **changes)


def in_campaign(ads: int, **changes: object) -> int:
    findings = [LURE, *changes.pop("findings", [])]  # type: ignore[misc]
    ad = make_ad(**changes)
    verdict = assess(ad, creative_sha256="c" * 64, axes=read(findings, [make_match()]), findings=findings)
    return candidate(
        ad, verdict, matches=[make_match()], findings=findings, gallery=GALLERY, campaign_ads_live=ads
    ).priority


def test_priority_is_harm_first() -> None:
    card = make_finding(claim="card_form")
    assert priority(findings=[card]) > priority()
    assert priority(is_active=True) > priority(is_active=None) > priority(is_active=False)
    assert priority(started_at=AT - timedelta(days=1)) > priority(started_at=AT - timedelta(days=60))
    assert priority(reach=100_000) > priority(reach=100)
    assert priority(reach=100) < in_campaign(50, reach=100) < in_campaign(500, reach=100) < priority(reach=100_000)
    assert in_campaign(1, reach=100) == in_campaign(0, reach=100) == priority(reach=100)
    assert priority(findings=[card], reach=10_000_000, is_active=True, started_at=AT) == 100


def test_an_official_page_lowers_the_priority_and_says_so() -> None:
    axes = read([LURE, OFFICIAL], [make_match()])
    verdict = assess(make_ad(), creative_sha256=None, axes=axes, findings=[LURE, OFFICIAL])
    assert axes[3].state is AxisState.YES
    assert "perhaps the page was taken over" in verdict.why
    shown = candidate(make_ad(), verdict, matches=[make_match()], findings=[LURE, OFFICIAL], gallery=GALLERY)
    assert shown.reasons[-1] == "the page is official: perhaps taken over, or its own campaign (× 0.30)"
    assert priority(findings=[OFFICIAL]) < priority(is_active=False)
    assert priority(findings=[OFFICIAL, ELSEWHERE]) == priority()


def test_a_news_page_lowers_the_priority_and_clears_nothing() -> None:
    news = make_finding(claim="news_publisher", axis=Axis.SOURCE, observation="It was published by the news.")
    axes = read([LURE, news], [make_match()])
    assert axes[3].state is AxisState.NO
    assert axes[3].summary.endswith("It was published by the news.")
    assert assess(make_ad(), creative_sha256=None, axes=axes, findings=[LURE, news]).flagged
    assert priority(findings=[OFFICIAL]) < priority(findings=[news]) < priority()
    assert priority(findings=[news, HANDLE]) == priority()


def test_an_official_page_whose_media_cannot_be_read_is_not_said_to_show_nobody() -> None:
    axes = read([LURE, OFFICIAL], unread=("media 1 could not be analysed.",))
    verdict = assess(make_ad(), creative_sha256=None, axes=axes, findings=[LURE, OFFICIAL])
    assert not verdict.flagged
    assert "cannot be told" in verdict.why


def test_candidate_id_depends_on_ad_creative_and_version_only() -> None:
    verdict = assess(make_ad(), creative_sha256="c" * 64, axes=read([LURE], [make_match()]), findings=[LURE])
    first = candidate(make_ad(), verdict, matches=[make_match()], findings=[LURE], gallery=GALLERY)
    again = candidate(make_ad(is_active=False), verdict, matches=[make_match()], findings=[LURE], gallery=GALLERY)
    assert first.candidate_id == again.candidate_id
    assert first.person_ids == ("aysel-quliyeva",)
    assert all("×" in reason for reason in first.reasons)


def test_an_unknown_publisher_is_cannot_tell_and_excuses_nothing() -> None:
    unknown = make_finding(claim="publisher_unknown", axis=Axis.SOURCE, bearing=Bearing.INCONCLUSIVE)
    axes = read([LURE, unknown], [make_match()])
    assert axes[3].state is AxisState.CANNOT_TELL
    assert assess(make_ad(), creative_sha256=None, axes=axes, findings=[LURE, unknown]).flagged


def test_an_ad_without_text_is_not_said_to_promise_nothing() -> None:
    silent = make_finding(
        claim="no_text", bearing=Bearing.INCONCLUSIVE, observation="Cannot tell because the ad has no text."
    )
    verdict = assess(make_ad(), creative_sha256=None, axes=read([silent], [make_match()]), findings=[silent])
    assert not verdict.flagged
    assert verdict.why == "Whether there is a lure is not known. Cannot tell because the ad has no text."
