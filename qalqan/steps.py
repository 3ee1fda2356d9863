"""The steps that commands are made of: crawl, import, screen, load the console."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from crawlers.folder import import_media
from evidence.store import EvidenceStore
from pipelines.records import RunReport
from pipelines.screen import screen
from pipelines.tools import ScreenSettings
from qalqan.clock import utc_now
from qalqan.config import Config


def import_step(config: Config, named: Sequence[str]) -> int:
    """Take a person's own media into the evidence store as ads; returns how many."""
    paths = [path for name in named for path in _expand(name)]
    store = EvidenceStore(config.store_url)
    return len(import_media(paths, store=store, directory=config.crawl_dir, clock=utc_now))


def screen_step(config: Config, beam_args: Sequence[str]) -> RunReport:
    """Screen what the crawl of this configuration kept."""
    return screen(screen_settings(config), beam_args=beam_args, clock=utc_now)


def screen_settings(config: Config) -> ScreenSettings:
    """The part of the configuration that a screening job needs."""
    return ScreenSettings(
        crawl_dir=config.crawl_dir,
        out_dir=config.screen_dir,
        store_url=config.store_url,
        watchlist_dir=config.watchlist.directory,
        cache_dir=config.cache_dir,
        pack=config.screen.pack,
        now=utc_now().replace(hour=0, minute=0, second=0, microsecond=0),
    )


def _expand(name: str) -> list[Path]:
    """The paths that a word of the command line stands for; a pattern that matches nothing is an error of the caller."""
    if not glob.has_magic(name):
        return [Path(name)]
    found = sorted(Path(path) for path in glob.glob(name, recursive=True))
    if not found:
        raise FileNotFoundError(f"no file matches {name!r}; quote the pattern and check the folder")
    return found
