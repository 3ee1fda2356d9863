"""What a person sees at a terminal while a long step works; nobody watching, nothing said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

EVERY_S = 1.0
SCREENSHOTS = "screenshots"
"""Folder of the cache (``pipelines.screenshots``) that holds no analyses of creatives."""

ENDINGS = (".json", ".sealed")
"""Of analyses (``pipelines.analyse``)."""


def analyses_in(cache_dir: Path) -> int:
    """How many creatives have been analysed so far; what is being written does not count."""
    return sum(
        1
        for ending in ENDINGS
        for path in cache_dir.glob(f"*/??/*{ending}")
        if not path.name.startswith(".") and path.parts[-3] != SCREENSHOTS
    )


def lines_in(path: Path) -> int:
    """How many lines a file has; none where there is none yet."""
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


@contextmanager
def counting(what: str, count: Callable[[], int], *, console: Console, every_s: float = EVERY_S) -> Iterator[None]:
    """A line such as ``Screening: 12 creatives examined``: ``what`` with the growth of ``count()`` for ``{}``."""
    if not console.is_terminal:
        yield
        return
    before = count()
    done = threading.Event()
    with console.status(what.format(0)) as line:

        def follow() -> None:
            while not done.wait(every_s):
                line.update(what.format(max(0, count() - before)))

        follower = threading.Thread(target=follow, name="qalqan-progress", daemon=True)
        follower.start()
        try:
            yield
        finally:
            done.set()
            follower.join()
