"""The plan of a set: which creative runs with which words, from whose page, leading where; and what is true of each ad."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipelines.records import AxisState
from tests.redteam import pages
from tests.redteam.creatives import Creative
from tests.redteam.material import Guarded
from tests.redteam.pages import Page
from tests.redteam.texts import LANGUAGES, Texts, Words, disguised

DISGUISED = 0.2
"""Of the texts of scams so many are obfuscated."""

BRAND_NAMES = {
    "socar": {"az": "SOCAR", "ru": "СОКАР", "kk": "SOCAR", "tr": "SOCAR", "en": "SOCAR"},
    "kapital-bank": dict.fromkeys(("az", "tr", "en"), "Kapital Bank") | dict.fromkeys(("ru", "kk"), "Капитал Банк"),
    "kazmunaygas": dict.fromkeys(("az", "tr", "en"), "KazMunayGas") | {"ru": "КазМунайГаз", "kk": "ҚазМұнайГаз"},
}
UNKNOWN_PAGES = ("Gəlir Platforması", "Доход 24", "Табыс KZ", "Kazanç Rehberi", "Profit Desk")
NEWS_PAGES = {"az": "Günün Xəbəri", "ru": "Новости дня", "kk": "Күн жаңалығы", "tr": "Günün Haberi", "en": "Daily News"}
PARODY_PAGE = "Gülüş Studiyası"
SHOPS = ("Bakı Mebel", "Idman", "Тіл мектебі", "Çay Evi", "Elm Muzeyi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose page an ad runs from; ``kind`` is what the truth calls it."""

    kind: str
    page_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAd:
    """One ad. ``official`` is the right answer on the source axis."""

    number: int
    kind: str
    flag: bool
    creative: Creative | None
    title: str | None
    words: Words | None
    language: str
    publisher: Publisher
    page: Page
    lure: bool
    brands: tuple[str, ...]
    official: AxisState = AxisState.NO
    half: str = ""


class Plan:
    """Draws ads from creatives, texts and people; the same seed draws the same."""

    def __init__(
        self, creatives: Sequence[Creative], texts: Sequence[Texts], people: Sequence[Guarded], *, seed: int
    ) -> None:
        self._rng = random.Random(seed)
        self._halves = tuple(texts)
        self._texts = texts[0]
        self._people = {person.person_id: person for person in people}
        self._likenesses = [one for one in creatives if one.likeness and one.promise is None]
        self._promises = [one for one in creatives if one.promise is not None]
        self._others = [one for one in creatives if not one.likeness]
        self._turns: dict[str, int] = {}

    def draw(self, count: int) -> list[PlannedAd]:
        """So many ads: kinds by their share, languages and halves of the texts in turn."""
        shares = {kind: share for kind, share in SHARES.items() if kind != "words" or self._promises}
        whole = sum(shares.values())
        kinds = [kind for kind, share in shares.items() for _ in range(round(count * share / whole))]
        kinds += self._rng.choices(list(shares), list(shares.values()), k=max(0, count - len(kinds)))
        drawn = []
        for number, kind in enumerate(kinds[:count]):
            language, turn = LANGUAGES[number % len(LANGUAGES)], number // len(LANGUAGES)
            self._texts = self._halves[turn % len(self._halves)]
            drawn.append(replace(MAKERS[kind](self, language), number=number, half=self._texts.half))
        return drawn

    def likeness(self) -> Creative:
        """Somebody protected; every such creative in turn."""
        return self._next("likeness", self._likenesses)

    def other(self) -> Creative:
        """Nobody protected."""
        return self._next("other", self._others)

    def promise(self, language: str) -> Creative:
        """Somebody protected over a written promise."""
        return next((one for one in self._promises if one.promise == language), self._promises[0])

    def _next(self, name: str, creatives: Sequence[Creative]) -> Creative:
        turn = self._turns[name] = self._turns.get(name, -1) + 1
        return creatives[turn % len(creatives)]

    def person(self, creative: Creative) -> Guarded:
        """One of those who are seen or heard."""
        return self._people[(creative.faces or creative.voices)[0]]

    def text(self, language: str, kind: str, *, branded: bool | None = None) -> Words:
        return self._texts.draw(language, kind, self._rng, branded=branded)

    def scam_text(self, language: str, *, branded: bool | None = None) -> Words:
        """Words of a scam, some of them in disguise."""
        words = self.text(language, "scam", branded=branded)
        return disguised(words, self._rng) if self._rng.random() < DISGUISED else words

    def scam_page(self, language: str, *, branded: bool | None = None, linked: bool = False) -> Page:
        """Where scams lead, most often to an offer; ``linked`` asks for one that leads somewhere."""
        words = self.text(language, "scam", branded=branded).text
        draw = self._rng.random()
        if draw < 0.3:
            return pages.card_offer(words, language, self._rng)
        if draw < 0.5:
            return pages.lead_offer(words, language, self._rng)
        if draw < 0.7:
            return pages.news_clone(words, language, self._rng)
        if draw < 0.83:
            return pages.messenger(self._rng)
        if draw < 0.95 or linked:
            return pages.walled(self._rng)
        return pages.nowhere()

    def choice(self, names: Sequence[str]) -> str:
        return self._rng.choice(names)

    def chance(self, share: float) -> bool:
        return self._rng.random() < share

    def unknown(self) -> Publisher:
        """A page that nobody knows."""
        number = self._rng.randint(0, 40)
        return Publisher(kind="unknown", page_id=f"unknown-{number}", name=UNKNOWN_PAGES[number % len(UNKNOWN_PAGES)])


def news_page(language: str) -> Publisher:
    """A newspaper."""
    return Publisher(kind="news", page_id=f"news-{language}", name=NEWS_PAGES[language])


def page_of(person: Guarded) -> Publisher:
    """Somebody's official page."""
    return Publisher(kind="official", page_id=person.page_id, name=person.name)


def page_of_brand(brand: str) -> Publisher:
    """A brand's official page."""
    return Publisher(kind="official", page_id=f"official-{brand}", name=BRAND_NAMES[brand]["az"])


def domain_of_brand(brand: str) -> str:
    """A brand's official domain."""
    return f"{brand}-official.example"


def _ad(
    kind: str,
    language: str,
    *,
    flag: bool,
    creative: Creative | None,
    words: Words | None,
    publisher: Publisher,
    page: Page,
    lure: bool,
    title: str | None = None,
    brands: tuple[str, ...] = (),
    official: AxisState = AxisState.NO,
) -> PlannedAd:
    named = () if words is None else words.brands
    return PlannedAd(
        number=0,
        kind=kind,
        flag=flag,
        creative=creative,
        title=title,
        words=words,
        language=language,
        publisher=publisher,
        page=page,
        lure=lure,
        brands=tuple(sorted({*brands, *named})),
        official=official,
    )


def _scam(plan: Plan, language: str) -> PlannedAd:
    creative = plan.likeness()
    forged = ", ".join(one.what.replace("_", " ") for one in creative.alterations)
    return _ad(
        f"scam with {forged}" if forged else "scam with genuine media",
        language,
        flag=True,
        creative=creative,
        words=plan.scam_text(language),
        publisher=plan.unknown(),
        page=plan.scam_page(language),
        lure=True,
    )


def _words(plan: Plan, language: str) -> PlannedAd:
    return _ad(
        "scam whose promise stands in the picture alone",
        language,
        flag=True,
        creative=plan.promise(language),
        words=None,
        publisher=plan.unknown(),
        page=pages.messenger(plan._rng) if plan.chance(0.5) else pages.walled(plan._rng),
        lure=True,
    )


def _brand_scam(plan: Plan, language: str) -> PlannedAd:
    brand = plan.choice(sorted(BRAND_NAMES))
    return _ad(
        "scam with a brand's name",
        language,
        flag=True,
        creative=plan.other(),
        title=BRAND_NAMES[brand][language],
        words=plan.scam_text(language),
        publisher=plan.unknown(),
        page=plan.scam_page(language),
        lure=True,
        brands=(brand,),
    )


def _hijacked(plan: Plan, language: str) -> PlannedAd:
    creative = plan.likeness()
    return _ad(
        "scam on a hijacked official page",
        language,
        flag=True,
        creative=creative,
        words=plan.scam_text(language),
        publisher=page_of(plan.person(creative)),
        page=plan.scam_page(language, linked=True),
        lure=True,
        official=AxisState.CANNOT_TELL,
    )


def _hijacked_home(plan: Plan, language: str) -> PlannedAd:
    """Page and site were both taken over, or the page alone and visitors write to it: nothing leads away."""
    creative = plan.likeness()
    owner = plan.person(creative)
    words = plan.scam_text(language)
    return _ad(
        "scam on a hijacked official page that leads home",
        language,
        flag=True,
        creative=creative,
        words=words,
        publisher=page_of(owner),
        page=pages.honest_page(words.text, language, host=owner.domain, form="call-back", official=True),
        lure=True,
        official=AxisState.YES,
    )


def _about(kind: str, publishers: Callable[[Plan, Creative, str], Publisher]) -> Callable[[Plan, str], PlannedAd]:
    """Ads with a protected person's media and an honest text of that kind."""

    def make(plan: Plan, language: str) -> PlannedAd:
        creative = plan.likeness()
        publisher = publishers(plan, creative, language)
        official = publisher.kind == "official"
        words = plan.text(language, kind)
        host = plan.person(creative).domain if official else f"{publisher.page_id}.example"
        return _ad(
            f"{kind.replace('_', ' ')} with a protected person's media",
            language,
            flag=False,
            creative=creative,
            words=words,
            publisher=publisher,
            page=pages.honest_page(plan.text(language, kind).text, language, host=host, official=official),
            lure=False,
            official=AxisState.YES if official else AxisState.NO,
        )

    return make


def _warner(plan: Plan, creative: Creative, language: str) -> Publisher:
    draw = plan.choice(("official", "news", "news", "unknown"))
    return (
        page_of(plan.person(creative))
        if draw == "official"
        else news_page(language)
        if draw == "news"
        else plan.unknown()
    )


def _own(plan: Plan, creative: Creative, language: str) -> Publisher:
    return page_of(plan.person(creative))


def _joker(plan: Plan, creative: Creative, language: str) -> Publisher:
    return Publisher(kind="parody", page_id="parody-1", name=PARODY_PAGE)


def _journalist(plan: Plan, creative: Creative, language: str) -> Publisher:
    return news_page(language)


def _stranger(plan: Plan, creative: Creative, language: str) -> Publisher:
    return plan.unknown()


def _others_scam(plan: Plan, language: str) -> PlannedAd:
    return _ad(
        "scam without anybody or anything protected",
        language,
        flag=False,
        creative=plan.other(),
        words=plan.scam_text(language, branded=False),
        publisher=plan.unknown(),
        page=plan.scam_page(language, branded=False),
        lure=True,
    )


def _own_brand(plan: Plan, language: str) -> PlannedAd:
    brand = plan.choice(sorted(BRAND_NAMES))
    form = plan.choice(("card", "call-back", "none"))
    kind = plan.choice(("honest_finance", "other"))
    return _ad(
        "brand's own ad",
        language,
        flag=False,
        creative=plan.other(),
        title=BRAND_NAMES[brand][language],
        words=plan.text(language, kind, branded=False),
        publisher=page_of_brand(brand),
        page=pages.honest_page(
            plan.text(language, kind, branded=False).text,
            language,
            host=domain_of_brand(brand),
            form=None if form == "none" else form,
            official=True,
        ),
        lure=False,
        brands=(brand,),
        official=AxisState.YES,
    )


def _brand_elsewhere(plan: Plan, language: str) -> PlannedAd:
    brand = plan.choice(sorted(BRAND_NAMES))
    kind = plan.choice(("news", "warning", "other", "honest_finance"))
    publisher = news_page(language) if kind in ("news", "warning") else plan.unknown()
    return _ad(
        f"{kind.replace('_', ' ')} that names a brand",
        language,
        flag=False,
        creative=plan.other(),
        title=BRAND_NAMES[brand][language],
        words=plan.text(language, kind),
        publisher=publisher,
        page=pages.honest_page(plan.text(language, kind).text, language, host=f"{publisher.page_id}.example"),
        lure=False,
        brands=(brand,),
    )


def _unrelated(plan: Plan, language: str) -> PlannedAd:
    shop = plan.choice(SHOPS)
    form = plan.choice(("card", "call-back", "none"))
    number = SHOPS.index(shop)
    return _ad(
        "unrelated ad",
        language,
        flag=False,
        creative=plan.other(),
        words=plan.text(language, "other"),
        publisher=Publisher(kind="shop", page_id=f"shop-{number}", name=shop),
        page=pages.honest_page(
            plan.text(language, "other").text,
            language,
            host=f"shop-{number}.example",
            form=None if form == "none" else form,
        ),
        lure=False,
    )


MAKERS: dict[str, Callable[[Plan, str], PlannedAd]] = {
    "scam": _scam,
    "words": _words,
    "brand scam": _brand_scam,
    "hijacked": _hijacked,
    "hijacked, leads home": _hijacked_home,
    "warning": _about("warning", _warner),
    "news": _about("news", _journalist),
    "parody": _about("parody", _joker),
    "own": _about("other", _own),
    "finance": _about("honest_finance", _stranger),
    "others' scam": _others_scam,
    "own brand": _own_brand,
    "brand elsewhere": _brand_elsewhere,
    "unrelated": _unrelated,
}
SHARES = {
    "scam": 0.34,
    "words": 0.03,
    "brand scam": 0.08,
    "hijacked": 0.03,
    "hijacked, leads home": 0.02,
    "warning": 0.09,
    "news": 0.08,
    "parody": 0.05,
    "own": 0.05,
    "finance": 0.04,
    "others' scam": 0.07,
    "own brand": 0.04,
    "brand elsewhere": 0.04,
    "unrelated": 0.04,
}
"""Half of a set should be flagged, so that both errors are counted on many ads."""
