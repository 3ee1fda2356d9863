"""Pictures for the errors of an evaluation, with bystanders blurred as in every working copy."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from evidence.records import BlobRef
from pipelines.analyse import recall, working_folder
from pipelines.derive import DERIVATIVES, small_picture
from pipelines.evaluation_records import DecisionError
from pipelines.tools import MediaTools, ScreenSettings, media_tools


def with_pictures(
    errors: Sequence[DecisionError], blobs: Mapping[str, BlobRef], settings: ScreenSettings
) -> tuple[tuple[DecisionError, ...], dict[str, bytes]]:
    """The errors with the names of their pictures, and the pictures (JPEG) by name.

    What was flagged has a thumbnail; of the rest one is made from its analysis. ``blobs`` are the media of the ads by SHA-256;
    without an analysis nobody knows who is a bystander, and there is no picture.
    """
    pictures: dict[str, bytes] = {}
    shown = []
    for error in errors:
        sha256 = error.creative_sha256
        name = None if sha256 is None else f"{sha256[:16]}.jpg"
        if sha256 is not None and name is not None and name not in pictures:
            made = _thumbnail(sha256, settings) or _made(blobs.get(sha256), settings)
            if made is not None:
                pictures[name] = made
        shown.append(replace(error, picture=name if name in pictures else None))
    return tuple(shown), pictures


def _thumbnail(sha256: str, settings: ScreenSettings) -> bytes | None:
    path = settings.out_dir / DERIVATIVES / sha256 / "thumb.jpg"
    return path.read_bytes() if path.is_file() else None


def _made(blob: BlobRef | None, settings: ScreenSettings) -> bytes | None:
    if blob is None:
        return None
    tools: MediaTools = media_tools(settings)
    analysis = recall(blob, tools)
    if analysis is None:
        return None
    with tempfile.TemporaryDirectory(dir=working_folder(tools)) as directory:
        try:
            frames = decode(tools.store.fetch(blob, Path(directory))).frames
        except UnreadableMedia:
            return None
    return small_picture(analysis, frames) if frames else None
