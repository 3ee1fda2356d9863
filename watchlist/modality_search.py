"""Who of a gallery is seen or heard, by one modality: the search, the threshold of the video, the weight of the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchlist.calibration import Calibration
from watchlist.index import VectorIndex
from watchlist.thresholds import Basis, Threshold, person_threshold, video_threshold

Vectors = NDArray[np.float32]


DIGITS = 4
"""Decimals of a score that are told. Networks give the last digits of a vector otherwise when other vectors are made in the same
call: what is recorded must not depend on that."""


def as_told(score: float) -> float:
    """A score as it is recorded."""
    return round(score, DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A person whose threshold a track reaches; ``likelihood_ratio`` is None where nothing is calibrated."""

    person_id: str
    score: float
    threshold: float
    likelihood_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    """The vectors (k, d) of one track of one creative; ``what`` names it in errors. Queries of a creative with the same
    ``track`` are one face or one speaker, hence not independent."""

    creative: str
    track: int
    vectors: Vectors
    what: str


class ModalitySearch:
    """The vectors of one modality with what is known of their scores."""

    def __init__(
        self,
        index: VectorIndex,
        *,
        among: Collection[str],
        least: float,
        calibration: Calibration | None,
    ) -> None:
        """``among`` are the people who can be matched now; ``least`` is the model pack's threshold."""
        self.index = index
        self.calibration = calibration
        held = Counter(owner for owner in index.owners if owner in among)
        self.owners = tuple(sorted(held))
        """Who can be matched and has vectors."""
        self._references = held.total()
        # Asking for everybody by name would cost more than the search of a large gallery
        self._among = None if self._references == len(index.owners) else self.owners
        self._least = least
        self._declared = dict(calibration.look_alikes) if calibration else {}
        self._look_alikes: dict[str, float | None] = {}

    def hits(self, queries: Sequence[Query]) -> list[Hit | None]:
        """For each query the best person, if that person's threshold is reached; of two equally good ones the one whose
        id sorts first. Raises ``ValueError`` for vectors that are not finite or not of this space."""
        best = self.index.best(
            [query.vectors for query in queries], what=[query.what for query in queries], among=self._among
        )
        tracks = Counter(creative for creative, _ in {(query.creative, query.track) for query in queries})
        return [
            None if found is None else self._hit(*found, tracks=tracks[query.creative])
            for query, found in zip(queries, best, strict=True)
        ]

    def _hit(self, score: float, person_id: str, *, tracks: int) -> Hit | None:
        if score < self._least:
            return None
        threshold = self.threshold(person_id, tracks=tracks)
        if score < threshold.score:
            return None
        told = max(as_told(score), threshold.score)
        ratio = None if self.calibration is None else self.calibration.likelihood_ratio(told)
        return Hit(person_id=person_id, score=told, threshold=threshold.score, likelihood_ratio=ratio)

    def threshold(self, person_id: str, *, tracks: int) -> Threshold:
        """What a track must score for this person in a video of so many independent tracks."""
        if self.calibration is None:
            video = Threshold(score=self._least, fmr=None, basis=Basis.PACK)
        else:
            video = video_threshold(
                self.calibration,
                people=len(self.owners),
                references=self._references,
                tracks=tracks,
                least=self._least,
            )
        return person_threshold(video, self._look_alike(person_id), calibration=self.calibration)

    def _look_alike(self, person_id: str) -> float | None:
        """The highest score of somebody else, enrolled or declared, against this person."""
        if person_id not in self._look_alikes:
            known = [self.index.closest_other(person_id, among=self.owners), self._declared.get(person_id)]
            self._look_alikes[person_id] = max((score for score in known if score is not None), default=None)
        return self._look_alikes[person_id]
