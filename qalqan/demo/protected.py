"""Whom and what the demo protects, and the configuration that makes an ordinary crawl of it."""

from __future__ import annotations

from datetime import UTC, datetime

from qalqan.demo.ads import WATCH_PAGES
from qalqan.demo.advert import QUERIES
from qalqan.demo.advertisers import CHANNEL, DEMO_BANK, OFFICIAL_AYSEL, OFFICIAL_GULNAR, SOCAR
from qalqan.demo.creatives import AYSEL, ENROLMENT_CLIPS, GULNAR
from qalqan.demo.media import enrolment_parts

HOSTS = (
    "adlibrary.example",
    "tg.example",
    "video.example",
    "cdn.example",
    "azxeber-24.example",
    "socar-qazanc.example",
    "kmg-tabys.example",
    "kapital-bonus.example",
    "go.example",
    "login.example",
    "xezer-demo-bank.example",
    "gov-demo.example",
    "gununxeberi.example",
    "gulus.example",
    "baki-mebel.example",
    "idman.example",
    "til-mektebi.example",
    "cay-evi.example",
    "pisik-evi.example",
    "elm-muzeyi.example",
    "family-budget.example",
    "socar-demo.example",
    "elanlar.example",
)
"""Hosts that the demo's server answers for; the collectors of the scam pages' forms are left out: nobody may go there."""

BRANDS_TOML = f"""\
[[brand]]
id = "socar"
names = ["SOCAR", "СОКАР", "ГНКАР", "ARDNŞ"]
official_pages = ["{SOCAR.page_id}"]
official_domains = ["socar-demo.example"]

[[brand]]
id = "kapital-bank"
names = ["Kapital Bank", "Капитал Банк", "Kapitalbank"]
official_pages = []
official_domains = ["kapital-bank-demo.example"]

[[brand]]
id = "xezer-demo-bank"
names = ["Xəzər Demo Bank", "Хазар Демо Банк"]
official_pages = ["{DEMO_BANK.page_id}"]
official_domains = ["xezer-demo-bank.example"]

[[brand]]
id = "kazmunaygas"
names = ["KazMunayGas", "КазМунайГаз", "КазМұнайГаз", "ҚазМұнайГаз"]
official_pages = []
official_domains = ["kmg-demo.example"]
"""


def people(*, now: datetime) -> list[dict[str, object]]:
    """The two invented officials as an officer would hand them in; paths are relative to the world's folder."""
    expires = datetime(now.year + 2, 1, 1, tzinfo=UTC).isoformat()
    shared: dict[str, object] = {
        "jurisdiction": "AZ",
        "legal_basis": "Demo: invented officials; the portraits are in the public domain",
        "purpose": "Find adverts that impersonate the official",
        "provenance": "Made by the demo from public-domain portraits and synthetic speech",
        "requested_by": "demo-officer",
        "approvers": ["demo-approver-1", "demo-approver-2"],
        "adult_confirmed": True,
        "expires": expires,
    }
    aysel = {
        "id": AYSEL,
        "names": ["Aysel Quliyeva", "Айсель Кулиева", "Әйсел Құлиева"],
        "role": "President of the invented Republic",
        "official_pages": [OFFICIAL_AYSEL.page_id, OFFICIAL_AYSEL.profile_url],
        "official_domains": ["gov-demo.example"],
    }
    gulnar = {
        "id": GULNAR,
        "names": ["Gülnar Sadıqova", "Гульнар Садыкова", "Гүлнар Садықова"],
        "role": "Minister of Energy of the invented Republic",
        "official_pages": [OFFICIAL_GULNAR.page_id, OFFICIAL_GULNAR.profile_url],
        "official_domains": ["gov-demo.example"],
    }
    return [person | shared | _media_of(str(person["id"])) for person in (aysel, gulnar)]


def _media_of(who: str) -> dict[str, object]:
    files = [f"enrolment/{name}" for name in enrolment_parts(who)]
    return {
        "images": [file for file in files if file.endswith(".jpg")],
        "audio": [file for file in files if file.endswith(".wav")],
        "footage": [f"enrolment/{clip.file}" for clip in ENROLMENT_CLIPS if clip.who == who],
    }


def config_toml(*, port: int) -> str:
    """An ordinary configuration; the demo's hosts are pinned to loopback one by one, and nothing else private may be reached."""
    pins = "\n".join(f'[[egress.allow]]\nhost = "{host}"\nport = 80\nconnect = "127.0.0.1:{port}"\n' for host in HOSTS)
    return f"""\
data_dir = "run"

[crawl]
name = "demo"
legal_decision = "Demo: our own fake library on loopback"
landing = true
delay_s = 0.05

[egress]
max_response_mb = 120
max_total_mb = 2000
timeout_s = 30

{pins}
[[source]]
connector = "meta_library"
base_url = "http://adlibrary.example"
countries = ["AZ"]
queries = [{_strings(QUERIES)}]

[[source]]
connector = "telegram_preview"
base_url = "http://tg.example"
channels = ["{CHANNEL}"]

[[source]]
connector = "video_page"
urls = [{_strings(tuple(ad.source_ad_id for ad in WATCH_PAGES))}]

[watchlist]
directory = "run/watchlist"

[screen]
pack = "open"

[console]
port = 18765
media_port = 18766
"""


def _strings(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)
