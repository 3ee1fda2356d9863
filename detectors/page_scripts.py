"""What the scripts in a page would do, read from their text and never run: make a balance grow, count down, send data away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from detectors.lexicon import lexicon, tokens_of
from detectors.normalise import fold_key
from evidence.visitor_sorting import LONGEST_SCRIPT, sorts_visitors

_MOST_SCRIPTS = 500
_MOST_TARGETS = 50
_TIMER = re.compile(r"\b(?:setInterval|setTimeout|requestAnimationFrame)\s?\(")
_GROWS = re.compile(r"\+=|\+\+|Math\.random")
_WRITES = re.compile(r"\.(?:textContent|innerText|innerHTML|value)\s?\+?=[^=]|\.(?:text|html|val)\(")
_ELEMENT = re.compile(r"(?:getElementById\(\s?['\"]|querySelector\(\s?['\"]#)([\w-]{1,60})['\"]")
_MONEY_WORD = re.compile(
    r"balan[cs]|баланс|bakiye|теңгерім|profit|earn|[€£₼₸₽₺]|qazanc|gəlir|gelir|доход|прибыл|заработ|табыс|пайда|kazan|wallet|payout|income",
    re.IGNORECASE,
)
_FALLS = re.compile(r"-=|--|(?:getTime\(\)|Date\.now\(\)|\bnow)\s?\)?\s?[;)]|-\s?(?:now|Date\.now|new Date)")
_COUNTDOWN_WORD = re.compile(
    r"count-?down|timer|remain|time-?left|\bleft\b|say[ğg]ac|qalan|qalıb|geri ?say|таймер|осталось|отсч[её]т|қалды|kalan",
    re.IGNORECASE,
)
_POSTS = (
    re.compile(
        r"(?:axios\.post|\$\.post|jQuery\.post|sendBeacon|\.open\(\s{0,9}['\"]POST['\"]\s{0,9},|"
        r"(?:axios|ajax)\(\s{0,9}\{\s{0,9}url\s{0,9}:)\s{0,9}\(?\s{0,9}['\"`]([^'\"`\s]{1,300})"
    ),
    re.compile(r"\bfetch\(\s{0,9}['\"`]([^'\"`\s]{1,300})['\"`]\s{0,9},[^;]{0,200}?POST", re.IGNORECASE),
)
_TELEGRAM = re.compile(r"api\.telegram\.org/bot(\d{6,12})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """``growing_balance`` and ``countdown`` are the stretches of script that do it. ``posts_to`` are the addresses, as they are
    written, that scripts send data to. ``telegram_bot`` is the number of the bot that gets it, empty where the script makes the
    number up from parts, None without a bot; the bot's key is never kept."""

    growing_balance: str | None
    countdown: str | None
    posts_to: tuple[str, ...]
    sorts_visitors: bool
    """Whether one script looks at who visits (browser, time zone, advertising mark) and can send the visitor elsewhere."""
    telegram_bot: str | None


def read_scripts(tree: LexborHTMLParser) -> Scripts:
    """The scripts within the page, the first ``LONGEST_SCRIPT`` characters of each."""
    scripts = [node.text()[:LONGEST_SCRIPT] for node in tree.css("script")[:_MOST_SCRIPTS]]
    posts = (_without_key(match[1]) for script in scripts for pattern in _POSTS for match in pattern.finditer(script))
    bot = next((found for script in scripts if (found := _TELEGRAM.search(script))), None)
    return Scripts(
        growing_balance=next((grown for script in scripts if (grown := _growing(script, tree))), None),
        countdown=next((left for script in scripts if (left := _counting_down(script))), None),
        posts_to=tuple(dict.fromkeys(islice(posts, _MOST_TARGETS))),
        sorts_visitors=any(map(sorts_visitors, scripts)),
        telegram_bot=None if bot is None else bot[1] or "",
    )


def _without_key(address: str) -> str:
    """A bot's address without the bot's key, which opens everything that it was sent."""
    before, bot, _ = address.partition("api.telegram.org/")
    return before + bot


def _counting_down(script: str) -> str | None:
    """A timer, a number that only falls or the time until a moment, a place where it is written, and a word for it."""
    if _TIMER.search(script) is None or not (_FALLS.search(script) and _WRITES.search(script)):
        return None
    word = _COUNTDOWN_WORD.search(script)
    return None if word is None else _around(script, word)


def _around(script: str, shown: re.Match[str]) -> str:
    return " ".join(script[max(0, shown.start() - 40) : shown.end() + 80].split())


def _growing(script: str, tree: LexborHTMLParser) -> str | None:
    """A timer, a number that only grows and a place where it is written, all in one script, and money: a word for it in the
    script, or a currency beside the element that is written to."""
    timer = _TIMER.search(script)
    if timer is None or not (_GROWS.search(script) and _WRITES.search(script)):
        return None
    word = _MONEY_WORD.search(script)
    if word is None and not any(_beside_money(tree, found[1]) for found in islice(_ELEMENT.finditer(script), 20)):
        return None
    return _around(script, word or timer)


def _beside_money(tree: LexborHTMLParser, element_id: str) -> bool:
    node = tree.css_first(f'[id="{element_id}"]')
    if node is None:
        return False
    around = (node.parent or node).text()[:300]
    currencies = lexicon().currencies
    return (
        "$" in around
        or bool(_MONEY_WORD.search(around))
        or any(currencies.meaning(t.word) for t in tokens_of(fold_key(around)))
    )
