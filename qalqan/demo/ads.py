"""The adverts of the demo: who advertises what, where the link leads, and what a right answer would be.

The answers (``expect`` and its neighbours) go into ``truth.json`` and nowhere else: no page of the demo shows them.
"""

from __future__ import annotations

from qalqan.demo.advert import (
    BANK_QUERY,
    CHAIN,
    KAPITAL_OFFER,
    NEWS_CLONE,
    NEWS_CLONE_RU,
    OFFER,
    OFFER_KK,
    PROFIT_QUERY,
    SOCAR_QUERY,
    DemoAd,
    Expect,
    Source,
)
from qalqan.demo.advertisers import (
    CHANNEL_OWNER,
    COURSES,
    DEMO_BANK,
    FINANCE,
    FURNITURE,
    GOVERNMENT,
    GYM,
    KAPITAL_BONUS,
    LOST,
    MILLI_QAZANC,
    MUNAI_TABYS,
    MUSEUM,
    NEFT_PROFIT,
    NEWS,
    OFFICIAL_AYSEL,
    OFFICIAL_GULNAR,
    OIL_CLUB,
    PARODY,
    PET_FOOD,
    SOCAR,
    SOCAR_INVEST,
    TEA_HOUSE,
    VIDEO_SITE,
    Advertiser,
)
from qalqan.demo.creatives import AYSEL, GULNAR
from qalqan.demo.texts import HONEST, KAPITAL_SCAM, SCAM_AD, SCAM_AD_SHORT, SOCAR_SCAM_NO_PERSON


def _scam(
    number: int,
    advertiser: Advertiser,
    media: str,
    language: str,
    *,
    person: str,
    kind: str,
    words: str = "long",
    link: str = NEWS_CLONE,
) -> DemoAd:
    """An advert of the library with the usual lure, in its ``long`` or ``short`` wording."""
    title, body = (SCAM_AD_SHORT if words == "short" else SCAM_AD)[language]
    return DemoAd(
        number=number,
        source=Source.META,
        advertiser=advertiser,
        title=title,
        body=body,
        media=media,
        link=link,
        expect=Expect.FLAG,
        kind=kind,
        reasons=("likeness", "lure"),
        person=person,
        queries=(PROFIT_QUERY,) if language == "kk" else (SOCAR_QUERY, PROFIT_QUERY),
    )


def _honest(
    number: int,
    advertiser: Advertiser,
    media: str | None,
    words: str,
    link: str,
    *,
    kind: str,
    person: str | None = None,
) -> DemoAd:
    title, body = HONEST[words]
    return DemoAd(
        number=number,
        source=Source.META,
        advertiser=advertiser,
        title=title,
        body=body,
        media=media,
        link=link,
        expect=Expect.NO_FLAG,
        kind=kind,
        person=person,
        queries=(SOCAR_QUERY,) if "SOCAR" in body else (PROFIT_QUERY,),
    )


def _brand_scam(
    number: int, advertiser: Advertiser, media: str, words: tuple[str, str], link: str, query: str
) -> DemoAd:
    return DemoAd(
        number=number,
        source=Source.META,
        advertiser=advertiser,
        title=words[0],
        body=words[1],
        media=media,
        link=link,
        expect=Expect.FLAG,
        kind="brand scam without a person",
        reasons=("brand", "lure"),
        queries=(query, PROFIT_QUERY),
    )


def _trouble(
    number: int,
    kind: str,
    reasons: tuple[str, ...],
    *,
    media: str | None = None,
    media_url: str | None = None,
    link: str,
) -> DemoAd:
    """An advert whose words deceive nobody, and of which something cannot be had."""
    return DemoAd(
        number=number,
        source=Source.META,
        advertiser=LOST,
        title="Elan",
        body=f"Köhnə əşyalar satılır, ünvan şəkildədir. Elan № {number}.",
        media=media,
        media_url=media_url,
        link=link,
        expect=Expect.TROUBLE,
        kind=kind,
        reasons=reasons,
        queries=(PROFIT_QUERY,),
    )


FAKES = (
    _scam(1, SOCAR_INVEST, "aysel-az.mp4", "az", person=AYSEL, kind="fake"),
    _scam(2, MILLI_QAZANC, "aysel-az-recoded.mp4", "az", person=AYSEL, kind="fake, re-encoded", words="short"),
    _scam(3, SOCAR_INVEST, "aysel-az-cropped.mp4", "az", person=AYSEL, kind="fake, cropped", link=CHAIN),
    _scam(4, MILLI_QAZANC, "aysel-az-mirrored.mp4", "az", person=AYSEL, kind="fake, mirrored", link=OFFER),
    _scam(5, SOCAR_INVEST, "aysel-az-bordered.mp4", "az", person=AYSEL, kind="fake, bordered", words="short"),
    _scam(6, MILLI_QAZANC, "aysel-az-ticker.mp4", "az", person=AYSEL, kind="fake, ticker"),
    _scam(7, OIL_CLUB, "aysel-voice-over.mp4", "az", person=AYSEL, kind="new voice-over"),
    _scam(8, NEFT_PROFIT, "aysel-ru.mp4", "ru", person=AYSEL, kind="fake", link=NEWS_CLONE_RU),
    _scam(9, MUNAI_TABYS, "aysel-kk.mp4", "kk", person=AYSEL, kind="fake", link=OFFER_KK),
    _scam(10, OIL_CLUB, "aysel-en.mp4", "en", person=AYSEL, kind="fake", link=OFFER),
    _scam(11, SOCAR_INVEST, "gulnar-az.mp4", "az", person=GULNAR, kind="fake"),
    _scam(12, MILLI_QAZANC, "gulnar-az-mirrored.mp4", "az", person=GULNAR, kind="fake, mirrored", words="short"),
    _scam(13, NEFT_PROFIT, "gulnar-ru.mp4", "ru", person=GULNAR, kind="fake", link=NEWS_CLONE_RU),
    _scam(14, MUNAI_TABYS, "gulnar-kk.mp4", "kk", person=GULNAR, kind="fake", link=OFFER_KK),
    _scam(15, OIL_CLUB, "aysel-az.mp4", "az", person=AYSEL, kind="fake, same file again", words="short", link=OFFER),
    _scam(16, NEFT_PROFIT, "gulnar-voice-over.mp4", "az", person=GULNAR, kind="new voice-over", words="short"),
    _scam(17, SOCAR_INVEST, "aysel-excerpt.mp4", "az", person=AYSEL, kind="genuine footage, scam caption"),
    _scam(18, NEFT_PROFIT, "gulnar-excerpt.mp4", "ru", person=GULNAR, kind="genuine footage, scam caption", link=OFFER),
    _scam(19, MILLI_QAZANC, "aysel-still.jpg", "az", person=AYSEL, kind="still portrait, scam caption"),
    _scam(20, NEFT_PROFIT, "no-sound.mp4", "ru", person=GULNAR, kind="fake, no sound track", words="short", link=OFFER),
    _brand_scam(21, SOCAR_INVEST, "socar-shares.jpg", SOCAR_SCAM_NO_PERSON, OFFER, SOCAR_QUERY),
    _brand_scam(22, KAPITAL_BONUS, "kapital.mp4", KAPITAL_SCAM, KAPITAL_OFFER, BANK_QUERY),
)

HONEST_ADS = (
    _honest(
        31,
        OFFICIAL_AYSEL,
        "aysel-school.mp4",
        "official-a",
        "http://gov-demo.example/aysel",
        kind="official's own",
        person=AYSEL,
    ),
    _honest(
        32,
        OFFICIAL_GULNAR,
        "gulnar-winter.mp4",
        "official-g",
        "http://gov-demo.example/gulnar",
        kind="official's own",
        person=GULNAR,
    ),
    _honest(33, NEWS, "news.mp4", "news-video", "http://gununxeberi.example/firildaq", kind="news report"),
    _honest(
        34,
        NEWS,
        "news-still.jpg",
        "news-still",
        "http://gununxeberi.example/ru/feyk",
        kind="news report",
        person=GULNAR,
    ),
    _honest(
        35,
        GOVERNMENT,
        "warning-still.jpg",
        "warning",
        "http://gov-demo.example/xeberdarliq",
        kind="official warning",
        person=AYSEL,
    ),
    _honest(36, PARODY, "parody.mp4", "parody", "http://gulus.example/", kind="parody", person=AYSEL),
    _honest(37, FURNITURE, "furniture.mp4", "furniture", "http://baki-mebel.example/", kind="other people"),
    _honest(38, GYM, "gym.mp4", "gym", "http://idman.example/", kind="other people"),
    _honest(39, COURSES, "courses.mp4", "courses", "http://til-mektebi.example/", kind="other people"),
    _honest(40, TEA_HOUSE, "coffee.jpg", "tea", "http://cay-evi.example/", kind="nobody"),
    _honest(41, PET_FOOD, "cat.mp4", "cat", "http://pisik-evi.example/", kind="nobody"),
    _honest(42, MUSEUM, "museum.jpg", "museum", "http://elm-muzeyi.example/", kind="nobody"),
    _honest(43, DEMO_BANK, "bank.mp4", "bank", "http://xezer-demo-bank.example/emanet", kind="real bank, own domain"),
    _honest(44, FINANCE, "finance.mp4", "finance", "http://family-budget.example/", kind="honest finance"),
    _honest(45, SOCAR, "fuel.mp4", "fuel", "http://socar-demo.example/yanacaq", kind="brand's own"),
    _honest(46, TEA_HOUSE, "ten-minutes.mp4", "tea", "http://cay-evi.example/", kind="nobody, ten minutes long"),
)

SHOP = "http://elanlar.example/"
TROUBLE = (
    _trouble(
        61,
        "truncated mp4",
        ("unreadable", "damaged", "cut", "moov", "decode", "read"),
        media="broken-truncated.mp4",
        link=SHOP,
    ),
    _trouble(62, "0-byte file", ("empty", "0 bytes", "no bytes"), media="broken-empty.mp4", link=SHOP),
    _trouble(
        63, "text file named .mp4", ("not a", "unreadable", "text", "type", "media"), media="broken-text.mp4", link=SHOP
    ),
    _trouble(
        64,
        "media leads to 127.0.0.1:22",
        ("127.0.0.1", "egress", "refused"),
        media_url="http://cdn.example/to/ssh",
        link=SHOP,
    ),
    _trouble(
        65,
        "media leads to 169.254.169.254",
        ("169.254.169.254", "egress", "refused"),
        media_url="http://cdn.example/to/metadata",
        link=SHOP,
    ),
    _trouble(66, "login wall", ("login", "log in"), media="museum.jpg", link="http://login.example/elan/66"),
    _trouble(
        67,
        "page leads to a listener that is not allowed",
        ("127.0.0.1", "egress", "refused"),
        media="museum.jpg",
        link="http://go.example/canary",
    ),
)


def _post(number: int, media: str | None, language: str, *, person: str | None, kind: str, link: str) -> DemoAd:
    title, body = SCAM_AD_SHORT[language]
    return DemoAd(
        number=number,
        source=Source.TELEGRAM,
        advertiser=CHANNEL_OWNER,
        title=title,
        body=body,
        media=media,
        link=link,
        expect=Expect.FLAG,
        kind=kind,
        reasons=("likeness", "lure") if person else ("brand", "lure"),
        person=person,
    )


def _quiet_post(number: int, media: str, body: str, *, kind: str) -> DemoAd:
    return DemoAd(
        number=number,
        source=Source.TELEGRAM,
        advertiser=CHANNEL_OWNER,
        title="",
        body=body,
        media=media,
        link=None,
        expect=Expect.NO_FLAG,
        kind=kind,
    )


POSTS = (
    _quiet_post(101, "coffee.jpg", "Sabahınız xeyir!", kind="nobody"),
    _post(102, "gulnar-az-bordered.mp4", "az", person=GULNAR, kind="fake, bordered", link=OFFER),
    _post(103, "gulnar-still.jpg", "ru", person=GULNAR, kind="still portrait, scam caption", link=NEWS_CLONE_RU),
    _quiet_post(104, "cat.mp4", "Pişik videosu, bazar günü üçün.", kind="nobody"),
    _post(105, "aysel-kk.mp4", "kk", person=AYSEL, kind="fake", link=OFFER_KK),
    _post(106, None, "az", person=None, kind="brand scam without a person", link=OFFER),
)


def _watch(
    number: int, media: str, words: tuple[str, str], link: str | None, *, expect: Expect, kind: str, person: str | None
) -> DemoAd:
    return DemoAd(
        number=number,
        source=Source.VIDEO_PAGE,
        advertiser=VIDEO_SITE,
        title=words[0],
        body=words[1],
        media=media,
        link=link,
        expect=expect,
        kind=kind,
        reasons=("likeness", "lure") if expect is Expect.FLAG else (),
        person=person,
    )


WATCH_PAGES = (
    _watch(1, "gulnar-en.mp4", SCAM_AD["en"], OFFER, expect=Expect.FLAG, kind="fake", person=GULNAR),
    _watch(2, "aysel-ru.mp4", SCAM_AD_SHORT["ru"], NEWS_CLONE_RU, expect=Expect.FLAG, kind="fake", person=AYSEL),
    _watch(
        3,
        "aysel-school.mp4",
        HONEST["official-a"],
        None,
        expect=Expect.NO_FLAG,
        kind="genuine footage, no lure",
        person=AYSEL,
    ),
    _watch(
        4,
        "furniture.mp4",
        HONEST["furniture"],
        "http://baki-mebel.example/",
        expect=Expect.NO_FLAG,
        kind="other people",
        person=None,
    ),
)

META_ADS = (*FAKES[::2], *HONEST_ADS[::2], *FAKES[1::2], *TROUBLE, *HONEST_ADS[1::2])
"""In the order in which the library shows them."""
ALL_ADS = (*META_ADS, *POSTS, *WATCH_PAGES)
