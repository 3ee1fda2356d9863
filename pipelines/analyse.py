"""One unique creative → what is in it. The expensive work, done once per creative and remembered."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.fusion import VERSION as FUSION_VERSION
from detectors.fusion import Recognised, weigh
from detectors.patience import CUT_SHORT, within
from detectors.records import Finding
from detectors.subject import CreativeSubject
from embeddings.faces import FoundFaces, SeenFaces, find_faces
from embeddings.faces import with_vectors as see_with
from embeddings.fingerprints import CreativePrint
from embeddings.media import decode
from embeddings.records import TextLine, TextPlace
from embeddings.samples import DecodedMedia, VoiceSample
from embeddings.speech import FoundSpeech, find_speech
from embeddings.speech import with_vectors as hear_with
from evidence.records import BlobRef, content_id
from evidence.store import store_unavailable
from evidence.tables import from_row, placing, to_row
from pipelines.records import PIPELINE_VERSION, CreativeAnalysis, FaceTrail
from pipelines.tools import MediaTools
from pipelines.withholding import tells_of_somebody
from pipelines.words import Words, spoken_words, written_words
from watchlist.errors import WatchlistInvalid
from watchlist.records import Match, Modality
from watchlist.sealing import open_sealed, sealed

Vectors = NDArray[np.float32]

ANALYSES = PLAIN, SEALED = ".json", ".sealed"
"""Endings of remembered analyses: anybody can read the first, only whoever has the watchlist's keys the others."""

PADDED_TO = 1 << 18
"""Sizes of such analyses, without the seal, are multiples of so many bytes."""

WORKING = ".working"
"""Folder of the cache in which creatives lie while they are examined; emptied at the start of every job."""


@dataclass(slots=True, kw_only=True, eq=False)
class Examination:
    """A creative under examination: ``begin`` opens it, ``join`` gives it the vectors of its faces and windows of speech,
    ``finish`` says what is in it. Vectors live in memory only and end with ``close``. ``own`` says that it is in nothing but
    somebody's own media."""

    blob: BlobRef
    own: bool = False
    coarse: CreativePrint | None = None
    copy_of: str | None = None
    known: CreativeAnalysis | None = None
    directory: tempfile.TemporaryDirectory[str] | None = None
    media: DecodedMedia | None = None
    faces: FoundFaces | None = None
    speech: FoundSpeech | None = None
    written: Words = ((), ())
    seen: SeenFaces | None = None
    voices: tuple[VoiceSample, ...] = ()

    def close(self) -> None:
        """Delete the working copy of the bytes and forget frames, sound and vectors."""
        if self.directory is not None:
            self.directory.cleanup()
        self.directory = self.media = self.faces = self.speech = self.seen = self.coarse = None
        self.voices, self.written = (), ((), ())


def analyse(blob: BlobRef, tools: MediaTools, *, copy_of: str | None = None, own: bool = False) -> CreativeAnalysis:
    """Decode, find faces and speech, match, examine. A creative seen before costs a lookup. ``copy_of`` is noted with it;
    ``own`` is as in ``remember``.

    Raises ``UnreadableMedia``, ``BlobMissing``, ``EvidenceAltered``.
    """
    with closing(begin(blob, tools, own=own)) as examination:
        examination.copy_of = copy_of
        join([examination], tools)
        return finish(examination, tools)


def begin(blob: BlobRef, tools: MediaTools, *, coarse: CreativePrint | None = None, own: bool = False) -> Examination:
    """Look up the creative, or fetch it, decode it, find faces and speech in it and read what is written in it. ``coarse`` is its
    print, if one was taken: it need not be decoded for that once more. Threads may do so at once. Raises as ``analyse``."""
    remembered = recall(blob, tools, own=own)
    if remembered is not None:
        return Examination(blob=blob, known=remembered)
    watch = tools.stopwatch
    directory = tempfile.TemporaryDirectory(dir=working_folder(tools))
    try:
        with watch.stage("decode"):
            media = decode(tools.store.fetch(blob, Path(directory.name)))
        with watch.stage("faces"):
            faces = find_faces(media, tools.pack)
        with watch.stage("voices"):
            speech = find_speech(media, tools.pack)
        # Here and not later: while one creative is examined, the next ones are read beside it
        written = written_words(media, tools)
    except BaseException:
        directory.cleanup()
        raise
    return Examination(
        blob=blob,
        own=own,
        coarse=coarse,
        directory=directory,
        media=media,
        faces=faces,
        speech=speech,
        written=written,
    )


def join(examinations: Sequence[Examination], tools: MediaTools) -> None:
    """Make the vectors of all the faces, then of all the speech, of several creatives in one call of each network."""
    pack = tools.pack
    new = [(one, one.faces, one.speech) for one in examinations if one.faces is not None and one.speech is not None]
    if not new:
        return
    with tools.stopwatch.stage("faces"):
        vectors = _shared(pack.faces.embed, [faces.chips for _, faces, _ in new])
        for (one, faces, _), rows in zip(new, vectors, strict=True):
            one.seen = see_with(faces, rows, pack)
    with tools.stopwatch.stage("voices"):
        vectors = _shared(pack.voices.embed, [speech.spoken for _, _, speech in new])
        for (one, _, speech), rows in zip(new, vectors, strict=True):
            one.voices = tuple(hear_with(speech, rows, pack))


def _shared(embed: Callable[[Sequence[Any]], Vectors], groups: Sequence[Sequence[Any]]) -> list[Vectors]:
    """One call of a network for all the groups; the rows (n, d) of each group."""
    rows = embed([item for group in groups for item in group])
    return np.split(rows, np.cumsum([len(group) for group in groups])[:-1])


def finish(examination: Examination, tools: MediaTools) -> CreativeAnalysis:
    """Match and examine a creative that was joined, and remember what is in it, unless a detector was cut short. Raises
    ``StoreUnavailable``."""
    if examination.known is not None:
        return examination.known
    analysis = replace(_examine(examination, tools), copy_of=examination.copy_of)
    remember(analysis, tools, own=examination.own)
    return analysis


def is_whole(analysis: CreativeAnalysis) -> bool:
    """Whether every detector came to its end: what was cut short is not remembered."""
    return all(found.claim != CUT_SHORT for found in analysis.findings)


def _examine(examination: Examination, tools: MediaTools) -> CreativeAnalysis:
    media, seen, voices = examination.media, examination.seen, examination.voices
    if media is None or seen is None:
        raise ValueError("this creative was not joined, or is closed; call begin, join and finish in this order")
    watch = tools.stopwatch
    with watch.stage("match"):
        matches = [*tools.gallery.match_faces(seen.samples), *tools.gallery.match_voices(voices)]
    subject = CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=voices,
        matches=tuple(matches),
        gallery=tools.gallery,
        pack=tools.pack,
        paths=seen.paths,
        coarse=examination.coarse,
    )
    written, said = examination.written, spoken_words(media, voices, tools)
    findings: list[Finding] = []
    for detector in tools.detectors:
        with watch.stage(f"detector {detector.name}"):
            sha256 = media.creative.sha256
            findings += within(detector, detector.examine(subject), cap_s=tools.cap_s, creative_sha256=sha256)
    recognised = _recognised(matches, seen, voices, said[0]) if matches else None
    weighed = weigh(media.creative, findings, tools.fusion, recognised=recognised)
    findings += [] if weighed is None else [weighed]
    return CreativeAnalysis(
        creative=replace(media.creative, problems=(*media.creative.problems, *seen.problems)),
        faces=seen.tracks,
        trails=tuple(FaceTrail(track=track, seen=tuple(path)) for track, path in sorted(seen.paths.items())),
        voices=tuple(sample.segment for sample in voices),
        matches=tuple(matches),
        findings=tuple(findings),
        lines=(*written[0], *said[0]),
        unread=(*written[1], *said[1]),
    )


def _recognised(
    matches: Sequence[Match], seen: SeenFaces, voices: Sequence[VoiceSample], lines: Sequence[TextLine]
) -> Recognised:
    tracks = {match.track for match in matches if match.modality is Modality.FACE}
    heard = frozenset(line.language for line in lines if line.place is TextPlace.SPEECH and line.language is not None)
    return Recognised(
        face_px=max((track.size_px for track in seen.tracks if track.track in tracks), default=None),
        spoken=heard if heard or not voices else None,
    )


def working_folder(tools: MediaTools) -> Path:
    """Where creatives lie while they are worked on. Raises ``StoreUnavailable``."""
    working = tools.cache_dir / WORKING
    try:
        working.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store_unavailable(error, str(working)) from error
    return working


def cache_path(blob: BlobRef, tools: MediaTools) -> Path:
    """Where the analysis of this creative is remembered: a new pack, watchlist, detector, reader or pipeline version is a new
    place, and so is one whose points of faces were installed since."""
    key = content_id(
        PIPELINE_VERSION,
        tools.gallery.version,
        *(f"{detector.name}@{detector.version}" for detector in tools.detectors),
        "" if tools.pack.points is None else tools.pack.points.sha256,
        "" if tools.fusion is None else f"{FUSION_VERSION} {tools.fusion.sha256}",
        tools.pictures if isinstance(tools.pictures, str) else tools.pictures.label,
        tools.speech if isinstance(tools.speech, str) else tools.speech.label,
    )
    return tools.cache_dir / tools.pack.manifest.label / blob.sha256[:2] / f"{blob.sha256}-{key[:16]}{PLAIN}"


def recall(blob: BlobRef, tools: MediaTools, *, own: bool = False) -> CreativeAnalysis | None:
    """What is remembered of a creative; None as for ``read_analysis``. What lies there in plain and would be sealed now, because
    it is of somebody's ``own`` media, is sealed. Raises ``StoreUnavailable``."""
    place = cache_path(blob, tools)
    known = read_analysis(place)
    if known is not None:
        if own and tells_of_somebody(known.matches, known.findings):
            remember(known, tools, own=True)
        return known
    sealed_place = place.with_suffix(SEALED)
    key = tools.gallery.memory_key() if sealed_place.exists() else None
    try:
        # Opened under its name: it cannot be taken for that of another creative
        data = None if key is None else open_sealed(sealed_place, key=key, name=sealed_place.name).read()
        return None if data is None else from_row(CreativeAnalysis, json.loads(data))
    except (FileNotFoundError, WatchlistInvalid, ValueError, KeyError):
        return None
    except OSError as error:
        raise store_unavailable(error, str(place.parent)) from error


def remember(analysis: CreativeAnalysis, tools: MediaTools, *, own: bool) -> None:
    """Remember what is in a creative, unless a detector was cut short. If it says who was recognised in somebody's ``own`` media,
    it is sealed with the keys of those who are protected, and not remembered where there is no key. Raises
    ``StoreUnavailable``."""
    if not is_whole(analysis):
        return
    sha256 = analysis.creative.sha256
    place = cache_path(BlobRef(sha256=sha256, size_bytes=0, media_type=""), tools)
    if not (own and tells_of_somebody(analysis.matches, analysis.findings)):
        write_analysis(place, analysis)
        return
    key = tools.gallery.memory_key()
    place.unlink(missing_ok=True)
    if key is None:
        return
    data = json.dumps(to_row(analysis), ensure_ascii=False, sort_keys=True).encode()
    sealed_place = place.with_suffix(SEALED)
    # Longer names make longer texts: the size must not tell whose it is
    padded = data.ljust(-(-len(data) // PADDED_TO) * PADDED_TO)
    try:
        with placing(sealed_place) as partial:
            partial.write_bytes(sealed(padded, key=key, name=sealed_place.name))
    except OSError as error:
        raise store_unavailable(error, str(place.parent)) from error


def read_analysis(path: Path) -> CreativeAnalysis | None:
    """A remembered analysis; None when there is none, or when what is there is damaged and has to be made again.

    Raises ``StoreUnavailable``.
    """
    try:
        return from_row(CreativeAnalysis, json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, KeyError):
        return None
    except OSError as error:
        raise store_unavailable(error, str(path.parent)) from error


def write_analysis(path: Path, analysis: CreativeAnalysis) -> None:
    try:
        with placing(path) as partial:
            partial.write_text(json.dumps(to_row(analysis), ensure_ascii=False, sort_keys=True))
    except OSError as error:
        raise store_unavailable(error, str(path.parent)) from error
