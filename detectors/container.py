"""What the container says about itself: who wrote it, when, how it is packed, and whether it carries a C2PA manifest.

Facts for the reader of a case; none of them proves or disproves alteration. What is absent was, as a rule, lost on upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detectors.finding import unweighed
from detectors.packing import read_packing
from detectors.packing_words import in_words
from detectors.records import Finding
from detectors.still_packing import said_of
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.errors import ChildStopped
from embeddings.records import Creative
from embeddings.samples import DecodedMedia
from embeddings.sandbox import Budget, converse

BUDGET = Budget(wall_s=60.0, cpu_s=10, memory_bytes=1 << 30, file_bytes=0, answer_bytes=1 << 20)
FORMATS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
}
"""Media types under which C2PA manifests are looked for, by the name of the container."""

TIMED = ("mp4", "mov")
"""Containers whose creation time is read."""

MUXERS = {
    "lavf": "written by FFmpeg's muxer, as most re-uploads are",
    "lavc": "written by FFmpeg, as most re-uploads are",
    "handbrake": "written by HandBrake, a converter",
    "clipchamp": "written by Clipchamp, an editor",
    "capcut": "written by CapCut, an editor",
    "adobe": "written by an Adobe program",
    "isomedia": "written by a Google muxer, as downloads from YouTube are",
}
LOST = "Platforms rewrite files on upload, so most of what the author's program wrote is gone."
NOT_WEIGHED = (
    "Honest copies are cut, joined and encoded again as well: how often was not measured, so this weighs nothing."
)


class Container:
    """Encoder, codecs, creation time, packing and C2PA manifest of a creative, in words."""

    name = "container"
    version = "3"
    declared = (
        Declaration(
            of="what the file says and how it is packed",
            on=NotValidated(why="it reads out what is there; how often honest copies show the same was not measured"),
            command=None,
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Always inconclusive: who wrote it, when (where the container has a place for that), how it is packed, and what its C2PA
        manifest says."""
        creative = subject.media.creative
        yield self._finding(creative, "written_by", written_by(creative))
        created, manifest = _probe(subject.media)
        if creative.container in TIMED:
            yield self._finding(creative, *_created(created))
        yield self._finding(creative, *_manifest(manifest))
        packing = read_packing(subject.media)
        for said in in_words(packing) if packing is not None else said_of(subject.media):
            yield self._finding(
                creative,
                said.claim,
                said.observation,
                measurement=said.measurement,
                unit=said.unit,
                limits=(LOST, NOT_WEIGHED),
            )

    def _finding(
        self, creative: Creative, claim: str, observation: str, *, limits: Sequence[str] = (LOST,), **measured: Any
    ) -> Finding:
        return unweighed(
            self,
            creative.sha256,
            claim=claim,
            observation=observation,
            modality="container",
            quality_limits=limits,
            innocent_explanations=("Any platform, editor or messenger rewrites what passes through it.",),
            **measured,
        )


def written_by(creative: Creative) -> str:
    """The encoder tag and the codecs, in a sentence."""
    codecs = [codec for codec in (creative.video_codec, creative.audio_codec) if codec is not None]
    inside = f"{creative.container}{' with ' + ' and '.join(codecs) if codecs else ''}"
    if creative.encoder is None:
        return f"{inside}; it names no program that wrote it, which says nothing."
    known = next((words for tag, words in MUXERS.items() if tag in creative.encoder.lower()), None)
    tag = creative.encoder[:80]
    return f"{inside}; its tag is “{tag}”{': ' + known if known else ''}."


def _probe(media: DecodedMedia) -> tuple[str | None, Mapping[str, Any]]:
    """The creation time (ISO 8601) and the facts of the manifest, as the sandboxed child answered them."""
    media_format = FORMATS.get(media.creative.container)
    if media_format is None:
        return None, {"state": "not_supported"}
    answers: dict[str, Mapping[str, Any]] = {}
    try:
        with media.path.open("rb") as stream:
            request, files = {"format": media_format}, {"file": stream.fileno()}
            for message in converse("detectors.c2pa_probe", request, BUDGET, files=files):
                answers[message.kind] = message.facts
    except ChildStopped as stopped:
        answers["manifest"] = {"state": "unreadable", "reason": str(stopped)}
    created = answers.get("created", {}).get("at")
    return (created if isinstance(created, str) else None), answers.get("manifest", {"state": "unreadable"})


def _created(at: str | None) -> tuple[str, str]:
    if at is None:
        return "no_creation_time", "It states no time of creation: this says nothing, uploads usually lose it."
    return "creation_time", f"It states that it was created at {at[:40]}; anybody can write any time there."


def _manifest(facts: Mapping[str, Any]) -> tuple[str, str]:
    state = facts.get("state")
    if state == "absent":
        return "c2pa_absent", "No C2PA manifest: this says nothing."
    if state == "not_supported":
        return "c2pa_not_read", "C2PA manifests cannot be looked for in this kind of file: this says nothing."
    if state == "elsewhere":
        return "c2pa_elsewhere", "Its C2PA manifest lies on a server; it was not fetched, so what it says is not known."
    if state == "embedded":
        made = " It declares that a model generated it or a part of it." if facts.get("says_generated") else ""
        says = (
            f"It carries a C2PA manifest by “{facts.get('generator')}”, signed by “{facts.get('signed_by')}”, whose check "
            f"gave “{facts.get('validation')}”.{made} Whether the signer is to be believed is for a person to judge."
        )
        return "c2pa_present", says
    reason = f" ({facts['reason']})" if facts.get("reason") else ""
    return "c2pa_unreadable", f"Whether it carries a C2PA manifest could not be told{reason}."
