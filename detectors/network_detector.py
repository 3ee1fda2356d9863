"""A pretrained network as a detector: shown the people recognised in a creative, it answers, and that is said and weighed.

It carries weight only with a calibration in its manifest, and only for items inside the conditions that the manifest states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from detectors.appearances import Look, NotShown, by_person
from detectors.finding import Method
from detectors.network_facts import NetworkManifest
from detectors.network_findings import NetworkFindings, declared_by
from detectors.network_outputs import log_odds
from detectors.network_pictures import shown_pictures
from detectors.network_windows import heard_windows
from detectors.records import Finding
from detectors.subject import CreativeSubject

Network = Callable[[Sequence[NDArray[Any]]], NDArray[np.float32]]
"""Pictures (h, w, 3) uint8 RGB or windows (n,) float32, all of one size → the outputs for each, one row per item."""

CODE_VERSION = "1"
"""Of what is done here around any network; raised when the same network would find something else."""


def version_of(manifest: NetworkManifest, *, code: str = CODE_VERSION) -> str:
    """The network's version, that of the code around it, and the manifest's hash: every cache key follows all three."""
    return f"{manifest.version}+{code}.{manifest.sha256[:12]}"


class NetworkDetector:
    """``name`` is ``family.name``."""

    def __init__(self, manifest: NetworkManifest, run: Network) -> None:
        self.name = f"{manifest.family}.{manifest.name}"
        self.version = version_of(manifest)
        self.manifest = manifest
        self.declared = (declared_by(manifest, of="its answers", command="qalqan evaluate detectors DIR"),)
        self._run = run
        validated = None if manifest.validated is None else manifest.validated.words
        model_sha256 = manifest.file("weights").sha256
        self._findings = NetworkFindings(
            Method(name=self.name, version=self.version, validated_on=validated, model_sha256=model_sha256), manifest
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a loaded network is never pickled; call detectors.networks.load_networks in the worker instead"
        )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """One finding per person or appearance: what the network answered, or why it was not asked."""
        if not subject.matches:
            yield self._findings.nobody(subject)
            return
        shown = self._shown(subject)
        answers = iter(self._answers([one for one in shown if isinstance(one, Look)]))
        for one in shown:
            if isinstance(one, NotShown):
                yield self._findings.not_asked(subject, one)
            else:
                yield self._findings.answered(subject, one, next(answers))

    def _shown(self, subject: CreativeSubject) -> list[Look | NotShown]:
        outside = self._findings.outside(subject.media.creative)
        if outside is not None:
            people = by_person(subject.matches).values()
            return [NotShown(match=matches[0], why=outside, outside=True) for matches in people]
        pick = shown_pictures if self.manifest.pictures is not None else heard_windows
        return list(pick(subject, self.manifest))

    def _answers(self, looks: Sequence[Look]) -> list[NDArray[np.float64]]:
        """Log-odds of each look's items; items of several looks share calls of the network."""
        items = [item for look in looks for item in look.items]
        size = self.manifest.cost.batch
        batches = [self._run(items[start : start + size]) for start in range(0, len(items), size)]
        if not batches:
            return []
        scores = log_odds(np.concatenate(batches), self.manifest.output)
        return np.split(scores, np.cumsum([len(look.items) for look in looks])[:-1])
