"""Each edit is called by its name, and two edits are none."""

from __future__ import annotations

import pytest

from detectors.name_edits import Likeness, edit, is_added, is_one_edit, one_taken_out, without_added
from detectors.skeletons import skeleton


@pytest.mark.parametrize(
    ("seen", "likeness"),
    [
        ("kaptal", Likeness.OMISSION),
        ("apital", Likeness.OMISSION),
        ("kapita", Likeness.OMISSION),
        ("kappital", Likeness.REPETITION),
        ("kapitall", Likeness.REPETITION),
        ("kapiytal", Likeness.INSERTION),
        ("skapital", Likeness.INSERTION),
        ("kaiptal", Likeness.TRANSPOSITION),
        ("kapitla", Likeness.TRANSPOSITION),
        ("kepital", Likeness.VOWEL_SWAP),
        ("japital", Likeness.BITSQUAT),
        ("kapxtal", Likeness.REPLACEMENT),
    ],
)
def test_an_edit_is_called_by_its_name(seen: str, likeness: Likeness) -> None:
    assert is_one_edit(seen, "kapital")
    assert edit(seen, "kapital") is likeness


@pytest.mark.parametrize(
    "seen", ["kapital", "kpital2", "aktipal", "kapitalxx", "kapi", "", "latipak", "kxpixal", "tapikal"]
)
def test_no_edit_and_two_edits_are_not_one(seen: str) -> None:
    assert not is_one_edit(seen, "kapital")


def test_names_one_edit_apart_share_what_is_left() -> None:
    for seen in ("kaptal", "kappital", "kaiptal", "kepital"):
        assert one_taken_out(seen) & one_taken_out("kapital")


def test_words_that_are_added() -> None:
    assert all(is_added(skeleton(word)) for word in ("invest", "2021", "qazanc"))
    assert not is_added("eer")
    assert "sokar" in set(without_added("sokarqazanc"))
    assert "sokar" in set(without_added("mysokar"))
    assert set(without_added("bank")) == set()
