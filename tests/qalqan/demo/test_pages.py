"""Landing pages: which there are, and what they are made of."""

from __future__ import annotations

from urllib.parse import urlsplit

from qalqan.demo.ads import ALL_ADS
from qalqan.demo.pages import Article, Offer, Plain, landing_pages
from qalqan.demo.protected import HOSTS

NOT_PAGES = {"go.example", "login.example"}


def test_every_link_of_an_ad_has_its_page() -> None:
    pages = landing_pages()
    links = [urlsplit(ad.link) for ad in ALL_ADS if ad.link]
    assert all((link.hostname, link.path) in pages for link in links if link.hostname not in NOT_PAGES)


def test_articles_lead_to_offers_and_claim_another_host() -> None:
    pages = landing_pages()
    articles = {where: page for where, page in pages.items() if isinstance(page, Article)}
    assert articles
    for (host, _), page in articles.items():
        offer = urlsplit(page.offer)
        assert isinstance(pages[(str(offer.hostname), offer.path)], Offer)
        assert urlsplit(page.original).hostname != host
        assert 14 <= len(page.pixel) <= 17


def test_honest_pages_link_to_their_own_host() -> None:
    plain = [page for page in landing_pages().values() if isinstance(page, Plain)]
    assert all(address.startswith("/") for page in plain for address, _ in page.links)


def test_all_hosts_are_on_the_list() -> None:
    assert {host for host, _ in landing_pages()} <= set(HOSTS)
