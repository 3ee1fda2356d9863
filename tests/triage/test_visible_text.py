"""Hostile text is shown, not obeyed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_span
from triage.visible_text import MIXED_ALPHABETS, defanged, highlighted, is_hidden, visible

TAGS_WE_WRITE = re.compile(r"</?(?:span|mark)\b[^<>]*>")


def test_markup_is_escaped_and_hidden_characters_are_named() -> None:
    shown = visible('<script>\u202egnp\u200b"')
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert 'title="RIGHT-TO-LEFT OVERRIDE">U+202E<' in shown
    assert "U+200B" in shown
    assert "\u202e" not in shown


def test_line_breaks_stay_and_other_controls_show() -> None:
    assert visible("a\r\nb\tc") == "a\nb\tc"
    assert "U+0007" in visible("\x07")
    assert not is_hidden("\n")


def test_spans_are_marked_where_they_are_and_named_once() -> None:
    text = "Ayda 5000 AZN qazanc <b>"
    shown = highlighted(
        text, [make_span(start=5, end=13, label="promised_sum"), make_span(start=0, end=20, label="promise")]
    )
    assert '<mark title="promise; promised sum">5000 AZN</mark>' in shown
    assert shown.count('<span class="mark-label">promised sum</span>') == 1
    assert shown.endswith("&lt;b&gt;")


def test_addresses_in_a_text_cannot_be_followed_and_spans_stay_in_place() -> None:
    shown = highlighted("see HTTPS://socar.example now", [make_span(start=12, end=17, label="brand")])
    assert shown.startswith('see hxxpS://<mark title="brand">socar</mark>')
    assert highlighted("http: or xhttp://a", []) == "http: or xhttp://a"


def test_spans_beyond_the_text_do_no_harm() -> None:
    assert highlighted("ab", [make_span(start=-3, end=99, label="x")]).startswith('<mark title="x">ab</mark>')
    assert highlighted("ab", [make_span(start=5, end=9), make_span(start=1, end=1)]) == "ab"


def test_a_word_of_two_alphabets_is_marked() -> None:
    assert MIXED_ALPHABETS in highlighted("sоcar", [])
    assert highlighted("socar сокар", []) == "socar сокар"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4))
def test_whatever_the_text_only_our_own_tags_appear(text: str, edges: list[tuple[int, int]]) -> None:
    shown = str(highlighted(text, [make_span(start=a, end=b, label='"><img>') for a, b in edges]))
    rest = TAGS_WE_WRITE.sub("", shown)
    assert "<" not in rest
    assert ">" not in rest


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=60))
def test_visible_text_loses_no_visible_character(text: str) -> None:
    kept = "".join(character for character in text if not is_hidden(character))
    assert unescape(re.sub(r"<span[^>]*>[^<]*</span>", "", visible(text))) == kept


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://evil.example.com/a.b?c=d.e", "hxxps://evil[.]example[.]com/a.b?c=d.e"),
        ("HTTP://EVIL.example", "hxxp://EVIL[.]example"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("evil.example/x", "evil[.]example/x"),
        ('http://a.example/"><script>', "hxxp://a[.]example/&#34;&gt;&lt;script&gt;"),
        ("http://a.example\\@b.example/", "hxxp://a[.]example\\@b.example/"),
    ],
)
def test_urls_cannot_be_followed(url: str, shown: str) -> None:
    assert defanged(url) == shown
