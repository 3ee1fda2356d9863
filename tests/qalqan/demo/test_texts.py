"""Every language and every official has something to say."""

from __future__ import annotations

from qalqan.demo.creatives import AYSEL, GULNAR
from qalqan.demo.speech import LANGUAGES
from qalqan.demo.texts import GENUINE_SPEECH, GENUINE_SPEECH_RU, HONEST, SCAM_AD, SCAM_AD_SHORT, SCAM_SPEECH


def test_scams_exist_in_every_language() -> None:
    for table in (SCAM_SPEECH, SCAM_AD, SCAM_AD_SHORT):
        assert set(table) == set(LANGUAGES)


def test_both_officials_have_two_clips_and_two_recordings() -> None:
    assert {AYSEL, GULNAR} == set(GENUINE_SPEECH) == set(GENUINE_SPEECH_RU)
    assert all(len(texts) == 3 for texts in GENUINE_SPEECH.values())


def test_no_honest_text_is_a_scam_text() -> None:
    scams = {body for table in (SCAM_AD, SCAM_AD_SHORT) for _, body in table.values()}
    assert not scams & {body for _, body in HONEST.values()}
