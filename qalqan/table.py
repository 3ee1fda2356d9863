"""Tables for people at a terminal: what was flagged, and what every ad was found to be."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from evidence.records import Ad
from evidence.tables import read_records
from pipelines.records import Assessment, AxisState, Candidate, DeadLetter

SIGNS = {AxisState.YES: "yes", AxisState.NO: "no", AxisState.CANNOT_TELL: "?"}
AXES_NOTE = "A likeness of a protected person · B alteration · C lure · D official source · ? cannot tell"


def print_candidates(screen_dir: Path, crawl_dir: Path, *, console: Console) -> None:
    """The takedown candidates of a run, most harmful first."""
    candidates = read_records(screen_dir / "candidates.parquet", Candidate)
    ads = {ad.ad_id: ad for ad in read_records(crawl_dir / "ads.parquet", Ad)}
    table = Table(title=f"{len(candidates)} takedown candidates", caption=AXES_NOTE, title_justify="left")
    table.add_column("Prio", justify="right")
    for name in ("Who or what is used", "Ad", "A", "B", "C", "D"):
        table.add_column(name)
    for candidate in candidates:
        signs = [SIGNS[axis.state] for axis in candidate.axes]
        table.add_row(str(candidate.priority), candidate.headline, _named(ads[candidate.ad_id]), *signs)
    console.print(table)


def print_assessments(screen_dir: Path, crawl_dir: Path, *, console: Console) -> None:
    """Every file of a folder and what was found: for people who bring their own media."""
    ads = {ad.ad_id: ad for ad in read_records(crawl_dir / "ads.parquet", Ad)}
    assessments = read_records(screen_dir / "assessments.parquet", Assessment)
    ordered = sorted(assessments, key=lambda a: (not a.flagged, ads[a.ad_id].title or ""))
    table = Table(caption=AXES_NOTE)
    for name in ("File", "A", "B", "C", "D", "Flagged", "Likeness", "Why"):
        table.add_column(name)
    for assessment in ordered:
        signs = [SIGNS[axis.state] for axis in assessment.axes]
        flagged = "FLAGGED" if assessment.flagged else "–"
        likeness = assessment.axes[0].summary
        table.add_row(ads[assessment.ad_id].title or "", *signs, flagged, likeness, assessment.why)
    console.print(table)


def print_dead_letters(screen_dir: Path, *, console: Console, limit: int = 20) -> None:
    """What could not be processed, with the reason; silent when there is nothing."""
    letters = read_records(screen_dir / "dead_letters.parquet", DeadLetter)
    if not letters:
        return
    console.print(f"{len(letters)} could not be processed (kept in {screen_dir / 'dead_letters.parquet'}):")
    for letter in letters[:limit]:
        console.print(f"  {letter.stage}: {letter.reason}", markup=False, highlight=False)
    if len(letters) > limit:
        console.print(f"  … and {len(letters) - limit} more")


def _named(ad: Ad) -> str:
    return f"{ad.source} {ad.source_ad_id[:16]}"
