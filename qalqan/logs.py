"""How Qalqan speaks while it works: plain lines for a person at a terminal, JSON lines for everything else."""

from __future__ import annotations

import logging
import sys
import warnings

import structlog


def configure_logs() -> None:
    """Set up logging for this process; libraries stay silent below warnings."""
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        # Asked anew for each line: whoever embeds us may put another stream in place of the one that was there, and close it
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
