"""Values of a column as numbers in the order of the values: to sort and to compare millions of texts, each is looked at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.int64]


def numbered(column: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """The distinct values of a column without nulls in order, and for each row the number of its value."""
    encoded = column.dictionary_encode()
    if not encoded.num_chunks:
        return pa.array([], type=column.type), np.zeros(0, dtype=np.int64)
    # Arrow numbers the values of all chunks together: each has the same dictionary
    values = encoded.chunk(0).dictionary
    order = pc.sort_indices(values)
    rank = np.empty(len(values), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(len(values))
    return values.take(order), rank[np.concatenate([chunk.indices.to_numpy() for chunk in encoded.chunks])]
