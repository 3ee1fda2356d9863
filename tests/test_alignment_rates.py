"""What was measured is printed with whether it suffices, condition by condition, the red team's apart from the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.alignment_ledger import Ledger, Outcome
from tests.alignment_media import Source
from tests.alignment_rates import STRANGE, print_copies, print_strange, print_told
from tests.alignment_trials import NOT_ALIGNED, PICTURE_CLAIMS
from tests.redteam.conditions import CONDITIONS

FOUND = Outcome(
    part="copies",
    source="film",
    condition=CONDITIONS[0].name,
    held_out=True,
    claims=("same_as_genuine",),
    pieces=1,
    hits=1,
    media_s=7.5,
)


def test_every_condition_meets_its_target_or_misses_it(capsys: pytest.CaptureFixture[str]) -> None:
    lost = replace(FOUND, condition=CONDITIONS[1].name, hits=0, claims=(NOT_ALIGNED,))
    recut = replace(FOUND, condition="recut", pieces=3, hits=2)
    print_copies([FOUND, recut, lost])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    red, other = lines.index("the red team's conditions:"), lines.index("the other conditions:")
    assert lines[red + 1].startswith(FOUND.condition)
    assert lines[red + 1].endswith(": met")
    assert lines[red + 2].startswith(lost.condition)
    assert lines[red + 2].endswith(": MISSED by 95.0 points; {'not_aligned': 1}")
    assert lines[red + 3].startswith("the red team's conditions, all 2: 1 of 2")
    assert lines[other + 1].endswith(": MISSED by 28.3 points")
    assert f"conditions below 95%, 2: {lost.condition}, recut" in lines


def test_what_was_not_compared_is_neither_met_nor_missed(capsys: pytest.CaptureFixture[str]) -> None:
    forged = replace(FOUND, part="mouths", condition="for a while", wanted="mouth_regenerated")
    print_told("MOUTHS", [forged, replace(forged, condition="crop", claims=(NOT_ALIGNED,))], PICTURE_CLAIMS)
    printed = capsys.readouterr().out
    assert "none: not measured, there were none" in printed
    assert "conditions below 95%, 1: for a while" in printed


def test_too_few_strange_suspects_show_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = Source(name="film", path=tmp_path / "film.mp4")
    for count, said in ((STRANGE - 1, f"not shown, only {STRANGE - 1} were sought"), (STRANGE, "met")):
        ledger = Ledger(tmp_path / str(count), state=str)
        for number in range(count):
            ledger.add(replace(FOUND, part="strange windows", condition=f"film {number}", claims=(NOT_ALIGNED,)))
        print_strange(ledger, [source])
        assert f"strange suspects: {said}\n" in capsys.readouterr().out
