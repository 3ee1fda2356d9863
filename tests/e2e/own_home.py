"""A home and a folder for temporary files of its own for what a test runs, so that whatever any program keeps there of its own
accord is searched too."""

from __future__ import annotations

import os
from pathlib import Path

BROWSERS = "PLAYWRIGHT_BROWSERS_PATH"
HOME, TEMPORARY = "home", "tmp"

_FOLDERS = {
    "HOME": ".",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}


def own_home(root: Path) -> dict[str, str]:
    """The environment with ``root/home`` for the home and everything that is kept in homes, and ``root/tmp`` for temporary files;
    both are made. Browsers that Playwright fetched stay where they are."""
    home, temporary = root / HOME, root / TEMPORARY
    folders = {name: str(home / place) for name, place in _FOLDERS.items()}
    for folder in (temporary, *map(Path, folders.values())):
        folder.mkdir(parents=True, exist_ok=True)
    fetched = os.environ.get(BROWSERS) or _cache() / "ms-playwright"
    browsers = {BROWSERS: str(fetched)} if Path(fetched).is_dir() else {}
    return {**os.environ, **folders, **browsers, "TMPDIR": str(temporary)}


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
