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
from tests.redteam.conditions import CONDITIONS

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
    """``scene`` is the film whose scene it shows, which it must not be sought in; None where it shows none of them."""

    kind: str
    name: str
    scene: str | None
    condition: str
    path: Path


def strange_clips(
    sources: Sequence[Source], media: Path, scratch: Path, *, count: int, seed: int = 11
) -> Iterator[StrangeClip]:
    """So many clips, the kinds in turn; each is written over the one before."""
    rng = np.random.default_rng(seed)
    readers = sorted((media / "resemblyzer" / "librispeech").glob("*/*.flac"))
    paired = [source for source in sources if source.paired]
    others = [(path.stem, path) for path in (media / name for name in BESIDES)]

    def piece(read: Callable[[float, float], Film]) -> Film:
        return read(float(rng.uniform(0, 2.0)), float(rng.uniform(SHORTEST_S, LONGEST_S)))

    for number in range(count):
        turn, kind = divmod(number, 4)
        condition = CONDITIONS[number % len(CONDITIONS)]
        scene: str | None = None
        if kind == 0:
            source = sources[turn % len(sources)]
            name = scene = source.name
            film, kind_name = piece(source.piece), ENROLLED
        elif kind == 1 and turn % 6 == 5:
            name, path = others[turn // 6 % len(others)]
            scene = name if any(same_scene(name, one.name) for one in sources) else None
            film, kind_name = piece(partial(_read, path)), OTHER
        elif kind == 1:
            source = paired[turn % len(paired)]
            name = scene = source.name
            film, kind_name = piece(source.swapped_piece), OTHER
        elif kind == 2:
            source = sources[(7 * turn + 3) % len(sources)]
            name = scene = source.name
            film, kind_name = _revoiced(piece(source.piece), readers[number % len(readers)]), REVOICED
        else:
            name, film, kind_name = f"portrait {turn % PORTRAITS}", _portrait(turn, rng), GENERATED
        changed = condition.apply(film, rng)
        path = condition.encoding.write(changed, scratch / "strange.mp4")
        yield StrangeClip(kind=kind_name, name=name, scene=scene, condition=condition.name, path=path)


def _read(path: Path, start_s: float, length_s: float) -> Film:
    return read_film(path, seconds=length_s, from_s=start_s, part=no_higher)


def _revoiced(film: Film, reader: Path) -> Film:
    return voiced(film, read_sound(reader)[: round(film.seconds * 16_000)])


def _portrait(turn: int, rng: np.random.Generator) -> Film:
    seconds, seed = float(rng.uniform(SHORTEST_S, LONGEST_S)), 100 + 3 * (turn % PORTRAITS)
    pictures = portrait_frames(seconds, seed=seed, mouth_seed=seed + 1)
    return Film(pictures=pictures, rate=FRAMES_PER_S, sound=babble(seconds, seed=seed + 2))
