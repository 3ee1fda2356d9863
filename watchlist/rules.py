"""The rules of enrolment that need no media: legal basis, purpose, age, expiry, identifiers, the gallery's cap."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from embeddings.records import ModelPack
from watchlist.errors import EnrolmentRefused, WatchlistInvalid
from watchlist.store import StoredWatchlist

GALLERY_CAP = 2000
MAX_YEARS = 5
ADULT_YEARS = 18

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LETTERS = str.maketrans({"ə": "e", "ı": "i", "ø": "o", "ł": "l", "ß": "ss", "đ": "d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRequest:
    """Somebody who asks to be protected, as an officer asks for it. ``born`` or ``adult_confirmed`` says that it is no
    minor; ``provenance`` says where the media came from, ``sources`` the same of single files; ``document`` is the signed
    request, of which the hash is kept."""

    person_id: str
    names: tuple[str, ...]
    legal_basis: str
    purpose: str
    requested_by: str
    expires_at: datetime
    provenance: str
    role: str | None = None
    jurisdiction: str | None = None
    born: date | None = None
    adult_confirmed: bool = False
    images: tuple[Path, ...] = ()
    audio: tuple[Path, ...] = ()
    footage: tuple[Path, ...] = ()
    official_pages: tuple[str, ...] = ()
    official_domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    document: Path | None = None
    review_at: datetime | None = None
    sources: tuple[tuple[Path, str], ...] = ()

    def provenance_of(self, path: Path) -> str:
        """Where this file came from; what is said of all where nothing is said of it."""
        return next((words for named, words in self.sources if named == path), self.provenance).strip()


def identifier(name: str) -> str:
    """An id made from a name in Latin letters: ``Aysel Quliyeva`` → ``aysel-quliyeva``.

    Raises ``EnrolmentRefused`` for names in which no Latin letter or digit remains.
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    found = "-".join(re.findall("[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))
    if not found:
        raise EnrolmentRefused(f"no id can be made from the name {name!r}: name one with --id, such as aysel-quliyeva")
    return found[:64].strip("-")


def check_identifier(value: str) -> None:
    """Raises ``EnrolmentRefused`` unless the id is lower-case letters, digits and single hyphens, at most 64 of
    them."""
    if len(value) > 64 or not IDENTIFIER.fullmatch(value):
        raise EnrolmentRefused(
            f"the id {value!r} is not usable: use a-z, 0-9 and single hyphens, such as aysel-quliyeva"
        )


def check_domain(value: str) -> None:
    """Raises ``EnrolmentRefused`` unless it is a bare domain such as ``president.example``."""
    if "." not in value or re.search(r"[\s/:@?#]", value) or value.startswith(".") or value.endswith("."):
        raise EnrolmentRefused(f"{value!r} is not a domain: give the bare name, such as president.example")


def check_language(value: str) -> None:
    """Raises ``EnrolmentRefused`` unless the value has the form of a BCP 47 code such as ``az`` or ``az-Cyrl``."""
    if not LANGUAGE.fullmatch(value):
        raise EnrolmentRefused(f"{value!r} is not a language code: give a code such as az, ru, kk, en or tr")


def check_request(request: EnrolmentRequest, *, now: datetime) -> None:
    """Raises ``EnrolmentRefused`` naming the first rule that the request breaks at ``now`` (time-zone aware)."""
    check_identifier(request.person_id)
    if not request.names or not all(name.strip() for name in request.names):
        raise EnrolmentRefused(f"{request.person_id} has no name or an empty one: give the name as it is written")
    for value, what, example in (
        (request.legal_basis, "legal basis", "the law or the signed consent that allows it"),
        (request.purpose, "purpose", "what the data will be used for"),
        (request.requested_by, "requester", "who asks for it"),
        (request.provenance, "provenance", "where the pictures and recordings come from"),
    ):
        if not value.strip():
            raise EnrolmentRefused(f"the enrolment of {request.person_id} states no {what}: state {example}")
    for path, words in request.sources:
        if path not in (*request.images, *request.audio, *request.footage):
            raise EnrolmentRefused(
                f"a provenance is stated of {path}, which is none of the files of {request.person_id}: correct its name"
            )
        if not words.strip():
            raise EnrolmentRefused(f"the provenance of {path} is empty: state where it comes from, or leave it out")
    for domain in request.official_domains:
        check_domain(domain)
    for language in request.languages:
        check_language(language)
    _check_age(request, now=now)
    _check_expiry(request, now=now)
    if request.review_at is not None:
        check_review(request.review_at, expires_at=request.expires_at, now=now)
    if not request.images and not request.audio:
        raise EnrolmentRefused(f"{request.person_id} has no picture and no recording to be recognised by: give one")
    if request.footage and not request.images:
        raise EnrolmentRefused(
            f"the film of {request.person_id} cannot be checked without a picture: give at least one picture too"
        )


def check_review(review_at: datetime, *, expires_at: datetime, now: datetime) -> None:
    """Raises ``EnrolmentRefused`` unless the review lies after ``now`` and not after the end of the enrolment."""
    if review_at.tzinfo is None:
        raise EnrolmentRefused(f"the review date {review_at.isoformat()} has no time zone: state it in UTC")
    if not now < review_at <= expires_at:
        raise EnrolmentRefused(
            f"the review would be on {review_at.date()}, which is not between today and {expires_at.date()}, "
            "when the enrolment ends: name a date between the two"
        )


def check_admission(stored: StoredWatchlist, person_id: str, *, pack: ModelPack, cap: int) -> None:
    """Whether the watchlist can take this person: ``EnrolmentRefused`` if enrolled already or full,
    ``WatchlistInvalid`` if it belongs to another model pack, or to other files of the same."""
    if any(person.person_id == person_id for person in stored.persons):
        raise EnrolmentRefused(f"{person_id} is enrolled already: remove that enrolment first, or choose another id")
    if len(stored.persons) >= cap:
        raise EnrolmentRefused(
            f"the watchlist holds {len(stored.persons)} people and may hold {cap}: remove somebody, or raise the cap"
        )
    if (foreign := stored.foreign_to(pack)) is not None:
        raise WatchlistInvalid(f"the watchlist {foreign}: use that pack, or another directory")


def _check_age(request: EnrolmentRequest, *, now: datetime) -> None:
    if request.born is None:
        if not request.adult_confirmed:
            raise EnrolmentRefused(
                f"nothing says that {request.person_id} is of age: give the date of birth (--born) or confirm it (--adult)"
            )
        return
    today = now.date()
    if request.born > today:
        raise EnrolmentRefused(f"the date of birth {request.born} of {request.person_id} is in the future: correct it")
    if _years_between(request.born, today) < ADULT_YEARS:
        raise EnrolmentRefused(f"{request.person_id}, born {request.born}, is a minor: minors are never enrolled")


def _check_expiry(request: EnrolmentRequest, *, now: datetime) -> None:
    expires = request.expires_at
    if expires.tzinfo is None:
        raise EnrolmentRefused(f"the expiry {expires.isoformat()} has no time zone: state it in UTC")
    if expires <= now:
        raise EnrolmentRefused(
            f"the enrolment would expire on {expires.date()}, which is not in the future: name a later date"
        )
    if expires.date() > _anniversary(now.date()):
        raise EnrolmentRefused(
            f"the enrolment would expire on {expires.date()}, more than {MAX_YEARS} years ahead: "
            f"name a date up to {_anniversary(now.date())}"
        )


def _years_between(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _anniversary(today: date) -> date:
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + MAX_YEARS, day=28 if leap_day else today.day)
