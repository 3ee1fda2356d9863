"""Which brand an address is like and how: every way that dnstwist makes, and no honest neighbour."""

from __future__ import annotations

import random
import string

import pytest

from detectors.lookalike_domains import BrandAddresses, Lookalike
from detectors.name_edits import Likeness
from tests.detectors.subjects import KAPITAL, SOCAR
from tests.factories import make_brand
from tests.lookalike_rates import dotted, suffixes

ADDRESSES = BrandAddresses([SOCAR, KAPITAL])


def only(url: str) -> Lookalike:
    [one] = ADDRESSES.lookalikes(url)
    return one


@pytest.mark.parametrize(
    ("url", "likeness"),
    [
        ("https://kapitalbank.az.evil.example/login", Likeness.OFFICIAL_AS_PREFIX),
        ("https://www.kapitalbank.az.pay.evil.example/", Likeness.OFFICIAL_AS_PREFIX),
        ("https://kapitalbank.az@evil.example/", Likeness.OFFICIAL_AS_USER),
        ("https://kap1talbank.az/", Likeness.HOMOGLYPH),
        ("https://xn--kapitalbnk-6qi.az/", Likeness.HOMOGLYPH),
        ("https://kapıtal-bank-az.example/", Likeness.HOMOGLYPH),
        ("https://kapitalbank.com/", Likeness.OTHER_ENDING),
        ("https://капиталбанк.рф/", Likeness.OTHER_ENDING),
        ("https://kapital-bank.az/", Likeness.HYPHENATION),
        ("https://kapital.bank.az/", Likeness.DOT_INSERTED),
        ("https://www.kapi.talbank.az/", Likeness.DOT_INSERTED),
        ("https://login.kap1tal.bank.az/", Likeness.DOT_INSERTED),
        ("https://kapi.talbank.evil.example/", Likeness.DOT_INSERTED),
        ("https://kapi.talbank-login.evil.example/", Likeness.DOT_INSERTED),
        ("https://secure-my-kapi.talbank-card-login.evil.example/", Likeness.DOT_INSERTED),
        ("https://www-kap.ital.bank-login.evil.example/", Likeness.DOT_INSERTED),
        ("https://kapi.talbank-login.az/", Likeness.DOT_INSERTED),
        ("https://www.kap1.tal.bank.pay.evil.com.az/", Likeness.DOT_INSERTED),
        ("https://kapitalbank-az.example/", Likeness.ADDED_WORDS),
        ("https://mykapitalbanking.example/", Likeness.ADDED_WORDS),
        ("https://kapitalbnak.az/", Likeness.TRANSPOSITION),
        ("https://kapitallbank.az/", Likeness.REPETITION),
        ("https://kapitalbak.az/", Likeness.OMISSION),
        ("https://kapitalbanxk.az/", Likeness.INSERTION),
        ("https://kapitelbank.az/", Likeness.VOWEL_SWAP),
        ("https://kapitalbcnk.az/", Likeness.BITSQUAT),
        ("https://kapitalbvnk.az/", Likeness.REPLACEMENT),
        ("https://online-kapitelbank.example/", Likeness.VOWEL_SWAP),
        ("https://kapitalbank.offer.example/", Likeness.IN_SUBDOMAIN),
        ("https://offer.example/kapital-bank/start", Likeness.IN_PATH),
        ("https://offer.example/kapitalbank.az/", Likeness.IN_PATH),
    ],
)
def test_every_way_of_being_like(url: str, likeness: Likeness) -> None:
    one = only(url)
    assert (one.brand_id, one.likeness, one.official) == ("kapital-bank", likeness, "kapitalbank.az")
    assert one.strong is (likeness is not Likeness.IN_PATH)


@pytest.mark.parametrize(
    "url",
    [
        "https://kapitalbank.az/",
        "https://online.kapitalbank.az/socar",
        "https://SOCAR.az./kapitalbank",
        "https://kapital.example/bank",
        "https://socareer.example/",
        "https://example.com/",
        "https://[broken",
        "https://xn--.example/",
        "mailto:kapitalbank@example.com",
        "",
    ],
)
def test_official_and_unlike_addresses_are_like_nothing(url: str) -> None:
    assert ADDRESSES.lookalikes(url) == []


@pytest.mark.parametrize(
    ("url", "strong"),
    [
        ("https://socar-qazanc.example/", True),
        ("https://socarinvest.example/", True),
        ("https://s0car.example/", True),
        ("https://sokar.az/", True),
        ("https://sokar.example/", False),
        ("https://oscar.example/", False),
    ],
)
def test_a_short_name_needs_more(url: str, strong: bool) -> None:
    one = only(url)
    assert (one.brand_id, one.strong) == ("socar", strong)


@pytest.mark.parametrize("at", range(1, len("kapitalbank")))
def test_wherever_the_dot_is_put_in(at: int) -> None:
    one = only(f"https://{'kapitalbank'[:at]}.{'kapitalbank'[at:]}.az/")
    assert (one.likeness, one.strong) == (Likeness.DOT_INSERTED, True)


@pytest.mark.parametrize("at", range(1, len("kapitalbank")))
def test_in_a_strangers_sub_domains_only_a_dot_within_a_word_is_no_chance(at: int) -> None:
    one = only(f"https://{'kapitalbank'[:at]}.{'kapitalbank'[at:]}.evil.example/")
    assert (one.likeness, one.strong) == (Likeness.DOT_INSERTED, at != len("kapital"))


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Kapital Bank", "https://kapital.bank.example/"),
        ("My Home", "https://my.home.hoster.example/"),
        ("Pashabank", "https://pasha.bank.hoster.example/"),
        ("Aztelecom", "https://az.telecom.hoster.example/"),
        ("Socar", "https://so.car.hoster.example/"),
        ("Socar", "https://so.car.az/"),
        ("My Home", "https://my.home.az/"),
        ("Bank Respublika", "https://bank.respublika.az/"),
        ("Aztelecom", "https://aztele.com.az/"),
    ],
)
def test_a_dotted_name_that_may_be_anothers_own(name: str, url: str) -> None:
    domain = name.lower().replace(" ", "")
    brand = make_brand(names=(name,), spellings=(), official_domains=(f"{domain}.az",))
    [one] = BrandAddresses([brand]).lookalikes(url)
    assert (one.likeness, one.strong) == (Likeness.DOT_INSERTED, False)


def test_no_public_suffix_is_a_dotted_name() -> None:
    names = (
        "Kapital Bank",
        "Pasha Bank",
        "Bank Respublika",
        "Azercell",
        "Gazprom",
        "Halyk Bank",
        "Kazmunaygas",
        "Turkcell",
    )
    addresses = BrandAddresses([make_brand(brand_id=name, names=(name,), spellings=()) for name in names])
    hosts = [f"www.{suffix}" for suffix in suffixes()]
    assert len(hosts) > 5_000
    assert [host for host in hosts if dotted(addresses, host)] == []


@pytest.mark.parametrize(
    "url", ["https://az.al.az/", "https://my.azal.az/", "https://203.0.113.7/", "https://azal.aero./"]
)
def test_dots_in_addresses_that_are_like_nothing(url: str) -> None:
    addresses = BrandAddresses([make_brand(names=("Azal",), spellings=(), official_domains=("azal.az", "azal.aero"))])
    assert addresses.lookalikes(url) == []


def test_a_name_without_an_official_domain_may_be_at_home() -> None:
    addresses = BrandAddresses([make_brand(official_domains=())])
    [one] = addresses.lookalikes("https://socar.example/")
    assert (one.likeness, one.official, one.strong) == (Likeness.OTHER_ENDING, None, False)


def test_a_name_of_three_letters_is_not_looked_for() -> None:
    abb = make_brand(brand_id="abb", names=("ABB",), spellings=(), official_domains=("abb.az",))
    assert BrandAddresses([abb]).lookalikes("https://abb.com/abb") == []


def test_two_brands_in_one_address_are_both_named() -> None:
    assert {one.brand_id for one in ADDRESSES.lookalikes("https://socar-kapitalbank.example/")} == {
        "socar",
        "kapital-bank",
    }


def test_whose_domain_and_whose_name() -> None:
    assert ADDRESSES.owner("pay.SOCAR.az") == SOCAR
    assert ADDRESSES.owner("socar.az.example") is None
    assert list(ADDRESSES.named(" Kapital  bank ")) == [KAPITAL]
    assert list(ADDRESSES.named("Kapital Bank xəbərləri")) == []


def test_among_two_thousand_brands_the_right_one_is_found() -> None:
    random_letters = random.Random(1)

    def word(shortest: int) -> str:
        return "".join(random_letters.choices(string.ascii_lowercase, k=random_letters.randint(shortest, 12)))

    others = [
        make_brand(brand_id=f"b{number}", names=(word(7),), spellings=(), official_domains=(f"{word(8)}.az",))
        for number in range(2_000)
    ]
    addresses = BrandAddresses([*others, KAPITAL])
    assert [one.brand_id for one in addresses.lookalikes("https://kapitalbnk.az/")] == ["kapital-bank"]
    hostile = "https://" + ".".join(["a-b" * 20] * 4) + ".example/" + "abcdefghij-" * 100_000
    assert addresses.lookalikes(hostile) == []
    assert addresses.lookalikes(f"https://{'a.b-c.' * 100_000}evil.example/") == []


def test_a_name_of_four_letters_under_another_ending_may_be_anybodys() -> None:
    addresses = BrandAddresses([make_brand(names=("Azal",), spellings=(), official_domains=("azal.az",))])
    [one] = addresses.lookalikes("https://azal.example/")
    assert (one.likeness, one.strong) == (Likeness.OTHER_ENDING, False)
