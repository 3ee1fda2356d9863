"""Train the lure classifier on the corpus, calibrate it, measure it on ideas that it has not seen, and write its weights.

    python -m tests.train_lure [--check] [--by pattern|idea] [--half first|second --out FILE]

Every text of the corpus is judged by a model that has learned from none of the pattern's variants (``--by pattern``), or from no
variant of its idea in any language (``--by idea``: harder, since translations are held out together). The temperature that
calibrates what is written is fitted on those judgements; what is measured uses temperatures of other folds. The weights that are
written come from the whole corpus. ``--check`` writes nothing.
"""

from __future__ import annotations

import argparse
import random
import tomllib
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

from detectors.language import LANGUAGES
from detectors.lure_classifier import SURE
from detectors.lure_features import BUCKETS, features, prepare
from detectors.lure_model import LABELS, WEIGHTS, LureModel, packed, unpacked
from detectors.lure_reading import Verdict, read_texts
from qalqan.demo.texts import HONEST, KAPITAL_SCAM, SCAM_AD, SCAM_AD_SHORT, SOCAR_SCAM_NO_PERSON
from tests.lure_corpus import (
    DISGUISES,
    FIRST_LATER,
    FOLDS,
    HALVES,
    PLACE,
    CorpusText,
    corpus_sha256,
    features_sha256,
    read_corpus,
)
from watchlist.error_rates import cllr, cllr_min

STRENGTH = 30.0
"""How much one text's loss counts against the square of the weights."""
STEPS = 50
SCAM = LABELS.index("scam")
TARGET = 0.95
TARGET_DISGUISED = 0.90
DRAWS = 1000

Floats = NDArray[np.float64]


def matrix(texts: Sequence[str]) -> csr_matrix:
    """(texts, ``BUCKETS``)."""
    seen = [features(prepare(text)) for text in texts]
    rows = np.repeat(np.arange(len(seen)), [len(one.buckets) for one in seen])
    columns = np.concatenate([one.buckets for one in seen])
    return csr_matrix(
        (np.concatenate([one.values for one in seen]).astype(np.float64), (rows, columns)), (len(seen), BUCKETS)
    )


def fit(seen: csr_matrix, kinds: NDArray[np.int64]) -> Floats:
    """(``BUCKETS`` + 1, classes) of a multinomial logistic regression; the last row is the bias."""
    classes, truth = len(LABELS), np.eye(len(LABELS))[kinds]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(BUCKETS + 1, classes)
        logs = log_softmax(seen @ weights[:-1] + weights[-1], axis=1)
        error = np.exp(logs) - truth
        gradient = np.empty_like(weights)
        gradient[:-1] = STRENGTH * (seen.T @ error) + weights[:-1]
        gradient[-1] = STRENGTH * error.sum(axis=0)
        return float(-STRENGTH * (logs * truth).sum() + 0.5 * (weights[:-1] ** 2).sum()), gradient.ravel()

    start = np.zeros((BUCKETS + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    weights: Floats = found.x.reshape(BUCKETS + 1, classes)
    return weights


def fold_of(text: CorpusText, by: str) -> int:
    """Held out together: a pattern's variants, or an idea in all its languages."""
    return text.fold if by == "idea" else (text.fold + zlib.crc32(text.language.encode())) % FOLDS


def held_out(corpus: Sequence[CorpusText], versions: Sequence[Sequence[str]], by: str) -> list[Floats]:
    """For each version of the texts (texts, classes) logits of models that learned from other folds, undisguised."""
    kinds = np.array([LABELS.index(text.label) for text in corpus])
    folds = np.array([fold_of(text, by) for text in corpus])
    seen = [matrix(version) for version in versions]
    logits = [np.zeros((len(corpus), len(LABELS))) for _ in versions]
    for fold in range(FOLDS):
        weights = fit(seen[0][folds != fold], kinds[folds != fold])
        for one, out in zip(seen, logits, strict=True):
            out[folds == fold] = one[folds == fold] @ weights[:-1] + weights[-1]
    return logits


def f1(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Of the class that ``true`` marks."""
    return float(2 * (said & true).sum() / max(1, said.sum() + true.sum()))


def temperature_of(logits: Floats, kinds: NDArray[np.int64]) -> float:
    """What logits are divided by so that their probabilities fit best."""

    def loss(log_temperature: float) -> float:
        logs = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-logs[np.arange(len(kinds)), kinds].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def calibration_error(shares: Floats, true: NDArray[np.bool_]) -> float:
    """Mean distance between stated and observed shares of scams, over ten bands of the stated one."""
    bands = np.minimum((shares * 10).astype(int), 9)
    return float(
        sum(abs(shares[bands == b].mean() - true[bands == b].mean()) * (bands == b).mean() for b in np.unique(bands))
    )


def interval(said: NDArray[np.bool_], true: NDArray[np.bool_], patterns: NDArray[np.int64]) -> tuple[float, float]:
    """95 % of the F1: whole patterns are drawn again, since the texts of one pattern are right or wrong together."""
    _, place = np.unique(patterns, return_inverse=True)
    counts = [np.bincount(place, weights=w) for w in (said & true, said, true)]
    drawn = np.random.default_rng(7).integers(len(counts[0]), size=(DRAWS, len(counts[0])))
    hits, said_so, are = (count[drawn].sum(axis=1) for count in counts)
    low, high = np.quantile(2 * hits / np.maximum(said_so + are, 1), [0.025, 0.975])
    return float(low), float(high)


def judged(corpus: Sequence[CorpusText], logits: Floats, by: str) -> Floats:
    """(texts, classes) probabilities; the temperature for a fold is fitted on judgements of texts of the other folds."""
    kinds = np.array([LABELS.index(text.label) for text in corpus])
    folds = np.array([fold_of(text, by) for text in corpus])
    shares = np.zeros_like(logits)
    for fold in range(FOLDS):
        temperature = temperature_of(logits[folds != fold], kinds[folds != fold])
        shares[folds == fold] = softmax(logits[folds == fold] / temperature, axis=1)
    return shares


def report(corpus: Sequence[CorpusText], by: str) -> tuple[float, float]:
    """Print what was reached and by how much it misses; the temperature and the Cllr."""
    names = ["as written", *DISGUISES]
    versions = [[text.text for text in corpus]]
    for name, disguise in DISGUISES.items():
        versions.append([disguise(text.text, random.Random(f"{name} {text.id}")) for text in corpus])
    logits = held_out(corpus, versions, by)
    kinds = np.array([LABELS.index(text.label) for text in corpus])
    temperature = temperature_of(logits[0], kinds)
    shares = [judged(corpus, one, by) for one in (logits[0],)]
    shares += [softmax(one / temperature, axis=1) for one in logits[1:]]
    scam = kinds == SCAM
    rules = np.array(
        [read_texts({"body": text.text}, has_link=True).verdict is Verdict.LURE for text in corpus], dtype=bool
    )
    print(
        f"{len(corpus)} texts, {FOLDS} folds by {by}; F1 of scam (probability of scam at least 0.5) on held-out texts, "
        "none of which was disguised in training"
    )
    _print_languages(corpus, names, shares, rules)
    _print_confusion(kinds, shares[0])
    sure = shares[0][:, SCAM] >= SURE
    print(f"temperature {temperature:.2f}, calibration error {calibration_error(shares[0][:, SCAM], scam):.3f}")
    cost, least = _cost(shares[0][:, SCAM], scam)
    print(f"Cllr of scam against the rest: {cost:.3f} bits (least {least:.3f})")
    print(f"probability of scam at least {SURE}: {sure.sum()} texts, {(sure & ~scam).sum()} of them no scam")
    found = (sure & scam).sum() / scam.sum(), (sure & rules & ~scam).sum(), (sure & rules & scam).sum() / scam.sum()
    print("  they hold {:.1%} of the scams; where the word list agrees: {} wrong, {:.1%} of the scams".format(*found))
    about = np.isin(kinds, [LABELS.index("warning"), LABELS.index("news")])
    print(f"warnings and news taken for scams: {(about & (shares[0][:, SCAM] >= 0.5)).sum()} of {about.sum()}")
    return temperature, cost


def _cost(shares: Floats, scam: NDArray[np.bool_]) -> tuple[float, float]:
    """Cllr of the probabilities of scam, and the least that any calibration of them would have."""
    odds = np.log10(shares / (1 - shares)) - np.log10(scam.mean() / (1 - scam.mean()))
    return cllr(odds[scam], odds[~scam]), cllr_min(odds[scam], odds[~scam])


def _print_languages(
    corpus: Sequence[CorpusText], names: Sequence[str], shares: Sequence[Floats], rules: NDArray[np.bool_]
) -> None:
    """A line per language, then its distance from the targets."""
    kinds = np.array([LABELS.index(text.label) for text in corpus])
    languages = np.array([text.language for text in corpus])
    later = np.array([text.number >= FIRST_LATER for text in corpus])
    patterns = np.array([zlib.crc32(f"{text.language} {text.group}".encode()) for text in corpus], dtype=np.int64)
    said, true = [one[:, SCAM] >= 0.5 for one in shares], kinds == SCAM
    print(
        f"{'language':10}{names[0]:>14}{'95 % interval':>18}{'first ideas':>14}{'later ideas':>14}"
        + "".join(f"{name:>14}" for name in [*names[1:], "word list", "six kinds"])
    )
    verdicts = []
    for language in LANGUAGES:
        here = languages == language
        plain, worst = f1(said[0][here], true[here]), min(f1(one[here], true[here]) for one in said[1:])
        low, high = interval(said[0][here], true[here], patterns[here])
        row = [f1(said[0][here & part], true[here & part]) for part in (~later, later)]
        row += [f1(one[here], true[here]) for one in [*said[1:], rules]]
        guess = shares[0][here].argmax(axis=1)
        row.append(float(np.mean([f1(guess == kind, kinds[here] == kind) for kind in range(len(LABELS))])))
        print(f"{language:10}{plain:14.3f}{f'{low:.3f}..{high:.3f}':>18}" + "".join(f"{value:14.3f}" for value in row))
        verdicts.append(
            f"{language}: as written {_distance(plain, TARGET)}, in the worst disguise {_distance(worst, TARGET_DISGUISED)}"
        )
    print(f"targets: {TARGET} as written, {TARGET_DISGUISED} in disguise")
    print("\n".join(f"  {verdict}" for verdict in verdicts))


def _distance(reached: float, target: float) -> str:
    return "reached" if reached >= target else f"missed by {target - reached:.4f}"


def _print_confusion(kinds: NDArray[np.int64], shares: Floats) -> None:
    table = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(table, (kinds, shares.argmax(axis=1)), 1)
    print("what it is (rows), what it was taken for (columns)")
    print(f"{'':16}" + "".join(f"{label:>16}" for label in LABELS))
    for label, row in zip(LABELS, table, strict=True):
        print(f"{label:16}" + "".join(f"{count:16}" for count in row))


def strangers() -> list[tuple[str, bool, str]]:
    """(where from, whether it is a scam, text) of texts that are not in the corpus and were written by others."""
    written = tomllib.loads((Path(__file__).parent / "detectors" / "texts.toml").read_text(encoding="utf-8"))["text"]
    found = [(f"texts.toml {one['language']} {one['kind']}", one["kind"] == "scam", one["text"]) for one in written]
    scams = [*SCAM_AD.values(), *SCAM_AD_SHORT.values(), KAPITAL_SCAM, SOCAR_SCAM_NO_PERSON]
    found += [("demo scam", True, f"{title}\n{body}") for title, body in scams]
    return found + [(f"demo {name}", False, f"{title}\n{body}") for name, (title, body) in HONEST.items()]


def confusion(model: LureModel) -> None:
    """Print how the model judges texts that are not in the corpus, and every mistake."""
    cases = strangers()
    shares = np.array([model.probabilities(features(prepare(text))) for _, _, text in cases])
    true = np.array([scam for _, scam, _ in cases])
    said = shares[:, SCAM] >= 0.5
    for place in ("texts.toml", "demo"):
        here = np.array([where.startswith(place) for where, _, _ in cases])
        right = (said & true & here).sum(), (true & here).sum(), (said & ~true & here).sum(), (~true & here).sum()
        print("{}: {} of {} scams found, {} of {} others taken for scams; F1 ".format(place, *right), end="")
        print(f"{f1(said[here], true[here]):.3f}")
    for (where, _, text), share, wrong in zip(cases, shares, said != true, strict=True):
        if wrong:
            print(
                f"  wrong: {where}: scam {share[SCAM]:.2f}, {LABELS[int(share.argmax())]} {share.max():.2f}: {text[:90]}"
            )


def trained(corpus: Sequence[CorpusText], *, temperature: float, cost: float) -> bytes:
    """The weights file of a model that learned from every text of ``corpus``."""
    weights = fit(matrix([text.text for text in corpus]), np.array([LABELS.index(text.label) for text in corpus]))
    return packed(
        LureModel(
            weights=(weights[:-1] / temperature).astype(np.float32),
            bias=(weights[-1] / temperature).astype(np.float32),
            temperature=temperature,
            cllr=cost,
            scam_share=sum(text.label == LABELS[SCAM] for text in corpus) / len(corpus),
            corpus_sha256=corpus_sha256(),
            features_sha256=features_sha256(),
            sha256="",
        )
    )


def trained_on(half: str) -> bytes:
    """The weights file of a model that has seen nothing of the other half of the ideas."""
    corpus = [text for text in read_corpus() if text.half == half]
    (logits,) = held_out(corpus, [[text.text for text in corpus]], "pattern")
    scam = np.array([text.label == LABELS[SCAM] for text in corpus])
    temperature = temperature_of(logits, np.array([LABELS.index(text.label) for text in corpus]))
    cost = _cost(judged(corpus, logits, "pattern")[:, SCAM], scam)[0]
    return trained(corpus, temperature=temperature, cost=cost)


def main() -> None:
    """Measure, train on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure only")
    parser.add_argument("--by", choices=("pattern", "idea"), default="pattern")
    parser.add_argument("--half", choices=HALVES, help="only this half of the ideas, the other being for tests")
    parser.add_argument("--out", type=Path, default=PLACE.parent / WEIGHTS, help="where the weights go")
    chosen = parser.parse_args()
    if chosen.half is not None and chosen.out == PLACE.parent / WEIGHTS and not chosen.check:
        parser.error("--half needs --out: what comes with Qalqan is trained on the whole corpus")
    corpus = [text for text in read_corpus() if chosen.half in (None, text.half)]
    temperature, cost = report(corpus, chosen.by)
    if chosen.check:
        return
    data = trained(corpus, temperature=temperature, cost=cost)
    chosen.out.write_bytes(data)
    print(f"wrote {chosen.out.name}: {len(data)} bytes")
    confusion(unpacked(data))


if __name__ == "__main__":
    main()
