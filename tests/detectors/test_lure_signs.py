"""Signs and figures are found with the very words that bear them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from detectors.lure_fields import read_field
from detectors.lure_signs import MOST_SPANS, figures_of, signs_of
from detectors.records import Span


def signs(text: str) -> Mapping[str, tuple[Span, ...]]:
    return signs_of([read_field("body", text)])


EXTRACTED = [
    ("Cəmi 100 manatla başlayın", "minimum_deposit", "100 manatla başlayın"),
    ("Начните всего со 100 долларов", "minimum_deposit", "Начните всего со 100 долларов"),
    ("Бар болғаны 25 000 теңгемен бастаңыз", "minimum_deposit", "25 000 теңгемен бастаңыз"),
    ("Sadece 250 dolarla başlayın", "minimum_deposit", "250 dolarla başlayın"),
    ("Start with just $100", "minimum_deposit", "Start with just $100"),
    ("Ölkə başçısı yeni platformanı açdı", "claimed_authority", "Ölkə başçısı yeni platformanı açdı"),
    ("Глава государства представил проект", "claimed_authority", "Глава государства представил"),
    ("Мемлекет басшысы жобаны таныстырды", "claimed_authority", "Мемлекет басшысы жобаны таныстырды"),
    ("Devlet başkanı platformu başlattı", "claimed_authority", "Devlet başkanı platformu başlattı"),
    ("The head of state presented it", "claimed_authority", "head of state presented"),
    ("Bu gün bitir", "urgency", "Bu gün bitir"),
    ("Только до конца недели", "urgency", "Только до конца"),
    ("Соңғы үш күн қалды", "urgency", "Соңғы үш күн қалды"),
    ("Bugün sona eriyor", "urgency", "Bugün sona eriyor"),
    ("The offer ends today", "urgency", "offer ends"),
    ("WhatsApp: +994 50 123 45 67", "contact_handle", "WhatsApp: +994 50 123 45 67"),
    ("Телеграм @invest_kz", "contact_handle", "Телеграм @invest_kz"),
    ("Звоните: 8 (701) 123-45-67", "contact_phone", "8 (701) 123-45-67"),
    ("Ad, soyad və telefonunuzu qeyd edin", "personal_data_request", "telefonunuzu"),
    ("Укажите номер телефона", "personal_data_request", "номер телефона"),
    ("Телефоныңызды қалдырыңыз", "personal_data_request", "Телефоныңызды"),
    ("Telefonunuzu yazın", "personal_data_request", "Telefonunuzu"),
    ("Leave your name and phone", "personal_data_request", "your name and phone"),
    ("20% в месяц гарантированно", "promise_of_profit", "20% в месяц"),
    ("20% monthly return guaranteed", "promise_of_profit", "20% monthly"),
    ("No risk, guaranteed profit", "guaranteed_profit", "guaranteed"),
]


@pytest.mark.parametrize(("text", "sign", "words"), EXTRACTED)
def test_what_is_extracted_has_its_words(text: str, sign: str, words: str) -> None:
    spans = signs(text)[sign]
    assert words in [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text", ["Günde 1 500 000 000 TL", "IBAN AZ21NABZ00000000137010001944", "5 000 000 000 манат", "12.05.2026"]
)
def test_sums_and_accounts_are_no_telephone_numbers(text: str) -> None:
    assert "contact_phone" not in signs(text)


@pytest.mark.parametrize("piece", ["1 ", "1-", "(1) ", "telegram @", "whatsapp: +1", "+1 (2"])
def test_hostile_numbers_come_back(piece: str) -> None:
    assert all(len(spans) <= MOST_SPANS for spans in signs(piece * 100_000).values())


@pytest.mark.parametrize(
    ("refused", "given"),
    [
        ("getiri garanti edilmez", "garantili getiri"),
        ("табысқа кепілдік берілмейді", "табысқа кепілдік береміз"),
        ("gəlir var, zəmanət verilmir", "zəmanətli gəlir"),
        ("доходность не гарантируется", "доход гарантируется"),
        ("profits cannot be guaranteed", "no risk, profits guaranteed"),
    ],
)
def test_a_refused_guarantee_is_none(refused: str, given: str) -> None:
    assert "guaranteed_profit" not in signs(refused)
    assert "guaranteed_profit" in signs(given)


def test_what_is_promised_and_what_is_to_be_paid_in_are_two_figures() -> None:
    text = "Minimum depozit 250 AZN, gündə 500 AZN qazanın"
    figures = figures_of([read_field("body", text)])
    told = {label: [text[figure.span.start : figure.span.end] for figure in found] for label, found in figures.items()}
    assert told["promised_sum"] == ["500 AZN"]
    assert told["minimum_deposit"] == ["250 AZN"]
    assert told["promised_period"] == ["gündə"]
