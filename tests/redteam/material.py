"""What ads are made of: people to protect, films, stills and voices, and what is true of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.truth import Alteration, SourceFilm
from qalqan.demo.parts import product
from tests.film_variants import Film, Picture

Sound = NDArray[np.float32]
"""Mono, 16 kHz."""

FACE_SWAPPED = "face_swapped"
MOUTH_REGENERATED = "mouth_regenerated"
VOICE_REPLACED = "voice_replaced"
VOICE_CLONED = "voice_cloned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """Somebody to enrol, with genuine media that no ad is made of unless it is footage."""

    person_id: str
    images: tuple[Path, ...] = ()
    audio: tuple[Path, ...] = ()
    footage: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """How they are called on the watchlist."""
        return f"Protected {self.person_id.title()}"

    @property
    def page_id(self) -> str:
        """The id of their official page."""
        return f"official-{self.person_id}"

    @property
    def domain(self) -> str:
        """Their official domain."""
        return f"{self.person_id}-official.example"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A film. ``faces`` and ``voices`` are the protected people who are seen and heard in it, or meant to be."""

    name: str
    film: Callable[[], Film]
    faces: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    generator: str | None = None
    source: SourceFilm | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Still:
    """A picture, of a protected person, of somebody else or of a thing."""

    name: str
    picture: Callable[[], Picture]
    faces: tuple[str, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    generator: str | None = None


THINGS = tuple(Still(name=name, picture=partial(product, name)) for name in ("coffee", "cat", "rocket"))
"""Nobody is in them; they are drawn when they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Voice:
    """A recording of somebody protected, of their cloned voice, or of somebody else."""

    name: str
    sound: Callable[[], Sound]
    voices: tuple[str, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    generator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """Everything that ads can be made of. ``things`` are stills without anybody; ``learned_from`` names the detectors whose
    weights or calibration learned from some of it."""

    people: tuple[Guarded, ...]
    scenes: tuple[Scene, ...]
    stills: tuple[Still, ...]
    voices: tuple[Voice, ...]
    things: tuple[Still, ...]
    learned_from: tuple[str, ...] = ()
