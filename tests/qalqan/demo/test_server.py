"""The demo's web, asked by ``Host`` header as the egress proxy asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qalqan.demo.ads import ALL_ADS
from qalqan.demo.advert import EMPTY_QUERY, PROFIT_QUERY, WALLED_QUERY
from qalqan.demo.cdn import media_url
from qalqan.demo.library import cursor
from qalqan.demo.server import LSD, DemoServer

FILM = b"not really a film, but bytes of one"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    media = tmp_path_factory.mktemp("media")
    Path(media / "aysel-az.mp4").write_bytes(FILM)
    with DemoServer(media, port=0, canary_port=9, page_size=12) as running:
        yield running


def ask(server: DemoServer, url: str, *, data: dict[str, str] | None = None) -> httpx.Response:
    """A request as it leaves the proxy: to the loopback port, with the real host's name."""
    target = httpx.URL(url)
    here = target.copy_with(host="127.0.0.1", port=server.port)
    headers = {"Host": target.host}
    return httpx.post(here, headers=headers, data=data) if data else httpx.get(here, headers=headers)


def payload(html: str) -> str:
    found = re.search(r'<script type="application/json" data-content-len="(\d+)" data-sjs>(.*?)</script>', html, re.S)
    assert found is not None
    assert int(found.group(1)) == len(found.group(2))
    return found.group(2)


def test_the_library_embeds_its_first_page(server: DemoServer) -> None:
    answer = ask(server, f"http://adlibrary.example/ads/library/?q={PROFIT_QUERY}&country=AZ")
    text = payload(answer.text)
    assert text.count('"ad_archive_id"') == 12
    assert '"has_next_page": true' in text


def test_further_pages_come_by_the_paging_call(server: DemoServer) -> None:
    variables = json.dumps({"cursor": cursor(12), "queryString": PROFIT_QUERY, "first": 12})
    fields = {"lsd": LSD, "variables": variables, "fb_api_req_friendly_name": "AdLibrarySearchPaginationQuery"}
    answer = ask(server, "http://adlibrary.example/api/graphql/", data=fields)
    assert answer.text.startswith("for (;;);")
    assert answer.text.count('"ad_archive_id"') == 12
    for broken in ({**fields, "lsd": "x"}, {**fields, "variables": "{"}, {"lsd": LSD}):
        assert ask(server, "http://adlibrary.example/api/graphql/", data=broken).status_code == 400


def test_an_empty_answer_and_a_wall_are_different(server: DemoServer) -> None:
    empty = ask(server, f"http://adlibrary.example/ads/library/?q={EMPTY_QUERY}")
    walled = ask(server, f"http://adlibrary.example/ads/library/?q={WALLED_QUERY}")
    assert '"edges": []' in payload(empty.text)
    assert (walled.status_code, walled.headers["Location"]) == (302, "/login/?next=/ads/library/")
    assert 'name="pass"' in ask(server, "http://adlibrary.example/login/?next=/").text


def test_one_ad_is_shown_by_its_id(server: DemoServer) -> None:
    ad = ALL_ADS[0]
    text = payload(ask(server, f"http://adlibrary.example/ads/library/?id={ad.source_ad_id}").text)
    assert "deeplink_ad_archive_result" in text
    assert ad.source_ad_id in text


def test_the_channel_pages_backwards(server: DemoServer) -> None:
    seen: list[str] = []
    url = "http://tg.example/s/qazanc_demo"
    while True:
        html = ask(server, url).text
        seen = re.findall(r'data-post="([^"]+)"', html) + seen
        earlier = re.search(r'data-before="(\d+)"', html)
        if earlier is None:
            break
        url = f"http://tg.example/s/qazanc_demo?before={earlier.group(1)}"
    assert seen == [f"qazanc_demo/{number}" for number in range(101, 107)]
    assert ask(server, "http://tg.example/s/absent").headers["Location"] == "/absent"


def test_a_watch_page_has_a_source_for_generic_readers(server: DemoServer) -> None:
    html = ask(server, "http://video.example/watch/1").text
    assert re.search(
        r'<source src="http://cdn\.example/v/gulnar-en\.mp4\?oh=[0-9a-f]+&amp;oe=\w+" type="video/mp4">', html
    )
    assert ask(server, "http://video.example/watch/99").status_code == 404


def test_media_needs_its_signature(server: DemoServer) -> None:
    good = ask(server, media_url("aysel-az.mp4"))
    assert (good.content, good.headers["Content-Type"]) == (FILM, "video/mp4")
    assert ask(server, "http://cdn.example/v/aysel-az.mp4").status_code == 403
    assert ask(server, media_url("../truth.json")).status_code in (403, 404)
    assert ask(server, media_url("absent.mp4")).status_code == 404


def test_forbidden_places_are_only_redirected_to(server: DemoServer) -> None:
    assert ask(server, "http://cdn.example/to/ssh").headers["Location"] == "http://127.0.0.1:22/"
    assert ask(server, "http://cdn.example/to/metadata").headers["Location"].startswith("http://169.254.169.254/")
    assert ask(server, "http://go.example/canary").headers["Location"] == "http://127.0.0.1:9/"


def test_the_chain_goes_through_a_redirect_and_a_refresh(server: DemoServer) -> None:
    assert ask(server, "http://go.example/r/1?sub_id_1=az").headers["Location"] == "http://go.example/m/1"
    assert 'http-equiv="refresh"' in ask(server, "http://go.example/m/1").text


def test_the_cloned_article_has_one_target_and_a_foreign_canonical(server: DemoServer) -> None:
    html = ask(server, "http://azxeber-24.example/xeber/prezident-platforma?sub1=az").text
    targets = set(re.findall(r'<a [^>]*href="([^"]+)"', html))
    assert targets == {"http://socar-qazanc.example/?sub1=az"}
    assert '<link rel="canonical" href="http://azxeber.example/' in html
    assert re.search(r"fbq\('init', '\d{14,17}'\)", html)


def test_the_offer_asks_for_a_card_elsewhere_and_loads_nothing(server: DemoServer) -> None:
    html = ask(server, "http://socar-qazanc.example/?sub1=az").text
    assert set(re.findall(r'action="([^"]+)"', html)) == {
        "http://lead-api.example/collect",
        "http://pay-gate.example/charge",
    }
    assert {"cardnumber", "cvv", "phone"} <= set(re.findall(r'name="([^"]+)"', html))
    assert not re.findall(r"<(?:img|script|link|iframe)[^>]+(?:src|href)=", html)
    assert html.count('onsubmit="return false"') == html.count("<form")


def test_the_honest_bank_has_no_form(server: DemoServer) -> None:
    html = ask(server, "http://xezer-demo-bank.example/emanet").text
    assert "<form" not in html
    assert '<link rel="canonical" href="http://xezer-demo-bank.example/emanet">' in html


def test_the_login_wall_stands_before_the_page(server: DemoServer) -> None:
    assert ask(server, "http://login.example/elan/66").status_code == 302
    assert 'type="password"' in ask(server, "http://login.example/login/?next=/elan/66").text


def test_unknown_hosts_and_paths_are_404(server: DemoServer) -> None:
    assert ask(server, "http://nobody.example/").status_code == 404
    assert ask(server, "http://adlibrary.example/favicon.ico").status_code == 404


def test_no_page_of_the_demo_tells_the_answers(server: DemoServer) -> None:
    for url in (f"http://adlibrary.example/ads/library/?q={PROFIT_QUERY}", "http://tg.example/s/qazanc_demo"):
        html = ask(server, url).text
        assert "no_flag" not in html
        assert "trouble" not in html.casefold()


def test_absolute_targets_are_understood_as_proxies_send_them(server: DemoServer) -> None:
    with httpx.Client(proxy=f"http://127.0.0.1:{server.port}") as client:
        assert client.get("http://xezer-demo-bank.example/emanet").status_code == 200
    assert server.hits[-1].host == "xezer-demo-bank.example"
