"""Signing in and out over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories import AT
from tests.triage.conftest import NAME, PASSWORD, Desk
from triage.accounts import IDLE
from triage.login_routes import ATTEMPTS, ATTEMPTS_WITHIN, Turnstile, inside


def test_nothing_is_shown_without_a_session(desk: Desk) -> None:
    client = desk.browser()
    case = f"/cases/{desk.small.hostile.candidate_id}"
    for path in ("/", "/gaps", case):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
    assert client.post(f"{case}/decisions", data={"reason": "REJECT_DUPLICATE"}).status_code == 303
    assert client.get("/health").json() == {"status": "ok"}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk) -> None:
    answer = desk.browser().post("/login", data={"name": NAME, "password": PASSWORD, "target": "/gaps"})
    assert answer.headers["location"] == "/gaps"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert "domain" not in cookie


def test_a_session_ends_when_idle(desk: Desk) -> None:
    client = desk.signed_in()
    assert client.get("/").status_code == 200
    desk.clock.move(IDLE + timedelta(minutes=1))
    assert client.get("/").status_code == 303


def test_signing_out_needs_the_form_and_ends_the_session(desk: Desk) -> None:
    client = desk.signed_in()
    assert client.post("/logout", data={"form_token": "guess"}).status_code == 403
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', client.get("/").text)
    assert token is not None
    cookies = dict(client.cookies)
    assert client.post("/logout", data={"form_token": token[1]}).status_code == 303
    client.cookies.update(cookies)
    assert client.get("/").status_code == 303


def test_wrong_names_and_wrong_passwords_look_alike(desk: Desk) -> None:
    answers = [desk.browser().post("/login", data={"name": name, "password": "no"}) for name in (NAME, "nobody")]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(
    "target", ["http://evil.example", "//evil.example", "/\\evil.example", "/logout", "/cases/x", "/\n"]
)
def test_signing_in_leads_nowhere_else(target: str) -> None:
    assert inside(target) == "/"
    assert inside("/cases/" + "0" * 64) == "/cases/" + "0" * 64


def test_the_turnstile_slows_guessing_across_names() -> None:
    turnstile = Turnstile()
    assert all(turnstile.admits(AT) for _ in range(ATTEMPTS))
    assert not turnstile.admits(AT + ATTEMPTS_WITHIN)
    assert turnstile.admits(AT + ATTEMPTS_WITHIN + timedelta(seconds=1))
    full = Turnstile()
    for _ in range(ATTEMPTS):
        full.admits(AT)
    full.forget()
    assert full.admits(AT)
