"""``qalqan run``: crawl, screen, load the console; the command for cron."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import load_config
from qalqan.errors import DONE, PARTLY


def run(
    context: typer.Context,
    config: Annotated[Path, typer.Argument(help="The configuration file (TOML).")],
) -> None:
    """Crawl, screen what was found, and load the candidates into the console.

    Example: qalqan run crawl.toml

    Further options go to Apache Beam, as with `qalqan screen`. Exit code 3: done, but part of it could not be looked at.
    """
    from pipelines.options import beam_options
    from qalqan.steps import crawl_step, load_step, screen_step
    from qalqan.table import print_candidates, print_dead_letters, print_tallies

    words, beam_args = beam_options(context.args)
    if words:
        raise typer.BadParameter(f"{words[0]!r} is one word too many")
    settings = load_config(config, now=utc_now())
    result = crawl_step(settings)
    report = screen_step(settings, beam_args, file=config.resolve())
    load_step(settings)
    console = Console()
    print_tallies(settings.crawl_dir, console=console)
    print_candidates(settings.screen_dir, settings.crawl_dir, console=console)
    print_dead_letters(settings.screen_dir, console=console)
    raise typer.Exit(DONE if all(tally.looked for tally in result.tallies) and not report.dead_letters else PARTLY)
