"""A pretrained text network as a detector: given what an ad and its landing pages say, it answers whether that lures.

Claims, all on the axis ``lure``, one for the ad and one per landing page: ``network_lure`` (supports), ``network_no_lure``
(against), ``network_undecided``, ``network_not_calibrated``, ``network_not_asked`` (inconclusive). It weighs only what the
calibration in its manifest says, and only in the languages that the manifest names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.finding import Method, finding
from detectors.hosts import defanged
from detectors.language import guess_language
from detectors.lure_classifier import FEWEST_LETTERS, stretches_of
from detectors.lure_text import INNOCENT, ad_command, ad_words
from detectors.network_detector import version_of
from detectors.network_facts import NetworkManifest
from detectors.network_findings import NOT_CALIBRATED, NOT_VALIDATED, declared_by
from detectors.network_outputs import log_odds, share
from detectors.normalise import LONGEST_TEXT
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdSubject
from watchlist.verbal import SPEAKS_FROM, strength

CODE_VERSION = "2"
"""Of what is done here around any text network; raised when the same network would find something else."""


class TextClassifier(Protocol):
    """A loaded network: which pieces of a text it takes whole, and what it answers to them."""

    def windows(self, text: str) -> Sequence[tuple[int, int]]:
        """(start, end) of the pieces, in order and without a gap between them; one where the text fits."""
        ...

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The outputs for each text, one row per text and one column per label of the manifest."""
        ...


class TextNetwork:
    """``name`` is ``family.name``."""

    def __init__(self, manifest: NetworkManifest, run: TextClassifier) -> None:
        self.name = f"{manifest.family}.{manifest.name}"
        self.version = version_of(manifest, code=CODE_VERSION)
        self.manifest = manifest
        self._run = run
        self.declared = (declared_by(manifest, of="its answers", command="qalqan evaluate candidates DIR"),)
        self._method = Method(
            name=self.name,
            version=self.version,
            validated_on=None if manifest.validated is None else manifest.validated.words,
            model_sha256=manifest.file("weights").sha256,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a loaded network is never pickled; call detectors.networks.load_text_networks in the worker instead"
        )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """One finding about what the ad says, in its text, its pictures and its speech, and one per landing page with text."""
        ad_id = subject.ad.ad_id
        yield self._examine(ad_words(subject).texts, ad_id=ad_id, what="What the ad says", modality="text")
        for landing in subject.landings:
            if landing.text is not None and landing.text.strip():
                what = f"The text of {defanged(landing.capture.final_url or landing.capture.requested_url)}"
                found = self._examine({"landing": landing.text}, ad_id=ad_id, what=what, modality="page")
                # Two pages of one ad may say the same.
                yield landing.own(found)

    def _examine(self, texts: Mapping[str, str], *, ad_id: str, what: str, modality: str) -> Finding:
        facts: dict[str, Any] = {"ad_id": ad_id, "modality": modality}
        joined = "\n".join(texts.values())
        language = guess_language(joined)
        refused = self._refusal(joined, language)
        if refused is not None:
            outside = self.manifest.validated is not None and sum(map(str.isalpha, joined)) >= FEWEST_LETTERS
            words = (
                f"The network {self.manifest.name} was not asked about {_lower(what)}: cannot tell because {refused}."
            )
            return self._made(
                claim="network_not_asked", observation=words, inside_validation=False if outside else None, **facts
            )
        most = self.manifest.cost.max_windows
        stretches = list(self._pieces(texts))
        read = stretches[:most]
        odds = self._odds([texts[name][start:end] for name, start, end in read])
        if not np.all(np.isfinite(odds)):
            words = f"The network {self.manifest.name} gave no number for {_lower(what)}: cannot tell."
            return self._made(claim="network_undecided", observation=words, **facts)
        telling = int(odds.argmax())
        name, start, end = read[telling]
        skipped = len(stretches) - len(read)
        limits = [f"{skipped} of its {len(stretches)} stretches were not read"] if skipped else []
        cut = [name for name, text in texts.items() if len(text) > LONGEST_TEXT]
        limits += [f"only the first {LONGEST_TEXT} characters of {name} were read" for name in cut]
        whole = not limits
        if len(read) > 1:
            limits.append(f"the highest of {len(read)} answers: whether the calibration holds for that is not known")
        return self._answered(
            float(odds[telling]),
            what=what,
            whole=whole,
            spans=[Span(field=name, start=start, end=end, label="network_lure")],
            limits=limits,
            **facts,
        )

    def _pieces(self, texts: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
        """(field, start, end) of what the network is asked about, each as much as it takes whole."""
        for name, text in texts.items():
            for start, end in stretches_of(text):
                for first, last in self._run.windows(text[start:end]):
                    if text[start + first : start + last].strip():
                        yield name, start + first, start + last

    def _refusal(self, text: str, language: str | None) -> str | None:
        letters = sum(map(str.isalpha, text))
        if letters < FEWEST_LETTERS:
            return "there are no words" if not letters else f"it has only {letters} letters"
        takes = self.manifest.conditions.languages
        if takes and language not in takes:
            return f"its language is {language or 'not known'}, and this network takes {', '.join(takes)}"
        return None

    def _odds(self, texts: Sequence[str]) -> NDArray[np.float64]:
        size = self.manifest.cost.batch
        rows = [self._run(texts[at : at + size]) for at in range(0, len(texts), size)]
        return log_odds(np.concatenate(rows), self.manifest.output)

    def _answered(self, score: float, *, what: str, whole: bool, limits: list[str], **facts: Any) -> Finding:
        calibration, labels = self.manifest.calibration, ", ".join(self.manifest.output.altered)
        words = (
            f"{what}: the network {self.manifest.name} gives {share(score):.0%} to “{labels}” where that is highest."
        )
        words += "" if whole else f" Not all was read: {limits[0]}."
        if calibration is None:
            claim, bearing, ratio = "network_not_calibrated", Bearing.INCONCLUSIVE, None
            words += " What that weighs is not calibrated."
        elif not whole and calibration.likelihood_ratio(score) < 1:
            claim, bearing, ratio = "network_undecided", Bearing.INCONCLUSIVE, None
            words += " That weighs nothing: the rest, which was not read, may be the lure."
        else:
            ratio = calibration.likelihood_ratio(score)
            claim, bearing = _verdict(ratio)
            words += f" By its calibration on {calibration.source} this gives {strength(ratio)}."
        return self._made(
            claim=claim,
            observation=words,
            bearing=bearing,
            measurement=score,
            unit=f"log-odds of {labels}",
            likelihood_ratio=ratio,
            weight=calibration.weight if calibration is not None and bearing is not Bearing.INCONCLUSIVE else 0.0,
            inside_validation=whole if self.manifest.validated is not None else None,
            limits=limits,
            **facts,
        )

    def _made(
        self, *, ad_id: str, limits: Sequence[str] = (), bearing: Bearing = Bearing.INCONCLUSIVE, **facts: Any
    ) -> Finding:
        always = [
            *([] if self.manifest.validated is not None else [NOT_VALIDATED]),
            *([] if self.manifest.calibration is not None else [NOT_CALIBRATED]),
        ]
        return finding(
            method=self._method,
            axis=Axis.LURE,
            bearing=bearing,
            ad_id=ad_id,
            reproduce=ad_command(ad_id),
            quality_limits=[*limits, *always],
            innocent_explanations=INNOCENT,
            **facts,
        )


def _verdict(ratio: float) -> tuple[str, Bearing]:
    if max(ratio, 1 / ratio) < SPEAKS_FROM:
        return "network_undecided", Bearing.INCONCLUSIVE
    return ("network_lure", Bearing.SUPPORTS) if ratio > 1 else ("network_no_lure", Bearing.AGAINST)


def _lower(what: str) -> str:
    return what[:1].lower() + what[1:]
