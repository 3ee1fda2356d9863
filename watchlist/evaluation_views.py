"""The faces and voices of an evaluation set, as they are and in each condition. Vectors live in memory only, here and after.

Every file is decoded once; each condition is applied to the decoded picture or sound, and the result is looked at as if it
had come from outside: the face is found again, the speech is found again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.conditions import CLEAN, PictureCondition, SoundCondition, shown_at
from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia, DetectedFace, Frame, LoadedPack
from watchlist.evaluation_set import EvaluationSet, LeftOut
from watchlist.gallery import face_space, voice_space
from watchlist.index import Space, checked
from watchlist.records import Modality

Vectors = NDArray[np.float32]

FRAMES_PER_FILM = 3
"""So many frames of a film stand for the person's face in it, spread over those that show one."""

SEGMENT_S = 5.0
MAX_SEGMENTS = 6
"""A recording is cut into segments of at least ``SEGMENT_S`` of speech; of many, so many are taken, evenly spread."""

AS_LARGE = 0.8
"""A second face of more than this share of the largest one's height leaves open which of them is meant."""

FACE_BATCH = 64
VOICE_BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Items of one modality: a face per file, or a segment of speech. ``files[i]`` is the file of item ``i``, ``sizes[i]``
    its face height in pixels of the original picture or its seconds of speech.

    ``vectors[name]`` (items, k, d) are those seen in a condition, NaN where nothing was found; ``asked[name]`` (items,) is
    False for items that the condition does not apply to (a face already smaller than it should become).
    """

    modality: Modality
    files: NDArray[np.int64]
    sizes: NDArray[np.float64]
    vectors: Mapping[str, Vectors]
    asked: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What was seen of a set: ``views`` per modality, ``left_out`` what could not be looked at, ``in_part`` what only partly
    could."""

    views: tuple[Views, ...]
    left_out: tuple[LeftOut, ...]
    in_part: tuple[LeftOut, ...]


def look_at(
    evaluated: EvaluationSet,
    pack: LoadedPack,
    *,
    modalities: Sequence[Modality],
    conditions: tuple[Sequence[PictureCondition], Sequence[SoundCondition]],
    seed: int,
    tell: Callable[[int], object],
) -> Seen:
    """Look at every file of the set once; ``tell`` hears how many files are done."""
    pictures, sounds = conditions
    faces = _Gathering(
        Modality.FACE, [c.name for c in pictures], pack.faces.embed, face_space(pack.manifest), FACE_BATCH
    )
    voices = _Gathering(
        Modality.VOICE, [c.name for c in sounds], pack.voices.embed, voice_space(pack.manifest), VOICE_BATCH
    )
    left_out: list[LeftOut] = []
    in_part: list[LeftOut] = []
    by_hash: dict[str, str] = {}
    for number, (path, name) in enumerate(zip(evaluated.paths, evaluated.names, strict=True)):
        tell(number)
        try:
            media = decode(path)
        except UnreadableMedia as error:
            left_out.append(LeftOut(name=name, why=str(error).removesuffix(f": {path.name}")))
            continue
        except OSError as error:
            left_out.append(LeftOut(name=name, why=(error.strerror or str(error)).lower()))
            continue
        first = by_hash.setdefault(media.creative.sha256, name)
        if first != name:
            left_out.append(LeftOut(name=name, why=f"it is the same file as {first}"))
            continue
        in_part += [LeftOut(name=name, why=problem) for problem in media.creative.problems]
        rng = np.random.default_rng([seed, int(media.creative.sha256[:12], 16)])
        why: list[str | None] = []
        if Modality.FACE in modalities and media.frames:
            why.append(_look_at_faces(media, pack, faces, file=number, conditions=pictures, rng=rng))
        if Modality.VOICE in modalities and media.sound is not None:
            why.append(_listen(media.sound, pack, voices, file=number, conditions=sounds, rng=rng))
        left_out += [LeftOut(name=name, why=reason) for reason in why if reason is not None]
        if not why:
            wanted = " and ".join({Modality.FACE: "picture", Modality.VOICE: "sound"}[m] for m in modalities)
            left_out.append(LeftOut(name=name, why=f"it holds no {wanted}"))
    tell(len(evaluated.paths))
    gathered = {Modality.FACE: faces, Modality.VOICE: voices}
    return Seen(
        views=tuple(gathered[modality].views() for modality in modalities),
        left_out=tuple(left_out),
        in_part=tuple(in_part),
    )


def _look_at_faces(
    media: DecodedMedia,
    pack: LoadedPack,
    faces: _Gathering,
    *,
    file: int,
    conditions: Sequence[PictureCondition],
    rng: np.random.Generator,
) -> str | None:
    """Take one item, or say why there is none."""
    seen: list[tuple[Frame, DetectedFace]] = []
    unclear = 0
    for frame in media.frames:
        found = sorted(pack.faces.detect(frame.pixels), key=_height, reverse=True)
        if len(found) > 1 and _height(found[1]) > AS_LARGE * _height(found[0]):
            unclear = max(unclear, len(found))
        elif found:
            seen.append((frame, found[0]))
    if not seen:
        if unclear:
            return f"it shows {unclear} faces about as large as each other, so that it is open which one is meant"
        return "no face was found in it"
    spread = np.unique(np.linspace(0, len(seen) - 1, FRAMES_PER_FILM).round().astype(int))
    used = [seen[place] for place in spread]
    item = faces.new_item(file, size=max(_height(face) / frame.scale for frame, face in used))
    for frame, face in used:
        for condition in conditions:
            pixels = shown_at(frame.pixels, condition, face_px=_height(face), rng=rng)
            if pixels is None:
                faces.not_asked(item, condition.name)
                continue
            best = face if condition.name == CLEAN else max(pack.faces.detect(pixels), key=_height, default=None)
            if best is not None:
                faces.add(item, condition.name, pack.faces.chip(pixels, best))
    return None


def _listen(
    sound: NDArray[np.float32],
    pack: LoadedPack,
    voices: _Gathering,
    *,
    file: int,
    conditions: Sequence[SoundCondition],
    rng: np.random.Generator,
) -> str | None:
    """Take one item per segment, or say why there is none."""
    clean = segments(sound, pack)
    if not clean:
        return f"it holds less than {SEGMENT_S:g} s of speech"
    items = [voices.new_item(file, size=len(segment) / SAMPLE_RATE_HZ) for segment in clean]
    for condition in conditions:
        heard = clean if condition.name == CLEAN else segments(condition.apply(sound, rng), pack)
        # Found anew in the degraded sound, the segments may be fewer or more: the first so many are compared
        for item, segment in zip(items, heard, strict=False):
            voices.add(item, condition.name, segment)
    return None


def segments(sound: NDArray[np.float32], pack: LoadedPack) -> list[NDArray[np.float32]]:
    """The speech of a sound, pauses cut out, in equal pieces of ``SEGMENT_S`` or a little more; none if there is less."""
    stretches = pack.voices.speech(sound)
    pieces = [sound[round(a * SAMPLE_RATE_HZ) : round(b * SAMPLE_RATE_HZ)] for a, b in stretches]
    speech = np.concatenate([np.zeros(0, dtype=np.float32), *pieces])
    count = int(len(speech) / (SEGMENT_S * SAMPLE_RATE_HZ))
    if count == 0 or not np.any(speech):
        return []
    cut = [piece for piece in np.array_split(speech, count) if np.any(piece)]
    return [cut[place] for place in np.unique(np.linspace(0, len(cut) - 1, MAX_SEGMENTS).round().astype(int))]


def _height(face: DetectedFace) -> int:
    return face.box[3] - face.box[1]


@dataclass(slots=True)
class _Gathering:
    """Collects what is to be embedded, in batches across files and conditions."""

    modality: Modality
    conditions: Sequence[str]
    embed: Callable[[Sequence[Any]], Vectors]
    space: Space
    batch: int
    files: list[int] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    skipped: set[tuple[int, str]] = field(default_factory=set)
    found: dict[tuple[int, str], list[Vectors]] = field(default_factory=dict)
    waiting: list[tuple[int, str, NDArray[np.generic]]] = field(default_factory=list)

    def new_item(self, file: int, *, size: float) -> int:
        self.files.append(file)
        self.sizes.append(size)
        return len(self.files) - 1

    def not_asked(self, item: int, condition: str) -> None:
        self.skipped.add((item, condition))

    def add(self, item: int, condition: str, sample: NDArray[np.generic]) -> None:
        self.waiting.append((item, condition, sample))
        if len(self.waiting) >= self.batch:
            self._flush()

    def _flush(self) -> None:
        if not self.waiting:
            return
        made = self.embed([sample for _, _, sample in self.waiting])
        vectors = checked(made, space=self.space, what=f"the {self.modality} vectors that the model pack made")
        for (item, condition, _), vector in zip(self.waiting, vectors, strict=True):
            self.found.setdefault((item, condition), []).append(vector)
        self.waiting.clear()

    def views(self) -> Views:
        self._flush()
        most = max((len(rows) for rows in self.found.values()), default=0)
        vectors = {
            name: np.full((len(self.files), most, self.space.dimension), np.nan, dtype=np.float32)
            for name in self.conditions
        }
        asked = {name: np.ones(len(self.files), dtype=np.bool_) for name in self.conditions}
        for (item, name), rows in self.found.items():
            vectors[name][item, : len(rows)] = rows
        for item, name in self.skipped:
            asked[name][item] = False
        return Views(
            modality=self.modality,
            files=np.array(self.files, dtype=np.int64),
            sizes=np.array(self.sizes, dtype=np.float64),
            vectors=vectors,
            asked=asked,
        )
