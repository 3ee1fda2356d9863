"""The page of a campaign, over HTTP; and where the queue and the case page speak of it."""

from __future__ import annotations

import re

from tests.factories import sha
from tests.triage.conftest import Desk
from tests.triage.small_screen import SCRIPT


def test_the_page_says_why_and_links_nowhere(desk: Desk) -> None:
    client = desk.signed_in()
    text = client.get(f"/campaigns/{sha('campaign')}").text
    for words in (
        "Campaign of 4 ads",
        "socar-qazanc[.]example",
        "4 ads lead to the domain socar-qazanc[.]example.",
        "2 ads say the same",
        "no case: not flagged",
        "no case: not loaded here",
        "Baku Daily",
    ):
        assert words in text, words
    assert SCRIPT not in text
    targets = re.findall(r'(?:href|src|action)="([^"]*)"', text)
    assert all(target.startswith(("/", "#", desk.addresses.media_origin)) for target in targets)


def test_a_former_name_leads_to_the_campaign_of_now(desk: Desk) -> None:
    answer = desk.signed_in().get(f"/campaigns/{sha('merged')}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/campaigns/{sha('campaign')}")


def test_what_is_no_campaign_is_said(desk: Desk) -> None:
    client = desk.signed_in()
    answer = client.get(f"/campaigns/{sha('never')}")
    assert answer.status_code == 404
    assert "no such campaign now" in answer.text
    assert client.get("/campaigns/../../etc/passwd").status_code == 404
    assert client.get("/campaigns/x").status_code == 400


def test_nobody_reads_it_without_signing_in(desk: Desk) -> None:
    answer = desk.browser().get(f"/campaigns/{sha('campaign')}")
    assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login")


def test_the_queue_and_the_case_speak_of_it(desk: Desk) -> None:
    client = desk.signed_in()
    queue = client.get("/").text
    assert f'href="/campaigns/{sha("campaign")}">4 ads</a>' in queue
    assert "2 open of 4 ads" in queue
    grouped = client.get("/?group=campaign").text
    assert "2 cases, page 1 of 1" in grouped
    merged = client.get(f"/?campaign={sha('merged')}").text
    assert "2 cases, page 1 of 1" in merged
    case = client.get(f"/cases/{desk.small.hostile.candidate_id}").text
    assert "Why this ad belongs to it" in case
    assert f'href="/campaigns/{sha("campaign")}"' in case
    assert "Other cases of the campaign" in case
