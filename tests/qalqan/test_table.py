"""The tables that people read at a terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from crawlers.records import QUERY_TALLY_SCHEMA
from evidence.records import AD_SCHEMA
from evidence.tables import write_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA
from pipelines.records import ASSESSMENT_SCHEMA, CANDIDATE_SCHEMA, DEAD_LETTER_SCHEMA
from qalqan.table import plain, print_assessments, print_candidates, print_dead_letters, print_tallies
from tests.factories import (
    make_ad,
    make_assessment,
    make_campaign,
    make_candidate,
    make_dead_letter,
    make_query_tally,
    sha,
)


def paper() -> tuple[Console, StringIO]:
    text = StringIO()
    return Console(file=text, width=160), text


def test_candidates_show_priority_headline_and_four_axes(tmp_path: Path) -> None:
    write_records(tmp_path / "candidates.parquet", [make_candidate()], CANDIDATE_SCHEMA)
    write_records(tmp_path / "ads.parquet", [make_ad()], AD_SCHEMA)
    console, text = paper()
    print_candidates(tmp_path, tmp_path, console=console)
    assert "1 takedown candidate" in text.getvalue()
    row = next(line for line in text.getvalue().splitlines() if "meta_library" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")][-5:] == ["yes", "?", "yes", "no", "–"]


def test_candidates_show_how_large_their_campaign_is(tmp_path: Path) -> None:
    write_records(tmp_path / "candidates.parquet", [make_candidate()], CANDIDATE_SCHEMA)
    write_records(tmp_path / "ads.parquet", [make_ad()], AD_SCHEMA)
    campaign = make_campaign(ad_ids=(make_ad().ad_id, sha("other"), sha("third")))
    write_records(tmp_path / "campaigns.parquet", [campaign], CAMPAIGN_SCHEMA)
    console, text = paper()
    print_candidates(tmp_path, tmp_path, console=console)
    assert "3 ads" in text.getvalue()


def test_assessments_of_own_media_show_every_file(tmp_path: Path) -> None:
    quiet = make_ad(source_ad_id="2", title="holiday.mp4")
    write_records(tmp_path / "ads.parquet", [make_ad(title="scam.mp4"), quiet], AD_SCHEMA)
    assessments = [make_assessment(), make_assessment(ad_id=quiet.ad_id, flagged=False, why="No lure was found.")]
    write_records(tmp_path / "assessments.parquet", assessments, ASSESSMENT_SCHEMA)
    console, text = paper()
    print_assessments(tmp_path, tmp_path, console=console)
    assert text.getvalue().index("scam.mp4") < text.getvalue().index("holiday.mp4")
    assert "FLAGGED" in text.getvalue()


def test_hostile_names_reach_the_terminal_as_plain_text() -> None:
    assert plain("\x1b[2J[red]SOCAR\u202e\n").plain == "�[2J[red]SOCAR��"


def test_hostile_words_are_not_markup(tmp_path: Path) -> None:
    write_records(
        tmp_path / "dead_letters.parquet",
        [make_dead_letter(reason="[red]not a media file[/nonsense]")],
        DEAD_LETTER_SCHEMA,
    )
    console, text = paper()
    print_dead_letters(tmp_path, console=console)
    assert "[red]not a media file[/nonsense]" in text.getvalue()


def test_could_not_look_is_not_zero(tmp_path: Path) -> None:
    blind = make_query_tally(
        query="Kapital Bank", looked=False, why_not="login_wall: the page asks for a password", found=0
    )
    write_records(tmp_path / "tallies.parquet", [make_query_tally(), blind], QUERY_TALLY_SCHEMA)
    console, text = paper()
    print_tallies(tmp_path, console=console)
    row = next(line for line in text.getvalue().splitlines() if "Kapital Bank" in line and "│" in line)
    assert "–" in row
    assert "could not look: login_wall" in text.getvalue()


def test_what_a_source_answered_cannot_steer_the_terminal(tmp_path: Path) -> None:
    hostile = make_query_tally(looked=False, why_not="unreachable: \x1b]0;owned\x07", found=0)
    write_records(tmp_path / "tallies.parquet", [hostile], QUERY_TALLY_SCHEMA)
    console, text = paper()
    print_tallies(tmp_path, console=console)
    assert "\x1b" not in text.getvalue()
    assert "owned" in text.getvalue()


def test_file_names_stay_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    ad = make_ad(title="a-recording-with-a-long-name.mp4")
    write_records(tmp_path / "ads.parquet", [ad], AD_SCHEMA)
    write_records(tmp_path / "assessments.parquet", [make_assessment(ad_id=ad.ad_id)], ASSESSMENT_SCHEMA)
    text = StringIO()
    print_assessments(tmp_path, tmp_path, console=Console(file=text, width=80))
    rows = [line.strip("│").split("│")[0].strip() for line in text.getvalue().splitlines() if line.startswith("│")]
    assert "".join(rows) == ad.title
