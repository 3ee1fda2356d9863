"""Clips that show nothing of the films they are sought in: real files, encoded as the red team's ads are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from tests.alignment_media import Source, no_higher, same_scene
from tests.film_variants import Film, read_film, read_sound, voiced
from tests.portrait_film import FRAMES_PER_S, babble, portrait_frames
from tests.redteam.conditions import CONDITIONS, Condition

SHORTEST_S, LONGEST_S = 2.4, 6.0
ENROLLED, OTHER, REVOICED, GENERATED = (
    "piece of a film, sought in all others",
    "swapped or generated face of the media",
    "film of the media under a reader's voice",
    "generated scene",
)
BESIDES = ("dfl_real/Twitch1.mp4", "styletalk/demo.mp4")
"""Films of the media that are not enrolled."""

PORTRAITS = 7
"""Generated faces differ in how they move; so many ways there are before they come again."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrangeClip:
    """``scene`` is the film whose scene it shows, which it must not be sought in; None where it shows none of them. ``write``
    makes the file, over that of the clip before."""

    kind: str
    name: str
    scene: str | None
    condition: str
    write: Callable[[], Path]


def strange_clips(
    sources: Sequence[Source], media: Path, scratch: Path, *, count: int, seed: int = 11
) -> Iterator[StrangeClip]:
    """So many clips, the kinds in turn. What is drawn by lot for one does not depend on the others."""
    readers = sorted((media / "resemblyzer" / "librispeech").glob("*/*.flac"))
    paired = [source for source in sources if source.paired]
    others = [media / name for name in BESIDES]
    for number in range(count):
        turn, kind = divmod(number, 4)
        rng = np.random.default_rng([seed, number])
        condition = CONDITIONS[number % len(CONDITIONS)]
        scene: str | None = None
        make: Callable[[], Film]
        if kind == 0:
            source = sources[turn % len(sources)]
            name, scene, kind_name = source.name, source.name, ENROLLED
            make = partial(_piece, source.piece, rng)
        elif kind == 1 and turn % 6 == 5:
            path = others[turn // 6 % len(others)]
            name, kind_name = path.stem, OTHER
            scene = name if any(same_scene(name, one.name) for one in sources) else None
            make = partial(_piece, partial(_read, path), rng)
        elif kind == 1:
            source = paired[turn % len(paired)]
            name, scene, kind_name = source.name, source.name, OTHER
            make = partial(_piece, source.swapped_piece, rng)
        elif kind == 2:
            source = sources[(7 * turn + 3) % len(sources)]
            name, scene, kind_name = source.name, source.name, REVOICED
            make = partial(_revoiced, source.piece, rng, readers[number % len(readers)])
        else:
            name, kind_name = f"portrait {turn % PORTRAITS}", GENERATED
            make = partial(_portrait, turn, rng)
        write = partial(_written, make, condition, rng, scratch / "strange.mp4")
        yield StrangeClip(kind=kind_name, name=name, scene=scene, condition=condition.name, write=write)


def _written(make: Callable[[], Film], condition: Condition, rng: np.random.Generator, path: Path) -> Path:
    return condition.encoding.write(condition.apply(make(), rng), path)


def _piece(read: Callable[[float, float], Film], rng: np.random.Generator) -> Film:
    return read(float(rng.uniform(0, 2.0)), float(rng.uniform(SHORTEST_S, LONGEST_S)))


def _read(path: Path, start_s: float, length_s: float) -> Film:
    return read_film(path, seconds=length_s, from_s=start_s, part=no_higher)


def _revoiced(read: Callable[[float, float], Film], rng: np.random.Generator, reader: Path) -> Film:
    film = _piece(read, rng)
    return voiced(film, read_sound(reader)[: round(film.seconds * 16_000)])


def _portrait(turn: int, rng: np.random.Generator) -> Film:
    seconds, seed = float(rng.uniform(SHORTEST_S, LONGEST_S)), 100 + 3 * (turn % PORTRAITS)
    pictures = portrait_frames(seconds, seed=seed, mouth_seed=seed + 1)
    return Film(pictures=pictures, rate=FRAMES_PER_S, sound=babble(seconds, seed=seed + 2))
