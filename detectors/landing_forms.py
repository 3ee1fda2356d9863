"""Findings about what a landing page asks its visitors for, and where that goes. Nothing is filled in or sent.

Claims, all on the axis ``lure``:

- ``card_form``: asks for card data; supports when it is sent to another domain or the page also lures or shows a growing balance,
  else inconclusive (shops ask too);
- ``lead_form``: asks for name or e-mail and a telephone number; supports with affiliate fields, when sent to another domain, or
  beside a lure in the text;
- ``personal_data_form``: asks for an identity number, a passport, a birth date or a code from a text message; supports as the
  lead form does;
- ``telegram_bot``: supports; a script on a page that asks for data sends it to a Telegram bot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from detectors.hosts import defanged, elsewhere, host_of
from detectors.lure_reading import Reading, Verdict
from detectors.page_forms import Form, absolute
from detectors.page_html import LONGEST_HTML, Page
from detectors.records import Bearing, Finding

_LONGEST_TARGET = 200

Say = Callable[..., Finding]


def form_findings(page: Page, url: str, *, reading: Reading, say: Say) -> Iterator[Finding]:
    """What the forms of the page at ``url`` ask for; ``reading`` is that of the page's text."""
    lures = reading.verdict is Verdict.LURE
    yield from _cards(page, url, lures=lures or page.scripts.growing_balance is not None, say=say)
    yield from _leads(page, url, lures=lures, say=say)
    yield from _personal(page, url, lures=lures, say=say)
    yield from _bot(page, say=say)


def limits_of(page: Page) -> tuple[str, ...]:
    """What of the page was not read."""
    limits = ["scripts in other files were not read"] if page.has_outside_scripts else []
    if page.cut:
        limits.append(f"only the first {LONGEST_HTML} characters of the HTML were read")
    return tuple(limits)


def _cards(page: Page, url: str, *, lures: bool, say: Say) -> Iterator[Finding]:
    forms = [form for form in page.forms if form.card_fields]
    if not forms:
        return
    away = _sent_away(page, url, forms)
    fields = ", ".join(dict.fromkeys(name for form in forms for name in form.card_fields))
    yield say(
        claim="card_form",
        bearing=Bearing.SUPPORTS if away or lures else Bearing.INCONCLUSIVE,
        observation=f"The page asks for card data ({fields}){_posting(url, forms, away)}.",
        measurement=float(sum(len(form.card_fields) for form in forms)),
        unit="card fields",
        quality_limits=limits_of(page),
        innocent_explanations=("Shops and banks ask for card data too, also through a payment provider's domain.",),
    )


def _leads(page: Page, url: str, *, lures: bool, say: Say) -> Iterator[Finding]:
    forms = [form for form in page.forms if form.asks_phone and form.asks_who and not form.has_password]
    if not forms:
        return
    away = _sent_away(page, url, forms)
    marks = sorted({mark for form in forms for mark in form.lead_marks})
    suspicious = away is not None or bool(marks) or lures
    details = _posting(url, forms, away) + (f"; lead-trade marks: {', '.join(marks)}" if marks else "")
    yield say(
        claim="lead_form",
        bearing=Bearing.SUPPORTS if suspicious else Bearing.INCONCLUSIVE,
        observation=f"A form asks who the visitor is and for a telephone number{details}.",
        innocent_explanations=("Honest businesses ask for a call-back too.",),
    )


def _personal(page: Page, url: str, *, lures: bool, say: Say) -> Iterator[Finding]:
    forms = [form for form in page.forms if form.personal_fields]
    if forms:
        away = _sent_away(page, url, forms)
        fields = ", ".join(dict.fromkeys(name for form in forms for name in form.personal_fields))
        yield say(
            claim="personal_data_form",
            bearing=Bearing.SUPPORTS if away or lures else Bearing.INCONCLUSIVE,
            observation=f"The page asks for data that identify a person ({fields}){_posting(url, forms, away)}.",
            quality_limits=limits_of(page),
            innocent_explanations=("Banks, insurers and the state ask for such data too.",),
        )


def _bot(page: Page, *, say: Say) -> Iterator[Finding]:
    bot = page.scripts.telegram_bot
    if bot is not None and page.forms:
        yield say(
            claim="telegram_bot",
            bearing=Bearing.SUPPORTS,
            observation=f"A script on this page with a form sends data to a Telegram bot{f' (number {bot})' if bot else ''}.",
            quality_limits=("read from the script's text; it was not run",),
            innocent_explanations=("A small business that has its orders sent to its own Telegram.",),
        )


def sent_away(page: Page, url: str, forms: Sequence[Form]) -> list[str]:
    """The other domains that the forms are sent to, by themselves or, where a script decides, by a script of the page."""
    targets = [form.target for form in forms]
    if None in targets:
        targets += [
            absolute(url, written)
            for written in page.scripts.posts_to
            if written.startswith(("http://", "https://", "//"))
        ]
    return list(dict.fromkeys(domain for target in targets if (domain := elsewhere(url, target))))


def _sent_away(page: Page, url: str, forms: Sequence[Form]) -> str | None:
    return next(iter(sent_away(page, url, forms)), None)


def _posting(url: str, forms: Sequence[Form], away: str | None) -> str:
    """Where the data go, as far as the page says so. Of what is elsewhere the domain only: an address may hold a bot's key."""
    if away:
        return f" and sends it to another domain, {defanged(away)}"
    named = next((form.target for form in forms if form.target is not None and host_of(form.target)), None)
    if named is not None:
        return f" and sends it to {_shown(named)}, on its own domain"
    if all(form.loose for form in forms):
        return "; a script decides where it is sent"
    return f"; no web address is named for it: a script decides, or it goes back to {_shown(url)}"


def _shown(url: str) -> str:
    return defanged(url.partition("?")[0][:_LONGEST_TARGET])
