"""``qalqan evidence``: prove that nothing was changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.config import load_config
from qalqan.errors import DONE, FAILED

app = typer.Typer(help="Prove that the kept evidence was not changed.", no_args_is_help=True)


@app.callback()
def _evidence() -> None:
    """Keeps ``verify`` a command of its own while it is the only one."""


@app.command("verify")
def verify(
    config: Annotated[Path | None, typer.Option(help="The configuration whose evidence to check.")] = None,
    data: Annotated[Path | None, typer.Option(help="A data folder, instead of a configuration.")] = None,
) -> None:
    """Check every blob against its hash, every line of the log against the one before it, and each against the other.

    Example: qalqan evidence verify --config crawl.toml
    """
    from evidence.log import verify as verify_evidence
    from evidence.store import EvidenceStore

    if (config is None) == (data is None):
        raise typer.BadParameter("name either --config FILE or --data FOLDER")
    data_dir = load_config(config, now=utc_now()).data_dir if config is not None else (data or Path()).resolve()
    report = verify_evidence(EvidenceStore(str(data_dir / "evidence")), data_dir)
    print(
        f"{report.blobs} blobs ({report.bytes:,} bytes), {report.commits} commits in {report.journals} journals, "
        f"{report.log_lines} log lines"
    )
    if report.deleted:
        print(f"{report.deleted} blobs are absent because they were deleted on purpose (see deletions.jsonl)")
    for problem in report.problems:
        print(f"  {problem}")
    print(
        "Nothing was changed." if report.unchanged else f"{len(report.problems)} problems: this evidence is not intact."
    )
    raise typer.Exit(DONE if report.unchanged else FAILED)
