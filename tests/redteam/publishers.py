"""Whose page an ad of the maker runs from: nobody known, a newspaper, a shop, the official page of a person or a brand."""

from __future__ import annotations

from dataclasses import dataclass

from tests.redteam.material import Guarded

BRAND_NAMES = {
    "socar": {"az": "SOCAR", "ru": "СОКАР", "kk": "SOCAR", "tr": "SOCAR", "en": "SOCAR"},
    "kapital-bank": dict.fromkeys(("az", "tr", "en"), "Kapital Bank") | dict.fromkeys(("ru", "kk"), "Капитал Банк"),
    "kazmunaygas": dict.fromkeys(("az", "tr", "en"), "KazMunayGas") | {"ru": "КазМунайГаз", "kk": "ҚазМұнайГаз"},
}
UNKNOWN_PAGES = ("Gəlir Platforması", "Доход 24", "Табыс KZ", "Kazanç Rehberi", "Profit Desk")
NEWS_PAGES = {"az": "Günün Xəbəri", "ru": "Новости дня", "kk": "Күн жаңалығы", "tr": "Günün Haberi", "en": "Daily News"}
PARODY_PAGE = "Gülüş Studiyası"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose page an ad runs from; ``kind`` is what the truth calls it."""

    kind: str
    page_id: str
    name: str


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
