"""Runs the detectors of alteration on items whose truth is known and notes their numbers.

Detectors look only at people who were recognised. What is measured here is the detectors and not the recognition: every face that
is large enough and every stretch of speech of an item is taken for the one person whom the item is about.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.measures import measured
from detectors.records import Axis, Finding
from detectors.subject import CreativeDetector, CreativeSubject
from detectors.validation import codec_of
from embeddings.derivatives import thumbnail
from embeddings.faces import SeenFaces, see_faces
from embeddings.media import decode
from embeddings.records import FaceTrack, MediaKind, VoiceSegment
from embeddings.samples import DecodedMedia, FaceSample, LoadedPack, VoiceSample
from embeddings.speech import voice_samples
from evidence.records import content_id
from pipelines.derive import SAME_MOMENT_S, STILL_THERE_S, whereabouts
from pipelines.judged_items import JudgedItem
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality, Person
from watchlist.references import read_film, read_recording

ABOUT = Person(
    person_id="shown",
    names=("the person shown",),
    role=None,
    jurisdiction=None,
    official_pages=(),
    official_domains=(),
)
"""Whom an item is about, whoever that is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What the detectors measured of one item: ``numbers`` by measure, ``seconds`` (processor time) by detector, ``said`` what
    those that could not tell gave as their reason; ``speaks`` where somebody is heard to speak. ``picture`` is a small JPEG of
    the moment that shows the face best, everybody else blurred."""

    item: JudgedItem
    numbers: Mapping[str, float]
    seconds: Mapping[str, float]
    said: Mapping[str, str]
    kind: MediaKind
    length_s: float
    codec: str | None
    kbps: float | None
    face_px: int | None
    speaks: bool
    picture: bytes | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Judge:
    """Opened once for a whole set; remembers the genuine film and speech that items are compared with."""

    pack: LoadedPack
    detectors: Sequence[CreativeDetector]
    _films: dict[Path, GenuineFootage] = field(default_factory=dict)
    _voices: dict[Path, NDArray[np.float32]] = field(default_factory=dict)

    def judge(self, item: JudgedItem) -> Judged:
        """Examine one item. Raises ``UnreadableMedia`` for it, ``EnrolmentRefused`` for what it should be compared with."""
        media = decode(item.path)
        seen = see_faces(media, self.pack)
        subject = self._subject(item, media, seen)
        numbers: list[Finding] = []
        seconds = {}
        for detector in self.detectors:
            began = time.process_time()
            numbers += detector.examine(subject)
            seconds[detector.name] = time.process_time() - began
        creative = media.creative
        length_s = creative.duration_s or 0.0
        return Judged(
            item=item,
            numbers=measured(numbers),
            seconds=seconds,
            said=_reasons(numbers),
            kind=creative.kind,
            length_s=length_s,
            codec=codec_of(creative, voice=creative.kind is MediaKind.AUDIO),
            kbps=creative.size_bytes * 8 / length_s / 1000 if length_s else None,
            face_px=max((sample.track.size_px for sample in seen.samples), default=None),
            speaks=bool(subject.voices),
            picture=_picture(media, seen),
        )

    def _subject(self, item: JudgedItem, media: DecodedMedia, seen: SeenFaces) -> CreativeSubject:
        voices = tuple(voice_samples(media, self.pack))
        heard = {} if item.voice is None else {ABOUT.person_id: self._voice(item.voice)}
        films = () if item.footage is None else (self._film(item.footage),)
        gallery = Gallery.of(self.pack.manifest, persons=(ABOUT,), voice_vectors=heard, footage=films)
        faces = [_taken_for(sample.track, Modality.FACE, self.pack) for sample in seen.samples]
        return CreativeSubject(
            media=media,
            faces=seen.samples,
            voices=voices,
            matches=(*faces, *_spoken(voices, self.pack)),
            gallery=gallery,
            pack=self.pack,
            paths=seen.paths,
        )

    def _film(self, path: Path) -> GenuineFootage:
        if path not in self._films:
            seen = see_faces(decode(path), self.pack)
            longest: FaceSample | None = max(
                seen.samples, key=lambda sample: sample.track.end_s - sample.track.start_s, default=None
            )
            vectors = (
                np.zeros((0, self.pack.manifest.face_dimension), np.float32) if longest is None else longest.vectors
            )
            _, self._films[path] = read_film(path, self.pack, person_id=ABOUT.person_id, faces=vectors)
        return self._films[path]

    def _voice(self, path: Path) -> NDArray[np.float32]:
        if path not in self._voices:
            self._voices[path] = read_recording(path, self.pack).vectors
        return self._voices[path]


def _spoken(voices: Sequence[VoiceSample], pack: LoadedPack) -> list[Match]:
    return [_taken_for(sample.segment, Modality.VOICE, pack) for sample in voices]


def _taken_for(seen: FaceTrack | VoiceSegment, modality: Modality, pack: LoadedPack) -> Match:
    face = isinstance(seen, FaceTrack)
    track = seen.track if isinstance(seen, FaceTrack) else seen.segment
    return Match(
        match_id=content_id("taken for", seen.creative_sha256, modality.value, str(track)),
        creative_sha256=seen.creative_sha256,
        person_id=ABOUT.person_id,
        modality=modality,
        track=track,
        start_s=seen.start_s,
        end_s=seen.end_s,
        best_s=seen.best_s if isinstance(seen, FaceTrack) else seen.start_s,
        region=seen.region if isinstance(seen, FaceTrack) else None,
        score=1.0,
        threshold=pack.manifest.face_threshold if face else pack.manifest.voice_threshold,
        likelihood_ratio=None,
        pack=pack.manifest.label,
    )


def _reasons(findings: Sequence[Finding]) -> dict[str, str]:
    """By detector that gave no number: the first sentence on alteration that says what could not be told, else its first."""
    told = {found.method for found in findings if measured([found])}
    reasons: dict[str, str] = {}
    for wanted in (True, False):
        for found in findings:
            silent = found.axis is Axis.ALTERATION and found.method not in told
            if silent and ("annot tell" in found.observation) is wanted:
                reasons.setdefault(found.method, found.observation)
    return reasons


def _picture(media: DecodedMedia, seen: SeenFaces) -> bytes | None:
    """The moment that shows the best face, which is taken for that of the person whom the item is about; all others blurred."""
    if not media.frames:
        return None
    best = max((sample.track for sample in seen.samples), key=lambda track: track.quality, default=None)
    best_s = 0.0 if best is None else best.best_s
    shown = min(media.frames, key=lambda frame: abs(frame.at_s - best_s))
    own = set() if best is None else {best.track}
    return thumbnail(
        shown,
        keep=whereabouts(seen.paths, own, shown.at_s, within_s=STILL_THERE_S),
        blur=whereabouts(seen.paths, set(seen.paths) - own, shown.at_s, within_s=SAME_MOMENT_S),
    )
