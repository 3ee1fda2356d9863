"""Accounts, locks and sessions, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import AT
from triage.accounts import (
    ABSOLUTE,
    FAILURES_BEFORE_LOCK,
    IDLE,
    LOCK,
    SignedIn,
    add_user,
    sign_in,
    sign_out,
    signed_in,
    user_names_in,
)
from triage.database import open_database
from triage.errors import AccountRefused, NotSignedIn, SignInRefused
from triage.models import AuditLine, LoginSession, User

PASSWORD = "uzun və gizli söz"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'console.sqlite3'}"
    add_user(url, name="leyla", password=PASSWORD, now=AT)
    return url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def enter(
    engine: Engine, *, password: str = PASSWORD, after: timedelta = timedelta(0), old: str | None = None
) -> SignedIn:
    return sign_in(engine, name="leyla", password=password, old_token=old, now=AT + after)


def test_there_is_no_default_account(tmp_path: Path) -> None:
    assert user_names_in(f"sqlite:///{tmp_path / 'empty.sqlite3'}") == []


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("leyla", "a completely fine one", "already a user"),
        ("rauf", "short", "fewer than 12"),
        ("rauf", "aaaaaaaaaaaaaaa", "too easy"),
        ("rauf", "I am rauf, hello", "too easy"),
        ("rauf", "x1y2z" * 100, "more than 256"),
        ("<b>", "a completely fine one", "cannot be used"),
        ("", "a completely fine one", "cannot be used"),
    ],
)
def test_bad_accounts_are_refused(url: str, name: str, password: str, why: str) -> None:
    with pytest.raises(AccountRefused, match=why):
        add_user(url, name=name, password=password, now=AT)
    assert user_names_in(url) == ["leyla"]


def test_the_database_holds_neither_password_nor_token(engine: Engine) -> None:
    who = enter(engine)
    with Session(engine) as session:
        assert session.scalars(select(User)).one().password_hash.startswith("$argon2id$")
        assert session.scalars(select(LoginSession)).one().token_sha256 != who.token
    assert len(who.token) >= 43


def test_signing_in_again_ends_the_session_that_was_brought_along(engine: Engine) -> None:
    first = enter(engine)
    second = enter(engine, old=first.token)
    assert first.token != second.token
    with pytest.raises(NotSignedIn):
        signed_in(engine, token=first.token, now=AT)
    assert signed_in(engine, token=second.token, now=AT).name == "leyla"


def test_a_session_ends_when_idle_and_at_last_in_any_case(engine: Engine) -> None:
    who = enter(engine)
    now = AT
    while now - AT < ABSOLUTE - IDLE:
        now += IDLE - MINUTE
        signed_in(engine, token=who.token, now=now)
    for later in (now + IDLE + MINUTE, AT + ABSOLUTE):
        with pytest.raises(NotSignedIn, match="ended"):
            signed_in(engine, token=who.token, now=later)


def test_signing_out_ends_the_session(engine: Engine) -> None:
    who = enter(engine)
    sign_out(engine, who, now=AT)
    for token in (who.token, None, ""):
        with pytest.raises(NotSignedIn):
            signed_in(engine, token=token, now=AT)


def test_repeated_failures_lock_the_account_for_a_while(engine: Engine) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        with pytest.raises(SignInRefused):
            enter(engine, password="wrong, wrong, wrong")
    with pytest.raises(SignInRefused):
        enter(engine, after=LOCK - MINUTE)
    assert enter(engine, after=LOCK + MINUTE).name == "leyla"


def test_a_refusal_never_says_why_and_an_unknown_name_is_not_written_down(engine: Engine) -> None:
    with pytest.raises(SignInRefused) as wrong:
        enter(engine, password="wrong, wrong, wrong")
    with pytest.raises(SignInRefused) as unknown:
        sign_in(engine, name="my secret password", password="x", old_token=None, now=AT)
    assert str(wrong.value) == str(unknown.value)
    with Session(engine) as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "sign_in_refused")).all()
        assert [line.subject for line in lines] == ["leyla", None]
