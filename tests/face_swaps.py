"""Faces with known truth, for training and measuring ``face_blend``: real swaps beside the originals of the same scenes, other
real films, and real photographs with blends made of them (``tests.blended_faces``).

Everything is encoded after it was altered, and both classes alike, so that the channel does not tell the class.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from detectors.close_up import CloseUp, close_ups
from detectors.subject import CreativeSubject
from embeddings.faces import see_faces
from embeddings.landmarks import cut_out
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.records import Creative, FaceTrack, Region
from embeddings.samples import DecodedMedia, SeenAt
from tests.blended_faces import self_blended
from tests.factories import make_match
from tests.film_variants import Film, Picture, mirrored, read_film, write_film
from watchlist.gallery import Gallery

SECONDS = 3.2
SWAPS = "dfl_pairs"
SAME_SCENES = (
    ("David_Kovalniy_1", "Matilda_Bobbie_0"),
    ("Kim_Jarrey_1", "Tim_Chrys_3"),
    ("Ava_de_Addario_0", "Tim_Chrys_2"),
    ("Ava_de_Addario_1", "Matilda_Bobbie_2"),
)
"""Clips of different targets that were made from one film."""

GENUINE_FILMS = {
    "dfl_real/Obama_speaking.mp4": "obama",
    "dfl_real/Twitch1.mp4": "twitch",
    "face_recognition/short_hamilton_clip.mp4": "hamilton",
    "styletalk/video/Obama_clip1.mp4": "obama",
    "styletalk/video/Obama_clip2.mp4": "obama",
    "styletalk/video/Obama_clip3.mp4": "obama",
    "styletalk/video/andrew_clip_1.mp4": "andrew",
    "styletalk/video/andrew_clip_2.mp4": "andrew",
    "wav2lip_gfpgan/kim_7s_raw.mp4": "kim",
}
OTHER_FAKES = {"wav2lip_gfpgan/kim_lip_synced.mp4": "kim", "styletalk/demo.mp4": "styletalk"}
"""Whole or partly generated, but not swapped: judged, never learned from."""

CHANGED_FROM = 6.0
"""Mean difference, in grey levels, between a face and the same face in the other half from which it counts as swapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What happens to a film on its way."""

    name: str
    lines: int
    kbps: int
    mirror: bool = False


CHANNELS = (
    Channel(name="480p 700 kb/s", lines=480, kbps=700),
    Channel(name="360p 250 kb/s mirrored", lines=360, kbps=250, mirror=True),
    Channel(name="360p 600 kb/s", lines=360, kbps=600),
    Channel(name="720p 1200 kb/s mirrored", lines=720, kbps=1200, mirror=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """``target``: whose face was put in, or whose film it is. ``scene``: films of one scene share it. ``part`` of the picture."""

    path: Path
    target: str
    scene: str
    pair: bool = False

    @property
    def name(self) -> str:
        return self.path.stem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """One appearance of a face with its truth. ``made``: ``genuine``, ``swap``, ``self_blend`` or ``other``."""

    name: str
    target: str
    scene: str
    made: str
    channel: str
    close_up: CloseUp


def media() -> Path:
    """Where the development media are."""
    return Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))


def swap_sources() -> list[Source]:
    """The films whose right half is a swap of the left."""
    twins = {name: "+".join(same) for same in SAME_SCENES for name in same}
    return [
        Source(
            path=path,
            target=path.stem.rsplit("_", 1)[0],
            scene=twins.get(path.stem, path.stem),
            pair=True,
        )
        for path in sorted((media() / SWAPS).glob("*.mp4"))
    ]


def genuine_sources() -> list[Source]:
    """Films as they were recorded."""
    return [
        Source(path=media() / place, target=target, scene=Path(place).stem) for place, target in GENUINE_FILMS.items()
    ]


def other_sources() -> list[Source]:
    """Films in which something else than a swap was done to the face."""
    return [
        Source(path=media() / place, target=target, scene=Path(place).stem) for place, target in OTHER_FAKES.items()
    ]


def left(picture: Picture) -> Picture:
    return picture[:, : picture.shape[1] // 2]


def right(picture: Picture) -> Picture:
    return picture[:, picture.shape[1] // 2 :]


def films(source: Source) -> tuple[Film, Film | None]:
    """(the film, its altered twin if there is one), without sound."""
    if not source.pair:
        return replace(read_film(source.path, seconds=SECONDS), sound=None), None
    one, other = (replace(read_film(source.path, seconds=SECONDS, part=part), sound=None) for part in (left, right))
    return one, other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Follow:
    """A face of a film and where it is."""

    creative: Creative
    track: FaceTrack
    path: Sequence[SeenAt]


def followed_faces(film: Film, place: Path) -> list[Follow]:
    """The faces that are seen for most of the film."""
    write_film(film, place, bit_rate=4_000_000)
    seen_media = decode(place)
    seen = see_faces(seen_media, load_pack("open"))
    return [
        Follow(creative=seen_media.creative, track=track, path=seen.paths[track.track])
        for track in seen.tracks
        if track.end_s - track.start_s > 0.3 * film.seconds and len(seen.paths.get(track.track, ())) > 2
    ]


def close_up_of(film: Film, follow: Follow, channel: Channel, place: Path) -> CloseUp | None:
    """The face after the channel, as the detectors see it."""
    sent = resized(mirrored(film) if channel.mirror else film, channel.lines)
    write_film(sent, place, bit_rate=channel.kbps * 1000)
    turn = _mirrored if channel.mirror else _same
    height, width = sent.pictures[0].shape[:2]
    match = make_match(
        track=0,
        start_s=follow.track.start_s,
        end_s=follow.track.end_s,
        best_s=follow.track.best_s,
        region=turn(follow.track.region),
    )
    pack = load_pack("open")
    subject = CreativeSubject(
        media=DecodedMedia(
            creative=replace(
                follow.creative, size_bytes=place.stat().st_size, height_px=height // 2 * 2, width_px=width // 2 * 2
            ),
            path=place,
            frames=(),
            sound=None,
        ),
        faces=(),
        voices=(),
        matches=(match,),
        gallery=Gallery.of(pack.manifest, persons=[]),
        pack=pack,
        paths={0: [SeenAt(at_s=seen.at_s, region=turn(seen.region)) for seen in follow.path]},
    )
    (made,) = close_ups(subject)
    return made if isinstance(made, CloseUp) else None


def resized(film: Film, lines: int) -> Film:
    """So many lines high."""
    tall, wide = film.pictures[0].shape[:2]
    size = (max(2, round(wide * lines / tall / 2) * 2), lines)
    how = cv2.INTER_AREA if lines < tall else cv2.INTER_CUBIC
    return replace(film, pictures=[cv2.resize(picture, size, interpolation=how) for picture in film.pictures])


def _same(region: Region) -> Region:
    return region


def _mirrored(region: Region) -> Region:
    return replace(region, left=1 - region.left - region.width)


def film_examples(sources: Sequence[Source]) -> Iterator[Example]:
    """Every face that is seen for most of a film, in the film and in its altered twin, through two of the ``CHANNELS`` each."""
    with tempfile.TemporaryDirectory() as place:
        for source in sources:
            film, twin = films(source)
            for number, follow in enumerate(followed_faces(film, Path(place) / "film.mp4")):
                yield from _of_face(source, number, (film, twin), follow, Path(place) / "sent.mp4")


def _of_face(
    source: Source, number: int, versions: tuple[Film, Film | None], follow: Follow, place: Path
) -> Iterator[Example]:
    film, twin = versions
    known = [("other" if source.path.relative_to(media()).as_posix() in OTHER_FAKES else "genuine", film)]
    if twin is not None:
        known.append(("swap" if changed(film, twin, follow) > CHANGED_FROM else "genuine", twin))
    turn = zlib.crc32(source.scene.encode()) + number
    channels = [CHANNELS[(turn + step) % len(CHANNELS)] for step in range(2)]
    for at, (made, version) in enumerate(known):
        for channel in channels:
            seen = close_up_of(version, follow, channel, place)
            if seen is not None:
                yield Example(
                    name=f"{source.name} {number} {at}",
                    target=source.target,
                    scene=source.scene,
                    made=made,
                    channel=channel.name,
                    close_up=seen,
                )


STILLS = ("deepface", "face_recognition", "dfl_real", "edgeface", "musetalk")
STILL_FRAMES, STILL_RATE = 9, 25
LARGEST_STILL_PX = 1000
SMALLEST_FACE_PX = 70
FACES_OF_A_STILL = 2
BLENDS_OF_A_STILL = 2


def still_examples(*, seed: int = 1) -> Iterator[Example]:
    """The larger faces of real photographs, slowly moved and sent as short films, and blends of them."""
    pack = load_pack("open")
    with tempfile.TemporaryDirectory() as place:
        for path in _photographs():
            pixels = _read(path)
            faces = sorted(pack.faces.detect(pixels), key=lambda face: face.box[1] - face.box[3])
            large = [face for face in faces if face.box[3] - face.box[1] >= SMALLEST_FACE_PX]
            for number, face in enumerate(large[:FACES_OF_A_STILL]):
                rng = np.random.default_rng([seed, zlib.crc32(path.name.encode()), number])
                film = _moved(pixels, face.box, rng)
                yield from _of_still(path, number, film, rng, Path(place) / "still.mp4")


def _of_still(path: Path, number: int, film: Film, rng: np.random.Generator, place: Path) -> Iterator[Example]:
    kbps = int(rng.choice([200, 400, 800]))
    # Photographs of deepface are numbered through; elsewhere the number follows the person's name
    whose = path.stem if path.parent.name == "deepface" else path.stem.rstrip("0123456789")
    for at, made in enumerate(["genuine"] + ["self_blend"] * BLENDS_OF_A_STILL):
        version = film if made == "genuine" else self_blended(film, rng)
        if version is None:
            continue
        write_film(version, place, bit_rate=kbps * 1000)
        seen = _sought(version, place)
        if seen is not None:
            yield Example(
                name=f"{path.stem} {number} {at}",
                target=f"still {whose}",
                scene=path.stem,
                made=made,
                channel=f"still {kbps} kb/s",
                close_up=seen,
            )


def _photographs() -> list[Path]:
    every = [path for folder in STILLS for path in (media() / folder).rglob("*")]
    return sorted(path for path in every if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def _read(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    assert picture is not None, f"{path} cannot be read"
    scale = min(1.0, LARGEST_STILL_PX / max(picture.shape[:2]))
    smaller = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(smaller[..., ::-1])


def _moved(pixels: Picture, box: tuple[int, int, int, int], rng: np.random.Generator) -> Film:
    """A square about the face, drifting by less than a pixel from frame to frame."""
    left_px, top, right_px, bottom = box
    height = bottom - top
    side = int(rng.choice([240, 320, 400]))
    cut = 2.6 * height
    scale = side / cut
    middle = np.array([(left_px + right_px) / 2, (top + bottom) / 2])
    drift = rng.normal(0, 0.4, 2)
    pictures = []
    for at in range(STILL_FRAMES):
        shift = side / 2 - scale * middle + drift * at
        matrix = np.column_stack([np.eye(2) * scale, shift])
        pictures.append(cut_out(pixels, matrix, size_px=side))
    return Film(pictures=pictures, rate=STILL_RATE)


def _sought(film: Film, place: Path) -> CloseUp | None:
    media_there = decode(place)
    match = make_match(track=0, start_s=0.0, end_s=film.seconds, best_s=0.0, region=None)
    pack = load_pack("open")
    subject = CreativeSubject(
        media=media_there,
        faces=(),
        voices=(),
        matches=(match,),
        gallery=Gallery.of(pack.manifest, persons=[]),
        pack=pack,
    )
    (made,) = close_ups(subject)
    return made if isinstance(made, CloseUp) else None


def changed(film: Film, twin: Film, follow: Follow) -> float:
    """Mean difference of the face's middle between two versions, in grey levels."""
    height, width = film.pictures[0].shape[:2]
    found = []
    for seen in follow.path:
        at = min(round(seen.at_s * film.rate), len(film.pictures) - 1, len(twin.pictures) - 1)
        region = seen.region
        rows = slice(
            round((region.top + 0.25 * region.height) * height), round((region.top + 0.85 * region.height) * height)
        )
        columns = slice(
            round((region.left + 0.2 * region.width) * width), round((region.left + 0.8 * region.width) * width)
        )
        one, other = (picture[at][rows, columns].astype(np.float32) for picture in (film.pictures, twin.pictures))
        if one.size and one.shape == other.shape:
            found.append(float(np.abs(one - other).mean()))
    return float(np.median(found)) if found else 0.0
