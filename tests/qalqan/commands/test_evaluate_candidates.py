"""``qalqan evaluate candidates`` as it is typed, on a set of invented people that the maker made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from qalqan.clock import utc_now
from qalqan.commands.evaluate import app
from qalqan.errors import DONE, USAGE
from tests.qalqan.commands.typed import typed
from tests.redteam.invented import invented
from tests.redteam.making import make_set


def run(*arguments: str | Path) -> Result:
    return typed(app, ["candidates", *arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty ads with pictures of one invented official, of somebody else and of a thing, and no film."""
    out = tmp_path_factory.mktemp("set")
    material = invented(out / "enrolment", footage=False)
    official = replace(material.people[0], images=material.people[0].images[:1], audio=())
    few = replace(
        material,
        people=(official,),
        scenes=(),
        stills=(material.stills[0], material.stills[2]),
        voices=(),
        things=material.things[:1],
    )
    make_set(out, few, ads=30, films=0, seed=1, promises=("az",), command="python -m tests.redteam set", now=utc_now())
    return out


@pytest.fixture(scope="module")
def told(made: Path) -> Result:
    """What the command says of the set, which is screened then and lies beside it."""
    return run(made)


def test_a_set_is_screened_and_every_decision_compared(made: Path, told: Result) -> None:
    assert told.exit_code == DONE, told.output
    assert "ads that a person should look at" in told.output
    assert "- end decision: recall:" in told.output
    assert "What was read on each axis" in told.output
    assert "How well they are ranked" in told.output
    figures = json.loads((made / "evaluation" / "decisions.json").read_text())
    assert figures["overall"]["wanted"] + figures["overall"]["unwanted"] == 30
    assert 0 <= figures["overall"]["order"]["silent"]["rate"] <= 1
    assert figures["overall"]["order"]["auc"] is not None
    likeness = next(one for one in figures["confusions"] if one["axis"] == "likeness")
    assert likeness["right"]["rate"] == 1.0, "her own picture is recognised, and nobody else's is taken for hers"
    assert (made / "evaluation" / "decisions.html").is_file()
    assert "Learned from this very material: lure_classifier." in told.output
    again = run(made, "--screened", "--out", made / "again")
    assert again.output.splitlines()[0] == told.output.splitlines()[0]
    assert (made / "again" / "decisions.html").is_file()


@pytest.mark.usefixtures("told")
def test_a_detector_that_learned_from_the_set_can_be_left_out(made: Path) -> None:
    assert run(made, "--without", "nobody").exit_code == USAGE
    with pytest.raises(ValueError, match="lure_classifier took part"):
        run(made, "--screened", "--without", "lure_classifier")
    figures = json.loads((made / "truth.json").read_text())
    assert figures["learned_from"] == ["lure_classifier"]


@pytest.mark.usefixtures("told")
def test_errors_are_shown_in_pictures(made: Path) -> None:
    """Of a set whose answers are turned round every decision is an error."""
    answers = (made / "truth.json").read_text()
    turned = json.loads(answers)
    for ad in turned["ads"]:
        ad["flag"] = not ad["flag"]
    (made / "truth.json").write_text(json.dumps(turned))
    try:
        assert run(made, "--screened", "--out", made / "turned").exit_code == DONE
    finally:
        (made / "truth.json").write_text(answers)
    assert "data:image/jpeg;base64," in (made / "turned" / "decisions.html").read_text()


def test_a_folder_without_answers_or_with_two_configurations_is_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no truth\.json"):
        run(tmp_path)
    (tmp_path / "truth.json").write_text((made / "truth.json").read_text())
    with pytest.raises(ValueError, match="exactly one configuration with"):
        run(tmp_path)
    assert run(made, "one-word-too-many").exit_code == USAGE
