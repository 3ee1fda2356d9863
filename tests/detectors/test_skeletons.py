"""Names that look alike have one skeleton, others do not; hostile names cost nothing."""

from __future__ import annotations

import pytest

from detectors.skeletons import LONGEST_NAME, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kapital", "kap1tal"),
        ("kapital", "kаpitаl"),  # Cyrillic а
        ("kapital", "kapıtal"),
        ("kaspi", "kaspl"),
        ("kaspi", "κаѕрі"),  # Greek and Cyrillic
        ("socar", "ѕосаr"),
        ("socar", "s\u200bocar"),
        ("socar", "ＳＯＣＡＲ"),
        ("socar", "𝓈0car"),
        ("modern", "modem"),
        ("web", "vveb"),
        ("şəki", "seki"),
        ("қазатом", "ķазатом"),
        ("apple", "аррӏе"),
    ],
)
def test_names_that_look_alike(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("kapital", "kapitol"), ("socar", "sokar"), ("bank", "банк"), ("халық", "халк")]
)
def test_names_that_do_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("name", ["a" + "\u0301" * 200_000, "ﷺ" * 200_000, "\ud800" * 10, "rn" * 500_000, ""])
def test_a_skeleton_of_anything_is_short(name: str) -> None:
    assert len(skeleton(name)) <= 20 * LONGEST_NAME
    assert skeleton(name) == skeleton(name[:LONGEST_NAME])
