"""Ids are read in every form in which pages carry them, and nothing that merely looks like one."""

from __future__ import annotations

import pytest

from detectors.trackers import TrackerId, tracker_ids


@pytest.mark.parametrize(
    ("html", "kind", "value"),
    [
        ("<script>fbq('init', '123456789012345');", "meta_pixel", "123456789012345"),
        ('fbq("init",123456789012345)', "meta_pixel", "123456789012345"),
        (
            '<img src="https://www.facebook.com/tr?ev=PageView&amp;id=123456789012345&x=1">',
            "meta_pixel",
            "123456789012345",
        ),
        ("https://www.googletagmanager.com/gtag/js?id=G-ABC1234567", "ga4", "G-ABC1234567"),
        ("GTM-ABCD12", "tag_manager", "GTM-ABCD12"),
        ("UA-12345-1", "universal_analytics", "UA-12345-1"),
        ("gtag('config', 'AW-123456789')", "google_ads", "AW-123456789"),
        ("ttq.load('C9ABCDEFGHIJKLMNOP12')", "tiktok_pixel", "C9ABCDEFGHIJKLMNOP12"),
        (
            "https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C9ABCDEFGHIJKLMNOP12&lib=ttq",
            "tiktok_pixel",
            "C9ABCDEFGHIJKLMNOP12",
        ),
        ("ym(12345678, 'init', {})", "yandex_metrica", "12345678"),
        ('<img src="https://mc.yandex.ru/watch/12345678">', "yandex_metrica", "12345678"),
        ("new Ya.Metrika2({ id:12345678, clickmap:true })", "yandex_metrica", "12345678"),
        ('VK.Retargeting.Init("VK-RTRG-1-abc")', "vk_pixel", "VK-RTRG-1-abc"),
        ('_tmr.push({id: "3456789", type: "pageView"})', "top_mail_ru", "3456789"),
        ('src="https://top-fwz1.mail.ru/counter?js=na;id=3456789"', "top_mail_ru", "3456789"),
        (
            '<meta name="facebook-domain-verification" content="abcdefghijklmnopqrstu12345" />',
            "meta_domain_owner",
            "abcdefghijklmnopqrstu12345",
        ),
        ('<meta name="yandex-verification" content="0123456789abcdef">', "yandex_site_owner", "0123456789abcdef"),
    ],
)
def test_every_form_is_read(html: str, kind: str, value: str) -> None:
    assert tracker_ids(html) == (TrackerId(kind, value),)


@pytest.mark.parametrize(
    "html",
    [
        "GTM-XXXXXX G-XXXXXXXXXX UA-0000000-1x",
        "G-STRING",
        "fbq('track', '123456789012345')",
        "AW-12",
        "https://facebook.com/tr?id=12",
    ],
)
def test_what_only_looks_like_one_is_none(html: str) -> None:
    assert tracker_ids(html) == ()


def test_each_account_is_named_once() -> None:
    html = "fbq('init', '123456789012345'); facebook.com/tr?id=123456789012345 GTM-ABCD12"
    assert [str(one) for one in tracker_ids(html)] == ["meta_pixel 123456789012345", "tag_manager GTM-ABCD12"]


@pytest.mark.parametrize(
    "html", ["facebook.com/tr?" * 15_000, "fbq(" + " " * 250_000, "G-" * 120_000, "_tmr.push({" * 25_000]
)
def test_a_flood_of_near_misses_holds_none(html: str) -> None:
    assert tracker_ids(html) == ()
