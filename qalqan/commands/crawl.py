"""``qalqan crawl``: collect ads and landing pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import load_config
from qalqan.errors import DONE, PARTLY


def crawl(
    config: Annotated[Path, typer.Argument(help="The configuration file (TOML).")],
) -> None:
    """Collect ads, their media and the pages behind them, through the egress proxy, as evidence.

    Example: qalqan crawl demo-data/demo.toml

    A crawl that was stopped goes on where it stopped; one that is finished is left as it is: give the next one another
    \\[crawl] name. Every query is counted; one that could not be looked at says why, and the exit code is then 3.
    """
    from qalqan.steps import crawl_step
    from qalqan.table import print_tallies

    settings = load_config(config, now=utc_now())
    result = crawl_step(settings)
    console = Console()
    print_tallies(settings.crawl_dir, console=console)
    console.print(f"Records: {settings.crawl_dir}", highlight=False)
    raise typer.Exit(DONE if all(tally.looked for tally in result.tallies) else PARTLY)
