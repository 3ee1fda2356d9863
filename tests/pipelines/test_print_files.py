"""Files of prints: columns for the look-up, whole prints one at a time, and any damage noticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from embeddings.fingerprints import CreativePrint, pdq_values
from embeddings.hash_index import dealt
from embeddings.records import MediaKind
from pipelines.print_files import (
    FILE_SCHEMA,
    KINDS,
    MOST_LOOKED_UP,
    DamagedPrints,
    open_prints,
    telling_hashes,
    telling_moments,
    write_prints,
)
from tests.factories import make_print


def same(one: CreativePrint, other: CreativePrint) -> bool:
    return (
        (one.creative, one.content, one.frames) == (other.creative, other.content, other.frames)
        and np.array_equal(one.thumbnails, other.thumbnails)
        and np.array_equal(one.mirrored, other.mirrored)
    )


@pytest.fixture(scope="module")
def prints() -> list[CreativePrint]:
    """A film, what PDQ cannot describe, and a long film."""
    return [make_print(1, moments=3), make_print(2, quality=10), make_print(3, moments=60)]


def test_what_was_written_is_read(prints: list[CreativePrint], tmp_path: Path) -> None:
    write_prints(tmp_path / "a", prints)
    file = open_prints(tmp_path / "a")
    assert file.names() == [one.creative.sha256 for one in prints]
    assert all(same(file.fetch(row), one) for row, one in enumerate(prints))
    assert [KINDS[kind] for kind in file.kind] == [MediaKind.VIDEO] * 3
    assert file.height_px.tolist() == [one.content.height * (one.creative.height_px or 0) for one in prints]
    assert file.plain_rows().tolist() == [1]
    assert np.array_equal(file.hashes, np.concatenate([dealt(telling_hashes(one)) for one in prints]))
    assert file.row_of_hash(np.arange(len(file.hashes))).tolist() == [0] * 3 + [2] * (len(file.hashes) - 3)


def test_of_a_long_film_a_few_moments_are_looked_up(prints: list[CreativePrint]) -> None:
    assert telling_moments(prints[2]).tolist() == list(range(0, 60, 4))
    assert len(telling_moments(prints[2])) <= MOST_LOOKED_UP
    assert set(map(bytes, telling_hashes(prints[0]))) == set(map(bytes, pdq_values(prints[0].frames)))


def test_damage_anywhere_is_noticed(prints: list[CreativePrint], tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_prints(path, prints[:2])
    whole = path.read_bytes()
    for at in range(0, len(whole), 61):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            file = open_prints(path)
            found = [(file.fetch(row), one) for row, one in enumerate(prints[:2])]
        except DamagedPrints:
            continue
        assert all(same(one, other) for one, other in found), "only what belongs to nothing may differ"
    for length in range(0, len(whole), 1009):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedPrints):
            open_prints(path)


def test_only_what_is_no_file_of_prints_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_prints(tmp_path / "nothing")
    batch = pa.RecordBatch.from_pydict({"sha256": [b"x"]})
    with pa.OSFile(str(tmp_path / "other"), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with pytest.raises(DamagedPrints):
        open_prints(tmp_path / "other")


def test_a_file_holds_no_more_than_prints(prints: list[CreativePrint], tmp_path: Path) -> None:
    write_prints(tmp_path / "a", prints)
    batch = pa.ipc.open_file(pa.memory_map(str(tmp_path / "a"))).get_batch(0)
    assert batch.schema.equals(FILE_SCHEMA)
    assert set(batch.schema.names) == {
        *("sha256", "kind", "height_px", "length_s"),
        *("hash_end", "hashes", "packed_crc32", "packed"),
    }
