"""Subjects in which a person was recognised, made of pictures and sound in memory or read from a file."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.subject import CreativeSubject
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.records import Region
from embeddings.samples import DecodedMedia, Frame, SeenAt, VoiceSample
from tests.factories import make_creative, make_match, make_person, make_voice_segment
from tests.portrait_film import portrait_frames
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality, Person

PERSON = make_person()
STEP_S = 0.5


@functools.cache
def portrait_region() -> Region:
    """Where the face of the portrait is."""
    pixels = portrait_frames(0.1)[0]
    left, top, right, bottom = load_pack("open").faces.detect(pixels)[0].box
    height, width = pixels.shape[:2]
    return Region(left=left / width, top=top / height, width=(right - left) / width, height=(bottom - top) / height)


def seen(start_s: float, end_s: float, *, person: Person = PERSON, track: int = 0, **facts: Any) -> Match:
    """A face that was recognised."""
    changes = {"best_s": start_s, **({} if "region" in facts else {"region": portrait_region()}), **facts}
    return make_match(person_id=person.person_id, track=track, start_s=start_s, end_s=end_s, **changes)


def heard(start_s: float, end_s: float, *, person: Person = PERSON, track: int = 0) -> Match:
    """A voice that was recognised."""
    return make_match(
        person_id=person.person_id,
        track=track,
        modality=Modality.VOICE,
        start_s=start_s,
        end_s=end_s,
        best_s=start_s,
        region=None,
    )


def subject(
    *matches: Match,
    pictures: Sequence[NDArray[np.uint8]] = (),
    sound: NDArray[np.float32] | None = None,
    spoken: Sequence[tuple[float, float]] = (),
    people: Sequence[Person] = (PERSON,),
    paths: bool = True,
    scale: float = 1.0,
    path: Path = Path("creative.mp4"),
    **creative: Any,
) -> CreativeSubject:
    """Pictures half a second apart; a face that was recognised is where the portrait's is, all the time."""
    pack = load_pack("open")
    frames = tuple(Frame(at_s=index * STEP_S, pixels=pixels, scale=scale) for index, pixels in enumerate(pictures))
    sightings = {
        match.track: [SeenAt(at_s=frame.at_s, region=portrait_region()) for frame in frames]
        for match in matches
        if match.modality is Modality.FACE and paths
    }
    voices = tuple(
        VoiceSample(
            segment=make_voice_segment(segment=index, start_s=start, end_s=end, speech_s=end - start),
            vector=np.full(256, 1 / 16, dtype=np.float32),
        )
        for index, (start, end) in enumerate(spoken)
    )
    return CreativeSubject(
        media=DecodedMedia(creative=make_creative(**creative), path=path, frames=frames, sound=sound),
        faces=(),
        voices=voices,
        matches=matches,
        gallery=Gallery.of(pack.manifest, persons=list(people)),
        pack=pack,
        paths=sightings,
    )


def everybody(path: Path) -> CreativeSubject:
    """The media at ``path``, every face in it claimed to be a protected person's."""
    pack = load_pack("open")
    media = decode(path)
    seen = see_faces(media, pack)
    matches = tuple(
        make_match(
            creative_sha256=media.creative.sha256,
            track=sample.track.track,
            start_s=sample.track.start_s,
            end_s=sample.track.end_s,
            best_s=sample.track.best_s,
            region=sample.track.region,
        )
        for sample in seen.samples
    )
    return CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=(),
        matches=matches,
        gallery=Gallery.of(pack.manifest, persons=[PERSON]),
        pack=pack,
        paths=seen.paths,
    )


def plain(value: int, *, size: tuple[int, int] = (48, 64)) -> NDArray[np.uint8]:
    """A picture of one grey."""
    return np.full((*size, 3), value, dtype=np.uint8)


def tone(seconds: float, *, level: float = 0.5, hz: float = 440.0) -> NDArray[np.float32]:
    """A sine at 16 kHz; its mean magnitude is 2 / π of its level."""
    at = np.arange(round(seconds * 16_000)) / 16_000
    return (level * np.sin(2 * np.pi * hz * at)).astype(np.float32)
