"""One field: what a "not" undoes, what is quoted, whom to write to or call."""

from __future__ import annotations

import pytest

from detectors.lure_fields import HANDLES, read_field


def labels(text: str) -> set[str]:
    return {cue.label for cue in read_field("body", text).cues}


def test_a_call_undone_by_a_not_is_a_warning() -> None:
    assert "call" in labels("Зарегистрируйтесь сегодня")
    assert "call" not in labels("Не регистрируйтесь сегодня")
    assert "warning" in labels("Не регистрируйтесь сегодня")


def test_a_warning_undone_by_a_not_is_none() -> None:
    assert "warning" in labels("This is a scam")
    assert "warning" not in labels("This is not a scam")


def test_quoted_words_are_not_the_fields_own() -> None:
    field = read_field("body", "Onlar «indi qeydiyyatdan keçin» yazır")
    assert any(cue.label == "call" for cue in field.cues)
    assert field.own("call") == []
    assert read_field("body", "İndi qeydiyyatdan keçin").own("call") != []


@pytest.mark.parametrize(
    "text", ["t.me/invest_kz1", "wa.me/994501234567", "whatsapp: +994 50 123 45 67", "телеграм @invest_kz"]
)
def test_messenger_contacts_are_handles_and_no_telephone_numbers(text: str) -> None:
    field = read_field("body", text)
    assert len(field.handles) == len(HANDLES.findall(text)) == 1
    assert field.phones == []


def test_places_lead_back_to_the_text_as_it_was_written() -> None:
    text = "Z\u200bəng edin: 8 (701) 123-45-67"
    field = read_field("body", text)
    span = field.span(*field.phones[0], "contact_phone")
    assert (span.field, text[span.start : span.end]) == ("body", "8 (701) 123-45-67")


def test_a_sum_belongs_to_the_deposit_in_its_sentence_only() -> None:
    field = read_field("body", "Minimum depozit 250 AZN. Bonus 900 AZN")
    deposit = next(cue for cue in field.cues if cue.label == "deposit")
    amount = field.sum_beside(deposit)
    assert amount is not None
    assert amount.value == 250
