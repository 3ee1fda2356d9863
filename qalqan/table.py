"""Tables for people at a terminal: what was flagged, and what every ad was found to be."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawlers.records import QueryTally
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
    table.add_column("Campaign", justify="right")
    sizes = _campaign_sizes(screen_dir / "campaigns.parquet")
    for candidate in candidates:
        signs = [SIGNS[axis.state] for axis in candidate.axes]
        size = f"{sizes[candidate.ad_id]} ads" if candidate.ad_id in sizes else "–"
        named = plain(candidate.headline), plain(_named(ads[candidate.ad_id]))
        table.add_row(str(candidate.priority), *named, *signs, size)
    console.print(table)


def _campaign_sizes(path: Path) -> dict[str, int]:
    """For each ad that is in a campaign, how many ads that has; empty for runs of versions that looked for none."""
    lists = pq.read_table(path, columns=["ad_ids"])["ad_ids"].to_pylist() if path.exists() else []
    return {ad_id: len(ad_ids) for ad_ids in lists for ad_id in ad_ids}


def print_assessments(screen_dir: Path, crawl_dir: Path, *, console: Console) -> None:
    """Every file of a folder and what was found: for people who bring their own media."""
    ads = {ad.ad_id: ad for ad in read_records(crawl_dir / "ads.parquet", Ad)}
    assessments = read_records(screen_dir / "assessments.parquet", Assessment)
    ordered = sorted(assessments, key=lambda a: (not a.flagged, ads[a.ad_id].title or ""))
    table = Table(caption=AXES_NOTE)
    table.add_column("File", overflow="fold")
    for name in ("A", "B", "C", "D", "Flagged", "Likeness", "Why"):
        table.add_column(name)
    for assessment in ordered:
        signs = [SIGNS[axis.state] for axis in assessment.axes]
        flagged = "FLAGGED" if assessment.flagged else "–"
        likeness = assessment.axes[0].summary
        title = plain(ads[assessment.ad_id].title or "")
        table.add_row(title, *signs, flagged, plain(likeness), plain(assessment.why))
    console.print(table)


def print_dead_letters(screen_dir: Path, *, console: Console, limit: int = 20) -> None:
    """What could not be processed, with the reason; silent when there is nothing."""
    letters = read_records(screen_dir / "dead_letters.parquet", DeadLetter)
    if not letters:
        return
    console.print(plain(f"{len(letters)} could not be processed (kept in {screen_dir / 'dead_letters.parquet'}):"))
    for letter in letters[:limit]:
        console.print(Text(f"  {letter.stage}: ").append_text(plain(letter.reason)))
    if len(letters) > limit:
        console.print(f"  … and {len(letters) - limit} more")


def plain(words: str) -> Text:
    """Words from outside as text only: no markup, no terminal escapes, no characters that turn the reading direction."""
    return Text("".join(char if char.isprintable() else "�" for char in words))


def _named(ad: Ad) -> str:
    """The source and the end of the ad's own id, where ids and addresses differ."""
    return f"{ad.source} {ad.source_ad_id[-20:]}"


def print_tallies(crawl_dir: Path, *, console: Console) -> None:
    """What each query of each source gave, and what could not be looked at."""
    tallies = read_records(crawl_dir / "tallies.parquet", QueryTally)
    table = Table(title="Crawl", title_justify="left")
    table.add_column("Source", overflow="fold")
    table.add_column("Query", overflow="fold")
    for name in ("Found", "Captured", "Skipped", "Blocked", "Failed"):
        table.add_column(name, justify="right")
    for tally in tallies:
        counts = (tally.found, tally.captured, tally.skipped, tally.blocked, tally.failed)
        shown = [str(count) for count in counts] if tally.looked else ["–"] * len(counts)
        table.add_row(tally.source, plain(tally.query), *shown)
    console.print(table)
    for tally in tallies:
        if tally.why_not:
            missing = "could not look" if not tally.looked else "looked at a part only"
            console.print(plain(f"  {tally.source} «{tally.query}»: {missing}: {tally.why_not}"))
