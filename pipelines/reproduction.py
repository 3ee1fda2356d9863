"""How whoever doubts a finding makes it again: the whole command, written when findings are recorded.

Detectors do not know with which pack, watchlist, networks or configuration they were asked; the job does. Ids of findings do not
depend on the command.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from detectors.records import Finding
from embeddings.packs import PACKS
from evidence.records import AccessMode, Ad

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
    command = "; ".join(_screen(_blob(one, settings), settings, origin) for one in sought)
    for found in findings:
        yield replace(found, reproduce=command)


def of_ad(findings: Iterable[Finding], settings: ScreenSettings, *, ad: Ad) -> Iterator[Finding]:
    """The findings about an ad with their command: its crawl screened again, or, of a person's own media, its file."""
    origin = settings.origin
    if origin is None:
        yield from findings
        return
    own = _own_file(ad)
    if own is not None:
        command = _screen(own, settings, origin)
    elif origin.config is not None:
        config = _seen_from(origin.data_dir, origin.config)
        command = shlex.join(["qalqan", "screen", "--config", config, "--crawl", origin.crawl])
    else:
        yield from findings
        return
    for found in findings:
        yield replace(found, reproduce=f"{command}  # then look for the ad {ad.ad_id}")


def _screen(path: Path, settings: ScreenSettings, origin: Origin) -> str:
    place = origin.data_dir
    words = ["qalqan", "screen", _seen_from(place, path), "--data", RESULTS]
    words += ["--watchlist", _seen_from(place, settings.watchlist_dir)]
    words += [
        "--pack",
        settings.pack if settings.pack in PACKS else _seen_from(place, Path(settings.pack).expanduser()),
    ]
    for network in settings.networks:
        words += ["--network", _seen_from(place, network)]
    if settings.speech is not None:
        words += ["--speech", _seen_from(place, settings.speech)]
    if settings.fusion is not None:
        words += ["--fusion", _seen_from(place, settings.fusion)]
    return shlex.join(words)


def _blob(sha256: str, settings: ScreenSettings) -> Path:
    return Path(settings.store_url) / "blobs" / "sha256" / sha256[:2] / sha256


def _own_file(ad: Ad) -> Path | None:
    """The file of a person's own media; None for every other ad."""
    if ad.access_mode is not AccessMode.ANALYST_IMPORT or not ad.media_urls:
        return None
    address = urlparse(ad.media_urls[0])
    return Path(unquote(address.path)) if address.scheme == "file" else None


def _seen_from(place: Path, path: Path) -> str:
    """Relative where both lie in one folder, so that all of it can be moved, else whole. A file's name is never an option."""
    path, place = path.resolve(), place.resolve()
    beside = place.parent if place.parent != Path(place.anchor) else place
    near = path.is_relative_to(place) or path.is_relative_to(beside)
    seen = os.path.relpath(path, place) if near else str(path)
    return f"./{seen}" if seen.startswith("-") else seen
