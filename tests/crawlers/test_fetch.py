from __future__ import annotations

from dataclasses import replace

import pytest

from crawlers.fetch import EGRESS_HEADER, Fetched, FetchLimits, ask_tunnel, fetch, proxy_verdict, signature_expiry
from evidence.records import Outcome
from tests.fakes.world import LIMITS, NOW, Looking

CDN = "http://cdn.example"


def get(looking: Looking, url: str, limits: FetchLimits = LIMITS) -> Fetched:
    return fetch(url, client=looking.tools.http, limits=limits, now=NOW)


def test_a_file_arrives_with_its_type_and_the_way_it_took(looking: Looking) -> None:
    got = get(looking, f"{CDN}/moved.mp4")
    assert got.outcome is Outcome.CAPTURED
    assert got.reason is None
    assert got.redirect_chain == (f"{CDN}/moved.mp4", f"{CDN}/ok/moved.mp4")
    assert got.final_url == f"{CDN}/ok/moved.mp4"
    assert got.media_type == "video/mp4"
    assert got.data is not None
    assert got.data.endswith(b"/ok/moved.mp4")


def test_a_file_of_the_wrong_kind_is_kept_as_delivered(looking: Looking) -> None:
    got = get(looking, f"{CDN}/text.mp4")
    assert (got.outcome, got.media_type, got.data) == (Outcome.CAPTURED, "text/plain", b"this is no film")


@pytest.mark.parametrize(
    ("path", "outcome", "words"),
    [
        ("/empty.mp4", Outcome.FAILED, "empty file"),
        ("/endless.mp4", Outcome.FAILED, "larger than 2000000 bytes"),
        ("/bomb.mp4", Outcome.FAILED, "larger than 2000000 bytes"),
        ("/gone.mp4", Outcome.FAILED, "answered 404"),
        ("/gone.mp4?oe=5f000000&oh=x", Outcome.FAILED, "expired on 2020-07-04"),
        ("/forbidden.mp4", Outcome.BLOCKED, "answered 403"),
        ("/wall.mp4", Outcome.BLOCKED, "login wall"),
        ("/loop", Outcome.FAILED, "more than 5 redirects"),
        ("/to-ssh.mp4", Outcome.BLOCKED, "egress proxy refused"),
        ("/to-metadata.mp4", Outcome.BLOCKED, "egress proxy refused"),
    ],
)
def test_what_does_not_arrive_says_why(looking: Looking, path: str, outcome: Outcome, words: str) -> None:
    got = get(looking, CDN + path)
    assert got.outcome is outcome
    assert got.data is None
    assert words in (got.reason or "")


def test_a_body_that_breaks_off_is_no_capture(looking: Looking) -> None:
    got = get(looking, f"{CDN}/cut.mp4")
    assert got.outcome is Outcome.FAILED
    assert got.data is None


def test_the_chain_shows_where_a_refused_redirect_led(looking: Looking) -> None:
    got = get(looking, f"{CDN}/to-metadata.mp4")
    assert got.redirect_chain[-1] == "http://169.254.169.254/latest/meta-data/"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://user@cdn.example/x", "http://[bad/", "http:///x", "x"])
def test_some_addresses_are_not_asked_for_at_all(looking: Looking, url: str) -> None:
    asked = len(looking.world.files.asked)
    assert get(looking, url).outcome is Outcome.BLOCKED
    assert len(looking.world.files.asked) == asked


def test_a_slow_body_ends_at_the_time_limit(looking: Looking) -> None:
    got = get(looking, f"{CDN}/endless.mp4", replace(LIMITS, max_bytes=2**40, timeout_s=0.2))
    assert got.outcome is Outcome.FAILED


def test_https_to_a_forbidden_address_is_refused_by_the_proxy(looking: Looking) -> None:
    got = get(looking, "https://127.0.0.1/")
    assert got.outcome is Outcome.BLOCKED
    assert "egress proxy refused" in (got.reason or "")


def test_a_name_that_does_not_exist_is_a_failure_not_a_refusal(looking: Looking) -> None:
    for scheme in ("http", "https"):
        got = get(looking, f"{scheme}://absent.invalid/")
        assert got.outcome is Outcome.FAILED
        assert "could not be reached" in (got.reason or "")


def test_the_proxys_reason_is_found_out_for_tunnels(looking: Looking) -> None:
    outcome, reason = ask_tunnel(looking.proxy_url, "https://169.254.169.254/x")
    assert outcome is Outcome.BLOCKED
    assert reason.startswith("the egress proxy refused: ")


def test_expiry_of_signed_addresses_is_hexadecimal() -> None:
    expiry = signature_expiry("https://scontent.example/v.mp4?oh=00&oe=69B1FA68")
    assert expiry is not None
    assert f"{expiry:%Y-%m-%d}" == "2026-03-11"
    assert signature_expiry("https://scontent.example/v.mp4?oe=zz") is None
    assert signature_expiry("https://scontent.example/v.mp4") is None


def test_inside_tls_no_server_passes_for_the_proxy() -> None:
    headers = {EGRESS_HEADER.lower(): "refused"}
    assert proxy_verdict("http://a.example/", headers) == "refused"
    assert proxy_verdict("https://a.example/", headers) is None
    assert proxy_verdict("http://a.example/", {}) is None
