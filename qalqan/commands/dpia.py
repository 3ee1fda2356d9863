"""``qalqan dpia``: draft the data protection impact assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.config import load_config


def dpia(
    config: Annotated[Path, typer.Option(help="The configuration to describe.")],
    out: Annotated[Path | None, typer.Option(help="Write here instead of printing; never overwrites.")] = None,
) -> None:
    """Draft a data protection impact assessment from the actual configuration, watchlist and data; questions stay open.

    Example: qalqan dpia --config crawl.toml --out dpia.md
    """
    from qalqan.dpia import draft, write

    now = utc_now()
    text = draft(load_config(config, now=now), config_name=config.name, now=now)
    if out is None:
        print(text)
    else:
        write(text, out)
        print(f"{out}: {text.count('▢')} questions (▢) are for you to answer.")
