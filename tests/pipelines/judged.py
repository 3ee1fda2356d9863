"""Judged items without media: two dozen of them, one on the wrong side, one of which nothing could be told."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors.validation import Conditions, Validated
from embeddings.records import MediaKind
from pipelines.judged_items import JudgedItem
from pipelines.judged_rates import ErrorFigures, error_figures
from pipelines.judging import Judged

PAIRS = 12
VALIDATED = Validated(data_set="made", codec="h264", bitrate="any", language="az", face_size="any")


def made() -> list[Judged]:
    """Altered items measure two more than genuine ones, the first of them hardly more."""
    items = []
    for number in range(PAIRS):
        for altered in (False, True):
            value = 1.0 + number / PAIRS + (2.0 if altered and number else 0.0)
            items.append(
                judged(
                    f"{number:02}-{'altered' if altered else 'genuine'}",
                    altered=altered,
                    group=f"scene {number % 6}",
                    generator=("strong" if number % 2 else "weak") if altered else None,
                    numbers={"brightness.face": value},
                )
            )
    return [*items, judged("nobody", altered=False, group="other", numbers={}, language="kk")]


def judged(
    name: str,
    *,
    altered: bool,
    group: str,
    numbers: dict[str, float],
    generator: str | None = None,
    language: str = "az",
    kind: MediaKind = MediaKind.VIDEO,
) -> Judged:
    return Judged(
        item=JudgedItem(
            name=name, path=Path(name), altered=altered, group=group, generator=generator, language=language
        ),
        numbers=numbers,
        seconds={"brightness": 0.5},
        said={} if numbers else {"brightness": f"Cannot tell: only {len(name)} px high."},
        kind=kind,
        length_s=6.0,
        codec="h264",
        kbps=200.0 if name.endswith("d") else 2000.0,
        face_px=100,
        speaks=True,
        picture=b"\xff\xd8 a picture",
    )


def figures(items: list[Judged] | None = None) -> ErrorFigures:
    return error_figures(
        items or made(),
        source="made",
        validated=VALIDATED,
        conditions=Conditions(),
        rng=np.random.default_rng(1),
        rounds=50,
    )
