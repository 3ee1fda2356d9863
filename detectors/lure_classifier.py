"""Reads an ad's words and its landing pages with a trained classifier: scam, warning, news, parody, honest finance, other.

It learned how such texts are written, where ``lure_text`` judges by rules; each misses what the other sees. Claims, all on the
axis ``lure``, one for what is typed in the ad, one for each of its pictures' and its speech's words, one per landing page and
one per screenshot with words:

- ``reads_as_scam``: supports from a likelihood ratio of ``SPEAKS_FROM`` on; a text of several stretches, which has none, from a
  probability of ``SURE`` on in one of them, if no other surely warns or reports;
- ``reads_as_warning``, ``reads_as_news``, ``reads_as_parody``, ``reads_as_honest_finance``, ``reads_as_other``: against from
  ``SURE`` on. Below it, and in a language that it was not trained on, every one of these is inconclusive;
- the same, always inconclusive and without weight, of what a machine read or heard: the corpus holds typed texts only;
- ``text_not_classified``: no text, too little of it or a script that it was not trained on (inconclusive).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.finding import Method, finding
from detectors.hosts import defanged
from detectors.language import guess_language
from detectors.lure_features import Features, Prepared, features, prepare
from detectors.lure_model import LABELS, SPEAKS_FROM, LureModel, lure_model, read_lure_model
from detectors.lure_text import INNOCENT, ad_command, typed_words
from detectors.normalise import LONGEST_TEXT, fold
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdSubject
from detectors.text_lines import READ_BY_MACHINE, places_of, spot
from detectors.two_visits import runs_of_words
from detectors.validation import Declaration, Validated
from embeddings.records import TextLine, TextPlace
from evidence.records import content_id

SURE = 0.9
VALIDATED = Validated(
    data_set="detectors/data/lure_corpus, held-out patterns (python -m tests.train_lure)",
    codec="none: text",
    bitrate="none: text",
    language="Azerbaijani, Russian, Kazakh, Turkish, English",
    face_size="none: text",
)
VALIDATED_ON = VALIDATED.words
LONGEST_STRETCH = 600
"""Characters that are judged together; the texts that it learned from are shorter still."""
FEWEST_LETTERS = 12
REPEATED = 0.5
"""Of the runs of words of the shorter text: from so many in common on, a page repeats its ad."""

MOST_WORDS_SHOWN = 8
_READ = {
    TextPlace.FRAMES: "What is written in its pictures",
    TextPlace.SPEECH: "What is said in it",
    TextPlace.SCREENSHOT: "What is written in the screenshot of {}",
}
_ABOUT_FRAUD = ("warning", "news")
_KINDS = {
    "scam": "a scam's lure",
    "warning": "a warning about scams",
    "news": "a news report",
    "parody": "a parody or joke",
    "honest_finance": "an honest financial offer",
    "other": "neither finance nor fraud",
}
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    start: int
    prepared: Prepared
    features: Features
    shares: NDArray[np.float64]

    def share(self, label: str) -> float:
        return float(self.shares[LABELS.index(label)])


class LureClassifier:
    """One finding about the ad's text, one about each page's, and one about the words that a machine read in either."""

    name = "lure_classifier"
    version = "8"

    def __init__(self, weights: Path | None = None) -> None:
        """With the ``weights`` that ``tests.train_lure`` wrote, or those that come with Qalqan. Raises ``PackMissing`` and
        ``PackInvalid``."""
        self._model = lure_model() if weights is None else read_lure_model(weights)
        self.declared = (
            Declaration(
                of="how a text reads",
                on=VALIDATED,
                command="python -m tests.train_lure --check",
                weight=self._model.weight,
            ),
        )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings about title, body and button together, what is written and said in the media, then about pages; a page
        without text is not mentioned."""
        ad = subject.ad
        fields = typed_words(ad)
        yield self._examine(fields, ad_id=ad.ad_id, what="The ad's text", modality="text")
        yield from self._read(subject.lines, ad_id=ad.ad_id)
        for landing in subject.landings:
            url = defanged(landing.capture.final_url or landing.capture.requested_url)
            found = [*self._read(landing.lines, ad_id=ad.ad_id, url=url)]
            if landing.text is not None and landing.text.strip():
                what = f"The text of {url}"
                page = self._examine({"landing": landing.text}, ad_id=ad.ad_id, what=what, modality="page")
                found.append(_counted_once(page) if _repeats(landing.text, fields.values()) else page)
            for one in found:
                # Two pages of one ad may say the same.
                yield landing.own(one)

    def _read(self, lines: Sequence[TextLine], *, ad_id: str, url: str = "") -> Iterator[Finding]:
        """One finding per place in which a machine found words."""
        for name, place in places_of(lines).items():
            what = _READ[TextPlace(name)].format(url)
            found = self._examine({name: place.text}, ad_id=ad_id, what=what, modality="text", typed=False)
            at = spot(found.spans, {name: place})
            yield replace(
                found,
                finding_id=content_id(found.finding_id, name),
                creative_sha256=at.creative_sha256,
                start_s=at.start_s,
                end_s=at.end_s,
                region=at.region,
            )

    def _examine(self, fields: dict[str, str], *, ad_id: str, what: str, modality: str, typed: bool = True) -> Finding:
        joined = "\n".join(fields.values())
        refused = _refusal(joined)
        model = self._model
        method = Method(name=self.name, version=self.version, validated_on=VALIDATED_ON, model_sha256=model.sha256)
        if refused is not None:
            return finding(
                method=method,
                ad_id=ad_id,
                axis=Axis.LURE,
                bearing=Bearing.INCONCLUSIVE,
                claim="text_not_classified",
                observation=f"{what} was not classified: cannot tell because {refused}.",
                reproduce=ad_command(ad_id),
                modality=modality,
            )
        misread = READ_BY_MACHINE.issuperset(fields)
        stretches = [_read(model, joined, start, end, misread=misread) for start, end in stretches_of(joined)]
        telling, label, sure = _verdict(stretches)
        language = guess_language(joined)
        limits = ["the corpus was written for this purpose, not collected"]
        if language is None:
            limits.append("the language is none of those that it was trained on")
        if len(joined) > LONGEST_TEXT:
            limits.append(f"only the first {LONGEST_TEXT} characters were read")
        if not typed:
            limits.append("words that a machine read or heard are none of what it was measured on")
        inside = language is not None and len(stretches) == 1 and typed
        ratio = model.likelihood_ratio(max(one.share("scam") for one in stretches)) if inside else None
        sure = sure or (label == "scam" and ratio is not None and ratio >= SPEAKS_FROM)
        # What was not read may be the scam; nothing in it can make a scam of the rest harmless
        whole = len(joined) <= LONGEST_TEXT or label == "scam"
        decided = sure and whole and language is not None and typed
        yes = Bearing.SUPPORTS if label == "scam" else Bearing.AGAINST
        return finding(
            method=method,
            ad_id=ad_id,
            axis=Axis.LURE,
            bearing=yes if decided else Bearing.INCONCLUSIVE,
            claim=f"reads_as_{label}",
            observation=_observation(what, stretches, telling, label=label),
            reproduce=ad_command(ad_id),
            modality=modality,
            spans=list(_spans(model, telling, label, fields=fields)),
            measurement=telling.share(label),
            unit="probability",
            inside_validation=inside,
            likelihood_ratio=ratio,
            weight=model.weight if decided and inside and label == "scam" else 0.0,
            quality_limits=limits,
            innocent_explanations=INNOCENT,
        )


def _repeats(page: str, ad: Iterable[str]) -> bool:
    """Whether most of what the shorter of both says stands in the other too."""
    theirs, ours = runs_of_words(page), runs_of_words("\n".join(ad))
    shorter = min(len(theirs), len(ours))
    return shorter > 0 and len(theirs & ours) >= REPEATED * shorter


def _counted_once(page: Finding) -> Finding:
    """The finding about a page that says what the ad says: beside the ad's, its words are no second sign of a lure."""
    ratio = page.likelihood_ratio
    return replace(
        page,
        likelihood_ratio=None if ratio is None else min(ratio, 1.0),
        quality_limits=(*page.quality_limits, "it repeats the ad's words, which are weighed there"),
    )


def stretches_of(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of stretches of at most ``LONGEST_STRETCH`` characters, cut at the end of a sentence where there is one."""
    start, length = 0, min(len(text), LONGEST_TEXT)
    while start < length:
        end = min(start + LONGEST_STRETCH, length)
        if end < length:
            least = start + LONGEST_STRETCH // 3
            end = max((text.rfind(mark, least, end) for mark in "\n.!?…"), default=-1) + 1 or end
        if text[start:end].strip():
            yield start, end
        start = end


def _refusal(text: str) -> str | None:
    """Why a text is not classified; None if it is."""
    letters = [letter for letter in fold(text).text if letter.isalpha()]
    known = sum("\u0041" <= letter <= "\u052f" for letter in letters)
    if not letters:
        return "there are no words"
    if known < 0.7 * len(letters):
        return "most of it is in a script that the classifier was not trained on"
    if len(letters) < FEWEST_LETTERS:
        return f"it has only {len(letters)} letters"
    return None


def _read(model: LureModel, text: str, start: int, end: int, *, misread: bool) -> _Stretch:
    prepared = prepare(text[start:end], by_machine=misread)
    seen = features(prepared)
    return _Stretch(start, prepared, seen, model.probabilities(seen))


def _verdict(stretches: Sequence[_Stretch]) -> tuple[_Stretch, str, bool]:
    """The stretch that tells most, the kind of the text, and whether that is sure: a lure anywhere makes a lure."""
    luring = max(stretches, key=lambda stretch: stretch.share("scam"))
    if luring.share("scam") >= 0.5:
        contradicted = any(stretch.share(label) >= SURE for stretch in stretches for label in _ABOUT_FRAUD)
        return luring, "scam", luring.share("scam") >= SURE and not contradicted
    mean = np.mean([stretch.shares for stretch in stretches], axis=0)
    label = LABELS[int(mean.argmax())]
    telling = max(stretches, key=lambda stretch: stretch.share(label))
    return telling, label, bool(mean.max() >= SURE)


def _observation(what: str, stretches: Sequence[_Stretch], telling: _Stretch, *, label: str) -> str:
    ranked = sorted(LABELS, key=telling.share, reverse=True)[:2]
    second = next(one for one in ranked if one != label) if len(ranked) > 1 else label
    words = (
        f"{what} reads like {_KINDS[label]} (probability {telling.share(label):.2f}; "
        f"next: {_KINDS[second]}, {telling.share(second):.2f})"
    )
    if len(stretches) == 1:
        return words + "."
    alike = sum(LABELS[int(stretch.shares.argmax())] == label for stretch in stretches)
    return f"{words}, in the most telling of its {len(stretches)} stretches; {alike} read so."


def _spans(model: LureModel, stretch: _Stretch, label: str, *, fields: dict[str, str]) -> Iterator[Span]:
    """The words that speak most for the kind, in the order of the text."""
    text = stretch.prepared.text
    gain = model.contributions(stretch.features, label) / (stretch.features.ends - stretch.features.starts)
    change = np.zeros(len(text) + 1)
    np.add.at(change, stretch.features.starts, gain)
    np.add.at(change, stretch.features.ends, -gain)
    by_letter = np.concatenate(([0.0], np.cumsum(change)))
    words = [found.span() for found in _WORD.finditer(text) if any(map(str.isalnum, found[0]))]
    telling = sorted(words, key=lambda word: by_letter[word[0] + 1 : word[1] + 1].sum(), reverse=True)
    starts = np.cumsum([0, *(len(field) + 1 for field in fields.values())])
    names = list(fields)
    for start, end in sorted(telling[:MOST_WORDS_SHOWN]):
        if by_letter[start + 1 : end + 1].sum() <= 0:
            continue
        first, last = (stretch.start + at for at in stretch.prepared.original_span(start, end))
        field = bisect_right(starts, first) - 1
        offset = int(starts[field])
        yield Span(field=names[field], start=first - offset, end=last - offset, label=f"reads_as_{label}")
