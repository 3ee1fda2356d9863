"""One finding per sign, exact spans, one verdict."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.lure_reading import Verdict
from detectors.lure_signs import COUNTER_SIGNS
from detectors.lure_text import LureText
from detectors.records import Axis, Bearing, Finding
from embeddings.records import TextLine, TextPlace
from evidence.records import AccessMode
from tests.detectors.subjects import by_claim, subject
from tests.factories import make_ad, make_text_line, sha

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))["text"]
VERDICTS = {verdict.value for verdict in Verdict}


def examine(**texts: str | None) -> dict[str, Finding]:
    ad = make_ad(**{"title": None, "body": None, "cta_text": None, **texts})
    return by_claim(list(LureText().examine(subject(ad))))


HARMLESS = "Bakıda hava yaxşıdır və dəniz sakitdir. "
TYPED_LURE = "Gündə 500 AZN qazanın, zəmanət! Qeydiyyatdan keçin"


def test_a_text_of_which_the_end_was_not_read_is_not_called_harmless() -> None:
    found = examine(body=HARMLESS * 25_000 + TYPED_LURE)
    for claim in ("no_lure", "text_not_read_whole"):
        assert found[claim].bearing is Bearing.INCONCLUSIVE
        assert found[claim].observation.startswith("Cannot tell")
        assert "100,000 characters of body" in found[claim].observation
    begins = examine(body=TYPED_LURE + HARMLESS * 25_000)
    assert "text_not_read_whole" not in begins
    assert begins["investment_lure"].bearing is Bearing.SUPPORTS


def test_the_signs_of_a_scam_are_found_with_the_words_to_highlight() -> None:
    body = "Prez\u200bident SOCAR layihəsini təsdiq etdi! Gündə 500 AZN, zəmanətli gəlir. Minimum depozit 250 AZN. t.me/socar_az"
    found = examine(title="Tələsin!", body=body, cta_text="Qeydiyyatdan keçin")
    texts = {"title": "Tələsin!", "body": body, "cta_text": "Qeydiyyatdan keçin"}

    def words(claim: str) -> list[str]:
        return [texts[span.field][span.start : span.end] for span in found[claim].spans]

    assert words("promise_of_profit") == ["Gündə 500 AZN"]
    assert (words("promised_sum"), words("promised_period")) == (["500 AZN"], ["Gündə"])
    assert (found["promised_sum"].measurement, found["promised_sum"].unit) == (500, "AZN per day")
    assert (found["minimum_deposit"].measurement, found["minimum_deposit"].unit) == (250, "AZN")
    assert words("guaranteed_profit") == ["zəmanətli"]
    assert words("urgency") == ["Tələsin"]
    assert words("claimed_authority") == ["Prez\u200bident SOCAR layihəsini təsdiq"]
    assert words("call_to_invest") == ["Qeydiyyatdan keçin"]
    assert words("minimum_deposit") == ["Minimum depozit 250 AZN"]
    assert words("contact_handle") == ["t.me/socar_az"]
    assert found["obfuscated_spelling"].measurement == 1
    lure = found["investment_lure"]
    assert lure.bearing is Bearing.SUPPORTS
    assert (lure.measurement, lure.unit) == (500, "AZN per day")
    assert "Language of the title: Azerbaijani (" in lure.observation
    assert all(one.bearing is Bearing.SUPPORTS for one in found.values())


def test_sums_rates_and_periods_are_told_apart() -> None:
    body = "Invest now: earn $500 per day or $900 per day, 20% monthly profit. Minimum deposit $250, or minimum deposit $100."
    found = examine(body=body)
    shown = {
        claim: [body[span.start : span.end] for span in found[claim].spans if span.label == claim]
        for claim in ("promised_sum", "promised_rate", "promised_period")
    }
    assert shown == {
        "promised_sum": ["$500", "$900"],
        "promised_rate": ["20%"],
        "promised_period": ["per day", "per day", "monthly"],
    }
    measured = {claim: (found[claim].measurement, found[claim].unit) for claim in (*shown, "minimum_deposit")}
    assert measured == {
        "promised_sum": (900, "USD per day"),
        "promised_rate": (20, "% per month"),
        "promised_period": (3, "places"),
        "minimum_deposit": (100, "USD"),
    }


def test_a_deposit_without_a_sum_counts_places() -> None:
    found = examine(body="Guaranteed profit of $900 per day! The minimum deposit is small. Register now.")
    assert (found["minimum_deposit"].measurement, found["minimum_deposit"].unit) == (1, "places")


def test_a_warning_quotes_signs_that_then_accuse_nobody() -> None:
    found = examine(body="Diqqətli olun! Saxta videoda gündə 500 AZN vəd edilir. İnanmayın.")
    assert found["warning_or_news"].bearing is Bearing.AGAINST
    assert found["promise_of_profit"].bearing is Bearing.INCONCLUSIVE
    assert found["warning_cue"].bearing is Bearing.AGAINST


def test_an_ordinary_text_is_no_lure() -> None:
    assert examine(body="Əmanət illik 10%, filiallarımıza müraciət edin.")["no_lure"].bearing is Bearing.AGAINST


def test_no_text_is_said_to_be_no_text() -> None:
    found = examine()
    assert list(found) == ["no_text"]
    assert found["no_text"].bearing is Bearing.INCONCLUSIVE
    assert "because the ad has no text" in found["no_text"].observation


@pytest.mark.parametrize("entry", TEXTS, ids=lambda entry: f"{entry['language']}-{entry['kind']}")
def test_every_finding_is_complete_and_every_span_lies_in_its_text(entry: dict[str, str]) -> None:
    found = examine(body=entry["text"])
    assert len(VERDICTS & found.keys()) == 1
    for finding in found.values():
        assert finding.axis is Axis.LURE
        assert finding.weight == 0
        assert finding.likelihood_ratio is None
        assert all(0 <= span.start < span.end <= len(entry["text"]) and span.field == "body" for span in finding.spans)
        if finding.claim in COUNTER_SIGNS:
            assert finding.bearing is not Bearing.SUPPORTS


def test_the_same_ad_gives_the_same_findings() -> None:
    assert list(LureText().examine(subject())) == list(LureText().examine(subject()))


def test_the_name_of_a_file_is_no_text_and_an_address_in_the_text_is_a_way_to_follow() -> None:
    own = {
        "access_mode": AccessMode.ANALYST_IMPORT,
        "title": "Guaranteed profit 5000 USD per month.mp4",
        "link_url": None,
    }
    nameless = make_ad(**own, body=None, cta_text=None)
    assert "no_text" in by_claim(list(LureText().examine(subject(nameless))))
    body = "Guaranteed profit of 5000 USD per month, risk free."
    closed = make_ad(**own, body=body, cta_text=None)
    assert "no_lure" in by_claim(list(LureText().examine(subject(closed))))
    open_ = make_ad(**own, body=f"{body} https://quantum.example", cta_text=None)
    assert "investment_lure" in by_claim(list(LureText().examine(subject(open_))))


def read(*lines: TextLine, unread: tuple[str, ...] = (), **texts: str | None) -> dict[str, Finding]:
    """Findings about media of one's own without a text."""
    own = {
        "access_mode": AccessMode.ANALYST_IMPORT,
        "title": "film.mp4",
        "body": None,
        "cta_text": None,
        "link_url": None,
    }
    ad = subject(make_ad(**(own | texts)))
    return by_claim(list(LureText().examine(replace(ad, creatives=(sha("creative"),), lines=lines, unread=unread))))


PROMISE = make_text_line(text="Gündə 500 AZN qazanın")
CALL = make_text_line(place=TextPlace.SPEECH, text="İndi qeydiyyatdan keçin.", start_s=8.0, end_s=10.0, region=None)


def test_a_lure_in_picture_and_speech_is_found_with_place_and_time() -> None:
    found = read(PROMISE, CALL)
    assert found["investment_lure"].bearing is Bearing.SUPPORTS
    assert (found["investment_lure"].start_s, found["investment_lure"].end_s) == (1.0, 10.0)
    promise = found["promise_of_profit"]
    assert promise.observation == ("It promises profit: “Gündə 500 AZN” (written in the pictures at 0:01–0:04).")
    assert (promise.creative_sha256, promise.region) == (sha("creative"), PROMISE.region)
    assert [span.field for span in promise.spans] == ["frames"]
    assert "said at 0:08–0:10" in found["call_to_invest"].observation
    assert any("misread" in limit for limit in found["investment_lure"].quality_limits)


def test_media_without_words_cannot_be_judged_and_the_reason_is_given() -> None:
    reason = "Its frames were not read: Tesseract is missing its languages."
    whole = read(unread=(reason,))["no_text"]
    assert whole.bearing is Bearing.INCONCLUSIVE
    assert whole.observation.startswith("Cannot tell because the ad has no text")
    assert reason in whole.observation


def test_a_harmless_caption_tells_nothing_of_a_speech_that_nobody_wrote_down() -> None:
    caption = make_text_line(text="Payız kolleksiyası mağazamızda")
    assert read(caption)["no_lure"].bearing is Bearing.AGAINST
    partly = read(caption, unread=("There is speech and no transcript: no speech model is configured.",))["no_lure"]
    assert partly.bearing is Bearing.INCONCLUSIVE
    assert "no speech model" in partly.observation
    typed = read(
        caption, unread=("There is speech and no transcript.",), body="Divanlar, stollar, yataqlar. Çatdırılma"
    )
    assert typed["no_lure"].bearing is Bearing.AGAINST
