"""What an evaluation found comes back from its file as it was."""

from __future__ import annotations

from evidence.tables import from_json, to_json
from pipelines.evaluation_decisions import breakdowns, causes, confusions, curves, share, targets, worst_errors
from pipelines.evaluation_ranking import RANKED
from pipelines.evaluation_records import DecisionEvaluation, Unlooked
from tests.pipelines.decided import many_ads, small_set


def evaluation() -> DecisionEvaluation:
    """Of the small set, with the curves of a larger one."""
    ads = small_set()
    overall = share("all ads", ads)
    return DecisionEvaluation(
        description="five ads",
        command="qalqan evaluate candidates set",
        made_with="python -m tests.redteam set",
        made_at="2026-11-01 09:30 UTC",
        qalqan="0.1.0",
        pipeline_version="1",
        pack="open",
        creatives=2,
        overall=overall,
        ranked=RANKED,
        curves=curves(many_ads()),
        breakdowns=breakdowns(ads),
        confusions=confusions(ads),
        targets=targets(overall),
        causes=causes(ads),
        errors=worst_errors(ads, most=5),
        unlooked=(Unlooked(name="media abc", why="decode: it is empty."),),
        limits=("It is small.",),
    )


def test_figures_survive_being_written() -> None:
    made = evaluation()
    assert from_json(DecisionEvaluation, to_json(made)) == made
