"""A measurement that was stopped goes on where it was."""

from __future__ import annotations

from pathlib import Path

from tests.alignment_ledger import Ledger, Outcome, code_state

FOUND = Outcome(
    part="copies",
    source="film",
    condition="crop",
    held_out=True,
    claims=("same_as_genuine",),
    pieces=1,
    hits=1,
    scores=(0.01,),
    lengths_s=(7.5,),
)


def test_outcomes_are_read_again(tmp_path: Path) -> None:
    Ledger(tmp_path, state=len_of).add(FOUND)
    again = Ledger(tmp_path, state=len_of)
    assert again.has("copies", "film", "crop")
    assert again.of("copies") == [FOUND]
    assert again.of("mouths") == []


def test_outcomes_of_other_code_are_not_gone_on_with(tmp_path: Path) -> None:
    code = tmp_path / "detectors"
    code.mkdir()
    (code / "mouth_course.py").write_text("1\n", encoding="utf-8")

    def state(part: str) -> str:
        return code_state(part, root=tmp_path)

    mouths, windows = state("mouths"), state("strange windows")
    Ledger(tmp_path, state=state).add(FOUND)
    (code / "mouth_course.py").write_text("2\n", encoding="utf-8")
    assert state("mouths") != mouths
    assert state("strange windows") == windows, "the search alone does not follow mouths"
    assert not Ledger(tmp_path, state=state).has("copies", "film", "crop")


def len_of(part: str) -> str:
    return str(len(part))
