"""What need not be examined again: creatives that are copies of others take over what was learned about those.

``printed`` looks at each new creative coarsely, ``decided`` says for all of them together who is a copy of whom, ``taken_over``
gives a copy the analysis of its original, or examines it after all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.records import Finding
from detectors.subject import CreativeSubject
from detectors.tables import FILE_DETECTORS
from embeddings.errors import UnreadableMedia
from embeddings.fingerprints import CreativePrint, read_prints
from embeddings.sameness import Copy
from embeddings.samples import DecodedMedia
from evidence.records import BlobRef
from pipelines.analyse import analyse, recall, remember, working_folder
from pipelines.copies import leaders
from pipelines.copy_registry import CopyRegistry
from pipelines.inheritance import inherit
from pipelines.records import CreativeAnalysis
from pipelines.tools import MediaTools

REGISTRY = "copies"
"""Folder of the cache with the prints of creatives known before."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Printed:
    """A creative of the run and the ads that use it; ``own`` if all of these are somebody's own media. ``print`` is None if it
    was examined before, or cannot be read."""

    blob: BlobRef
    ads: tuple[str, ...]
    print: CreativePrint | None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Original:
    """Of what a creative is a copy, why, and how the original looks."""

    why: Copy
    print: CreativePrint


def printed(blob: BlobRef, ads: tuple[str, ...], tools: MediaTools, *, own: bool = False) -> Printed:
    """Look at the creative coarsely, unless it was examined before. Raises what the store raises.

    What cannot be read has no print; the examination will say why.
    """
    if recall(blob, tools, own=own) is not None:
        return Printed(blob=blob, ads=ads, print=None, own=own)
    with (
        tools.stopwatch.stage("fingerprints"),
        tempfile.TemporaryDirectory(dir=working_folder(tools)) as directory,
    ):
        try:
            found = read_prints(tools.store.fetch(blob, Path(directory)))
        except UnreadableMedia:
            found = None
    return Printed(blob=blob, ads=ads, print=found, own=own)


def decided(prints: Sequence[CreativePrint], cache_dir: Path) -> dict[str, Original]:
    """The copies among the creatives of a run, by SHA-256; all others have to be examined. Raises ``StoreUnavailable``."""
    registry = CopyRegistry(cache_dir / REGISTRY)
    copies = {sha256: why for sha256, why in leaders(prints, registry).items() if why is not None}
    known = registry.prints({why.original_sha256 for why in copies.values()})
    return {
        sha256: Original(why=why, print=known[why.original_sha256])
        for sha256, why in copies.items()
        if why.original_sha256 in known  # unless it is forgotten by now
    }


def taken_over(
    copy: Printed, original: Original, analysis: CreativeAnalysis | None, tools: MediaTools
) -> CreativeAnalysis:
    """The analysis of a copy, from that of its original; the original's own is remembered where it is None.

    Where nothing is remembered, or the copy shows things elsewhere, the copy is examined itself. Raises as ``analyse``.
    """
    remembered = recall(copy.blob, tools, own=copy.own)
    if remembered is not None:
        return remembered
    known = analysis or recall(_blob(original.print), tools)
    if known is None or copy.print is None:
        return analyse(copy.blob, tools, copy_of=original.why.original_sha256, own=copy.own)
    with tools.stopwatch.stage("taken over"):
        own = _findings_on_file(copy.blob, copy.print, tools)
        inherited = inherit(known, leader=original.print, copy=copy.print, why=original.why, own_findings=own)
    if inherited is None:
        return analyse(copy.blob, tools, copy_of=original.why.original_sha256, own=copy.own)
    remember(inherited, tools, own=copy.own)
    return inherited


def _findings_on_file(blob: BlobRef, print_: CreativePrint, tools: MediaTools) -> list[Finding]:
    """What the detectors of files, rather than of what they show, say of a copy."""
    with tempfile.TemporaryDirectory(dir=working_folder(tools)) as directory:
        path = tools.store.fetch(blob, Path(directory))
        media = DecodedMedia(creative=print_.creative, path=path, frames=(), sound=None)
        subject = CreativeSubject(
            media=media,
            faces=(),
            voices=(),
            matches=(),
            gallery=tools.gallery,
            pack=tools.pack,
            paths={},
            coarse=print_,
        )
        detectors = [detector for detector in tools.detectors if detector.name in FILE_DETECTORS]
        return [finding for detector in detectors for finding in detector.examine(subject)]


def _blob(print_: CreativePrint) -> BlobRef:
    return BlobRef(sha256=print_.creative.sha256, size_bytes=print_.creative.size_bytes, media_type="")
