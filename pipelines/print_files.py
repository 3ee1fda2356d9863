"""Files of prints: what a look-up needs as columns that are mapped into memory, and each whole print packed, to be fetched alone.

A file is one Arrow record batch, oldest print first. The columns of the look-up carry a checksum together, each packed print one
of its own: so that a damaged file is passed over without reading all its pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embeddings.fingerprints import CreativePrint, pdq_values
from embeddings.hash_index import HASH_BYTES, Words, dealt
from embeddings.print_tables import PRINT_SCHEMA, print_from_row, print_row
from embeddings.records import MediaKind
from embeddings.sameness import MIN_QUALITY, length_s
from evidence.tables import placing

FORMAT = "1"
"""Raise it when files of before cannot be read any more, or when ``hash_index`` deals hashes differently."""

MOST_LOOKED_UP = 24
"""So many moments of a creative are looked up, spread over all: which one is found does not matter."""

KINDS = tuple(MediaKind)
SHA256_BYTES = 32
CHECKED = b"crc32"

FILE_SCHEMA = pa.schema(
    [
        pa.field("sha256", pa.binary(SHA256_BYTES), nullable=False),
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("height_px", pa.float64(), nullable=False),
        pa.field("length_s", pa.float64(), nullable=False),
        pa.field("hash_end", pa.int64(), nullable=False),
        pa.field("hashes", pa.large_binary(), nullable=False),
        pa.field("packed_crc32", pa.uint32(), nullable=False),
        pa.field("packed", pa.large_binary(), nullable=False),
    ]
)
"""``hashes`` are dealt for the look-up, those of all rows one after the other; ``hash_end`` counts them up to this row."""

PACKING = pa.ipc.IpcWriteOptions(compression="zstd")


class DamagedPrints(Exception):
    """A file of prints, or one print in it, is not what was written."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrintFile:
    """One file, mapped. Arrays have one row for each print: ``sha256`` (n, 32) uint8, ``kind`` (a place in ``KINDS``),
    ``height_px`` of the content, ``length_s``; ``hashes`` (m, 4), those of all rows one after the other, up to ``hash_end``."""

    path: Path
    sha256: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    height_px: NDArray[np.float64]
    length_s: NDArray[np.float64]
    hashes: Words
    hash_end: NDArray[np.int64]
    batch: pa.RecordBatch

    def __len__(self) -> int:
        return len(self.sha256)

    def row_of_hash(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of the print that each of these hashes belongs to."""
        return np.searchsorted(self.hash_end, numbers, side="right")

    def plain_rows(self) -> NDArray[np.int64]:
        """The rows of prints without any hash."""
        return np.flatnonzero(np.diff(self.hash_end, prepend=0) == 0)

    def names(self) -> list[str]:
        """The SHA-256 of each creative, in hexadecimal digits."""
        digits = self.sha256.tobytes().hex()
        return [digits[start : start + 2 * SHA256_BYTES] for start in range(0, len(digits), 2 * SHA256_BYTES)]

    def sha256_starts(self) -> NDArray[np.uint64]:
        """The first eight bytes of each, as a number: two creatives hardly ever share them."""
        return np.ascontiguousarray(self.sha256[:, :8]).view(np.uint64)[:, 0]

    def is_intact(self, row: int) -> bool:
        """Whether the whole print is what was written."""
        packed = self.batch.column("packed")[row].as_buffer()
        return crc32(packed) == int(self.batch.column("packed_crc32")[row].as_py())

    def fetch(self, row: int) -> CreativePrint:
        """The whole print. Raises ``DamagedPrints``."""
        if not self.is_intact(row):
            raise DamagedPrints(f"print {row} of {self.path.name}")
        packed = self.batch.column("packed")[row].as_buffer()
        try:
            (values,) = pa.ipc.read_record_batch(packed, PRINT_SCHEMA).to_pylist()
            return print_from_row(values)
        except (ValueError, KeyError, TypeError, OSError, pa.ArrowException) as error:
            raise DamagedPrints(f"print {row} of {self.path.name}") from error


def write_prints(path: Path, prints: Sequence[CreativePrint]) -> None:
    """Write a file, which is there as a whole or not at all. Raises ``OSError``."""
    hashes = [dealt(telling_hashes(one)) for one in prints]
    packed = [_packed(one) for one in prints]
    columns = {
        "sha256": [bytes.fromhex(one.creative.sha256) for one in prints],
        "kind": [KINDS.index(one.creative.kind) for one in prints],
        "height_px": [content_height_px(one) for one in prints],
        "length_s": [length_s(one) for one in prints],
        "hash_end": np.cumsum([len(some) for some in hashes], dtype=np.int64),
        "hashes": [some.tobytes() for some in hashes],
        "packed_crc32": [crc32(one) for one in packed],
        "packed": packed,
    }
    arrays = [pa.array(columns[field.name], type=field.type) for field in FILE_SCHEMA]
    write_batch(path, pa.RecordBatch.from_arrays(arrays, schema=FILE_SCHEMA))


def write_batch(path: Path, batch: pa.RecordBatch) -> None:
    """Write what is in ``FILE_SCHEMA`` already, with the checksum of the look-up's columns. Raises ``OSError``."""
    count = batch.column("hash_end")[-1].as_py() if len(batch) else 0
    checked = batch.replace_schema_metadata({CHECKED: str(_checksum(batch, count * HASH_BYTES)).encode()})
    with (
        placing(path) as partial,
        pa.OSFile(str(partial), "wb") as sink,
        pa.ipc.new_file(sink, checked.schema) as writer,
    ):
        writer.write_batch(checked)


def open_prints(path: Path) -> PrintFile:
    """The file, mapped into memory. Raises ``DamagedPrints``, and ``OSError`` if it cannot be read at all."""
    with path.open("rb"):
        pass  # what Arrow raises does not tell a missing permission from a damaged file
    try:
        batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
        if not batch.schema.equals(FILE_SCHEMA):
            raise DamagedPrints(path.name)
        batch.validate(full=True)
        hash_end = batch.column("hash_end").to_numpy()
        count = int(hash_end[-1]) if len(hash_end) else 0
        checked = int((batch.schema.metadata or {})[CHECKED])
        if count < 0 or checked != _checksum(batch, count * HASH_BYTES):
            raise DamagedPrints(path.name)
        return PrintFile(
            path=path,
            sha256=_bytes(batch, "sha256", len(batch) * SHA256_BYTES).reshape(-1, SHA256_BYTES),
            kind=batch.column("kind").to_numpy(),
            height_px=batch.column("height_px").to_numpy(),
            length_s=batch.column("length_s").to_numpy(),
            hashes=_bytes(batch, "hashes", count * HASH_BYTES).view(np.uint64).reshape(-1, 4),
            hash_end=hash_end,
            batch=batch,
        )
    except (ValueError, KeyError, TypeError, IndexError, OSError, pa.ArrowException) as error:
        raise DamagedPrints(path.name) from error


def content_height_px(one: CreativePrint) -> float:
    """How high the picture without its borders is; 0 without a picture."""
    return one.content.height * (one.creative.height_px or 0)


def telling_moments(one: CreativePrint) -> NDArray[np.int64]:
    """The numbers of moments that show enough for PDQ: every first, second, fourth … so that copies share most of them."""
    every = 1
    while len(one.frames) > MOST_LOOKED_UP * every:
        every *= 2
    telling = [number for number, frame in enumerate(one.frames) if frame.quality >= MIN_QUALITY]
    return np.array([number for number in telling if number % every == 0] or telling, dtype=np.int64)


def telling_hashes(one: CreativePrint) -> NDArray[np.uint8]:
    """Their hashes, (n, 32) uint8, each once."""
    return np.unique(pdq_values(one.frames)[telling_moments(one)], axis=0)


def _packed(one: CreativePrint) -> bytes:
    batch = pa.RecordBatch.from_pylist([print_row(one)], schema=PRINT_SCHEMA)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, PRINT_SCHEMA, options=PACKING) as writer:
        writer.write_batch(batch)
    stream = pa.ipc.MessageReader.open_stream(sink.getvalue())
    stream.read_next_message()  # the schema, which every print would repeat
    return bytes(stream.read_next_message().serialize())


def _checksum(batch: pa.RecordBatch, hash_bytes: int) -> int:
    value = crc32(str(len(batch)).encode())
    for name in ("kind", "height_px", "length_s", "hash_end", "packed_crc32"):
        value = crc32(batch.column(name).to_numpy().data, value)
    value = crc32(_bytes(batch, "sha256", len(batch) * SHA256_BYTES).data, value)
    return crc32(_bytes(batch, "hashes", hash_bytes).data, value)


def _bytes(batch: pa.RecordBatch, name: str, size: int) -> NDArray[np.uint8]:
    """The bytes of all values of a column, one after the other."""
    buffer = batch.column(name).buffers()[-1]
    if size == 0 or buffer is None:
        return np.empty(0, dtype=np.uint8)
    return np.frombuffer(buffer, dtype=np.uint8, count=size)
