"""``qalqan retention``: delete what may not be kept any longer, and say what was deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.config import load_config

app = typer.Typer(help="Delete what may not be kept any longer; every deletion is logged.", no_args_is_help=True)

ConfigOption = Annotated[Path, typer.Option(help="The configuration whose data folder and \\[retention] days count.")]


@app.callback()
def _retention() -> None:
    """Keeps ``run`` a command of its own while it is the only one."""


@app.command("run")
def run(
    config: ConfigOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Delete captures, analyses, working copies, old runs and logs, and expired people, by the days in \\[retention].

    Examples:

        qalqan retention run --config crawl.toml --dry-run

        qalqan retention run --config crawl.toml

    What waits for a decision or for screening is kept. Each deletion is a line in deletions.jsonl of the data folder before it
    happens; `qalqan evidence verify` knows these lines. Run it daily, after `qalqan run`.
    """
    from qalqan.retention import carry_out, plan

    now = utc_now()
    settings = load_config(config, now=now)
    planned = plan(settings, now=now)
    if not dry_run:
        carry_out(settings, planned, now=now)
    verb = "would be deleted" if dry_run else "deleted"
    for (what, rule), count in sorted(planned.counts().items()):
        print(f"{count} × {what} {verb} ({rule})")
    if not planned.due:
        print("Nothing has been kept for longer than the configuration allows.")
    if planned.unscreened:
        print(f"{planned.unscreened} ads were never screened and are kept: run `qalqan screen` on their crawls.")
