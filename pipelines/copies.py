"""Which creatives of a run are copies of which: decided once, remembered, and the same whatever the order of processing.

A copy is compared with its leader only, never with other copies, so that small differences cannot add up along a chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from embeddings.fingerprints import CreativePrint
from embeddings.hash_index import PdqIndex
from embeddings.hash_join import Asked
from embeddings.records import MediaKind
from embeddings.sameness import Copy, length_s, lengths_agree, same_creative
from pipelines.copy_registry import CopyRegistry, KnownPrints, fetched
from pipelines.print_files import KINDS, PrintFile, content_height_px, telling_hashes, telling_moments

MOST_CLEARER = 1.25
"""Something with more than so many times the height in pixels of a known creative is analysed itself."""


def leaders(prints: Iterable[CreativePrint], registry: CopyRegistry) -> dict[str, Copy | None]:
    """For the SHA-256 of each creative of a run: of which creative it is a copy, and why; None for a leader.

    Leaders of earlier runs come first, the older ones before the younger, then those of this run in the order of
    ``_seniority``. New leaders are remembered in ``registry``, so that a repeated run, also after one that was killed, decides
    alike. A leader is never much smaller than its copies: they would inherit that its faces were too small to compare.
    """
    asked = list({one.creative.sha256: one for one in sorted(prints, key=_seniority)}.values())
    files = registry.files()
    known = KnownPrints(files)
    before = [one.creative.sha256 for one in asked if known.holds(one.creative.sha256)]
    decisions: dict[str, Copy | None] = dict.fromkeys(before)
    unknown = [one for one in asked if one.creative.sha256 not in decisions]
    elders = _Elders(files, unknown)
    candidates = _Candidates()
    fresh = []
    for number, one in enumerate(unknown):
        found = (same_creative(leader, one) for leader in chain(elders.of(number), candidates.of(one)))
        copy = decisions[one.creative.sha256] = next((copy for copy in found if copy is not None), None)
        if copy is None and one.whole:
            candidates.add(one)
            fresh.append(one)
    registry.add(fresh)
    return decisions


def _seniority(one: CreativePrint) -> tuple[float, int, str]:
    """The clearest first, so that what is inherited was seen as well as it can be; then by SHA-256."""
    return -content_height_px(one) * (one.creative.width_px or 0), -one.creative.size_bytes, one.creative.sha256


class _Elders:
    """Leaders of earlier runs that may be the same as one of ``asked``: found by what the files keep for the look-up, and read
    as a whole only when they are compared."""

    def __init__(self, files: Sequence[PrintFile], asked: Sequence[CreativePrint]) -> None:
        self._asked = asked
        self._found: dict[int, list[tuple[PrintFile, NDArray[np.int64]]]] = defaultdict(list)
        # What is not whole is no copy of anything
        sought = [(number, _sought(one)) for number, one in enumerate(asked) if one.whole]
        plain = [number for number, hashes in sought if not len(hashes)]
        owners = np.repeat([number for number, _ in sought], [len(hashes) for _, hashes in sought])
        question = Asked(np.concatenate([np.empty((0, 32), dtype=np.uint8), *(hashes for _, hashes in sought)]))
        for file in files:
            known, row = question.near(file.hashes)
            pairs = np.unique(np.stack([owners[row], file.row_of_hash(known)], axis=1), axis=0)
            for number in np.unique(pairs[:, 0]).tolist():
                self._note(number, file, pairs[pairs[:, 0] == number, 1])
            for number in plain:
                self._note(number, file, file.plain_rows())

    def of(self, number: int) -> Iterator[CreativePrint]:
        """Those for ``asked[number]``, the oldest first."""
        for file, rows in self._found[number]:
            for row in rows.tolist():
                leader = fetched(file, row)
                if leader is not None:
                    yield leader

    def _note(self, number: int, file: PrintFile, rows: NDArray[np.int64]) -> None:
        """Those of the rows that ``same_creative`` would not refuse at once."""
        one = self._asked[number]
        fits = file.kind[rows] == KINDS.index(one.creative.kind)
        fits &= content_height_px(one) <= MOST_CLEARER * file.height_px[rows]
        if one.creative.kind is not MediaKind.IMAGE:
            fits &= lengths_agree(file.length_s[rows], length_s(one))
        if fits.any():
            self._found[number].append((file, rows[fits]))


class _Candidates:
    """Leaders of this run in the order of their seniority, and which of them may be the same as a given creative."""

    def __init__(self) -> None:
        self._leaders: list[CreativePrint] = []
        self._index = PdqIndex()
        self._plain: dict[int, list[int]] = defaultdict(list)

    def add(self, one: CreativePrint) -> None:
        number = len(self._leaders)
        self._leaders.append(one)
        telling = telling_hashes(one)
        if len(telling):
            self._index.add(telling, np.full(len(telling), number))
        else:
            self._plain[round(length_s(one))].append(number)

    def of(self, one: CreativePrint) -> Iterator[CreativePrint]:
        """By PDQ; what has no picture that PDQ could describe, by its length."""
        sought = _sought(one)
        if len(sought):
            numbers = np.unique(self._index.search(sought).key).tolist()
        else:
            second = round(length_s(one))
            numbers = sorted(number for near in (-1, 0, 1) for number in self._plain.get(second + near, ()))
        near = (self._leaders[number] for number in numbers)
        return (leader for leader in near if content_height_px(one) <= MOST_CLEARER * content_height_px(leader))


def _sought(one: CreativePrint) -> NDArray[np.uint8]:
    """All hashes under which a leader of this creative may be known, (n, 32) uint8; none if PDQ cannot describe it."""
    telling = telling_hashes(one)
    return np.concatenate([telling, one.mirrored[telling_moments(one)], one.probes]) if len(telling) else telling
