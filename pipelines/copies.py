"""Which creatives of a run are copies of which: decided once, remembered, and the same whatever the order of processing.

A copy is compared with its leader only, never with other copies, so that small differences cannot add up along a chain.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from embeddings.fingerprints import CreativePrint, pdq_values
from embeddings.hash_index import PdqIndex
from embeddings.print_tables import PRINT_SCHEMA, PRINTS_VERSION, print_from_row, print_row
from embeddings.sameness import MIN_QUALITY, Copy, same_creative
from evidence.store import store_unavailable
from evidence.tables import placing

MOST_CLEARER = 1.25
"""Something with more than so many times the height in pixels of a known creative is analysed itself."""


MOST_LOOKED_UP = 24
"""So many moments of a creative are looked up, spread over all: which one is found does not matter."""


class CopyRegistry:
    """The prints of creatives known before, oldest first: one file for each run that found new ones, in ``directory``.

    Files are only ever added, each whole or absent, named after their content. They hold prints and facts of containers,
    no vector of a face or voice.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory / f"v{PRINTS_VERSION}"

    def read(self) -> list[CreativePrint]:
        """All leaders in the order in which they were added; damaged files are passed over, their creatives are new again.

        Raises ``StoreUnavailable``.
        """
        known: dict[str, CreativePrint] = {}
        try:
            for path in sorted(self._directory.glob("*.parquet")):
                for one in _prints_in(path):
                    known.setdefault(one.creative.sha256, one)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error
        return list(known.values())

    def add(self, prints: Iterable[CreativePrint]) -> None:
        """Remember these leaders as the youngest, in this order. Adding what is known already changes nothing.

        Raises ``StoreUnavailable``.
        """
        try:
            known = self.held()
            new = [one for one in prints if one.creative.sha256 not in known]
            if not new:
                return
            latest = max((int(path.name[:8]) for path in self._directory.glob("*.parquet")), default=0)
            names = hashlib.sha256("".join(one.creative.sha256 for one in new).encode()).hexdigest()
            _write(self._directory / f"{latest + 1:08d}-{names[:16]}.parquet", new)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error

    def held(self) -> set[str]:
        """The SHA-256 of every creative that has a print here. Raises ``StoreUnavailable``."""
        return {one.creative.sha256 for one in self.read()}

    def chroma(self) -> dict[str, NDArray[np.uint32]]:
        """Chromaprint's items by the SHA-256 of each creative that has a sound. Raises ``StoreUnavailable``."""
        found: dict[str, NDArray[np.uint32]] = {}
        try:
            for path in sorted(self._directory.glob("*.parquet")):
                for row in _sounds_in(path):
                    found.setdefault(row["sha256"], np.frombuffer(row["sound"]["chroma"], dtype="<u4"))
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error
        return found

    def forget(self, sha256s: Collection[str]) -> None:
        """Delete the prints of these creatives, thumbnails and all; a file that is left without any goes, a damaged one too.

        Raises ``StoreUnavailable``.
        """
        try:
            for path in sorted(self._directory.glob("*.parquet")):
                held = _prints_in(path)
                kept = [one for one in held if one.creative.sha256 not in sha256s]
                if not kept:
                    path.unlink(missing_ok=True)
                elif len(kept) < len(held):
                    _write(path, kept)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error


def leaders(prints: Iterable[CreativePrint], registry: CopyRegistry) -> dict[str, Copy | None]:
    """For the SHA-256 of each creative of a run: of which creative it is a copy, and why; None for a leader.

    Leaders of earlier runs come first, the older ones before the younger, then those of this run in the order of
    ``_seniority``. New leaders are remembered in ``registry``, so that a repeated run, also after one that was killed, decides
    alike. A leader is never much smaller than its copies: they would inherit that its faces were too small to compare.
    """
    known = registry.read()
    decisions: dict[str, Copy | None] = {}
    candidates = _Candidates()
    for one in known:
        candidates.add(one)
    before = {one.creative.sha256 for one in known}
    fresh = []
    for one in sorted(prints, key=_seniority):
        sha256 = one.creative.sha256
        if sha256 in decisions:
            continue
        if sha256 in before:
            decisions[sha256] = None
            continue
        found = (same_creative(leader, one) for leader in candidates.of(one) if _clear_enough(leader, one))
        decisions[sha256] = next((copy for copy in found if copy is not None), None)
        if decisions[sha256] is None and one.whole:
            candidates.add(one)
            fresh.append(one)
    registry.add(fresh)
    return decisions


def _seniority(one: CreativePrint) -> tuple[float, int, str]:
    """The clearest first, so that what is inherited was seen as well as it can be; then by SHA-256."""
    return -_content_height_px(one) * (one.creative.width_px or 0), -one.creative.size_bytes, one.creative.sha256


def _clear_enough(leader: CreativePrint, one: CreativePrint) -> bool:
    return _content_height_px(one) <= MOST_CLEARER * _content_height_px(leader)


def _content_height_px(one: CreativePrint) -> float:
    return one.content.height * (one.creative.height_px or 0)


class _Candidates:
    """Leaders in the order of their seniority, and which of them may be the same as a given creative."""

    def __init__(self) -> None:
        self._leaders: list[CreativePrint] = []
        self._index = PdqIndex()
        self._plain: dict[int, list[int]] = defaultdict(list)

    def add(self, one: CreativePrint) -> None:
        number = len(self._leaders)
        self._leaders.append(one)
        telling = _telling(one)
        if len(telling):
            self._index.add(telling, np.full(len(telling), number))
        else:
            self._plain[_whole_seconds(one)].append(number)

    def of(self, one: CreativePrint) -> Sequence[CreativePrint]:
        """By PDQ; what has no picture that PDQ could describe, by its length."""
        telling = _telling(one)
        if len(telling):
            asked = np.concatenate([telling, one.mirrored[_telling_moments(one)], one.probes])
            numbers = np.unique(self._index.search(asked).key).tolist()
        else:
            second = _whole_seconds(one)
            numbers = sorted(number for near in (-1, 0, 1) for number in self._plain.get(second + near, ()))
        return [self._leaders[number] for number in numbers]


def _telling_moments(one: CreativePrint) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The numbers of moments that show enough for PDQ: every first, second, fourth … so that copies share most of them."""
    every = 1
    while len(one.frames) > MOST_LOOKED_UP * every:
        every *= 2
    telling = [number for number, frame in enumerate(one.frames) if frame.quality >= MIN_QUALITY]
    return np.array([number for number in telling if number % every == 0] or telling, dtype=np.int64)


def _telling(one: CreativePrint) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Their hashes, each once."""
    return np.unique(pdq_values(one.frames)[_telling_moments(one)], axis=0)


def _whole_seconds(one: CreativePrint) -> int:
    return round(max(one.creative.duration_s or 0.0, one.sound.length_s if one.sound else 0.0))


def _write(path: Path, prints: Sequence[CreativePrint]) -> None:
    table = pa.Table.from_pylist([print_row(one) for one in prints], schema=PRINT_SCHEMA)
    with placing(path) as partial:
        pq.write_table(table, partial, compression="zstd")


def _sounds_in(path: Path) -> list[dict[str, Any]]:
    """Rows with the items of a file's sounds alone, none if it is damaged. Raises ``OSError`` if it cannot be read at all."""
    data = path.read_bytes()
    try:
        rows = pq.ParquetFile(pa.BufferReader(data)).read(columns=["sha256", "sound.chroma"]).to_pylist()
    except (ValueError, OSError, pa.ArrowException):
        return []
    return [row for row in rows if row["sound"] is not None and row["sound"]["chroma"] is not None]


def _prints_in(path: Path) -> list[CreativePrint]:
    """Those of a file, none if it is damaged. Raises ``OSError`` if it cannot be read at all."""
    data = path.read_bytes()
    try:
        return [print_from_row(row) for row in pq.read_table(pa.BufferReader(data)).to_pylist()]
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException):
        return []
