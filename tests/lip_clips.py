"""Mouths and sounds of the development media, as filmed and as a forger would change them, for measuring ``lip_sync``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.close_up import CloseUp, close_ups
from detectors.face_flow import FaceFlow, face_flow
from detectors.lip_points import LipShape, lip_shape
from detectors.marked_face import marked
from detectors.mouth_motion import MouthMotion, mouth_motion
from detectors.subject import CreativeSubject
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.samples import FacePoints, LoadedPack
from tests.factories import make_match
from tests.film_variants import read_film, read_sound, write_film
from watchlist.gallery import Gallery

WINDOW_S = 6.0
LEAST_WINDOW_S = 5.0
MOUTH = (slice(185, 275), slice(105, 215))
"""Rows and columns of the mouth in a close-up, for pasting another one."""

FADE_PX = 8
COPIED_S = 18.5
"""Of a film that is encoded again: three windows."""

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A film of the development media: whose face, whether it was generated, and where its sound is if not in the film."""

    person: str
    clip: str
    film: Path
    sound: Path | None = None
    generated: bool = False
    left_half: bool = False

    def heard(self) -> Sound | None:
        """Its sound; None for a silent film."""
        if self.left_half:
            return None
        return read_sound(self.sound or self.film)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """Six seconds of one face: how it moves, the shape of its lips where they are marked, and the sound of the whole film."""

    source: Source
    flow: FaceFlow | None
    mouth: MouthMotion
    lips: LipShape | None
    sound: Sound | None

    @property
    def start_s(self) -> float:
        return self.mouth.start_s

    def slim(self) -> Window:
        """Without its pictures."""
        return replace(self, flow=None)


def speaking(place: Path) -> list[Source]:
    """Real films with their own sound."""
    films = place / "styletalk" / "video"
    found = [
        Source(
            person=film.stem.split("_")[0], clip=film.stem, film=film, sound=place / f"styletalk/wav/{film.stem}.wav"
        )
        for film in sorted(films.glob("*.mp4"))
    ]
    raw = place / "wav2lip_gfpgan" / "kim_7s_raw.mp4"
    return [*found, Source(person="kim", clip=raw.stem, film=raw)]


def generated(place: Path) -> list[Source]:
    """Output of lip-sync and talking-head generators with the sound that it was made for."""
    return [
        Source(person="kim", clip="kim_lip_synced", film=place / "wav2lip_gfpgan/kim_lip_synced.mp4", generated=True),
        Source(person="styletalk", clip="demo", film=place / "styletalk/demo.mp4", generated=True),
    ]


def silent(place: Path, *, per_person: int) -> list[Source]:
    """Real faces of other people in films without sound: the left halves of the pairs."""
    found: list[Source] = []
    for film in sorted((place / "dfl_pairs").glob("*.mp4")):
        person = film.stem.rsplit("_", 1)[0]
        if sum(one.person == person for one in found) < per_person:
            found.append(Source(person=person, clip=film.stem, film=film, left_half=True))
    return found


def windows(source: Source, pack: LoadedPack, *, film: Path | None = None) -> list[Window]:
    """The film (or a copy of it) cut into WINDOW_S; what shows no mouth that moves is left out."""
    subject = recognised(film or source.film, pack, left_half=source.left_half)
    if subject is None:
        return []
    sound = source.heard()
    (match,) = subject.matches
    found = []
    start_s = match.start_s
    while match.end_s - start_s >= LEAST_WINDOW_S:
        end_s = min(start_s + WINDOW_S, match.end_s)
        part = replace(match, start_s=start_s, end_s=end_s, best_s=(start_s + end_s) / 2)
        window = _window(replace(subject, matches=(part,), memo={}), source, sound)
        if window is not None:
            found.append(window)
        start_s += WINDOW_S
    return found


def recognised(film: Path, pack: LoadedPack, *, left_half: bool) -> CreativeSubject | None:
    """The longest seen face of a film (of its left half), claimed to be a protected person's."""
    media = decode(film)
    seen = see_faces(media, pack)
    tracks = [
        one.track for one in seen.samples if not left_half or one.track.region.left + one.track.region.width / 2 < 0.5
    ]
    if not tracks:
        return None
    track = max(tracks, key=lambda one: one.end_s - one.start_s)
    match = make_match(
        creative_sha256=media.creative.sha256,
        track=track.track,
        start_s=track.start_s,
        end_s=track.end_s,
        best_s=track.best_s,
        region=track.region,
    )
    return CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=(),
        matches=(match,),
        gallery=Gallery.of(pack.manifest, persons=[]),
        pack=pack,
        paths=seen.paths,
    )


def _window(subject: CreativeSubject, source: Source, sound: Sound | None) -> Window | None:
    (close,) = close_ups(subject)
    if not isinstance(close, CloseUp):
        return None
    part = max(close.stretches(), key=lambda piece: piece.stop - piece.start)
    if part.stop - part.start < 2 or close.times_s[part][-1] - close.times_s[part][0] < LEAST_WINDOW_S:
        return None
    flow = face_flow(close, part, convention=subject.pack.manifest.face_landmarks)
    mouth = mouth_motion(flow)
    if mouth is None:
        return None
    return Window(source=source, flow=flow, mouth=mouth, lips=_lips(flow, subject.pack.points), sound=sound)


def _lips(flow: FaceFlow, points: FacePoints | None) -> LipShape | None:
    seen = None if points is None else marked(flow, points)
    return None if seen is None or isinstance(seen, str) else lip_shape(seen)


def reencoded(source: Source, pack: LoadedPack, place: Path, *, bit_rate: int, height: int) -> list[Window]:
    """The windows of a strongly compressed copy."""
    film = replace(read_film(source.film, seconds=COPIED_S), sound=None)
    copy = write_film(film, place / f"{source.clip}_{bit_rate}.mp4", bit_rate=bit_rate, height=height)
    return [window.slim() for window in windows(source, pack, film=copy)]


def late(window: Window, seconds: float) -> Window:
    """Its own sound, that much later."""
    assert window.sound is not None
    shift = round(seconds * 16_000)
    return replace(window, sound=np.concatenate([np.zeros(shift, np.float32), window.sound])[: len(window.sound)])


def noisy(window: Window) -> Window:
    """Its own sound under white noise of the same power."""
    assert window.sound is not None
    size = float(np.sqrt((window.sound.astype(np.float64) ** 2).mean()))
    noise = np.random.default_rng(1).normal(0, size, len(window.sound))
    return replace(window, sound=(window.sound + noise).astype(np.float32))


def dubbed(window: Window, sounds: Sequence[Sound]) -> Iterator[Window]:
    """With the sounds of others instead, each from its beginning and from its middle."""
    for sound in sounds:
        middle = len(sound) // 2
        for piece in (sound, np.roll(sound, -middle)):
            before = round(window.start_s * 16_000) % len(piece)
            yield replace(window, sound=np.roll(piece, before))


def other_mouth(window: Window, giver: Window, pack: LoadedPack) -> Window | None:
    """The mouth of another moment pasted over its own, with soft edges; both windows have their pictures."""
    assert window.flow is not None
    assert giver.flow is not None
    close, other = window.flow.close_up, giver.flow.close_up
    count = min(len(close.times_s), len(other.times_s))
    mask = np.zeros(close.faces.shape[1:3], dtype=np.float32)
    mask[MOUTH] = 1.0
    mask = cv2.GaussianBlur(mask, (0, 0), FADE_PX)[None, :, :, None]
    mixed = (other.faces[:count] * mask + close.faces[:count] * (1 - mask)).astype(np.uint8)
    changed = replace(
        close,
        faces=mixed,
        times_s=close.times_s[:count],
        landmarks=close.landmarks[:count],
        heights_px=close.heights_px[:count],
    )
    flow = face_flow(changed, slice(0, count), convention=pack.manifest.face_landmarks)
    mouth = mouth_motion(flow)
    return None if mouth is None else replace(window, flow=flow, mouth=mouth, lips=_lips(flow, pack.points))


def frozen(window: Window, pack: LoadedPack) -> Window | None:
    """The mouth of its first frame all the time."""
    assert window.flow is not None
    close = window.flow.close_up
    still = replace(close, faces=np.repeat(close.faces[:1], len(close.faces), axis=0))
    return other_mouth(window, replace(window, flow=replace(window.flow, close_up=still)), pack)
