"""Texts are equal once spelling and numbers are set aside, nearly equal where most runs of words are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.scripts import NEAR, WIDTH, Script, near_pairs, script_of

TEXT = (
    "Prezidentin yeni platforması açıldı: hər vətəndaş ayda 5000 AZN qazana bilər. Kapital Bank və SOCAR ilə birlikdə "
    "qurulan bu layihədə cəmi 250 manat qoyun, mütəxəssis sizə zəng edəcək və ilk gəliri elə bu gün alacaqsınız. "
    "Yerlərin sayı məhduddur, ona görə qeydiyyatdan indi keçin və kart məlumatlarınızı formaya yazın!"
)


def sure(*texts: str | None) -> Script:
    script = script_of(*texts)
    assert script is not None
    return script


def sketches(*texts: str) -> NDArray[np.uint16]:
    return np.array([np.frombuffer(sure(text).sketch, dtype="<u2") for text in texts], dtype=np.uint16)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("5000", "12 000".replace(" ", "")).replace("250", "99"),
        TEXT.upper(),
        TEXT.replace("a", "а"),  # Cyrillic
        TEXT.replace("qazana", "qa\u200bzana").replace("!", " https://bit.ly/xyz !!!"),
        TEXT.replace(" ", "\n\n  "),
    ],
)
def test_the_same_text_in_another_spelling(other: str) -> None:
    assert sure(other) == sure(TEXT)


def test_a_changed_word_is_near_and_another_text_is_not() -> None:
    near, far = TEXT.replace("mütəxəssis", "ekspert"), TEXT[::-1]
    assert sure(near).digest != sure(TEXT).digest
    assert near_pairs(sketches(TEXT, near, far)).tolist() == [[0, 1]]


def test_every_near_text_finds_the_others_through_stars() -> None:
    words = TEXT.split()
    variants = [" ".join([*words[:20], f"söz{'abcdefgh'[number]}", *words[21:]]) for number in range(8)]
    pairs = near_pairs(sketches(*variants, TEXT[::-1]))
    reached = {0}
    for _ in variants:
        reached |= {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
    assert reached == set(range(8))


def test_half_a_text_is_not_near() -> None:
    words = TEXT.split()
    assert near_pairs(sketches(TEXT, " ".join(words[: len(words) // 2]))).tolist() == []


def test_texts_that_share_less_are_compared_and_found_too_different() -> None:
    words = [f"w{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(120)]
    shorter = [" ".join(words[: 66 + number]) for number in range(12)]
    for text in shorter:
        assert near_pairs(sketches(" ".join(words), text)).tolist() == []


def test_who_is_unlike_the_first_of_a_group_finds_the_others_of_it() -> None:
    one, other = np.arange(WIDTH, dtype=np.uint16), np.arange(1000, 1000 + WIDTH, dtype=np.uint16)
    other[:16] = one[:16]
    like_other = other.copy()
    like_other[16::4] += 500
    assert near_pairs(np.stack([one, other, like_other])).tolist() == [[1, 2]]


def test_long_texts_with_nothing_in_common_have_no_value_in_common() -> None:
    texts = [
        " ".join(f"{start}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{chr(97 + n // 676)}" for n in range(3900))
        for start in "xy"
    ]
    one, other = sketches(*texts)
    assert not (one == other).any()


def test_the_estimate_is_near_the_truth() -> None:
    generator = np.random.default_rng(4)
    words = [f"w{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(600)]
    one = generator.permutation(words).tolist()
    other = [*one[:450], *generator.permutation(one[450:]).tolist()]
    both = sketches(" ".join(one), " ".join(other))
    shingles = [{tuple(text[at : at + 3]) for at in range(598)} for text in (one, other)]
    truth = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    assert abs((both[0] == both[1]).mean() - truth) < 0.2
    assert 0 < NEAR < 1


@pytest.mark.parametrize("text", ["", "Register now and earn", "🔥" * 5000, "\u0301" * 10_000, "a" * 1_000_000])
def test_too_little_to_be_anybodys_own(text: str) -> None:
    assert script_of(text, None) is None


def test_a_megabyte_of_text_is_cut() -> None:
    assert sure("qazanc gəlir " * 80_000).beginning.startswith("qazanc gelir")


def test_no_texts_make_no_pairs() -> None:
    assert near_pairs(np.zeros((0, WIDTH), dtype=np.uint16)).tolist() == []


def test_the_pairs_of_many_alike_texts_grow_as_the_texts_and_not_as_their_square() -> None:
    rng = np.random.default_rng(4)
    base = rng.integers(0, 2**16, size=WIDTH, dtype=np.uint16)
    for number in (500, 4000):
        sketches = np.repeat(base[None], number, axis=0)
        # Five of 64 values of each are others
        rows = np.repeat(np.arange(number), 5)
        sketches[rows, rng.integers(0, WIDTH, size=len(rows))] = rng.integers(0, 2**16, size=len(rows), dtype=np.uint16)
        found = near_pairs(sketches)
        assert set(range(number)) == set(found.ravel().tolist())
        # At most one hub for each of the 16 groups of four values
        assert len(found) <= 16 * number
