"""Genuine film, copies of it as ads show them, and forgeries, made of the development media."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.faces import see_faces
from embeddings.landmarks import on_average_face, similarity
from embeddings.media import decode
from embeddings.samples import LoadedPack
from tests import film_variants
from tests.film_variants import (
    Film,
    Picture,
    beside,
    cropped,
    excerpt,
    frozen,
    inset,
    joined,
    mirrored,
    other_mouth,
    sped,
    write_film,
)
from tests.redteam.conditions import CONDITIONS, Condition
from watchlist.film_marks import make_marks, marked_frames
from watchlist.footage import GenuineFootage, Scenes
from watchlist.references import read_film

POOR: Mapping[str, object] = {"bit_rate": 200_000, "height": 360, "sound_bit_rate": 48_000}
POORER: Mapping[str, object] = {"bit_rate": 100_000, "height": 240, "sound_bit_rate": 48_000}
SPEEDS = (0.9, 1.1)
PERSON_ID = "somebody"
EXCERPT_S = 7.5
MOST_LINES = 480
PASSING_S = 1.5
"""How long a mouth that is changed for a while is another."""

ONE_SCENE = (
    frozenset({"David_Kovalniy_1", "Matilda_Bobbie_0"}),
    frozenset({"Tim_Chrys_2", "Ava_de_Addario_0"}),
    frozenset({"David_Kovalniy_2", "Twitch1"}),
    frozenset({"Tim_Chrys_3", "Kim_Jarrey_1"}),
)
"""Pairs that were made of one film: the same scene, found by this measurement and seen to be so."""

HELD_OUT = ("Ava_de_Addario", "Tim_Chrys", "Bryan_Greynolds", "Ewon_Spice", "Keanu_Reeves")
"""Clips on whose copies no threshold was chosen."""

Piece = tuple[float, float, float, float]
"""Of a suspect from, to, and of the film from, to: seconds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A film of the development media. ``swapped`` is the other half of a pair: the same scene with another face."""

    name: str
    path: Path
    paired: bool = False

    @property
    def held_out(self) -> bool:
        """Whether no threshold was chosen on copies of it."""
        return self.name.startswith(HELD_OUT)

    def read(self, *, swapped: bool = False) -> Film:
        if not self.paired:
            return film_variants.read_film(self.path, seconds=60, part=no_higher)
        return film_variants.read_film(self.path, seconds=60, part=_right if swapped else _left)

    def piece(self, start_s: float, length_s: float) -> Film:
        """A part of it; shorter where it ends."""
        part = _left if self.paired else no_higher
        return film_variants.read_film(self.path, seconds=length_s, from_s=start_s, part=part)

    def swapped_piece(self, start_s: float, length_s: float) -> Film:
        """The same of the other half of a pair."""
        return film_variants.read_film(self.path, seconds=length_s, from_s=start_s, part=_right)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copy:
    """A suspect with its truth: which pieces of which moments of its own film it shows. ``make`` makes it, which costs time."""

    name: str
    make: Callable[[], Film]
    encoding: Mapping[str, object]
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enrolled:
    """A film as it is enrolled, and the vectors of the faces in it."""

    footage: GenuineFootage
    vectors: NDArray[np.float32]

    def keep(self, path: Path) -> None:
        """Written to a file of NumPy's, for the next measurement on this machine."""
        film, vectors = self.footage, self.vectors
        more: dict[str, Any] = {} if film.sound is None else {"sound": film.sound}
        if film.scenes is not None:
            more |= {"scene_times_s": film.scenes.times_s, "scene_marks": film.scenes.marks}
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, sha256=film.sha256, times_s=film.times_s, faces=film.faces, vectors=vectors, **more)
        part.replace(path)

    @classmethod
    def kept(cls, path: Path) -> Enrolled:
        with np.load(path, allow_pickle=False) as file:
            footage = GenuineFootage(
                person_id=PERSON_ID,
                sha256=str(file["sha256"]),
                times_s=file["times_s"],
                faces=file["faces"],
                sound=file.get("sound"),
                scenes=Scenes(times_s=file["scene_times_s"], marks=file["scene_marks"])
                if "scene_marks" in file
                else None,
            )
            marks = make_marks(footage.faces[marked_frames(footage.times_s)])
            return cls(footage=replace(footage, marks=marks), vectors=file["vectors"])


def sources(media: Path) -> list[Source]:
    """All clips of real people; those with sound first."""
    single = [
        "wav2lip_gfpgan/kim_7s_raw.mp4",
        "face_recognition/short_hamilton_clip.mp4",
        "dfl_real/Obama_speaking.mp4",
        *(f"styletalk/video/{name}.mp4" for name in ("Obama_clip1", "andrew_clip_1", "Obama_clip2")),
        *(f"styletalk/video/{name}.mp4" for name in ("andrew_clip_2", "Obama_clip3")),
    ]
    pairs = sorted((media / "dfl_pairs").glob("*.mp4"))
    return [
        *(Source(name=Path(name).stem, path=media / name) for name in single),
        *(Source(name=path.stem, path=path, paired=True) for path in pairs),
    ]


def same_scene(one: str, other: str) -> bool:
    """Whether two clips, by name, show one scene."""
    return one == other or any({one, other} <= scene for scene in ONE_SCENE)


def spread(found: Sequence[Source], count: int) -> list[Source]:
    """So many of them: those that are no pairs first, then pairs from the whole list."""
    single, pairs = [one for one in found if not one.paired], [one for one in found if one.paired]
    left = max(0, count - len(single))
    chosen = [pairs[int(at)] for at in np.linspace(0, len(pairs) - 1, left)] if left else []
    return [*single[:count], *chosen]


def enrolled(path: Path, pack: LoadedPack) -> Enrolled:
    """Whoever is seen longest in a film, enrolled as ``qalqan watchlist enroll`` does it."""
    seen = see_faces(decode(path), pack).samples
    main = max(seen, key=lambda sample: sample.track.end_s - sample.track.start_s)
    _, film = read_film(path, pack, person_id=PERSON_ID, faces=main.vectors)
    return Enrolled(footage=film, vectors=main.vectors)


def copies(film: Film, other: Film) -> Iterator[Copy]:
    """An excerpt as ads show it, under every condition of the red team, under the harder ones among them at a fifth of a megabit,
    and composed: what must be found."""
    start_s, part, whole = _excerpt(film)
    length_s = part.seconds
    for number, condition in enumerate(CONDITIONS):
        yield Copy(
            name=condition.name,
            make=partial(_under, condition, part, 5 + number),
            encoding={**asdict(condition.encoding), "exact": True},
            pieces=[(0.0, length_s / condition.speed, start_s, start_s + length_s)],
        )
    yield Copy(name="re-encoded 100 kb/s 240 lines", make=lambda: part, encoding=POORER, pieces=whole)
    poor = partial(cropped, part, share=0.1, top=0.8, left=0.3)
    yield Copy(name="cropped 10 %, 200 kb/s", make=poor, encoding=POOR, pieces=whole)
    yield Copy(name="mirrored, 200 kb/s", make=partial(mirrored, part), encoding=POOR, pieces=whole)
    for speed in SPEEDS:
        pieces = [(0.0, length_s / speed, start_s, start_s + length_s)]
        played = partial(sped, part, rate=speed)
        yield Copy(name=f"speed {speed:.0%}, 200 kb/s", make=played, encoding=POOR, pieces=pieces)
    yield Copy(name="picture in picture", make=partial(inset, part), encoding=POOR, pieces=whole)
    yield Copy(name="split screen", make=partial(beside, part, other), encoding=POOR, pieces=whole)
    third = length_s / 3
    yield Copy(
        name="recut",
        make=lambda: joined(
            excerpt(part, 2 * third, length_s), excerpt(part, 0, third), excerpt(part, third + 0.8, 2 * third + 0.8)
        ),
        encoding=POOR,
        pieces=[
            (0.0, third, start_s + 2 * third, start_s + length_s),
            (third, 2 * third, start_s, start_s + third),
            (2 * third, length_s, start_s + third + 0.8, start_s + 2 * third + 0.8),
        ],
    )
    yield Copy(
        name="slides between",
        make=lambda: joined(
            excerpt(part, 0, third), frozen(part, third / 2, seconds=1.5), excerpt(part, 2 * third, length_s)
        ),
        encoding=POOR,
        pieces=[
            (0.0, third, start_s, start_s + third),
            (third + 1.5, 2 * third + 1.5, start_s + 2 * third, start_s + length_s),
        ],
    )


def other_mouths(film: Film, pack: LoadedPack) -> Iterator[Copy]:
    """An excerpt in which the mouth is that of another moment, throughout or for a while."""
    _, part, whole = _excerpt(film)

    @cache
    def forged() -> Film:
        return _forged(part, pack)

    def for_a_moment() -> Film:
        return for_a_while(part, forged(), start_s=part.seconds / 2)

    yield Copy(name="of another moment", make=forged, encoding={}, pieces=whole)
    yield Copy(name="of another moment, 200 kb/s", make=forged, encoding=POOR, pieces=whole)
    yield Copy(name="of another moment for a while, 200 kb/s", make=for_a_moment, encoding=POOR, pieces=whole)


def lip_synced(media: Path) -> Iterator[Copy]:
    """The one film of which the media hold a lip-synced version, as a whole and with a second and a half of that version."""

    @cache
    def film(name: str) -> Film:
        return film_variants.read_film(media / "wav2lip_gfpgan" / name, seconds=7.2, part=no_higher)

    def synced() -> Film:
        return film("kim_lip_synced.mp4")

    def passing(start_s: float) -> Film:
        return for_a_while(film("kim_7s_raw.mp4"), synced(), start_s=start_s)

    whole: list[Piece] = [(0.0, 7.2, 0.0, 7.2)]
    yield Copy(name="lip-synced", make=synced, encoding={"bit_rate": 2_000_000}, pieces=whole)
    yield Copy(name="lip-synced, 200 kb/s", make=synced, encoding=POOR, pieces=whole)
    poor: list[tuple[str, Callable[[], Film]]] = [
        ("cropped", lambda: cropped(synced(), share=0.1)),
        ("mirrored", lambda: mirrored(synced())),
        ("sped 5 %", lambda: sped(synced(), rate=1.05)),
        ("its end", lambda: excerpt(synced(), 3.0, 7.2)),
    ]
    for name, make in poor:
        yield Copy(name=f"lip-synced, {name}", make=make, encoding=POOR, pieces=whole)
    for start_s in (1.0, 3.0, 5.0):
        changed = partial(passing, start_s)
        yield Copy(name=f"lip-synced for a while from {start_s:g} s", make=changed, encoding=POOR, pieces=whole)


def _excerpt(film: Film) -> tuple[float, Film, list[Piece]]:
    """Where it starts, the excerpt, and what it shows."""
    start_s = min(1.3, max(0.0, film.seconds - EXCERPT_S))
    part = excerpt(film, start_s, start_s + EXCERPT_S)
    return start_s, part, [(0.0, part.seconds, start_s, start_s + part.seconds)]


def _under(condition: Condition, film: Film, seed: int) -> Film:
    """What is drawn by lot does not depend on which other conditions are measured."""
    return condition.apply(film, np.random.default_rng(seed))


def _forged(film: Film, pack: LoadedPack) -> Film:
    """With the mouth of half its length later."""

    def to_average(picture: Picture) -> NDArray[np.float64] | None:
        faces = pack.faces.detect(picture)
        if not faces:
            return None
        largest = max(faces, key=lambda face: face.box[3] - face.box[1])
        convention = pack.manifest.face_landmarks
        return similarity(largest.landmarks, on_average_face(convention, size_px=256))

    return other_mouth(film, later_s=film.seconds / 2, to_average=to_average)


def for_a_while(film: Film, forged: Film, *, start_s: float, seconds: float = PASSING_S) -> Film:
    """The film with so many seconds of its forgery, which runs beside it."""
    first, last = (round(at_s * film.rate) for at_s in (start_s, start_s + seconds))
    height, width = film.pictures[0].shape[:2]
    changed = [
        np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        for picture in forged.pictures[first:last]
    ]
    return replace(film, pictures=[*film.pictures[:first], *changed, *film.pictures[first + len(changed) :]])


def encoded(copy: Copy, path: Path) -> Path:
    return write_film(copy.make(), path, **copy.encoding)  # type: ignore[arg-type]


def no_higher(picture: Picture) -> Picture:
    """At most 480 lines: copies are no higher, and changing large pictures costs time."""
    height, width = picture.shape[:2]
    if height <= MOST_LINES:
        return picture
    size = (width * MOST_LINES // height // 2 * 2, MOST_LINES)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _left(picture: Picture) -> Picture:
    return picture[:, : picture.shape[1] // 2]


def _right(picture: Picture) -> Picture:
    return picture[:, picture.shape[1] // 2 :]
