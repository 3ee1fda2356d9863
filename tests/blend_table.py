"""What ``face_blend`` sees of faces with known truth: their traces, gathered once and kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.blend_traces import Traces, frame_traces, middles
from detectors.close_up import CloseUp
from detectors.face_blend import FEWEST_FRAMES, film_traces, longest_stretch
from tests.face_swaps import Example, film_examples, genuine_sources, other_sources, still_examples, swap_sources

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """``film`` and ``picture`` are (n, names) traces of each appearance as a film and of one of its pictures; NaN for none.
    ``facts`` (n, 5): name, target, scene, how it was made, channel."""

    names: NDArray[np.str_]
    film: Floats
    picture: Floats
    facts: NDArray[np.str_]

    @property
    def target(self) -> NDArray[np.str_]:
        return self.facts[:, 1]

    @property
    def scene(self) -> NDArray[np.str_]:
        return self.facts[:, 2]

    @property
    def made(self) -> NDArray[np.str_]:
        return self.facts[:, 3]

    @property
    def channel(self) -> NDArray[np.str_]:
        return self.facts[:, 4]

    @property
    def still(self) -> Rows:
        found: Rows = np.char.startswith(self.channel, "still")
        return found

    @property
    def folds(self) -> NDArray[np.str_]:
        """What is held out together: a target's films, a fifth of the photographs' targets."""
        fifth = np.array([f"still {zlib.crc32(target.encode()) % 5}" for target in self.target.tolist()])
        return np.where(self.still, fifth, self.target)


def traces_of(shown: CloseUp, *, still: bool) -> tuple[Traces, Traces] | None:
    """(as a film, of one picture in its middle); None where there is too little to see."""
    stretch = longest_stretch(shown)
    faces = shown.faces[stretch]
    if len(faces) < (3 if still else FEWEST_FRAMES):
        return None
    if still:
        pictures = [frame_traces(faces[at]) for at in (1, len(faces) // 2, len(faces) - 2)]
        return middles(pictures), pictures[1]
    return film_traces(shown), frame_traces(faces[(len(faces) - 3) * 5 // 9])


def make_table(examples: Iterable[Example]) -> Table:
    """The traces of all examples."""
    seen: list[tuple[Traces, Traces]] = []
    facts = []
    for example in examples:
        traces = traces_of(example.close_up, still=example.channel.startswith("still"))
        if traces is not None:
            seen.append(traces)
            facts.append([example.name, example.target, example.scene, example.made, example.channel])
            print(f"\r{len(seen)} appearances", end="", flush=True)
    print()
    names = sorted({name for film, _ in seen for name in film})
    film, picture = (np.array([[pair[which].get(name, np.nan) for name in names] for pair in seen]) for which in (0, 1))
    return Table(names=np.array(names), film=film, picture=picture, facts=np.array(facts))


def kept_table(place: Path | None) -> Table:
    """From the file if it is there; otherwise made, and kept there."""
    if place is not None and place.exists():
        with np.load(place, allow_pickle=False) as stored:
            return Table(names=stored["names"], film=stored["film"], picture=stored["picture"], facts=stored["facts"])
    films = film_examples([*swap_sources(), *genuine_sources(), *other_sources()])
    table = make_table([*films, *still_examples()])
    if place is not None:
        np.savez_compressed(place, names=table.names, film=table.film, picture=table.picture, facts=table.facts)
    return table
