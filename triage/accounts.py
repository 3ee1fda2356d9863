"""Accounts and sign-in: argon2id hashes, a lock after repeated failures, sessions that end. There is no default account."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from triage.database import open_database
from triage.errors import AccountRefused, NotSignedIn, SignInRefused
from triage.models import AuditLine, LoginSession, User

PASSWORD_MIN_CHARACTERS = 12
PASSWORD_MAX_CHARACTERS = 256
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=30)

_NAME = re.compile(r"[\w.@-]{1,64}")
_REFUSED = "The name or the password is wrong, or the account is locked for a while."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is behind a request. ``token`` is the secret of the session."""

    user_id: int
    name: str
    token: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id, RFC 9106 low-memory parameters


@cache
def _hash_of_nobody() -> str:
    """Checked when the name is unknown, so that the answer takes as long as for a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _checked_password(name: str, password: str) -> str:
    password = _normalised(password)
    if len(password) < PASSWORD_MIN_CHARACTERS:
        raise AccountRefused(
            f"the password for {name} has fewer than {PASSWORD_MIN_CHARACTERS} characters; choose a longer one"
        )
    if len(password) > PASSWORD_MAX_CHARACTERS:
        raise AccountRefused(
            f"the password for {name} has more than {PASSWORD_MAX_CHARACTERS} characters; choose a shorter one"
        )
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise AccountRefused(
            f"the password for {name} is too easy to guess (few different characters, or the name in it); choose another"
        )
    return password


def add_user(database_url: str, *, name: str, password: str, now: datetime) -> None:
    """Make an account; ``AccountRefused`` if the name is taken or malformed or the password too weak."""
    name = _normalised(name.strip())
    if not _NAME.fullmatch(name):
        raise AccountRefused(f"the name {name!r} cannot be used; take 1 to 64 letters, digits, dots, hyphens or @")
    password = _checked_password(name, password)
    engine = open_database(database_url)
    try:
        with Session(engine) as session, session.begin():
            session.add(User(name=name, password_hash=_hasher().hash(password), created_at=now, failed_logins=0))
            session.add(AuditLine(at=now, actor=None, action="user_added", subject=name, detail={}))
    except IntegrityError as error:
        raise AccountRefused(f"there is already a user {name}; choose another name") from error
    finally:
        engine.dispose()


def user_names(engine: Engine) -> list[str]:
    """The names of all accounts, sorted."""
    with Session(engine) as session:
        return list(session.scalars(select(User.name).order_by(User.name)))


def user_names_in(database_url: str) -> list[str]:
    """``user_names`` of the database at a URL."""
    engine = open_database(database_url)
    try:
        return user_names(engine)
    finally:
        engine.dispose()


def sign_in(engine: Engine, *, name: str, password: str, old_token: str | None, now: datetime) -> SignedIn:
    """Check the password and open a fresh session; a session that the browser brought along ends.

    Raises ``SignInRefused`` without saying why: wrong name, wrong password and locked account look and last the same.
    """
    name = _normalised(name.strip())[:64]
    password = _normalised(password)[:PASSWORD_MAX_CHARACTERS]
    with Session(engine) as session, session.begin():
        user = session.scalar(select(User).where(User.name == name))
        right = _password_fits(user, password)
        locked = user is not None and user.locked_until is not None and user.locked_until > now
        if user is not None and right and not locked:
            return _open_session(session, user, password=password, old_token=old_token, now=now)
        if user is not None and not locked:
            _count_failure(user, now=now)
        # An unknown name may be a password typed into the wrong field: it is not written down
        subject = user.name if user else None
        session.add(AuditLine(at=now, actor=None, action="sign_in_refused", subject=subject, detail={"locked": locked}))
    raise SignInRefused(_REFUSED)


def _password_fits(user: User | None, password: str) -> bool:
    try:
        _hasher().verify(user.password_hash if user else _hash_of_nobody(), password)
    except VerifyMismatchError:
        return False
    return user is not None


def _count_failure(user: User, *, now: datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_BEFORE_LOCK:
        user.failed_logins = 0
        user.locked_until = now + LOCK


def _open_session(session: Session, user: User, *, password: str, old_token: str | None, now: datetime) -> SignedIn:
    user.failed_logins = 0
    user.locked_until = None
    if _hasher().check_needs_rehash(user.password_hash):
        user.password_hash = _hasher().hash(password)
    if old_token is not None:
        session.execute(delete(LoginSession).where(LoginSession.token_sha256 == _token_hash(old_token)))
    session.execute(delete(LoginSession).where((LoginSession.expires_at <= now) | (LoginSession.idle_until <= now)))
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_sha256=_token_hash(token),
            user_id=user.user_id,
            created_at=now,
            seen_at=now,
            idle_until=now + IDLE,
            expires_at=now + ABSOLUTE,
        )
    )
    session.add(AuditLine(at=now, actor=user.name, action="signed_in", subject=user.name, detail={}))
    return SignedIn(user_id=user.user_id, name=user.name, token=token)


def signed_in(engine: Engine, *, token: str | None, now: datetime) -> SignedIn:
    """Whose session this is, kept alive by being used; ``NotSignedIn`` if there is none or it has ended."""
    if not token:
        raise NotSignedIn("Please sign in.")
    with Session(engine) as session, session.begin():
        row = session.get(LoginSession, _token_hash(token))
        if row is None:
            raise NotSignedIn("Please sign in.")
        if now >= row.expires_at or now >= row.idle_until:
            raise NotSignedIn("The session has ended; please sign in again.")
        if now - row.seen_at >= SEEN_EVERY:  # spares a write for every page
            row.seen_at = now
            row.idle_until = now + IDLE
        return SignedIn(user_id=row.user_id, name=row.user.name, token=token)


def sign_out(engine: Engine, who: SignedIn, *, now: datetime) -> None:
    """End the session at once."""
    with Session(engine) as session, session.begin():
        session.execute(delete(LoginSession).where(LoginSession.token_sha256 == _token_hash(who.token)))
        session.add(AuditLine(at=now, actor=who.name, action="signed_out", subject=who.name, detail={}))
