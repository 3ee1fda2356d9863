"""What an advert of the demo is, how the queries that find it are called, and where its links lead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qalqan.demo.advertisers import CHANNEL, Advertiser

SOCAR_QUERY = "SOCAR"
PROFIT_QUERY = "qazanc"
BANK_QUERY = "Kapital Bank"
EMPTY_QUERY = "Kazatomprom"
"""Finds nothing: the library answers with an empty list."""
WALLED_QUERY = "Samruk"
"""The library answers with a login page: nobody could look."""
QUERIES = (SOCAR_QUERY, PROFIT_QUERY, BANK_QUERY, EMPTY_QUERY, WALLED_QUERY)

METADATA_URL = "http://169.254.169.254/latest/meta-data/"
LOOPBACK_URL = "http://127.0.0.1:22/"


class Source(StrEnum):
    """The connector that finds an ad."""

    META = "meta_library"
    TELEGRAM = "telegram_preview"
    VIDEO_PAGE = "video_page"


class Expect(StrEnum):
    """The right answer. ``trouble``: something of the ad cannot be had, and a report or dead letter says so."""

    FLAG = "flag"
    NO_FLAG = "no_flag"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAd:
    """An advert. ``media`` is a file of ``creatives.py``, or None; ``media_url`` replaces its address. ``kind`` names what
    was done, ``reasons`` are words of which a right reason contains at least one, ``person`` is whose likeness is used."""

    number: int
    source: Source
    advertiser: Advertiser
    title: str
    body: str
    media: str | None
    link: str | None
    expect: Expect
    kind: str
    reasons: tuple[str, ...] = ()
    person: str | None = None
    queries: tuple[str, ...] = ()
    media_url: str | None = None
    cta: str = "LEARN_MORE"

    @property
    def source_ad_id(self) -> str:
        """The id under which the source shows the ad."""
        if self.source is Source.META:
            return str(900_000_000_000_000 + self.number)
        if self.source is Source.TELEGRAM:
            return f"{CHANNEL}/{self.number}"
        return f"http://video.example/watch/{self.number}"


NEWS_CLONE = "http://azxeber-24.example/xeber/prezident-platforma?fbclid=demo&sub1=az"
NEWS_CLONE_RU = "http://azxeber-24.example/ru/platforma?sub1=ru"
OFFER = "http://socar-qazanc.example/?sub1=direct&utm_source=fb"
OFFER_KK = "http://kmg-tabys.example/?sub1=kk"
CHAIN = "http://go.example/r/1?sub_id_1=az&fbpixel=1"
KAPITAL_OFFER = "http://kapital-bonus.example/"
