"""Errors are shown for every detector without a fit, and reasons are counted whatever numbers they name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.judged_worst import MOST_OF_A_MEASURE, reasons, worst_of
from tests.pipelines.judged import judged, made


def test_an_item_that_half_of_the_other_kind_outranks_is_an_error() -> None:
    items = [judged(f"{n}", altered=n < 3, group=f"{n}", numbers={}) for n in range(7)]
    truth = np.array([one.item.altered for one in items])
    values = np.array([9.0, 0.5, np.nan, 0.0, 1.0, 2.0, 10.0])
    (found,) = worst_of(items, {"some.measure": values}, truth, {"some.measure": "words"})
    assert [(error.judged.item.name, error.share) for error in found.errors] == [
        ("6", 1.0),
        ("1", 0.75),
        ("4", 0.5),
        ("5", 0.5),
    ]
    assert len(found.errors) <= MOST_OF_A_MEASURE
    assert found.words == "words"


def test_what_makes_no_error_or_spoke_of_one_kind_only_is_left_out() -> None:
    items = [judged(f"{n}", altered=n < 2, group=f"{n}", numbers={}) for n in range(4)]
    truth = np.array([True, True, False, False])
    numbers = {"right.face": np.array([2.0, 3.0, 0.0, 1.0]), "half.face": np.array([1.0, 2.0, np.nan, np.nan])}
    assert worst_of(items, numbers, truth, dict.fromkeys(numbers, "")) == ()


def test_reasons_that_differ_in_numbers_only_are_one() -> None:
    few = made()[:3]
    said = (
        "the face is only 60 px high (90 px are needed)",
        "the face is only 71 px high (90 px are needed)",
        "no sound",
    )
    told = [replace(one, said={"blink": sentence}) for one, sentence in zip(few, said, strict=True)]
    first, second = reasons(told)
    assert (first.detector, first.items, first.example) == ("blink", 2, said[0])
    assert (second.items, second.example) == (1, "no sound")
    assert reasons(few) == ()
