"""The kinds of ads that the maker makes, scams and honest ones, each with what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.records import AxisState
from tests.redteam import pages
from tests.redteam.creatives import Creative
from tests.redteam.draws import Draws
from tests.redteam.pages import Page
from tests.redteam.publishers import (
    BRAND_NAMES,
    PARODY_PAGE,
    Publisher,
    domain_of_brand,
    news_page,
    page_of,
    page_of_brand,
)
from tests.redteam.texts import Words

SHOPS = ("Bakı Mebel", "Idman", "Тіл мектебі", "Çay Evi", "Elm Muzeyi")


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


def _scam(draws: Draws, language: str) -> PlannedAd:
    creative = draws.likeness()
    forged = ", ".join(one.what.replace("_", " ") for one in creative.alterations)
    return _ad(
        f"scam with {forged}" if forged else "scam with genuine media",
        language,
        flag=True,
        creative=creative,
        words=draws.scam_text(language),
        publisher=draws.unknown(),
        page=draws.scam_page(language),
        lure=True,
    )


def _words(draws: Draws, language: str) -> PlannedAd:
    return _ad(
        "scam whose promise stands in the picture alone",
        language,
        flag=True,
        creative=draws.promise(language),
        words=None,
        publisher=draws.unknown(),
        page=pages.messenger(draws.rng) if draws.chance(0.5) else pages.walled(draws.rng),
        lure=True,
    )


def _brand_scam(draws: Draws, language: str) -> PlannedAd:
    brand = draws.choice(sorted(BRAND_NAMES))
    return _ad(
        "scam with a brand's name",
        language,
        flag=True,
        creative=draws.other(),
        title=BRAND_NAMES[brand][language],
        words=draws.scam_text(language),
        publisher=draws.unknown(),
        page=draws.scam_page(language),
        lure=True,
        brands=(brand,),
    )


def _hijacked(draws: Draws, language: str) -> PlannedAd:
    creative = draws.likeness()
    return _ad(
        "scam on a hijacked official page",
        language,
        flag=True,
        creative=creative,
        words=draws.scam_text(language),
        publisher=page_of(draws.person(creative)),
        page=draws.scam_page(language, linked=True),
        lure=True,
        official=AxisState.CANNOT_TELL,
    )


def _hijacked_home(draws: Draws, language: str) -> PlannedAd:
    """Page and site were both taken over, or the page alone and visitors write to it: nothing leads away."""
    creative = draws.likeness()
    owner = draws.person(creative)
    words = draws.scam_text(language)
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


def _about(kind: str, publishers: Callable[[Draws, Creative, str], Publisher]) -> Callable[[Draws, str], PlannedAd]:
    """Ads with a protected person's media and an honest text of that kind."""

    def make(draws: Draws, language: str) -> PlannedAd:
        creative = draws.likeness()
        publisher = publishers(draws, creative, language)
        official = publisher.kind == "official"
        words = draws.text(language, kind)
        host = draws.person(creative).domain if official else f"{publisher.page_id}.example"
        return _ad(
            f"{kind.replace('_', ' ')} with a protected person's media",
            language,
            flag=False,
            creative=creative,
            words=words,
            publisher=publisher,
            page=pages.honest_page(draws.text(language, kind).text, language, host=host, official=official),
            lure=False,
            official=AxisState.YES if official else AxisState.NO,
        )

    return make


def _warner(draws: Draws, creative: Creative, language: str) -> Publisher:
    draw = draws.choice(("official", "news", "news", "unknown"))
    return (
        page_of(draws.person(creative))
        if draw == "official"
        else news_page(language)
        if draw == "news"
        else draws.unknown()
    )


def _own(draws: Draws, creative: Creative, language: str) -> Publisher:
    return page_of(draws.person(creative))


def _joker(draws: Draws, creative: Creative, language: str) -> Publisher:
    return Publisher(kind="parody", page_id="parody-1", name=PARODY_PAGE)


def _journalist(draws: Draws, creative: Creative, language: str) -> Publisher:
    return news_page(language)


def _stranger(draws: Draws, creative: Creative, language: str) -> Publisher:
    return draws.unknown()


def _others_scam(draws: Draws, language: str) -> PlannedAd:
    return _ad(
        "scam without anybody or anything protected",
        language,
        flag=False,
        creative=draws.other(),
        words=draws.scam_text(language, branded=False),
        publisher=draws.unknown(),
        page=draws.scam_page(language, branded=False),
        lure=True,
    )


def _own_brand(draws: Draws, language: str) -> PlannedAd:
    brand = draws.choice(sorted(BRAND_NAMES))
    form = draws.choice(("card", "call-back", "none"))
    kind = draws.choice(("honest_finance", "other"))
    return _ad(
        "brand's own ad",
        language,
        flag=False,
        creative=draws.other(),
        title=BRAND_NAMES[brand][language],
        words=draws.text(language, kind, branded=False),
        publisher=page_of_brand(brand),
        page=pages.honest_page(
            draws.text(language, kind, branded=False).text,
            language,
            host=domain_of_brand(brand),
            form=None if form == "none" else form,
            official=True,
        ),
        lure=False,
        brands=(brand,),
        official=AxisState.YES,
    )


def _brand_elsewhere(draws: Draws, language: str) -> PlannedAd:
    brand = draws.choice(sorted(BRAND_NAMES))
    kind = draws.choice(("news", "warning", "other", "honest_finance"))
    publisher = news_page(language) if kind in ("news", "warning") else draws.unknown()
    return _ad(
        f"{kind.replace('_', ' ')} that names a brand",
        language,
        flag=False,
        creative=draws.other(),
        title=BRAND_NAMES[brand][language],
        words=draws.text(language, kind),
        publisher=publisher,
        page=pages.honest_page(draws.text(language, kind).text, language, host=f"{publisher.page_id}.example"),
        lure=False,
        brands=(brand,),
    )


def _unrelated(draws: Draws, language: str) -> PlannedAd:
    shop = draws.choice(SHOPS)
    form = draws.choice(("card", "call-back", "none"))
    number = SHOPS.index(shop)
    return _ad(
        "unrelated ad",
        language,
        flag=False,
        creative=draws.other(),
        words=draws.text(language, "other"),
        publisher=Publisher(kind="shop", page_id=f"shop-{number}", name=shop),
        page=pages.honest_page(
            draws.text(language, "other").text,
            language,
            host=f"shop-{number}.example",
            form=None if form == "none" else form,
        ),
        lure=False,
    )


MAKERS: dict[str, Callable[[Draws, str], PlannedAd]] = {
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
