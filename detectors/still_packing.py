"""How a JPEG was made, as the sandboxed child read it, in sentences for the reader of a case. None of them proves alteration:
every platform encodes what passes through it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from detectors.jpeg_traces import FARTHEST, LOOKED_AT, quality_of, rhythms
from detectors.packing import asked
from detectors.packing_words import Said
from embeddings.samples import DecodedMedia
from embeddings.sandbox import Budget

BUDGET = Budget(wall_s=60.0, cpu_s=10, memory_bytes=1 << 30, file_bytes=0, answer_bytes=1 << 20)

AGREEING = 3
CLEAR_SCORE = 14.0
"""So many of the coefficients must show a rhythm, and each so clearly: pictures encoded once stay below (the twin test)."""


def said_of(media: DecodedMedia) -> Iterator[Said]:
    """Of a picture: tables and quality, and whether it was a JPEG before; or why that is not told."""
    if media.creative.container != "jpeg":
        yield Said(
            claim="still_not_jpeg",
            observation=f"It is a {media.creative.container} picture: how often it was encoded before is not looked for there.",
        )
        return
    said, body, problem = asked("detectors.jpeg_probe", media, BUDGET, body_of="counts")
    if "tables" in said:
        yield _tables(said["tables"])
    if body:
        yield _earlier(body)
    if problem is not None:
        yield Said(claim="packing_unreadable", observation=f"How it is packed could not be read to the end: {problem}.")


def _tables(facts: Mapping[str, Any]) -> Said:
    tables = facts["tables"]
    quality = quality_of(tables[0])
    coarse = " and ".join(f"{sum(table) / len(table):.0f}" for table in tables[:2])
    whose = (
        f"Its tables are libjpeg's at quality {quality.value}, as many programs and platforms write them"
        if quality.exact
        else f"Its tables are not libjpeg's, nearest is quality {quality.value}: cameras, Adobe's programs and some platforms "
        "have their own"
    )
    shape = ", ".join(
        [
            *([f"colour {facts['sampling']}"] if facts["sampling"] else []),
            "progressive" if facts["progressive"] else "baseline",
        ]
    )
    return Said(
        claim="jpeg_tables",
        observation=f"{whose} (mean step {coarse}; {shape}). This says how it was last written, and nothing else.",
        measurement=float(quality.value),
        unit="libjpeg quality, 1 to 100, whose luma table is nearest",
    )


def _earlier(body: bytes) -> Said:
    counts = np.frombuffer(body, dtype=np.int64).reshape(len(LOOKED_AT), 2 * FARTHEST + 1)
    seen = sorted((one for one in rhythms(counts) if one is not None), key=lambda one: -one.score)
    if len(seen) < AGREEING:
        return Said(
            claim="jpeg_history_not_told",
            observation="Whether it was a JPEG before cannot be told: it is too small or too plain.",
        )
    clear = seen[AGREEING - 1]
    measure: dict[str, Any] = {
        "measurement": round(clear.score, 1),
        "unit": f"strength of the rhythm in the values of the {AGREEING} clearest coefficients, the weakest of them",
    }
    if clear.score < CLEAR_SCORE:
        return Said(
            claim="jpeg_once",
            observation="Its coefficients show no trace of an earlier, coarser JPEG on the same grid. This says nothing: "
            "resizing, cropping or a coarser step afterwards hides one.",
            **measure,
        )
    shown = sum(one.score >= CLEAR_SCORE for one in seen)
    return Said(
        claim="jpeg_twice",
        observation=f"The values of {shown} of {len(LOOKED_AT)} coefficients come in a rhythm: it was a JPEG of coarser "
        "quality before it was encoded as it is. A platform does that to every picture that is uploaded, and so does every "
        "program that opens and saves one.",
        **measure,
    )
