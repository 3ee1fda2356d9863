"""A console that runs on loopback, with one reviewer, for every test module that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.factories import AT
from tests.triage.small_screen import SmallScreen, write_small_screen
from triage.accounts import add_user
from triage.loading import load_screen
from triage.serve import ConsoleSettings, Running, running

NAME = "leyla"
PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=AT + timedelta(hours=1))

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A running console, its run and its clock."""

    small: SmallScreen
    addresses: Running
    clock: Clock

    def browser(self) -> httpx.Client:
        """A fresh HTTP client that follows no redirects by itself."""
        return httpx.Client(base_url=self.addresses.origin, timeout=20)

    def signed_in(self) -> httpx.Client:
        """A client with a session."""
        client = self.browser()
        answer = client.post("/login", data={"name": NAME, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


def load(small: SmallScreen, *, now: datetime) -> None:
    load_screen(
        small.database_url,
        screen_dir=small.screen_dir,
        crawl_dir=small.crawl_dir,
        store_url=small.store_url,
        derivatives=small.derivatives,
        now=now,
    )


@pytest.fixture
def small(tmp_path: Path) -> SmallScreen:
    return write_small_screen(tmp_path)


@pytest.fixture
def open_desk() -> Callable[..., Iterator[Desk]]:
    """A context-free generator of desks, for modules that want one for all their tests."""
    return desk_in


def desk_in(root: Path, *, watchlist: Path | None = None, more: int = 0) -> Iterator[Desk]:
    small = write_small_screen(root, more=more)
    clock = Clock()
    add_user(small.database_url, name=NAME, password=PASSWORD, now=clock())
    load(small, now=clock())
    settings = ConsoleSettings(
        database_url=small.database_url,
        derivatives=small.derivatives,
        watchlist=watchlist,
        port=0,
        media_port=0,
        secret="a secret for tests only",
    )
    with running(settings, clock=clock) as addresses:
        yield Desk(small=small, addresses=addresses, clock=clock)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from desk_in(tmp_path)
