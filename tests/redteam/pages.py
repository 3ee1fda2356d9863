"""The pages behind the ads, as a browser would have left them: HTML, visible text, and what is true of them."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass

GROWING_BALANCE = "growing balance"
CARD_FORM = "card form"
LEAD_FORM = "lead form"
SINGLE_TARGET = "single-target links"
LURE_TEXT = "lure text"
OFFICIAL_DOMAIN = "official domain"

SCAM_HOSTS = (
    "gelir-fondu.example",
    "dohod-24.example",
    "tabys-kz.example",
    "kazanc-rehberi.example",
    "profit-desk.example",
    "invest-portal-7.example",
)
COLLECTOR = "http://lead-api.example/collect"
PAY_GATE = "http://pay-gate.example/charge"
MENU = ("FAQ", "RSS", "Foto", "Video", "Blog")
GROWING_SCRIPT = (
    'var amount = 250, node = document.getElementById("amount");'
    "setInterval(function () { amount += 3.17; node.textContent = amount.toFixed(2); }, 400);"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The few words that every page of a language has."""

    home: str
    about: str
    contact: str
    name: str
    register: str
    balance: str
    payout: str
    more: str
    imprint: str


WORDINGS = {
    "az": Wording(
        home="Ana səhifə",
        about="Haqqımızda",
        contact="Əlaqə",
        name="Ad, soyad",
        register="Qeydiyyatdan keç",
        balance="Balansınız",
        payout="Qazancı karta çıxar",
        more="Davamı",
        imprint="Ünvan: Bakı, Nizami küçəsi 1. Əlaqə: 012 000 00 00",
    ),
    "ru": Wording(
        home="Главная",
        about="О нас",
        contact="Контакты",
        name="Имя, фамилия",
        register="Зарегистрироваться",
        balance="Ваш баланс",
        payout="Вывести прибыль на карту",
        more="Далее",
        imprint="Адрес: Баку, ул. Низами 1. Контакты: 012 000 00 00",
    ),
    "kk": Wording(
        home="Басты бет",
        about="Біз туралы",
        contact="Байланыс",
        name="Аты-жөні",
        register="Тіркелу",
        balance="Теңгеріміңіз",
        payout="Табысты картаға шығару",
        more="Толығырақ",
        imprint="Мекенжай: Алматы, Абай даңғылы 1. Байланыс: 727 000 00 00",
    ),
    "tr": Wording(
        home="Ana sayfa",
        about="Hakkımızda",
        contact="İletişim",
        name="Ad, soyad",
        register="Kayıt ol",
        balance="Bakiyeniz",
        payout="Kazancı karta aktar",
        more="Devamı",
        imprint="Adres: İstanbul, Örnek Cad. 1. İletişim: 0212 000 00 00",
    ),
    "en": Wording(
        home="Home",
        about="About us",
        contact="Contact",
        name="Full name",
        register="Register",
        balance="Your balance",
        payout="Withdraw the profit to your card",
        more="Read on",
        imprint="Address: 1 Example Street, Baku. Contact: 012 000 00 00",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where an ad leads. ``url`` is None where there is no link, ``html`` where there is no page to open: ``reason`` says why."""

    kind: str
    url: str | None
    html: str | None = None
    text: str | None = None
    facts: tuple[str, ...] = ()
    reason: str | None = None


def card_offer(words: str, language: str, rng: random.Random) -> Page:
    """A promise, a balance that grows, a form for the telephone number and one for the card."""
    says = WORDINGS[language]
    body = [
        _paragraph(words),
        f'<div class="balance">{says.balance}: <span id="amount">250.00</span></div>',
        _lead_form(language),
        _card_form(language, PAY_GATE),
        f"<script>{GROWING_SCRIPT}</script>",
    ]
    text = [words, f"{says.balance}: 250.00", says.register, says.payout]
    facts = (GROWING_BALANCE, CARD_FORM, LEAD_FORM, LURE_TEXT)
    return _page("offer with card form", _scam_url(rng, "/"), language, body, text, facts)


def lead_offer(words: str, language: str, rng: random.Random) -> Page:
    """A promise and a form for the telephone number."""
    body = [_paragraph(words), _lead_form(language)]
    facts = (LEAD_FORM, LURE_TEXT)
    return _page(
        "offer with lead form", _scam_url(rng, "/start"), language, body, [words, WORDINGS[language].register], facts
    )


def news_clone(words: str, language: str, rng: random.Random) -> Page:
    """What looks like a newspaper; every link leads to one offer on another domain."""
    says = WORDINGS[language]
    target = f"http://{rng.choice(SCAM_HOSTS)}/?sub1={language}"
    names = [says.home, says.about, says.contact, says.more, says.register, "24/7", "TV", "Sport"]
    links = "".join(f'<a href="{target}">{name}</a> ' for name in names)
    body = [f"<nav>{links}</nav>", _paragraph(words), f'<a class="call" href="{target}">{says.register}</a>']
    text = [" ".join(names), words, says.register]
    url = f"http://xeber-gundem-{rng.randint(2, 9)}.example/{language}/platforma"
    return _page("news clone", url, language, body, text, (SINGLE_TARGET, LURE_TEXT))


def messenger(rng: random.Random) -> Page:
    """A chat instead of a page."""
    return Page(kind="messenger chat", url=f"https://t.me/menecer_{rng.randint(1000, 9999)}")


def walled(rng: random.Random) -> Page:
    """A page that shows itself to nobody who looks by machine."""
    return Page(
        kind="page that could not be opened",
        url=_scam_url(rng, "/go"),
        reason="challenge: the page wants proof that a person is looking",
    )


def nowhere() -> Page:
    """No link at all."""
    return Page(kind="no link", url=None)


def honest_page(words: str, language: str, *, host: str, form: str | None = None, official: bool = False) -> Page:
    """A page with links of its own and an imprint; ``form`` adds an honest ``card`` or ``call-back`` form, ``official`` says
    that the host is one of whoever advertises."""
    says = WORDINGS[language]
    menu = (("/", says.home), ("/a", says.about), ("/c", says.contact), *((f"/{name}", name) for name in MENU))
    links = "".join(f'<a href="{path}">{name}</a> ' for path, name in menu)
    body = [f"<nav>{links}</nav>", _paragraph(words)]
    text = [" ".join(name for _, name in menu), words]
    if form == "card":
        body.append(_card_form(language, f"http://{host}/checkout"))
    elif form == "call-back":
        body.append(
            f'<form action="http://{host}/callback" method="post"><input name="name" placeholder="{says.name}">'
            '<input name="phone" type="tel"><button>OK</button></form>'
        )
    body.append(f"<footer>{says.imprint}</footer>")
    text.append(says.imprint)
    kind = "honest page" if form is None else f"honest page with a {form} form"
    facts = (*(() if form is None else (f"{form} form",)), *((OFFICIAL_DOMAIN,) if official else ()))
    return _page(kind, f"http://{host}/", language, body, text, facts)


def _page(kind: str, url: str, language: str, body: list[str], text: list[str], facts: tuple[str, ...]) -> Page:
    document = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(text[1][:60])}</title></head>'
        f"<body>{''.join(body)}</body></html>"
    )
    return Page(kind=kind, url=url, html=document, text="\n".join(text), facts=facts)


def _scam_url(rng: random.Random, path: str) -> str:
    return f"http://{rng.choice(SCAM_HOSTS)}{path}?sub1={rng.randint(100, 999)}"


def _paragraph(words: str) -> str:
    return f"<p>{html.escape(words)}</p>"


def _lead_form(language: str) -> str:
    says = WORDINGS[language]
    return (
        f'<form action="{COLLECTOR}" method="post"><input name="first_name" placeholder="{says.name}">'
        '<input name="phone" type="tel"><input name="email" type="email"><input name="aff" type="hidden" value="a17">'
        f"<button>{says.register}</button></form>"
    )


def _card_form(language: str, action: str) -> str:
    says = WORDINGS[language]
    return (
        f'<form action="{action}" method="post"><h2>{says.payout if action == PAY_GATE else ""}</h2>'
        '<input name="cardnumber" inputmode="numeric" maxlength="19"><input name="exp" placeholder="MM/YY">'
        '<input name="cvv" type="password" maxlength="4"><button>OK</button></form>'
    )
