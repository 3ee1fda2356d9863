"""The queue page over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.triage.conftest import Desk, desk_in
from tests.triage.small_screen import SCRIPT


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from desk_in(tmp_path_factory.mktemp("queue"), more=60)


@pytest.fixture(scope="module")
def client(desk: Desk) -> httpx.Client:
    return desk.signed_in()


def test_the_queue_shows_cases_and_first_of_all_what_was_not_looked_at(client: httpx.Client) -> None:
    text = client.get("/").text
    assert text.index("Could not look:") < text.index("<table")
    assert "queries not looked at: <b>1</b>" in text
    assert "SOCAR &lt;b&gt;now&lt;/b&gt;" in text
    for words in ("Recognised", "Cannot tell", "Lure found", "Not official"):
        assert words in text


def test_pages_and_filters_keep_each_other(client: httpx.Client) -> None:
    first = client.get("/", params={"state": "any"}).text
    assert "63 cases, page 1 of 2" in first
    assert 'href="/?state=any&amp;page=2"' in first
    assert "page 2 of 2" in client.get("/", params={"state": "any", "page": "2"}).text
    assert "1 case, page 1 of 1" in client.get("/", params={"language": "ru"}).text
    assert "No case passes this filter." in client.get("/", params={"person": "nobody"}).text


def test_hostile_parameters_are_only_text(client: httpx.Client) -> None:
    answer = client.get("/", params={"person": SCRIPT, "page": SCRIPT, "done": SCRIPT})
    assert answer.status_code == 200
    assert SCRIPT not in answer.text


def test_the_gaps_are_listed_with_their_reasons(client: httpx.Client) -> None:
    text = client.get("/gaps").text
    assert "The library asked for a login." in text
    assert "hxxp://login[.]example/offer" in text
    assert "http://login.example" not in text
