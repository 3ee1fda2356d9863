"""What the triage room raises beyond the built-in errors.

    ValueError
    └── AccountRefused      a user cannot be added: the name is taken or the password is too weak
    PermissionError
    ├── SignInRefused       wrong name, wrong password, locked: deliberately not said which
    └── NotSignedIn         no session, or one that has ended

Busy ports and databases that cannot be opened are plain ``OSError``.
"""

from __future__ import annotations


class AccountRefused(ValueError):
    """The account was not made; the message says why and what to do."""


class SignInRefused(PermissionError):
    """Signing in failed; never says whether the name exists."""


class NotSignedIn(PermissionError):
    """The request carries no session that is still valid."""
