"""The reasons a decision can have. A decision without a reason does not exist; the code's first word is its verdict."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What was decided about a case."""

    CONFIRM = "confirm"
    REJECT = "reject"
    DEFER = "defer"


class CaseState(StrEnum):
    """Where a case stands; follows from its latest decision."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DEFERRED = "deferred"


STATE_AFTER = {
    Verdict.CONFIRM: CaseState.CONFIRMED,
    Verdict.REJECT: CaseState.REJECTED,
    Verdict.DEFER: CaseState.DEFERRED,
}

REASONS: dict[str, str] = {
    "CONFIRM_SCAM_DEEPFAKE": "Scam with a fabricated video",
    "CONFIRM_SCAM_GENUINE_FOOTAGE_RECUT": "Scam with genuine footage, cut or re-captioned",
    "CONFIRM_SCAM_VOICE_CLONE": "Scam with an imitated voice",
    "CONFIRM_SCAM_STATIC_IMAGE": "Scam with a still picture",
    "CONFIRM_SCAM_NO_LIKENESS": "Scam without anyone's likeness",
    "REJECT_GENUINE_OFFICIAL": "Genuine, from the official source",
    "REJECT_NEWS_REPORT": "News report",
    "REJECT_PARODY_SATIRE": "Parody or satire",
    "REJECT_WARNING_ABOUT_SCAM": "Warning about the scam",
    "REJECT_WRONG_PERSON": "A different person",
    "REJECT_LEGIT_AD": "Legitimate advertisement",
    "REJECT_DUPLICATE": "Duplicate of another case",
    "DEFER_LOW_QUALITY": "Quality too low to tell",
    "DEFER_NEEDS_EXPERT": "An expert must look",
    "DEFER_NEEDS_TRANSLATION": "A translation is needed",
    "DEFER_NEEDS_RECAPTURE": "Must be captured again",
}


def verdict_of(code: str) -> Verdict:
    """The verdict that a reason code stands for; ``ValueError`` for a code that does not exist."""
    if code not in REASONS:
        raise ValueError(f"{code!r} is not a reason code")
    return Verdict(code.split("_", 1)[0].lower())


def reasons_for(verdict: Verdict) -> dict[str, str]:
    """The codes of one verdict with their wording, in the order in which they are offered."""
    return {code: words for code, words in REASONS.items() if verdict_of(code) is verdict}
