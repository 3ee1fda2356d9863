"""``Asked``: which of many known PDQ hashes are near one of a few. The known ones need no tables: they are read once, in a row.

The tables are made of the few: each is put under the 17 values of each chunk that a near hash can have there (see
``hash_search``), so that a known hash looks into one bucket of each chunk. The table of one chunk fits the processor's cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.hash_index import MAX_DISTANCE, Hashes, Words, dealt

MOST_ASKED = 16_384
"""So many share one set of tables (5.5 kB each); the known hashes are read once for each set."""

AT_ONCE = 65_536
"""So many known hashes are looked at together."""

FEW_PAIRS = 50_000_000
"""Up to so many pairs are compared one by one, over all questions: that takes less than loading the compiled loops."""

ROOM = 4096


class Asked:
    """Hashes, (m, 32) uint8, that are sought among known ones."""

    def __init__(self, hashes: Hashes) -> None:
        """Raises ``ValueError`` for anything that is not (m, 32) of uint8."""
        self._words = dealt(hashes)
        self._tables: list[tuple[int, Words, Any]] | None = None
        self._compared = 0

    def near(self, known: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (row of ``known``, row of the asked) at a distance of at most ``MAX_DISTANCE`` bits, in no order.

        ``known`` are (n, 4) uint64, as ``hash_index.dealt`` gives them.
        """
        pairs = [np.empty((0, 2), dtype=np.int64)]
        self._compared += len(known) * len(self._words)
        if self._compared <= FEW_PAIRS:
            pairs += _one_by_one(known, self._words)
        else:
            for first, words, tables in self._made_tables():
                for start in range(0, len(known), AT_ONCE):
                    found = _joined(known[start : start + AT_ONCE], words, tables)
                    pairs.append(found + np.array([start, first]))
        together = np.concatenate(pairs)
        return together[:, 0], together[:, 1]

    def _made_tables(self) -> list[tuple[int, Words, Any]]:
        from embeddings.hash_search import tables_around

        if self._tables is None:
            parts = [
                (first, self._words[first : first + MOST_ASKED]) for first in range(0, len(self._words), MOST_ASKED)
            ]
            self._tables = [(first, words, tables_around(words)) for first, words in parts]
        return self._tables


def _one_by_one(known: Words, asked: Words) -> list[NDArray[np.int64]]:
    found = []
    step = max(1, 1_000_000 // max(1, len(asked)))
    for start in range(0, len(known), step):
        apart = np.bitwise_count(known[start : start + step, None] ^ asked[None]).sum(axis=2, dtype=np.int64)
        found.append(np.argwhere(apart <= MAX_DISTANCE) + np.array([start, 0]))
    return found


def _joined(known: Words, asked: Words, tables: Any) -> NDArray[np.int64]:
    from embeddings.hash_search import join_tables

    room = ROOM
    while True:
        found = np.empty((room, 2), dtype=np.int64)
        count = int(join_tables(known, asked, *tables, MAX_DISTANCE, found))
        if count <= room:
            return found[:count]
        room = count
