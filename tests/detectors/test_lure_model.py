"""The weights that are committed belong to the corpus that is committed, and survive being packed."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from detectors.lure_features import BUCKETS, features, prepare
from detectors.lure_model import LABELS, RATIO_BOUND, WEIGHTS, LureModel, lure_model, packed, read_lure_model, unpacked
from embeddings.errors import PackInvalid, PackMissing
from tests.lure_corpus import DISGUISES, PLACE, corpus_sha256, features_sha256, read_corpus


def small() -> LureModel:
    """Random weights."""
    draw = np.random.default_rng(3)
    return LureModel(
        weights=draw.normal(size=(BUCKETS, len(LABELS))).astype(np.float32),
        bias=draw.normal(size=len(LABELS)).astype(np.float32),
        temperature=1.5,
        cllr=0.25,
        scam_share=0.2,
        corpus_sha256="c" * 64,
        features_sha256="f" * 64,
        sha256="",
    )


def test_the_weight_is_what_the_measured_error_leaves() -> None:
    assert small().weight == 0.75
    assert replace(small(), cllr=1.3).weight == 0.0
    assert 0.5 < lure_model().weight < 1.0


def test_the_likelihood_ratio_leaves_the_corpus_own_share_out_and_is_bounded() -> None:
    model = small()
    assert model.likelihood_ratio(0.2) == pytest.approx(1.0)
    assert model.likelihood_ratio(0.8) == pytest.approx(16.0)
    assert model.likelihood_ratio(1.0) == RATIO_BOUND
    assert model.likelihood_ratio(0.0) == 1 / RATIO_BOUND


def test_the_weights_were_trained_on_this_corpus() -> None:
    assert lure_model().corpus_sha256 == corpus_sha256(), "the corpus has changed: run python -m tests.train_lure"


def test_the_weights_were_trained_on_this_word_list_and_folding() -> None:
    assert lure_model().features_sha256 == features_sha256(), (
        "the word list or what is seen of a text has changed: run python -m tests.train_lure"
    )


def test_a_word_more_in_the_list_makes_weights_stale(tmp_path: Path) -> None:
    place = tmp_path / PLACE.name
    place.mkdir()
    (place / "en.tsv").write_text("".join((PLACE / "en.tsv").read_text().splitlines(keepends=True)[:2]))
    listed = (PLACE.parent / "lure.toml").read_bytes()
    hashes = set()
    for words in (listed, listed + b"\n"):
        (tmp_path / "lure.toml").write_bytes(words)
        hashes.add(features_sha256(place))
    assert len(hashes) == 2


def test_the_weights_are_small_and_hold_no_objects() -> None:
    data = (files("detectors") / "data" / WEIGHTS).read_bytes()
    assert len(data) <= 2_000_000
    with np.load(files("detectors") / "data" / WEIGHTS, allow_pickle=False) as stored:  # type: ignore[arg-type]
        assert all(stored[name].dtype != object for name in stored.files)


def test_the_corpus_is_as_its_card_says() -> None:
    corpus = read_corpus()
    assert len(corpus) >= 1500
    assert len({text.id for text in corpus}) == len(corpus)
    assert len({text.text for text in corpus}) == len(corpus)
    assert {(text.language, text.label) for text in corpus} == {
        (language, label) for language in ("az", "ru", "kk", "tr", "en") for label in LABELS
    }
    assert all(text.group.startswith(text.label) for text in corpus)
    assert len({text.fold for text in corpus}) == 5


def test_every_disguise_changes_what_stands_there_and_little_of_what_is_read() -> None:
    text = "Zəmanətli qazanc: SOCAR platformasında qeydiyyatdan keçin, получайте прибыль каждый день! " * 3
    for name, disguise in DISGUISES.items():
        disguised = disguise(text, random.Random(5))
        assert disguised != text, name
        seen, hidden = (set(features(prepare(one)).buckets.tolist()) for one in (text, disguised))
        assert len(seen & hidden) > 0.7 * len(seen), name


def test_packing_loses_less_than_a_step() -> None:
    model = small()
    again = unpacked(packed(model))
    step = np.abs(model.weights).max(axis=0) / 127
    assert (np.abs(again.weights - model.weights) <= step / 2 + 1e-6).all()
    assert (again.temperature, again.corpus_sha256, again.features_sha256) == (1.5, "c" * 64, "f" * 64)
    assert len(again.sha256) == 64


def test_weights_of_another_version_are_refused() -> None:
    model = small()
    other = replace(model, weights=model.weights[:100])
    with pytest.raises(ValueError, match=r"run python -m tests\.train_lure"):
        unpacked(packed(other))


def test_probabilities_add_up_and_contributions_explain_the_margin() -> None:
    model, seen = small(), features(prepare("Guaranteed profit"))
    assert model.probabilities(seen).sum() == pytest.approx(1)
    place = np.isin(seen.buckets, seen.occurring)
    margin = model.weights[seen.buckets]
    expected = seen.values * (margin[:, LABELS.index("scam")] - np.delete(margin, LABELS.index("scam"), 1).mean(axis=1))
    assert model.contributions(seen, "scam").sum() == pytest.approx(float(expected[place].sum()), rel=1e-4)


def test_the_trained_model_tells_a_lure_from_a_warning_about_it() -> None:
    model = lure_model()
    texts = {
        "scam": "Guaranteed profit from the oil platform: deposit $250 and earn $900 a day, register now!",
        "warning": "Beware of fake ads promising guaranteed profit from oil. Do not share your card details, it is a scam.",
        "honest_finance": "Term deposit at 4.5% per annum, insured by the state fund. Apply in any branch.",
    }
    for label, text in texts.items():
        shares = model.probabilities(features(prepare(text)))
        assert LABELS[int(shares.argmax())] == label


def test_weights_of_ones_own_are_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    own = tmp_path / "own.npz"
    own.write_bytes(packed(small()))
    assert read_lure_model(own).cllr == 0.25
    with pytest.raises(PackMissing, match="there are no lure weights"):
        read_lure_model(tmp_path / "typo.npz")
    crippled = (
        replace(small(), bias=np.zeros(3, dtype=np.float32)),
        replace(small(), bias=np.full(len(LABELS), np.nan, dtype=np.float32)),
        *(replace(small(), scam_share=share) for share in (0.0, 1.0)),
    )
    for wrong in (b"", b"no weights", packed(small())[:5000], *map(packed, crippled)):
        own.write_bytes(wrong)
        with pytest.raises(PackInvalid, match="holds no lure weights"):
            read_lure_model(own)
