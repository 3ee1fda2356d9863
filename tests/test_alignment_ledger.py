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
    Ledger(tmp_path, state="a").add(FOUND)
    again = Ledger(tmp_path, state="a")
    assert again.has("copies", "film", "crop")
    assert again.of("copies") == [FOUND]
    assert again.of("mouths") == []


def test_outcomes_of_other_code_are_not_gone_on_with(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "one.py").write_text("1\n", encoding="utf-8")
    before = code_state(["code/*.py"], root=tmp_path)
    Ledger(tmp_path, state=before).add(FOUND)
    (code / "one.py").write_text("2\n", encoding="utf-8")
    after = code_state(["code/*.py"], root=tmp_path)
    assert after != before
    assert not Ledger(tmp_path, state=after).has("copies", "film", "crop")
