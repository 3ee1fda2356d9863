"""What forms ask for, in four languages, and where they send it."""

from __future__ import annotations

import pytest

from detectors.page_html import read_page
from tests.detectors.test_page_html import CARD, LEAD, URL


def test_card_fields_and_where_they_are_sent() -> None:
    [form] = read_page(CARD, URL).forms
    assert form.target == "https://pay.elsewhere.example/take"
    assert len(form.card_fields) == 2
    assert not form.has_password


def test_card_fields_outside_any_form() -> None:
    [form] = read_page('<input placeholder="Kart nömrəsi"><input placeholder="CVV">', URL).forms
    assert form.loose
    assert form.target is None
    assert len(form.card_fields) == 2


def test_a_lead_form_and_its_marks() -> None:
    [form] = read_page(LEAD, URL).forms
    assert form.asks_phone
    assert form.asks_who
    assert form.lead_marks == ("aff_id", "intl-tel-input")
    assert form.target == "http://offer.example/lead"


def test_a_login_and_a_search_are_neither() -> None:
    forms = read_page(
        '<form><input name="username"><input type="password"></form><form><input type="search"></form>', URL
    ).forms
    assert not any(form.card_fields or form.asks_phone for form in forms)
    assert forms[0].has_password


@pytest.mark.parametrize(
    "field",
    [
        'name="fin_kod"',
        'placeholder="ИИН"',
        'placeholder="Паспорт"',
        'name="birthdate"',
        'aria-label="SMS kod"',
        'id="otp"',
    ],
)
def test_fields_that_identify_a_person(field: str) -> None:
    [form] = read_page(f"<form><input {field}></form>", URL).forms
    assert len(form.personal_fields) == 1
    assert form.card_fields == ()


@pytest.mark.parametrize("field", ['name="email"', 'name="finish"', 'name="spinner"', 'type="hidden" name="pin"'])
def test_fields_that_do_not(field: str) -> None:
    [form] = read_page(f"<form><input {field}></form>", URL).forms
    assert form.personal_fields == ()
