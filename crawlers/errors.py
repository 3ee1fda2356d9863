"""Errors of the crawlers room.

PermissionError
└── EgressRefused         the egress policy forbids this request; the message says why
OSError
└── EgressCut             a byte or time limit of the egress policy ended an exchange
FileNotFoundError
└── BrowserMissing        there is no Chromium to start; the message says how to get one
RuntimeError
└── CouldNotLook          a source refused or could not be read; ``refusal`` says in which way
"""

from enum import StrEnum


class EgressRefused(PermissionError):
    """The egress policy forbids the request (address, port, host, budget); the message is one sentence."""


class EgressCut(OSError):
    """A limit of the egress policy ended the exchange; what was received so far is incomplete."""


class BrowserMissing(FileNotFoundError):
    """There is no Chromium, or it does not start; the message says what to do."""


class Refusal(StrEnum):
    """The way in which a source did not let us look. Each is reported; none is ever defeated."""

    CHALLENGE = "challenge"
    LOGIN_WALL = "login_wall"
    RATE_LIMITED = "rate_limited"
    SCHEMA_CHANGED = "schema_changed"
    NO_PREVIEW = "no_preview"
    EGRESS_REFUSED = "egress_refused"
    UNREACHABLE = "unreachable"


class CouldNotLook(RuntimeError):
    """The source refused or could not be read: "could not look", which is not "0 found"."""

    def __init__(self, refusal: Refusal, why: str) -> None:
        super().__init__(why)
        self.refusal = refusal
