"""The rules of enrolment, each with the sentence that says it was broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import make_model_pack, make_pack_file, make_person, sha
from watchlist.errors import EnrolmentRefused, WatchlistInvalid
from watchlist.rules import EnrolmentRequest, check_admission, check_domain, check_request, identifier
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = EnrolmentRequest(
    person_id="aysel-quliyeva",
    names=("Aysel Quliyeva", "Айсель Кулиева"),
    legal_basis="consent of 2026-02-01",
    purpose="takedown of impersonating ads",
    requested_by="Rena",
    expires_at=NOW + timedelta(days=365),
    provenance="press office",
    born=date(1970, 5, 5),
    images=(Path("a.jpg"),),
)


def test_a_complete_request_passes() -> None:
    check_request(GOOD, now=NOW)
    check_request(replace(GOOD, born=None, adult_confirmed=True), now=NOW)
    check_request(replace(GOOD, images=(), audio=(Path("a.wav"),)), now=NOW)
    check_request(replace(GOOD, review_at=GOOD.expires_at, languages=("az-Cyrl", "ru", "kk")), now=NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"person_id": "Aysel Q"}, "the id 'Aysel Q' is not usable: use a-z"),
        ({"person_id": "../etc"}, "the id '../etc' is not usable"),
        ({"person_id": "a" * 65}, "is not usable"),
        ({"person_id": ""}, "the id '' is not usable"),
        ({"names": ()}, "has no name or an empty one"),
        ({"names": ("Aysel", " ")}, "has no name or an empty one"),
        ({"legal_basis": " "}, "states no legal basis: state the law or the signed consent"),
        ({"purpose": ""}, "states no purpose: state what the data will be used for"),
        ({"requested_by": ""}, "states no requester: state who asks"),
        ({"provenance": ""}, "states no provenance: state where the pictures"),
        ({"born": None}, r"nothing says that aysel-quliyeva is of age: give the date of birth \(--born\)"),
        ({"born": date(2008, 3, 2)}, "born 2008-03-02, is a minor: minors are never enrolled"),
        ({"born": date(2008, 3, 2), "adult_confirmed": True}, "is a minor"),
        ({"born": date(2030, 1, 1)}, "the date of birth 2030-01-01 of aysel-quliyeva is in the future"),
        ({"expires_at": NOW}, "would expire on 2026-03-01, which is not in the future"),
        ({"expires_at": NOW - timedelta(days=1)}, "would expire on 2026-02-28, which is not in the future"),
        ({"expires_at": datetime(2031, 3, 2, tzinfo=UTC)}, "more than 5 years ahead: name a date up to 2031-03-01"),
        ({"expires_at": datetime(2027, 1, 1)}, "has no time zone: state it in UTC"),  # noqa: DTZ001
        ({"images": ()}, "has no picture and no recording to be recognised by: give one"),
        (
            {"images": (), "audio": (Path("a.wav"),), "footage": (Path("a.mp4"),)},
            "the film of aysel-quliyeva cannot be checked without a picture",
        ),
        ({"official_domains": ("https://gov.example/",)}, "'https://gov.example/' is not a domain: give the bare name"),
        (
            {"languages": ("az", "Azeri language")},
            "'Azeri language' is not a language code: give a code such as az, ru",
        ),
        ({"review_at": NOW}, "the review would be on 2026-03-01, which is not between today and 2027-03-01"),
        ({"review_at": NOW + timedelta(days=366)}, "the review would be on 2027-03-02, which is not between"),
        ({"review_at": datetime(2026, 6, 1)}, "the review date .* has no time zone"),  # noqa: DTZ001
    ],
)
def test_a_broken_rule_is_named(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EnrolmentRefused, match=sentence):
        check_request(replace(GOOD, **changes), now=NOW)


def test_of_age_on_the_birthday_and_five_years_to_the_day() -> None:
    check_request(replace(GOOD, born=date(2008, 3, 1)), now=NOW)
    check_request(replace(GOOD, expires_at=datetime(2031, 3, 1, 23, 59, tzinfo=UTC)), now=NOW)
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    check_request(replace(GOOD, expires_at=datetime(2033, 2, 28, 23, tzinfo=UTC)), now=leap)
    with pytest.raises(EnrolmentRefused, match="up to 2033-02-28"):
        check_request(replace(GOOD, expires_at=datetime(2033, 3, 1, tzinfo=UTC)), now=leap)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Aysel Quliyeva", "aysel-quliyeva"),
        ("Gülnar Sadıqova", "gulnar-sadiqova"),
        ("Xəzər  Demo-Bank!", "xezer-demo-bank"),
        ("İlham", "ilham"),
    ],
)
def test_an_id_from_a_name(name: str, expected: str) -> None:
    assert identifier(name) == expected


def test_a_name_without_latin_letters_needs_an_id() -> None:
    with pytest.raises(EnrolmentRefused, match="no id can be made from the name 'Айсель': name one with --id"):
        identifier("Айсель")


@pytest.mark.parametrize("domain", ["gov.example", "xn--80aa.example", "a.b.example"])
def test_domains_that_are_bare(domain: str) -> None:
    check_domain(domain)


@pytest.mark.parametrize("domain", ["", "gov", "gov.example/x", "gov.example:80", ".example", "gov.", "a b.example"])
def test_domains_that_are_not(domain: str) -> None:
    with pytest.raises(EnrolmentRefused, match="is not a domain"):
        check_domain(domain)


def test_a_provenance_belongs_to_a_file_of_the_person() -> None:
    picture = Path("a.jpg")
    check_request(replace(GOOD, images=(picture,), sources=((picture, "press office"),)), now=NOW)
    with pytest.raises(EnrolmentRefused, match=r"stated of b\.jpg, which is none of the files of aysel-quliyeva"):
        check_request(replace(GOOD, images=(picture,), sources=((Path("b.jpg"), "press office"),)), now=NOW)
    with pytest.raises(EnrolmentRefused, match=r"the provenance of a\.jpg is empty"):
        check_request(replace(GOOD, images=(picture,), sources=((picture, " "),)), now=NOW)


def test_admission() -> None:
    pack = make_model_pack(name="open")
    people = (make_person(person_id="aysel"), make_person(person_id="gulnar"))
    stored = StoredWatchlist(pack="open@1", pack_files=pack.digest, persons=people)
    check_admission(stored, "third", pack=pack, cap=3)
    check_admission(StoredWatchlist(), "third", pack=pack, cap=1)
    with pytest.raises(EnrolmentRefused, match="aysel is enrolled already: remove that enrolment first"):
        check_admission(stored, "aysel", pack=pack, cap=3)
    with pytest.raises(EnrolmentRefused, match="holds 2 people and may hold 2: remove somebody, or raise the cap"):
        check_admission(stored, "third", pack=pack, cap=2)
    with pytest.raises(WatchlistInvalid, match="built with the model pack open@1, not other@2"):
        check_admission(stored, "third", pack=replace(pack, name="other", version="2"), cap=3)
    with pytest.raises(WatchlistInvalid, match="built with other files of the model pack open@1 than those in use"):
        check_admission(stored, "third", pack=replace(pack, files=(make_pack_file(sha256=sha("other")),)), cap=3)
