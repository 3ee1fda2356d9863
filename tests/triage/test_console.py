"""What every page is made with."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from sqlalchemy import create_engine

from tests.triage.conftest import Clock
from triage.accounts import SignedIn
from triage.cases import Shelf
from triage.console import Console, check_form, page
from triage.media_links import MediaLinks
from triage.references import ReferenceBook


def console(origin: str) -> Console:
    links = MediaLinks(origin="http://m.example", secret="one", clock=Clock())
    shelf = Shelf(derivatives=Path("none"), links=links, book=ReferenceBook(None))
    return Console(engine=create_engine("sqlite://"), shelf=shelf, secret="one", origin=origin, clock=Clock())


def test_the_cookie_is_bound_to_the_host_over_tls() -> None:
    assert console("https://qalqan.example").cookie == "__Host-qalqan"
    assert console("http://127.0.0.1:8765").cookie == "qalqan"


def test_a_form_token_belongs_to_one_session() -> None:
    one, two = (SignedIn(user_id=1, name="leyla", token=token) for token in ("a", "b"))
    desk = console("http://127.0.0.1:1")
    check_form(desk, one, desk.form_token(one))
    for wrong in (desk.form_token(two), "", "ə"):
        with pytest.raises(PermissionError):
            check_form(desk, one, wrong)


def test_pages_escape_and_miss_nothing() -> None:
    answer = page("message.html", status=404, who=None, sentence="<script>")
    assert answer.status_code == 404
    assert b"&lt;script&gt;" in answer.body
    with pytest.raises(UndefinedError):
        page("message.html", who=None)
