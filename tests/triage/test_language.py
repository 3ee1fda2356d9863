"""The hint at a language comes from letters alone."""

from __future__ import annotations

import pytest

from triage.language import LANGUAGES, language_hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Ayda 5000 AZN qazanc zəmanətlə", "az"),
        ("Гарантированный доход", "ru"),
        ("Күн сайын табыс, тіркеліңіз", "kk"),
        ("Guaranteed profit", "en"),
        ("Доход от SOCAR каждый месяц", "ru"),
        ("5000 !!! 😀", None),
        ("", None),
    ],
)
def test_hint(text: str, hint: str | None) -> None:
    assert language_hint(text) == hint
    assert hint is None or hint in LANGUAGES
