"""Options that several commands of ``qalqan watchlist`` share, and what they mean."""

from __future__ import annotations

import glob
import sys
from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.config import WatchlistSection, load_config

DATE = ["%Y-%m-%d"]
DEFAULT_DIRECTORY = WatchlistSection().directory

Directory = Annotated[
    Path, typer.Option("--directory", envvar="QALQAN_WATCHLIST", help="Folder of the watchlist.", file_okay=False)
]
By = Annotated[str, typer.Option("--by", envvar="QALQAN_USER", help="Your name, for the audit.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the audit.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")]
PersonId = Annotated[str, typer.Argument(help="The id that `qalqan watchlist list` shows.")]
Pack = Annotated[str, typer.Option(help="Model pack.")]
Cap = Annotated[
    int | None,
    typer.Option(
        min=1,
        envvar="QALQAN_WATCHLIST_CAP",
        help="So many people may be enrolled; else as the configuration says, or 2000.",
    ),
]
Configuration = Annotated[
    Path | None, typer.Option("--config", help="Take the folder and the cap from [watchlist] of this file.")
]
Files = list[str] | None


def files_named(values: list[str] | None, option: str) -> tuple[Path, ...]:
    """The files that the values of an option name: files, everything in folders, or what quoted globs match."""
    found: list[Path] = []
    for value in values or ():
        path = Path(value)
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.is_file() and not child.name.startswith("."))
        elif path.exists() or not glob.has_magic(value):
            inside = [path]
        else:
            inside = sorted(Path(match) for match in glob.glob(value, recursive=True))  # noqa: PTH207 any root, as typed
        if not inside:
            raise typer.BadParameter(f"{value} names no file", param_hint=option)
        found += inside
    return tuple(found)


def place_and_cap(config: Path | None, directory: Path, cap: int | None) -> tuple[Path, int]:
    """The watchlist's folder and how many people it may hold: as stated, else as the configuration says. Raises as
    ``load_config``."""
    section = WatchlistSection() if config is None else load_config(config, now=utc_now()).watchlist
    named = directory if config is None or directory != DEFAULT_DIRECTORY else section.directory
    return named, section.cap if cap is None else cap


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; where nobody can be asked, ``--yes`` has to be given. ``typer.Abort`` on no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("this cannot be undone and nobody is there to be asked: confirm it with --yes")
    typer.confirm(question, abort=True, err=True)
