"""Disguises undone, figures reduced, places kept."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.lure_features import CUE_VALUE, features, prepare


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("q a z a n c", " qazanc "),
        ("q.a.z.a.n.c manat", " qazanc manat "),
        ("g3l1r", " gelir "),
        ("д0х0д", " доход "),
        ("g\u0430lir", " galir "),
        ("z\u200bəmanət", " zemanet "),
        ("p@ssive", " passive "),
        ("5000 AZN, 250azn!", " 0000 azn 000azn! "),
        ("a 1 b", " a 0 b "),
        ("🔥🔥 Pul 🔥", " pul "),
        ("", ""),
    ],
)
def test_a_disguise_is_undone_and_a_figure_stays_a_figure(disguised: str, plain: str) -> None:
    assert prepare(disguised).text == plain


def test_the_revealed_text_keeps_its_sums() -> None:
    assert prepare("D3p0zit 250 AZN.").revealed == "depozit 250 azn."


def test_places_lead_back_to_the_original() -> None:
    original = "Ayda q\u200b a z a n c 5000 AZN"
    prepared = prepare(original)
    start = prepared.text.index("qazanc")
    first, last = prepared.original_span(start, start + 6)
    assert original[first:last] == "q\u200b a z a n c"


def test_n_grams_have_length_one_and_cues_come_on_top() -> None:
    plain = features(prepare("mavi divan"))
    lure = features(prepare("Zəmanətli qazanc: gündə 500 AZN, indi qeydiyyatdan keçin"))
    assert np.linalg.norm(lure.values) > np.linalg.norm(plain.values) > 0.9
    places = np.isin(lure.buckets, lure.occurring)
    assert (lure.values[~places] >= np.float32(CUE_VALUE)).all()
    assert (~places).sum() >= 5
    assert (np.diff(lure.buckets) > 0).all()
    assert np.isfinite(features(prepare("")).values).all()


def test_every_n_gram_says_where_it_stands() -> None:
    prepared = prepare("oil profit")
    seen = features(prepared)
    stretches = {prepared.text[start:end] for start, end in zip(seen.starts, seen.ends, strict=True)}
    assert {" oi", "oil p", "oil", "oil profit"} <= stretches


@pytest.mark.parametrize("piece", ["a ", "1a", "a.", "@", "((", "\u0301"])
def test_hostile_text_is_read_without_complaint(piece: str) -> None:
    seen = features(prepare(piece * 1000))
    assert np.isfinite(seen.values).all()
    assert len(seen.occurring) == len(seen.starts) == len(seen.ends)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Напишите куратору, он перезвонит", "Message your curator"),
        ("Требуются курьеры, график сменный", "Drivers wanted, flexible shifts"),
        ("Ставка 14% годовых, лицензия банка", "Interest 4% a year, licensed bank"),
    ],
)
def test_the_same_class_of_words_is_the_same_cue_in_every_language(text: str, same: str) -> None:
    ours, theirs = (features(prepare(one)) for one in (text, same))
    cues = [set(one.buckets.tolist()) - set(one.occurring.tolist()) for one in (ours, theirs)]
    assert len(cues[0] & cues[1]) >= 3
