"""``qalqan evaluate``: how often the product errs, measured on material that the user brings."""

from __future__ import annotations

import typer

from qalqan.commands import evaluate_detectors

app = typer.Typer(help="Measure how often detectors err, on files whose truth is known.", no_args_is_help=True)
app.command("detectors")(evaluate_detectors.detectors)
