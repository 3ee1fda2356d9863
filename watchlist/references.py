"""Reference media read and checked before anybody is enrolled: one face per picture, enough speech, film of the right
person.

Every refusal names the file that is at fault.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.alignment import AlignedFace, aligned_faces
from embeddings.errors import UnreadableMedia
from embeddings.faces import SeenFaces, see_faces
from embeddings.media import DEFAULT_LIMITS, Limits, decode, decode_interval
from embeddings.records import MediaKind, Region, VoiceSegment
from embeddings.samples import DecodedMedia, LoadedPack, SeenAt
from embeddings.speech import voice_samples
from watchlist.errors import EnrolmentRefused
from watchlist.film_marks import NUMBERS, make_scene_marks, marked_frames
from watchlist.footage import FACE_PX, FRAMES_PER_S, GenuineFootage, Scenes
from watchlist.index import Space, VectorIndex, checked, exact_scores

MAX_FILM_S = 600.0
STRETCH_S = 10.0
"""Film is aligned in pieces of at most this length, each near where the person's face was seen."""

OTHERS_SHARE = 0.1
"""Speech of other voices that is let pass in a recording, as a share: less is a window that straddles a noise."""

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "matroska": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mpegts": "video/mp2t",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadReference:
    """A reference file: its bytes, what they are, and the vectors (k, d) they gave (none for film)."""

    path: Path
    sha256: str
    media_type: str
    data: bytes
    vectors: NDArray[np.float32]


def read_picture(path: Path, pack: LoadedPack) -> ReadReference:
    """A picture of one person. Raises ``EnrolmentRefused`` if it is no picture or shows no face, several, or too small
    a one; ``OSError`` passes through."""
    media, data = _decode(path)
    if media.creative.kind is not MediaKind.IMAGE:
        raise EnrolmentRefused(f"{path} is not a picture but {media.creative.kind}: give it as what it is")
    seen = see_faces(media, pack)
    if not seen.tracks:
        raise EnrolmentRefused(
            f"{path} shows no face that can be found: give a picture that shows the face from the front"
        )
    if len(seen.tracks) > 1:
        raise EnrolmentRefused(
            f"{path} shows {len(seen.tracks)} faces ({_places(seen)}): cut it so that it shows this person alone"
        )
    if not seen.samples:
        raise EnrolmentRefused(
            f"the face in {path} is {_looked_at_px(seen, media)}, less than the {pack.manifest.face_min_size_px} px "
            "that the model pack needs: give a picture that shows it larger"
        )
    return _read(media, data, vectors=seen.samples[0].vectors)


def read_recording(path: Path, pack: LoadedPack) -> ReadReference:
    """A recording of one person's speech. Raises ``EnrolmentRefused`` if it has no sound, too little speech, or a second
    speaker; ``OSError`` passes through."""
    media, data = _decode(path)
    if media.sound is None:
        raise EnrolmentRefused(f"{path} has no sound that can be read: give a recording of the voice")
    samples = voice_samples(media, pack)
    if not samples:
        raise EnrolmentRefused(
            f"{path} holds less than {pack.manifest.voice_min_speech_s:g} s of speech: give a longer recording"
        )
    _check_alone(path, [sample.segment for sample in samples])
    return _read(media, data, vectors=np.stack([sample.vector for sample in samples]))


def _check_alone(path: Path, segments: Sequence[VoiceSegment]) -> None:
    """Raises ``EnrolmentRefused`` where more than ``OTHERS_SHARE`` of the speech is not of the one who speaks most."""
    spoken_s: dict[int, float] = {}
    for segment in segments:
        spoken_s[segment.speaker] = spoken_s.get(segment.speaker, 0.0) + segment.speech_s
    most = max(spoken_s, key=lambda speaker: spoken_s[speaker])
    others = 1.0 - spoken_s[most] / sum(spoken_s.values())
    if others > OTHERS_SHARE:
        at_s = next(segment.start_s for segment in segments if segment.speaker != most)
        raise EnrolmentRefused(
            f"in {path} somebody else seems to speak too ({others:.0%} of the speech, for instance after {at_s:.0f} s): "
            "cut it so that this person speaks alone"
        )


def read_film(
    path: Path, pack: LoadedPack, *, person_id: str, faces: NDArray[np.float32]
) -> tuple[ReadReference, GenuineFootage]:
    """Genuine film of the person whose face vectors (n, d) are given, and its descriptors.

    Raises ``EnrolmentRefused`` if it is no film, too long, or shows no face like these; ``OSError`` passes through.
    """
    media, data = _decode(path, limits=replace(DEFAULT_LIMITS, max_sound_s=MAX_FILM_S))
    if media.creative.kind is not MediaKind.VIDEO:
        raise EnrolmentRefused(f"{path} is not film but {media.creative.kind}: give it as what it is")
    length_s = media.creative.duration_s or (media.frames[-1].at_s if media.frames else 0.0)
    if length_s > MAX_FILM_S:
        raise EnrolmentRefused(
            f"{path} lasts {length_s:.0f} s, more than {MAX_FILM_S:.0f} s: cut out where the person speaks"
        )
    aligned, scenes = _align(media, see_faces(media, pack), pack, person_id=person_id, faces=faces, length_s=length_s)
    if not aligned:
        raise EnrolmentRefused(
            f"no face in {path} is like the pictures of {person_id}: give film that shows this person"
        )
    read = _read(media, data, vectors=np.zeros((0, faces.shape[1]), dtype=np.float32))
    film = GenuineFootage(
        person_id=person_id,
        sha256=read.sha256,
        times_s=np.array([face.at_s for face in aligned], dtype=np.float64),
        faces=np.stack([face.grey for face in aligned]),
        sound=media.sound,
        scenes=scenes,
    )
    return read, film


def check_agreement(references: Sequence[ReadReference], *, space: Space, threshold: float, what: str) -> None:
    """All references must be one group, each like another of it; raises ``EnrolmentRefused`` naming those outside of the
    largest group (all, where none is the largest), and any that are given twice. ``what`` is ``face`` or ``voice``."""
    by_hash: dict[str, Path] = {}
    for reference in references:
        if reference.sha256 in by_hash:
            raise EnrolmentRefused(f"{reference.path} is the same file as {by_hash[reference.sha256]}: leave one out")
        by_hash[reference.sha256] = reference.path
    scores = _best_scores(references, space=space, what=what)
    groups = _groups(scores, least=threshold)
    if len(groups) < 2:
        return
    largest = max(groups, key=len)
    alone = sum(len(group) == len(largest) for group in groups) == 1
    odd = [(number, group) for group in groups if not (alone and group is largest) for number in group]
    named = " and ".join(
        f"{references[number].path} (best score {max(np.delete(scores[number], group)):.2f})"
        for number, group in sorted(odd)
    )
    raise EnrolmentRefused(
        f"the {what} in {named} is not like that in the person's other references, {threshold:.2f} is needed: "
        "leave out what shows somebody else"
    )


def _best_scores(references: Sequence[ReadReference], *, space: Space, what: str) -> NDArray[np.float64]:
    """The best score (n, n) between any vectors of every two references."""
    rows = [checked(one.vectors, space=space, what=f"the {what} vectors of {one.path}") for one in references]
    scores = np.full((len(rows), len(rows)), np.inf)
    for (a, ours), (b, theirs) in itertools.combinations(enumerate(rows), 2):
        found = exact_scores(ours[:, None, :], theirs[None, :, :], metric=space.metric)
        scores[a, b] = scores[b, a] = found.max(initial=-np.inf)
    return scores


def _groups(scores: NDArray[np.float64], *, least: float) -> list[list[int]]:
    """Numbers that hang together, directly or over others, by scores of at least so much; in order of their first."""
    left, groups = list(range(len(scores))), []
    while left:
        group = [left.pop(0)]
        for one in group:  # grows while it is walked through
            near = [other for other in left if scores[one, other] >= least]
            group += near
            left = [other for other in left if other not in near]
        groups.append(sorted(group))
    return groups


def _decode(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[DecodedMedia, bytes]:
    try:
        media = decode(path, limits=limits)
    except UnreadableMedia as error:
        raise EnrolmentRefused(f"{path} cannot be read ({error}): give another file") from error
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != media.creative.sha256:
        raise EnrolmentRefused(f"{path} changed while it was read: try again when it is complete")
    return media, data


def _read(media: DecodedMedia, data: bytes, *, vectors: NDArray[np.float32]) -> ReadReference:
    return ReadReference(
        path=media.path,
        sha256=media.creative.sha256,
        media_type=MEDIA_TYPES.get(media.creative.container, "application/octet-stream"),
        data=data,
        vectors=vectors,
    )


def _looked_at_px(seen: SeenFaces, media: DecodedMedia) -> str:
    """How high a face is, in words; of a picture that was made smaller, in that one too, which is what counts."""
    size_px, scale = seen.tracks[0].size_px, media.frames[0].scale
    if scale == 1.0:
        return f"{size_px} px high"
    return (
        f"{size_px} px high, which is {int(size_px * scale)} px in the picture scaled to {DEFAULT_LIMITS.max_side_px} px, in "
        "which faces are looked for"
    )


def _places(seen: SeenFaces) -> str:
    """Where the faces are, as shares of the picture from its top left corner."""
    regions = [track.region for track in seen.tracks]
    return ", ".join(f"{at.left + at.width / 2:.0%} across and {at.top + at.height / 2:.0%} down" for at in regions)


def _align(
    media: DecodedMedia,
    seen: SeenFaces,
    pack: LoadedPack,
    *,
    person_id: str,
    faces: NDArray[np.float32],
    length_s: float,
) -> tuple[list[AlignedFace], Scenes]:
    """The person's aligned faces, in time order, one per moment, and what else is seen meanwhile."""
    space = Space(pack.manifest.face_dimension, pack.manifest.face_metric)
    index = VectorIndex.of({person_id: faces}, space=space, what="face")
    found = index.best([sample.vectors for sample in seen.samples], what=["the faces of the film"] * len(seen.samples))
    theirs = [
        sample.track.track
        for sample, best in zip(seen.samples, found, strict=True)
        if best is not None and best[0] >= pack.manifest.face_threshold
    ]
    if not theirs:
        return [], _scenes({})
    alone = len(seen.tracks) == 1
    spacing_s = _spacing_s(media)
    pieces = (
        _pieces(0.0, length_s)
        if alone
        else [piece for track in theirs for piece in _stretches(seen.paths[track], spacing_s=spacing_s)]
    )
    path = [at for track in theirs for at in seen.paths[track]]
    aligned: dict[float, AlignedFace] = {}
    scenes: dict[float, NDArray[np.int8]] = {}
    for start_s, end_s in pieces:
        frames = decode_interval(media.path, start_s=start_s, end_s=end_s, frames_per_s=FRAMES_PER_S)
        near = None if alone else _nearest(path, (start_s + end_s) / 2)
        aligned |= {face.at_s: face for face in aligned_faces(frames, pack, size_px=FACE_PX, near=near)}
        chosen = [frames[index] for index in marked_frames(np.array([frame.at_s for frame in frames]))]
        marks = make_scene_marks([frame.pixels for frame in chosen])
        scenes |= {frame.at_s: mark for frame, mark in zip(chosen, marks, strict=True)}
    return [aligned[at_s] for at_s in sorted(aligned)], _scenes(scenes)


def _scenes(marks: Mapping[float, NDArray[np.int8]]) -> Scenes:
    times_s = sorted(marks)
    rows = [marks[at_s] for at_s in times_s]
    return Scenes(times_s=np.array(times_s), marks=np.stack(rows) if rows else np.zeros((0, NUMBERS), dtype=np.int8))


def _spacing_s(media: DecodedMedia) -> float:
    times = [frame.at_s for frame in media.frames]
    return float(np.median(np.diff(times))) if len(times) > 1 else 1.0


def _stretches(path: Sequence[SeenAt], *, spacing_s: float) -> list[tuple[float, float]]:
    """Where the face was seen without a break, in pieces short enough for one place."""
    stretches: list[list[float]] = []
    for at in sorted(point.at_s for point in path):
        if stretches and at - stretches[-1][-1] <= 2.5 * spacing_s:
            stretches[-1].append(at)
        else:
            stretches.append([at])
    return [piece for times in stretches for piece in _pieces(times[0], times[-1])]


def _pieces(start_s: float, end_s: float) -> list[tuple[float, float]]:
    end_s = max(end_s, start_s + 1 / FRAMES_PER_S)
    count = int(np.ceil((end_s - start_s) / STRETCH_S))
    edges = np.linspace(start_s, end_s, count + 1)
    return [(float(first), float(last)) for first, last in itertools.pairwise(edges)]


def _nearest(path: Sequence[SeenAt], at_s: float) -> Region:
    return min(path, key=lambda point: abs(point.at_s - at_s)).region
