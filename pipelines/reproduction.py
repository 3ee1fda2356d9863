"""How whoever doubts a finding makes it again: the whole command, written when findings are recorded.

Detectors do not know with which pack, watchlist, networks or configuration they were asked; the job does. Ids of findings do not
depend on the command. No command says where on its first reader's disk something lies.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.records import Finding
from embeddings.packs import PACKS
from evidence.records import Ad
from pipelines.withholding import is_own_media

if TYPE_CHECKING:
    from pipelines.tools import ScreenSettings

RESULTS = "repeated"
"""Folder, in the data directory, into which the commands for single files write. Whoever repeats something deletes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whence a run was started. Commands are for ``data_dir`` as the working directory; ``config`` is the file of the settings,
    None for a person's own media; ``crawl`` names the crawl."""

    data_dir: Path
    config: Path | None
    crawl: str


def of_creative(
    findings: Iterable[Finding], settings: ScreenSettings, *, sha256: str, copy_of: str | None
) -> Iterator[Finding]:
    """The findings about a creative with their command. What a copy took over is made again by looking at its original first."""
    origin = settings.origin
    if origin is None:
        yield from findings
        return
    sought = [sha256] if copy_of is None else [copy_of, sha256]
    command = "; ".join(_screen([_blob(one, settings, origin)], settings, origin) for one in sought)
    for found in findings:
        yield replace(found, reproduce=command)


def of_ad(findings: Iterable[Finding], settings: ScreenSettings, *, ad: Ad) -> Iterator[Finding]:
    """The findings about an ad with their command: its crawl screened again, or, of a person's own media, what the evidence keeps
    of it."""
    origin = settings.origin
    if origin is None:
        yield from findings
        return
    if is_own_media(ad):
        command = _screen(["--again", ad.ad_id], settings, origin)
    elif origin.config is not None:
        config = _seen_from(origin.data_dir, origin.config, unless="CONFIG")
        command = f"qalqan screen --config {config} --crawl {shlex.quote(origin.crawl)}"
    else:
        yield from findings
        return
    for found in findings:
        yield replace(found, reproduce=f"{command}  # then look for the ad {ad.ad_id}")


def _screen(media: Sequence[str], settings: ScreenSettings, origin: Origin) -> str:
    """``media`` are words of the shell already."""
    place = origin.data_dir
    words = ["qalqan", "screen", *media, "--data", RESULTS]
    words += ["--watchlist", _seen_from(place, settings.watchlist_dir, unless="WATCHLIST")]
    packed = settings.pack in PACKS
    pack = Path(settings.pack).expanduser()
    words += ["--pack", shlex.quote(settings.pack) if packed else _seen_from(place, pack, unless="PACK")]
    for number, network in enumerate(settings.networks, start=1):
        words += ["--network", _seen_from(place, network, unless=f"NETWORK{number}")]
    if settings.speech is not None:
        words += ["--speech", _seen_from(place, settings.speech, unless="SPEECH")]
    if settings.fusion is not None:
        words += ["--fusion", _seen_from(place, settings.fusion, unless="FUSION")]
    return " ".join(words)


def _blob(sha256: str, settings: ScreenSettings, origin: Origin) -> str:
    path = Path(settings.store_url) / "blobs" / "sha256" / sha256[:2] / sha256
    return _seen_from(origin.data_dir, path, unless="EVIDENCE")


def _seen_from(place: Path, path: Path, *, unless: str) -> str:
    """A path as a word of the shell: relative where both lie in one folder, so that all of it can be moved. Of others the command
    says the name, and asks for the folder in the variable ``unless``: findings are handed on, and where somebody keeps what is
    nobody else's business. A file's name is never an option."""
    path, place = path.resolve(), place.resolve()
    beside = place.parent if place.parent != Path(place.anchor) else place
    if not (path.is_relative_to(place) or path.is_relative_to(beside)):
        return f'"${{{unless}:?is to name the folder that holds it}}"/{shlex.quote(path.name)}'
    seen = os.path.relpath(path, place)
    return shlex.quote(f"./{seen}" if seen.startswith("-") else seen)
