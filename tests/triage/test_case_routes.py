"""The case page and deciding, over HTTP."""

from __future__ import annotations

import re

import httpx
from sqlalchemy.orm import Session

from tests.triage.conftest import Desk, load
from tests.triage.small_screen import AGAIN, SCRIPT, visit_again
from triage.database import open_database
from triage.models import CaseRow


def form_token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', client.get(path).text)
    assert found is not None
    return found[1]


def states(desk: Desk) -> dict[str, str]:
    engine = open_database(desk.small.database_url)
    with Session(engine) as session:
        found = {row.candidate_id: row.state for row in session.query(CaseRow)}
    engine.dispose()
    return found


def test_the_page_explains_and_links_nowhere(desk: Desk) -> None:
    text = desk.signed_in().get(f"/cases/{desk.small.hostile.candidate_id}").text
    for words in (
        "Not validated, carries no weight.",
        "Not calibrated.",
        "test@1, likelihood ratio 240, moderately strong support for this person<",
        "test@1, not calibrated<",
        "Dubbing into another language.",
        "The film is 180 pixels high.",
        "genuine_source 1",
        "hxxp://azxeber-24[.]example/xeber?id=7",
        "javascript[:]alert(1)",
        "U+202E",
        "reach 182,000",
        "public page, read by machine",
    ):
        assert words in text, words
    assert SCRIPT not in text
    targets = re.findall(r'(?:href|src|action|poster)="([^"]*)"', text)
    assert all(target.startswith(("/", "#", desk.addresses.media_origin)) for target in targets)
    assert "autoplay" not in text
    assert not re.search(r"\son\w+=\"", text.replace("&#34;", ""))
    assert re.findall(r"<script[^>]*>", text) == ['<script src="/static/console.js" defer>']


def test_deciding_stores_and_opens_the_next_case(desk: Desk) -> None:
    client = desk.signed_in()
    path = f"/cases/{desk.small.hostile.candidate_id}"
    visited = []
    data = {"form_token": form_token(client, path), "reason": "CONFIRM_SCAM_DEEPFAKE", "note": f" seen {SCRIPT}\r\n"}
    for _ in range(3):
        visited.append(path)
        answer = client.post(f"{path}/decisions", data=data)
        assert answer.status_code == 303
        path = answer.headers["location"]
    assert path == "/?done=1"
    assert len(set(visited)) == 3
    assert set(states(desk).values()) == {"confirmed"}
    text = client.get(visited[0]).text
    assert "Scam with a fabricated video" in text
    assert "seen &lt;script&gt;" in text
    assert "no further open case" in client.get(path).text


def test_a_form_from_elsewhere_decides_nothing(desk: Desk) -> None:
    client = desk.signed_in()
    path = f"/cases/{desk.small.hostile.candidate_id}"
    other = form_token(desk.signed_in(), path)
    for token in ("", "0" * 64, "ə", other):
        answer = client.post(f"{path}/decisions", data={"form_token": token, "reason": "REJECT_DUPLICATE"})
        assert answer.status_code == 403
    assert set(states(desk).values()) == {"open"}


def test_a_decision_without_reason_is_asked_again_and_keeps_the_note(desk: Desk) -> None:
    client = desk.signed_in()
    path = f"/cases/{desk.small.hostile.candidate_id}"
    token = form_token(client, path)
    for reason in ("", "CONFIRM_NOTHING"):
        answer = client.post(f"{path}/decisions", data={"form_token": token, "reason": reason, "note": "my words"})
        assert answer.status_code == 422
        assert "Choose a reason" in answer.text
        assert ">my words</textarea>" in answer.text
    assert set(states(desk).values()) == {"open"}


def test_unknown_and_malformed_cases(desk: Desk) -> None:
    client = desk.signed_in()
    assert client.get("/cases/" + "0" * 64).status_code == 404
    assert client.get("/cases/x").status_code == 400
    assert client.get("/cases/" + "0" * 64 + "/decisions").status_code == 405
    token = form_token(client, "/")
    gone = client.post("/cases/" + "0" * 64 + "/decisions", data={"form_token": token, "reason": "REJECT_DUPLICATE"})
    assert gone.status_code == 404


def test_what_a_telephone_was_shown_is_headed_so(desk: Desk) -> None:
    visit_again(desk.small)
    load(desk.small, now=desk.clock())
    text = desk.signed_in().get(f"/cases/{desk.small.hostile.candidate_id}").text
    assert (
        text.index("Landing page <span") < text.index("Landing page as a telephone sees it <span") < text.index(AGAIN)
    )
    assert "landing, as a telephone</td>" in text
