from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace

import pytest

from crawlers.landing import Landed, LandingLimits, capture_landing
from evidence.records import Outcome, Visitor
from tests.fakes.world import Looking

HOST = "http://offer.example"
LIMITS = LandingLimits(open_s=8.0, settle_s=0.5, total_s=12.0, step_s=6.0)


def visit(looking: Looking, path: str, limits: LandingLimits = LIMITS) -> Landed:
    return capture_landing(HOST + path, browser=looking.browser.get(), proxy_url=looking.proxy_url, limits=limits)


def test_a_page_is_kept_whole(looking: Looking) -> None:
    landed = visit(looking, "/plain")
    assert (landed.outcome, landed.reason, landed.status) == (Outcome.CAPTURED, None, 200)
    assert landed.final_url == f"{HOST}/plain"
    assert "Balansınız" in (landed.text or "")
    assert 'autocomplete="cc-number"' in (landed.html or "")
    assert landed.screenshot is not None
    width, height = struct.unpack(">II", landed.screenshot[16:24])
    assert width == 1280
    assert height >= 3000
    assert landed.har is not None
    assert "har.har" in zipfile.ZipFile(io.BytesIO(landed.har)).namelist()


def test_a_page_that_sorts_its_visitors_is_seen_as_each_of_them(looking: Looking) -> None:
    seen = {
        visitor: capture_landing(
            f"{HOST}/sorted",
            browser=looking.browser.get(),
            proxy_url=looking.proxy_url,
            limits=LIMITS,
            user_agent="Mozilla/5.0 (X11; Linux x86_64)",
            visitor=visitor,
        )
        for visitor in Visitor
    }
    assert "gül becərmək" in (seen[Visitor.COMPUTER].text or "")
    assert 'autocomplete="cc-number"' in (seen[Visitor.TELEPHONE].html or "")
    widths = [struct.unpack(">I", (landed.screenshot or b"")[16:20])[0] for landed in seen.values()]
    assert widths[0] == 1280 > widths[1]
    first, second = (asked.headers for asked in looking.world.pages.asked if asked.path == "/sorted")
    assert first["user-agent"] == "Mozilla/5.0 (X11; Linux x86_64)"
    assert "Android" in second["user-agent"]
    assert "Headless" not in second["user-agent"]
    assert "referer" not in second


def test_redirects_by_http_meta_and_script_are_followed_and_recorded(looking: Looking) -> None:
    landed = visit(looking, "/hop")
    assert landed.outcome is Outcome.CAPTURED
    assert landed.redirect_chain == tuple(HOST + path for path in ("/hop", "/meta", "/js", "/plain?from=js"))
    assert landed.final_url == f"{HOST}/plain?from=js"


@pytest.mark.parametrize(("path", "other"), [("/round", "/about"), ("/js-round", "/js-about")])
def test_a_circle_of_redirects_ends_and_is_named(looking: Looking, path: str, other: str) -> None:
    landed = visit(looking, path, replace(LIMITS, total_s=4.0))
    assert landed.outcome is Outcome.FAILED
    assert "leads round in a circle" in (landed.reason or "")
    assert landed.html is None
    assert set(landed.redirect_chain) == {HOST + path, HOST + other}
    assert 5 <= len(landed.redirect_chain) <= 100


@pytest.mark.parametrize(
    ("path", "outcome", "words"),
    [
        ("/wall", Outcome.BLOCKED, "login wall"),
        ("/to-login", Outcome.BLOCKED, "login wall"),
        ("/captcha", Outcome.BLOCKED, "challenge"),
        ("/forbidden", Outcome.BLOCKED, "answered 403"),
        ("/gone", Outcome.FAILED, "answered 404"),
    ],
)
def test_a_refusal_is_named_and_still_shown(looking: Looking, path: str, outcome: Outcome, words: str) -> None:
    landed = visit(looking, path)
    assert landed.outcome is outcome
    assert words in (landed.reason or "")
    assert landed.screenshot is not None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/to-ssh", "refuses the port"),
        ("/to-metadata", "egress proxy refused"),
        ("/js-inside", "egress proxy refused"),
        ("/to-https", "egress proxy refused"),
    ],
)
def test_ways_inside_end_before_they_begin(looking: Looking, path: str, words: str) -> None:
    landed = visit(looking, path)
    assert landed.outcome is Outcome.BLOCKED, landed.reason
    assert words in (landed.reason or "")
    assert landed.html is None
    assert len(landed.redirect_chain) == 2


def test_a_name_that_does_not_exist_is_a_failure_not_a_refusal(looking: Looking) -> None:
    for scheme in ("http", "https"):
        url = f"{scheme}://absent.invalid/"
        landed = capture_landing(url, browser=looking.browser.get(), proxy_url=looking.proxy_url, limits=LIMITS)
        assert landed.outcome is Outcome.FAILED
        assert "could not be reached" in (landed.reason or "")


def test_a_refused_part_of_a_page_is_noted(looking: Looking) -> None:
    landed = visit(looking, "/image-inside")
    assert landed.outcome is Outcome.CAPTURED
    assert any("169.254.169.254" in note for note in landed.notes)


def test_popups_are_recorded_and_closed(looking: Looking) -> None:
    landed = visit(looking, "/popup")
    assert landed.outcome is Outcome.CAPTURED
    assert any("popup" in note and "/plain?popup=1" in note for note in landed.notes)


def test_dialogs_are_dismissed_and_noted(looking: Looking) -> None:
    landed = visit(looking, "/alerts")
    assert landed.outcome is Outcome.CAPTURED
    assert len([note for note in landed.notes if "you won" in note]) == 3


def test_a_page_larger_than_is_kept_is_cut_and_says_so(looking: Looking) -> None:
    landed = visit(looking, "/plain", replace(LIMITS, max_characters=100))
    assert landed.outcome is Outcome.CAPTURED
    assert len(landed.html or "") == 100
    assert any("first 100 characters" in note for note in landed.notes)


def test_a_page_that_falsifies_its_own_html_is_a_failure(looking: Looking) -> None:
    landed = visit(looking, "/liar")
    assert landed.outcome is Outcome.FAILED
    assert "cannot be read" in (landed.reason or "")


def test_a_download_is_noted_and_not_kept(looking: Looking) -> None:
    landed = visit(looking, "/setup.exe")
    assert landed.outcome is Outcome.FAILED
    assert "setup.exe" in (landed.reason or "")
    assert landed.html is None


def test_a_page_that_never_ends_is_kept_as_far_as_it_came(looking: Looking) -> None:
    landed = visit(looking, "/endless", replace(LIMITS, open_s=2.0, step_s=5.0))
    assert landed.outcome in {Outcome.CAPTURED, Outcome.FAILED}
    assert landed.notes or landed.reason


def test_pictures_are_waited_for_but_not_for_ever(looking: Looking) -> None:
    late = visit(looking, "/late")
    later = visit(looking, "/later", replace(LIMITS, load_s=1.0))
    heights = [struct.unpack(">I", (landed.screenshot or b"")[20:24])[0] for landed in (late, later)]
    assert heights[0] >= 2500 > heights[1]
    assert [landed.outcome for landed in (late, later)] == [Outcome.CAPTURED, Outcome.CAPTURED]
    assert late.notes == ()
    assert later.notes == ("not all that the page shows had loaded after 1 s more",)


def test_a_page_that_hangs_the_browser_ends_in_time(looking: Looking) -> None:
    landed = visit(looking, "/busy", replace(LIMITS, step_s=1.0, close_s=2.0))
    assert landed.outcome is Outcome.FAILED
    assert visit(looking, "/plain").outcome is Outcome.CAPTURED


def test_no_form_was_ever_submitted(looking: Looking) -> None:
    assert all(asked.method == "GET" and asked.path != "/never" for asked in looking.world.pages.asked)


def test_other_schemes_are_not_opened(looking: Looking) -> None:
    landed = capture_landing(
        "file:///etc/passwd", browser=looking.browser.get(), proxy_url=looking.proxy_url, limits=LIMITS
    )
    assert landed.outcome is Outcome.BLOCKED
