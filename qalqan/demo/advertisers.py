"""Who advertises in the demo: pages of the library, the Telegram channel, the video site. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

CHANNEL = "qazanc_demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertiser:
    """A page of the library."""

    page_id: str
    name: str
    profile_url: str


def _advertiser(number: int, name: str, slug: str) -> Advertiser:
    page_id = str(100_000_000_000_000 + number)
    return Advertiser(page_id=page_id, name=name, profile_url=f"http://adlibrary.example/{slug}/")


SOCAR_INVEST = _advertiser(1, "SOCAR İnvest AZ", "socarinvestaz")
MILLI_QAZANC = _advertiser(2, "Milli Qazanc Platforması", "milliqazanc")
NEFT_PROFIT = _advertiser(3, "Нефть Профит", "neftprofit")
MUNAI_TABYS = _advertiser(4, "ҚазМұнай Табыс", "munaitabys")
OIL_CLUB = _advertiser(5, "Oil Profit Club", "oilprofitclub")
KAPITAL_BONUS = _advertiser(6, "Kapital Bonus 24", "kapitalbonus24")
NEWS = _advertiser(7, "Günün Xəbəri", "gununxeberi")
GOVERNMENT = _advertiser(8, "Rəsmi Xəbərdarlıq Xidməti", "resmixeberdarliq")
OFFICIAL_AYSEL = _advertiser(9, "Aysel Quliyeva — rəsmi səhifə", "ayselquliyeva")
OFFICIAL_GULNAR = _advertiser(10, "Gülnar Sadıqova — rəsmi səhifə", "gulnarsadiqova")
PARODY = _advertiser(11, "Gülüş Studiyası", "gulusstudiyasi")
FURNITURE = _advertiser(12, "Bakı Mebel", "bakimebel")
GYM = _advertiser(13, "Спортзал «Идман»", "idman")
COURSES = _advertiser(14, "Тіл мектебі", "tilmektebi")
TEA_HOUSE = _advertiser(15, "Çay Evi", "cayevi")
PET_FOOD = _advertiser(16, "Pişik Evi", "pisikevi")
MUSEUM = _advertiser(17, "Elm Muzeyi", "elmmuzeyi")
DEMO_BANK = _advertiser(18, "Xəzər Demo Bank", "xezerdemobank")
FINANCE = _advertiser(19, "Family Budget School", "familybudget")
SOCAR = _advertiser(20, "SOCAR", "socar")
LOST = _advertiser(21, "Elanlar 24", "elanlar24")

CHANNEL_OWNER = Advertiser(page_id=CHANNEL, name="Qazanc Demo", profile_url=f"http://tg.example/{CHANNEL}")
VIDEO_SITE = Advertiser(page_id="video.example", name="Video Demo", profile_url="http://video.example/")
