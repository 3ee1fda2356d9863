"""How a film is packed, as the sandboxed child read it: boxes, streams, packets, quantisers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detectors.packet_traces import Rows, of_stream, read_rows
from embeddings.errors import ChildStopped
from embeddings.records import MediaKind
from embeddings.samples import DecodedMedia
from embeddings.sandbox import Budget, converse

BUDGET = Budget(wall_s=60.0, cpu_s=15, memory_bytes=1 << 30, file_bytes=0, answer_bytes=4 << 20)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packing:
    """What could be read; ``problem`` says what could not. ``boxes`` is ``mp4_boxes.Mp4Facts`` as JSON has it."""

    boxes: Mapping[str, Any] | None
    streams: Sequence[Mapping[str, Any]]
    tags: Mapping[str, str]
    note: str | None
    pictures: Rows
    quantisers: tuple[tuple[str, float], ...]
    whole: bool
    problem: str | None


def read_packing(media: DecodedMedia) -> Packing | None:
    """Of a film or a recording; None for a picture, which is not packed in pieces."""
    if media.creative.kind is MediaKind.IMAGE:
        return None
    said, body, problem = asked("detectors.packet_probe", media, BUDGET, body_of="packets")
    streams = said.get("streams", {}).get("streams", [])
    first = next((at for at, stream in enumerate(streams) if stream["type"] == "video"), -1)
    return Packing(
        boxes=said.get("boxes"),
        streams=streams,
        tags=said.get("streams", {}).get("tags", {}),
        note=said.get("streams", {}).get("note"),
        pictures=of_stream(read_rows(body), first),
        quantisers=tuple((str(kind), float(mean)) for kind, mean in said.get("quantisers", {}).get("seen", [])),
        whole=bool(said.get("streams", {}).get("whole", False)),
        problem=problem,
    )


def asked(
    probe: str, media: DecodedMedia, budget: Budget, *, body_of: str
) -> tuple[dict[str, Mapping[str, Any]], bytes, str | None]:
    """What a probe in a sandboxed child says of the file: facts by kind of message, the body of the last message of the kind
    ``body_of``, and why it is not all, if so."""
    said: dict[str, Mapping[str, Any]] = {}
    body, problem = b"", None
    try:
        with media.path.open("rb") as stream:
            for message in converse(probe, {}, budget, files={"file": stream.fileno()}):
                said[message.kind] = message.facts
                body = bytes(message.body) if message.kind == body_of else body
    except ChildStopped as stopped:
        problem = str(stopped)
    return said, body, problem or said.get("problem", {}).get("text")
