"""Errors of the watchlist room.

ValueError
├── EnrolmentRefused      the enrolment breaks a rule (no legal basis, a minor, expiry, cap, bad reference)
└── WatchlistInvalid      the stored watchlist is damaged, or belongs to another model pack
LookupError
└── PersonUnknown         no such person in the watchlist
"""


class EnrolmentRefused(ValueError):
    """The enrolment breaks a rule of the watchlist; the message names the rule and the file, if one is at fault."""


class WatchlistInvalid(ValueError):
    """The stored watchlist is damaged, empty where it must not be, or was built with another model pack."""


class PersonUnknown(LookupError):
    """No person of that id or name is enrolled."""
