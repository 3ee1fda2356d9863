"""Pairs of frames are capped on the page; what is beyond is counted and has its button."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import make_finding, sha
from triage.console import _environment
from triage.paired_stills import MOST_PAIRS, paired_stills

FILM = sha("film")
PAIR = make_finding(claim="recut", start_s=1.0, end_s=2.0, reference_sha256=FILM, reference_start_s=3.0)


def test_the_first_pairs_are_shown_and_the_others_counted() -> None:
    findings = [replace(PAIR, finding_id=sha(str(number))) for number in range(MOST_PAIRS + 5)]
    stills = paired_stills(findings, video="http://media.example/v", films={FILM: "http://media.example/f"})
    assert stills.shown == {finding.finding_id for finding in findings[:MOST_PAIRS]}
    assert stills.more == 5


def test_beyond_the_cap_the_button_still_leads_to_the_pair() -> None:
    macro = _environment().get_template("finding.html").module.finding_item  # type: ignore[attr-defined]
    films = {FILM: "http://media.example/f"}
    stills = paired_stills([], video="http://media.example/v", films=films)
    text = str(macro(PAIR, "http://media.example/v", films, stills))
    assert "<video" not in text
    assert "Both side by side" in text
    assert f'data-beside-sha256="{FILM}" data-beside-seek="3.0"' in text


@pytest.mark.parametrize(
    "changed",
    [{"claim": "mouth_regenerated"}, {"start_s": None}, {"reference_start_s": None}, {"reference_sha256": None}],
)
def test_without_two_times_there_is_no_pair(changed: dict[str, object]) -> None:
    stills = paired_stills([replace(PAIR, **changed)], video="http://media.example/v", films={FILM: "f"})  # type: ignore[arg-type]
    assert (stills.shown, stills.more) == (frozenset(), 0)
    assert paired_stills([PAIR], video=None, films={FILM: "f"}).shown == frozenset()
