"""``qalqan evaluate``: how often the product errs, measured on material that the user brings."""

from __future__ import annotations

import typer

from qalqan.commands import evaluate_candidates, evaluate_detectors

app = typer.Typer(help="Measure how often the job errs, on files and ads whose truth is known.", no_args_is_help=True)
app.command("candidates", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    evaluate_candidates.candidates
)
app.command("detectors")(evaluate_detectors.detectors)
