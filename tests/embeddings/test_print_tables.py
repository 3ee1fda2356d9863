"""A print comes back from its row as it was, probes left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from embeddings.fingerprints import STEP_S, CreativePrint, fingerprints
from embeddings.print_tables import PRINT_SCHEMA, packed_print, print_from_row, print_row, unpacked_print
from embeddings.records import MediaKind
from embeddings.samples import GLIMPSE_PX, DecodedMedia, Frame, Glimpse
from tests.factories import make_creative
from tests.portrait_film import babble

Picture = NDArray[np.uint8]


def printed(pictures: list[Picture], sound: NDArray[np.float32] | None, kind: MediaKind) -> CreativePrint:
    frames = tuple(Frame(at_s=number * STEP_S, pixels=one, scale=1.0) for number, one in enumerate(pictures))
    creative = make_creative(kind=kind, has_sound=sound is not None)
    glimpses = tuple(
        Glimpse(at_s=one.at_s, pixels=np.full((GLIMPSE_PX, GLIMPSE_PX), 7 + number, dtype=np.uint8))
        for number, one in enumerate(frames)
    )
    return fingerprints(
        DecodedMedia(creative=creative, path=Path("film.mp4"), frames=frames, sound=sound, glimpses=glimpses)
    )


@pytest.mark.parametrize("case", ["film", "still", "sound", "silent"])
def test_there_and_back(astronaut: Picture, case: str) -> None:
    small = np.ascontiguousarray(astronaut[:300:2, :400:2])
    sound = {"film": babble(2.0), "sound": babble(2.0), "silent": np.zeros(16_000, dtype=np.float32)}.get(case)
    pictures = [] if case == "sound" else [small] if case == "still" else [small, small[::-1].copy()]
    kind = {"still": MediaKind.IMAGE, "sound": MediaKind.AUDIO}.get(case, MediaKind.VIDEO)
    one = printed(pictures, sound, kind)
    (row,) = pa.Table.from_pylist([print_row(one)], schema=PRINT_SCHEMA).to_pylist()
    again = print_from_row(row)
    assert (again.creative, again.content, again.frames) == (one.creative, one.content, one.frames)
    assert np.array_equal(again.mirrored, one.mirrored)
    assert np.array_equal(again.thumbnails, one.thumbnails)
    assert np.array_equal(again.glimpses, one.glimpses)
    assert again.glimpsed_s.tolist() == one.glimpsed_s.tolist()
    assert len(again.glimpses) == len(one.frames)
    assert len(again.probes) == 0
    assert (again.sound is None) == (one.sound is None)
    if one.sound is not None and again.sound is not None:
        assert np.array_equal(again.sound.chroma, one.sound.chroma)
        assert np.array_equal(again.sound.bands, one.sound.bands)
        assert (again.sound.length_s, again.sound.silent) == (one.sound.length_s, one.sound.silent)


@pytest.mark.parametrize("part", ["pdq", "thumbnails", "pdq_mirrored", "creative", "quality", "glimpses"])
def test_a_damaged_row_is_refused(astronaut: Picture, part: str) -> None:
    row = print_row(printed([np.ascontiguousarray(astronaut[::4, ::4])], None, MediaKind.IMAGE))
    damaged = row | {part: row[part][:-1]}
    with pytest.raises(ValueError, match=r".+"):
        print_from_row(damaged)


def test_packed_and_unpacked_unless_of_another_version(astronaut: Picture) -> None:
    one = printed([np.ascontiguousarray(astronaut[::4, ::4])], babble(1.0), MediaKind.VIDEO)
    packed = packed_print(one)
    again = unpacked_print(packed)
    assert again is not None
    assert (again.creative, again.frames) == (one.creative, one.frames)
    table = pq.read_table(pa.BufferReader(packed))
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"prints": "1"}), sink)
    assert unpacked_print(bytes(sink.getvalue())) is None
    with pytest.raises(ValueError, match=r".+"):
        unpacked_print(packed[:-20])
