"""Prints as rows of a Parquet file, or as bytes, and back. Probes are not kept: they serve to look up, not to be found."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embeddings.fingerprints import GLIMPSED_PX, PDQ, THUMBNAIL_PX, CreativePrint, pdq_values
from embeddings.records import REGION_TYPE, Creative, Fingerprint, Region
from embeddings.sound_prints import BANDS, SoundPrint
from evidence.tables import from_row, to_row

PRINTS_VERSION = "3"
"""Raise it when prints of before cannot be compared with prints of now: what was known is then fingerprinted anew."""

SOUND_TYPE = pa.struct(
    [("chroma", pa.binary()), ("bands", pa.binary()), ("length_s", pa.float64()), ("silent", pa.bool_())]
)

PRINT_SCHEMA = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("creative", pa.string(), nullable=False),
        pa.field("content", REGION_TYPE, nullable=False),
        pa.field("at_s", pa.list_(pa.float64()), nullable=False),
        pa.field("quality", pa.list_(pa.int32()), nullable=False),
        pa.field("pdq", pa.binary(), nullable=False),
        pa.field("pdq_mirrored", pa.binary(), nullable=False),
        pa.field("thumbnails", pa.binary(), nullable=False),
        pa.field("glimpses", pa.binary(), nullable=False),
        pa.field("glimpsed_s", pa.binary(), nullable=False),
        ("sound", SOUND_TYPE),
    ]
)


def print_row(one: CreativePrint) -> dict[str, Any]:
    """The row of ``PRINT_SCHEMA``: arrays as their bytes, the creative's record as JSON."""
    sound = one.sound
    return {
        "sha256": one.creative.sha256,
        "creative": json.dumps(to_row(one.creative), ensure_ascii=False, sort_keys=True),
        "content": to_row(one.content),
        "at_s": [frame.at_s for frame in one.frames],
        "quality": [frame.quality for frame in one.frames],
        "pdq": pdq_values(one.frames).tobytes(),
        "pdq_mirrored": one.mirrored.tobytes(),
        "thumbnails": one.thumbnails.tobytes(),
        "glimpses": one.glimpses.tobytes(),
        "glimpsed_s": one.glimpsed_s.astype("<f4").tobytes(),
        "sound": None
        if sound is None
        else {
            "chroma": sound.chroma.astype("<u4").tobytes(),
            "bands": sound.bands.tobytes(),
            "length_s": sound.length_s,
            "silent": sound.silent,
        },
    }


def print_from_row(row: dict[str, Any]) -> CreativePrint:
    """The print of a row that ``print_row`` made. Raises ``ValueError`` for others."""
    creative = from_row(Creative, json.loads(row["creative"]))
    values = np.frombuffer(row["pdq"], dtype=np.uint8).reshape(-1, 32)
    if not len(values) == len(row["at_s"]) == len(row["quality"]) or creative.sha256 != row["sha256"]:
        raise ValueError(f"the stored print of {row['sha256'][:12]} is damaged: its parts do not fit together")
    frames = tuple(
        Fingerprint(
            creative_sha256=creative.sha256, algorithm=PDQ, value=value.tobytes().hex(), quality=quality, at_s=at_s
        )
        for value, quality, at_s in zip(values, row["quality"], row["at_s"], strict=True)
    )
    glimpsed_s = np.frombuffer(row["glimpsed_s"], dtype="<f4").astype(np.float32)
    sound = row["sound"]
    return CreativePrint(
        creative=creative,
        content=from_row(Region, row["content"]),
        frames=frames,
        mirrored=np.frombuffer(row["pdq_mirrored"], dtype=np.uint8).reshape(len(frames), 32),
        thumbnails=np.frombuffer(row["thumbnails"], dtype=np.uint8).reshape(len(frames), THUMBNAIL_PX, THUMBNAIL_PX),
        glimpses=np.frombuffer(row["glimpses"], dtype=np.uint8).reshape(len(glimpsed_s), GLIMPSED_PX, GLIMPSED_PX),
        glimpsed_s=glimpsed_s,
        probes=np.empty((0, 32), dtype=np.uint8),
        sound=None
        if sound is None
        else SoundPrint(
            chroma=np.frombuffer(sound["chroma"], dtype="<u4").astype(np.uint32),
            bands=np.frombuffer(sound["bands"], dtype=np.uint8).reshape(-1, BANDS),
            length_s=float(sound["length_s"]),
            silent=bool(sound["silent"]),
        ),
    )


def packed_print(one: CreativePrint) -> bytes:
    """The print as a small Parquet file that notes ``PRINTS_VERSION``."""
    schema = PRINT_SCHEMA.with_metadata({"prints": PRINTS_VERSION})
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([print_row(one)], schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue())


def unpacked_print(data: bytes) -> CreativePrint | None:
    """The print that ``packed_print`` was given; None for one of another version. Raises ``ValueError`` for other bytes."""
    table = pq.read_table(pa.BufferReader(data))
    if (table.schema.metadata or {}).get(b"prints") != PRINTS_VERSION.encode():
        return None
    (row,) = table.to_pylist()
    return print_from_row(row)
