"""One finding per sign, exact spans, one verdict."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from detectors.lure_reading import COUNTER_SIGNS, Verdict
from detectors.lure_text import LureText
from detectors.records import Axis, Bearing, Finding
from evidence.records import AccessMode
from tests.detectors.subjects import by_claim, subject
from tests.factories import make_ad

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))["text"]
VERDICTS = {verdict.value for verdict in Verdict}


def examine(**texts: str | None) -> dict[str, Finding]:
    ad = make_ad(**{"title": None, "body": None, "cta_text": None, **texts})
    return by_claim(list(LureText().examine(subject(ad))))


def test_the_signs_of_a_scam_are_found_with_the_words_to_highlight() -> None:
    body = "Prez\u200bident SOCAR layihəsini təsdiq etdi! Gündə 500 AZN, zəmanətli gəlir. Minimum depozit 250 AZN. t.me/socar_az"
    found = examine(title="Tələsin!", body=body, cta_text="Qeydiyyatdan keçin")
    texts = {"title": "Tələsin!", "body": body, "cta_text": "Qeydiyyatdan keçin"}

    def words(claim: str) -> list[str]:
        return [texts[span.field][span.start : span.end] for span in found[claim].spans]

    assert words("promise_of_profit") == ["Gündə 500 AZN"]
    assert words("guaranteed_profit") == ["zəmanətli"]
    assert words("urgency") == ["Tələsin"]
    assert words("claimed_authority") == ["Prez\u200bident SOCAR layihəsini təsdiq"]
    assert words("call_to_invest") == ["Qeydiyyatdan keçin"]
    assert words("minimum_deposit") == ["Minimum depozit"]
    assert words("contact_handle") == ["t.me/socar_az"]
    assert found["obfuscated_spelling"].measurement == 1
    lure = found["investment_lure"]
    assert lure.bearing is Bearing.SUPPORTS
    assert (lure.measurement, lure.unit) == (500, "AZN per day")
    assert "az" in lure.observation
    assert all(one.bearing is Bearing.SUPPORTS for one in found.values())


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
