"""The languages of a text: one line, and each sentence where there are several, harmless whatever is in them."""

from __future__ import annotations

from triage.text_languages import languages_view


def test_one_sentence_needs_no_list() -> None:
    view = languages_view("Gündə beş yüz manat qazanın.")
    assert view is not None
    assert view.summary.startswith("Azerbaijani (")
    assert view.sentences == ()


def test_several_sentences_are_listed_each_with_its_language() -> None:
    view = languages_view("Gündə beş yüz manat qazanın.\nПолучайте прибыль каждый месяц!\nᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ")
    assert view is not None
    assert [sentence.language for sentence in view.sentences] == ["Azerbaijani", "Russian", "not known"]
    assert [sentence.sure.endswith(" %") for sentence in view.sentences] == [True, True, False]


def test_what_is_quoted_is_escaped_and_short() -> None:
    view = languages_view(
        "<script>alert(1)</script> qazanın və qazanın http://evil.example/x\n" + "və bu da hamıya " * 20
    )
    assert view is not None
    shown = view.summary + "".join(sentence.text for sentence in view.sentences)
    assert "<script" not in shown
    assert "http://" not in shown
    assert all(len(sentence.text.striptags()) <= 120 for sentence in view.sentences)


def test_numbers_and_addresses_are_in_no_language() -> None:
    assert languages_view("500 / 30 👇 https://qazanc.example/register") is None
