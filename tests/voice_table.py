"""The windows of speech that the voice networks learn from and are judged on, gathered, kept and weighed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.voice_front_ends import FRONT_ENDS
from tests.voice_corpus import REAL, pieces, rows

Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Windows of speech, one row each: what every front end gave, and whose it is (``tests.voice_corpus.Row``)."""

    views: Mapping[str, NDArray[np.float32]]
    take: Texts
    speaker: Texts
    family: Texts
    channel: Texts
    learned: NDArray[np.bool_]

    def part(self, which: NDArray[np.bool_]) -> Table:
        """The rows that are marked."""
        return Table(
            views={name: view[which] for name, view in self.views.items()},
            take=self.take[which],
            speaker=self.speaker[which],
            family=self.family[which],
            channel=self.channel[which],
            learned=self.learned[which],
        )


def gathered(fixtures: Path, *, packages: Path | None, sounds: Path | None) -> Table:
    """All rows of the corpus; minutes."""
    found = []
    for number, piece in enumerate(pieces(fixtures, packages=packages, sounds=sounds)):
        found += list(rows(piece))
        if number % 100 == 99:
            print(f"  {number + 1} pieces, {len(found)} windows …", file=sys.stderr)
    return Table(
        views={name: np.stack([row.views[name] for row in found]) for name in FRONT_ENDS},
        take=np.array([row.take for row in found]),
        speaker=np.array([row.speaker for row in found]),
        family=np.array([row.family for row in found]),
        channel=np.array([row.channel for row in found]),
        learned=np.array([row.learned for row in found]),
    )


def kept(table: Table, path: Path) -> None:
    """To a file that ``opened`` reads."""
    arrays: dict[str, Any] = {f"view {name}": view for name, view in table.views.items()}
    arrays |= {name: getattr(table, name) for name in ("take", "speaker", "family", "channel", "learned")}
    np.savez_compressed(path, **arrays)


def opened(path: Path) -> Table:
    """What ``kept`` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        names = {name: stored[name] for name in ("take", "speaker", "family", "channel", "learned")}
        return Table(views={name: stored[f"view {name}"] for name in FRONT_ENDS}, **names)


def weights_of(table: Table) -> NDArray[np.float32]:
    """Real and generated count the same, and so does each family among the generated and each speaker among the real."""
    weights = np.zeros(len(table.take))
    for families, groups in (((table.family == REAL), table.speaker), ((table.family != REAL), table.family)):
        for group in np.unique(groups[families]):
            here = families & (groups == group)
            weights[here] = 1 / here.sum() / len(np.unique(groups[families]))
    even: NDArray[np.float32] = (weights / weights.mean()).astype(np.float32)
    return even
