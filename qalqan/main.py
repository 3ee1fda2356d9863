"""``qalqan``: the command line. Every error is one sentence on standard error that says what to do next."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version

import typer
from typer.exceptions import TyperException

from qalqan.commands import (
    bench,
    console,
    crawl,
    demo,
    detectors,
    dpia,
    evaluate,
    evidence,
    packs,
    retention,
    run,
    screen,
    watchlist,
)
from qalqan.errors import DONE, FAILED, INTERRUPTED
from qalqan.logs import configure_logs
from qalqan.table import plain

EXIT_CODES = (
    "Exit codes: 0 done · 1 could not do it · 2 wrong usage · 3 done, but part of it could not be looked at · "
    "130 stopped by Ctrl-C. Set QALQAN_DEBUG=1 to see where an error comes from."
)

app = typer.Typer(
    help="Watch advertising for investment scams that impersonate officials and brands.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("crawl")(crawl.crawl)
app.command("screen", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(screen.screen)
app.command("run", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run.run)
app.command("demo", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(demo.demo)
app.command("dpia")(dpia.dpia)

app.add_typer(bench.app, name="bench")
app.add_typer(watchlist.app, name="watchlist")
app.add_typer(packs.app, name="packs")
app.add_typer(detectors.app, name="detectors")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(console.app, name="console")
app.add_typer(evidence.app, name="evidence")
app.add_typer(retention.app, name="retention")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"qalqan {version('qalqan')}")
        raise typer.Exit(DONE)


@app.callback()
def _front_door(
    _version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    configure_logs()


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        # Without words the help was asked for by naming no command, and has just been shown.
        if words := error.format_message().rstrip("."):
            print(f"qalqan: {words}; see `qalqan --help`", file=sys.stderr)
        code = error.exit_code
    except typer.Abort:
        code = INTERRUPTED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except (ValueError, OSError, LookupError, RuntimeError) as error:
        if os.environ.get("QALQAN_DEBUG"):
            raise
        print(f"qalqan: {_sentence(error)}", file=sys.stderr)
        code = FAILED
    sys.exit(code or DONE)


def _sentence(error: Exception) -> str:
    """The error's own words; for the system's errors the file and what it said of it."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror.lower()}"
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return plain(text).plain or type(error).__name__
