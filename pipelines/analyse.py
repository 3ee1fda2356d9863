"""One unique creative → what is in it. The expensive work, done once per creative and remembered."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from detectors.records import Finding
from detectors.subject import CreativeSubject
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.speech import voice_samples
from evidence.records import BlobRef, content_id
from evidence.store import store_unavailable
from evidence.tables import from_row, placing, to_row
from pipelines.records import PIPELINE_VERSION, CreativeAnalysis, FaceTrail
from pipelines.tools import MediaTools

WORKING = ".working"
"""Folder of the cache in which creatives lie while they are examined; emptied at the start of every job."""


def analyse(blob: BlobRef, tools: MediaTools) -> CreativeAnalysis:
    """Decode, find faces and speech, match, examine. A creative seen before costs a lookup.

    Raises ``UnreadableMedia``, ``BlobMissing``, ``EvidenceAltered``. Vectors live in memory only and end with this call.
    """
    place = cache_path(blob, tools)
    remembered = read_analysis(place)
    if remembered is not None:
        return remembered
    with tempfile.TemporaryDirectory(dir=working_folder(tools)) as directory:
        analysis = _examine(tools.store.fetch(blob, Path(directory)), tools)
    _write_analysis(place, analysis)
    return analysis


def _examine(path: Path, tools: MediaTools) -> CreativeAnalysis:
    watch = tools.stopwatch
    with watch.stage("decode"):
        media = decode(path)
    with watch.stage("faces"):
        seen = see_faces(media, tools.pack)
    with watch.stage("voices"):
        voices = voice_samples(media, tools.pack)
    with watch.stage("match"):
        matches = [*tools.gallery.match_faces(seen.samples), *tools.gallery.match_voices(voices)]
    subject = CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=tuple(voices),
        matches=tuple(matches),
        gallery=tools.gallery,
        pack=tools.pack,
    )
    findings: list[Finding] = []
    for detector in tools.detectors:
        with watch.stage(f"detector {detector.name}"):
            findings.extend(detector.examine(subject))
    return CreativeAnalysis(
        creative=replace(media.creative, problems=(*media.creative.problems, *seen.problems)),
        faces=seen.tracks,
        trails=tuple(FaceTrail(track=track, seen=tuple(path)) for track, path in sorted(seen.paths.items())),
        voices=tuple(sample.segment for sample in voices),
        matches=tuple(matches),
        findings=tuple(findings),
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
    """Where the analysis of this creative is remembered: a new pack, watchlist, detector or pipeline version is a new place."""
    key = content_id(
        PIPELINE_VERSION,
        tools.gallery.version,
        *(f"{detector.name}@{detector.version}" for detector in tools.detectors),
    )
    return tools.cache_dir / tools.pack.manifest.label / blob.sha256[:2] / f"{blob.sha256}-{key[:16]}.json"


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


def _write_analysis(path: Path, analysis: CreativeAnalysis) -> None:
    try:
        with placing(path) as partial:
            partial.write_text(json.dumps(to_row(analysis), ensure_ascii=False, sort_keys=True))
    except OSError as error:
        raise store_unavailable(error, str(path.parent)) from error
