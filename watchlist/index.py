"""Vectors of one modality in a FAISS index: each row owned by one person, searched by score ("higher is more alike").

Up to ``FLAT_MOST`` vectors every row is compared. Above, each row also has a code of 4 bits per two numbers (a sixteenth
of its size), all codes are scanned, and the rows of the best ``SHORTLIST`` are compared: no row is left out because it
lies in the wrong cell of a partition or off the paths of a graph, which is where vectors without clusters get lost.
``qalqan bench search`` measures what that finds and costs (decision 011).

Scores are computed in double precision from the rows that FAISS returns, so that a score does not depend on how many
vectors happened to be searched together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

EUCLIDEAN = "euclidean"
COSINE = "cosine"

FLAT_MOST = 50_000
"""Vectors up to which comparing all of them is fast enough for one query."""

SHORTLIST = 512
"""Rows per query that are compared because their codes are close."""

TRAINING_ROWS = 10_000
"""From so many rows, drawn evenly, the codes are learned."""

CANDIDATES = 8
"""Rows per query that are scored again exactly; more than one because FAISS's own single-precision order can swap near
ties."""


OVERFETCHED = 64
"""Best rows of all, asked for where only some people count, in the hope that ``CANDIDATES`` are theirs."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors of one modality live: how many numbers each has, and how two of them are compared."""

    dimension: int
    metric: str


def checked(vectors: NDArray[np.float32], *, space: Space, what: str) -> NDArray[np.float32]:
    """``vectors`` as (n, space.dimension) float32 rows ready for the metric (unit rows for ``cosine``); ``what`` names
    them in errors.

    Raises ``ValueError`` for another shape, NaN or infinity, and rows of zeros: no network makes them of a face or voice, and
    the rows of people who were removed while an index was mapped are such.
    """
    rows: NDArray[np.float32] = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != space.dimension:
        raise ValueError(
            f"{what} have shape {rows.shape}, but the model pack makes vectors of {space.dimension} numbers: "
            "make them again with the pack in use"
        )
    if not np.isfinite(rows).all():
        raise ValueError(f"{what} hold NaN or infinity: make them again from the media")
    if not rows.any(axis=1).all():
        raise ValueError(f"{what} hold a vector of zeros, which is nobody's: make them again from the media")
    if space.metric == EUCLIDEAN:
        return rows
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))[:, None]
    # Rows that are unit already stay as they are to the bit: a gallery that is read and written again must not change
    norms[np.abs(norms - 1) < 1e-6] = 1
    if (norms == 1).all():
        return rows
    unit = np.empty_like(rows)
    np.divide(rows, norms, out=unit, casting="same_kind")
    return unit


def exact_scores(left: NDArray[np.float32], right: NDArray[np.float32], *, metric: str) -> NDArray[np.float64]:
    """Scores of checked rows, broadcast over all but the last axis: 1 - distance, or the cosine."""
    a, b = left.astype(np.float64), right.astype(np.float64)
    scores: NDArray[np.float64]
    if metric == EUCLIDEAN:
        scores = 1.0 - np.sqrt(((a - b) ** 2).sum(axis=-1))
    elif metric == COSINE:
        scores = (a * b).sum(axis=-1)
    else:
        raise ValueError(
            f"the metric {metric!r} is not one of {EUCLIDEAN}, {COSINE}: correct the model pack's manifest"
        )
    return scores


@contextmanager
def one_core() -> Iterator[None]:
    """Let FAISS use one core only for what this thread asks of it."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def new_index(*, rows: int, space: Space) -> Any:
    """An empty FAISS index fit for ``rows`` vectors: flat, hence exact, or codes over flat rows."""
    if space.metric not in (EUCLIDEAN, COSINE):
        raise ValueError(
            f"the metric {space.metric!r} is not one of {EUCLIDEAN}, {COSINE}: correct the model pack's manifest"
        )
    metric = _faiss_metric(space)
    if rows <= FLAT_MOST or space.dimension % 2:
        return faiss.IndexFlat(space.dimension, metric)
    index: Any = faiss.index_factory(space.dimension, f"PQ{space.dimension // 2}x4fs,RFlat", metric)
    index.k_factor = SHORTLIST / CANDIDATES
    return index


class VectorIndex:
    """All rows of one modality; ``owners[i]`` is the person of row ``i``."""

    def __init__(
        self, vectors: NDArray[np.float32], owners: Sequence[str], *, space: Space, what: str = "the vectors"
    ) -> None:
        """Raises ``ValueError`` as ``checked`` does, and when vectors and owners differ in number."""
        rows = checked(vectors, space=space, what=what)
        if len(rows) != len(owners):
            raise ValueError(f"{what} number {len(rows)}, their owners {len(owners)}: enrol these people again")
        index = new_index(rows=len(rows), space=space)
        if not index.is_trained:
            with one_core():  # thousands of tiny steps: other threads cost more than they help
                index.train(rows[np.linspace(0, len(rows) - 1, TRAINING_ROWS).astype(np.int64)])
        index.add(rows)
        self._hold(index, owners, space=space)

    def _hold(self, index: Any, owners: Sequence[str], *, space: Space) -> None:
        self.owners = tuple(owners)
        self.space = space
        self._index = index
        self._rows: Any = (
            faiss.downcast_index(index.refine_index) if isinstance(index, faiss.IndexRefineFlat) else index
        )
        numbers: dict[str, list[int]] = {}
        for row, owner in enumerate(self.owners):
            numbers.setdefault(owner, []).append(row)
        self._keys = {owner: np.array(keys, dtype=np.int64) for owner, keys in numbers.items()}

    @classmethod
    def of(cls, vectors: Mapping[str, NDArray[np.float32]], *, space: Space, what: str) -> VectorIndex:
        """All vectors, (k, d) per person id, in the order of the ids. Raises ``ValueError`` as ``checked`` does."""
        ready = {
            owner: checked(vectors[owner], space=space, what=f"the {what} vectors of {owner!r}")
            for owner in sorted(vectors)
        }
        nothing = np.zeros((0, space.dimension), dtype=np.float32)
        owners = [owner for owner, rows in ready.items() for _ in rows]
        return cls(np.concatenate([nothing, *ready.values()]), owners, space=space)

    @classmethod
    def read(cls, path: Path, owners: Sequence[str], *, space: Space, mmap: bool = False) -> VectorIndex:
        """The index that ``write`` wrote; with ``mmap`` its rows stay in the file, shared by all processes that map it.

        Every row is looked at once. Raises ``ValueError`` if the file is no such index, or its owners or space are not
        these.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mmap else 0)
        except RuntimeError as error:
            raise ValueError(f"{path} is no FAISS index: restore the watchlist from its backup") from error
        if not isinstance(index, faiss.IndexFlat | faiss.IndexRefineFlat) or index.metric_type != _faiss_metric(space):
            raise ValueError(f"{path} is no index of {space.metric} vectors: restore the watchlist from its backup")
        if index.d != space.dimension:
            raise ValueError(
                f"the vectors in {path} have shape ({index.ntotal}, {index.d}), but the model pack makes vectors of "
                f"{space.dimension} numbers: make them again with the pack in use"
            )
        if index.ntotal != len(owners):
            raise ValueError(
                f"the vectors in {path} number {index.ntotal}, their owners {len(owners)}: enrol these people again"
            )
        read = cls.__new__(cls)
        read._hold(index, owners, space=space)
        for rows in read.pieces():
            if not np.array_equal(checked(rows, space=space, what=f"the vectors in {path}"), rows):
                raise ValueError(f"the vectors in {path} are not of unit length: restore the watchlist from its backup")
        return read

    def write(self, path: Path) -> None:
        """Write the rows as a FAISS native file; the owners are the caller's to keep. Raises ``OSError``."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"cannot write {path}: free some disk space and check permissions, then try again") from error

    def pieces(self, *, size: int = 65_536) -> Iterator[NDArray[np.float32]]:
        """All rows in order, (at most ``size``, d) at a time, not copied where they lie in memory or a mapped file."""
        if not self.owners:
            return
        flat = faiss.rev_swig_ptr(self._rows.get_xb(), len(self.owners) * self.space.dimension)
        whole: NDArray[np.float32] = flat.reshape(-1, self.space.dimension)
        for start in range(0, len(whole), size):
            yield whole[start : start + size]

    def rows(self, owner: str) -> NDArray[np.float32]:
        """The rows (k, d) of one person; k may be 0."""
        keys = self._keys.get(owner)
        if keys is None:
            return np.zeros((0, self.space.dimension), dtype=np.float32)
        found: NDArray[np.float32] = self._rows.reconstruct_batch(keys)
        return found

    def best(
        self,
        groups: Sequence[NDArray[np.float32]],
        *,
        what: Sequence[str],
        among: Collection[str] | None = None,
    ) -> list[tuple[float, str] | None]:
        """For each group of query rows (k, d) the best score of any of its rows and whose it is; equal scores go to the
        smaller person id, None stands for nobody. All groups are searched in one call; with ``among`` only those people
        count. ``what`` names each group in errors; raises ``ValueError`` as ``checked`` does."""
        ready = [checked(group, space=self.space, what=name) for group, name in zip(groups, what, strict=True)]
        wanted = None if among is None or set(self._keys) <= set(among) else set(self._keys) & set(among)
        if not self.owners or wanted == set() or not any(len(group) for group in ready):
            return [None] * len(ready)
        pairs = self._nearest(np.concatenate(ready), among=wanted)
        ends = np.cumsum([len(group) for group in ready])
        found = [
            min(pairs[end - len(group) : end], key=lambda pair: (-pair[0], pair[1]), default=None)
            for group, end in zip(ready, ends, strict=True)
        ]
        return [pair if pair is not None and np.isfinite(pair[0]) else None for pair in found]

    def _nearest(self, rows: NDArray[np.float32], *, among: Collection[str] | None) -> list[tuple[float, str]]:
        """The best score of each row and whose it is."""
        if among is None:
            return self._scored(rows, self._index.search(rows, min(CANDIDATES, len(self.owners)))[1])
        mask = np.zeros(len(self.owners), dtype=bool)
        mask[np.concatenate([self._keys[owner] for owner in among])] = True
        found: dict[int, tuple[float, str]] = {}
        if self._index is not self._rows:
            found = self._found_among(rows, mask)
        left = [number for number in range(len(rows)) if number not in found]
        if left:
            # FAISS's codes cannot be scanned for some rows only
            parameters: Any = faiss.SearchParameters
            selector: Any = faiss.IDSelectorBitmap
            bits = np.packbits(mask, bitorder="little")
            chosen = parameters(sel=selector(bits))
            keys = self._rows.search(rows[left], min(CANDIDATES, int(mask.sum())), params=chosen)[1]
            found.update(zip(left, self._scored(rows[left], keys), strict=True))
        return [found[number] for number in range(len(rows))]

    def _found_among(self, rows: NDArray[np.float32], mask: NDArray[np.bool_]) -> dict[int, tuple[float, str]]:
        """Best scores among the rows in ``mask``, for queries with enough of them among the best of all rows."""
        parameters: Any = faiss.IndexRefineSearchParameters
        keys = self._index.search(rows, OVERFETCHED, params=parameters(k_factor=SHORTLIST / OVERFETCHED))[1]
        found = {}
        for number, nearest in enumerate(keys):
            allowed = nearest[mask[nearest]][:CANDIDATES]
            if len(allowed) == CANDIDATES:
                [found[number]] = self._scored(rows[number : number + 1], allowed[None, :])
        return found

    def _scored(self, rows: NDArray[np.float32], keys: NDArray[np.int64]) -> list[tuple[float, str]]:
        """The best exact score of each row against its ``keys`` and whose it is; equal scores go to the smaller id."""
        stored = self._rows.reconstruct_batch(keys.ravel()).reshape(*keys.shape, self.space.dimension)
        scores = exact_scores(rows[:, None, :], stored, metric=self.space.metric)
        scores[~stored.any(axis=-1)] = -np.inf  # shredded: nobody's any more, however near zero a query lies
        return [
            min(
                zip(map(float, row), (self.owners[key] for key in found), strict=True),
                key=lambda pair: (-pair[0], pair[1]),
            )
            for row, found in zip(scores, keys, strict=True)
        ]

    def score(self, queries: NDArray[np.float32], owner: str, *, what: str) -> float | None:
        """The best score over queries × the person's rows; None if the person has none. Raises as ``best`` does."""
        rows = checked(queries, space=self.space, what=what)
        theirs = self._standing_rows(owner)
        if not len(theirs) or not len(rows):
            return None
        return float(exact_scores(rows[:, None, :], theirs[None, :, :], metric=self.space.metric).max())

    def closest_other(self, owner: str, *, among: Collection[str] | None = None) -> float | None:
        """The best score of any of the person's rows against somebody else's; None if either has none."""
        others = set(self._keys if among is None else among) - {owner}
        [found] = self.best([self._standing_rows(owner)], what=[f"the vectors of {owner!r}"], among=others)
        return None if found is None else found[0]

    def _standing_rows(self, owner: str) -> NDArray[np.float32]:
        """The person's rows, without those that were shredded since they were mapped."""
        rows = self.rows(owner)
        return rows[rows.any(axis=1)]


def _faiss_metric(space: Space) -> int:
    return int(faiss.METRIC_INNER_PRODUCT if space.metric == COSINE else faiss.METRIC_L2)
