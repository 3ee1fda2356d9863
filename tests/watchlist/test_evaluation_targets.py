"""What is demanded is said to be met where it is met, and missed by how much where it is not."""

from __future__ import annotations

from dataclasses import replace

from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_records import ConditionResult, ModalityResult, Rate, Target
from watchlist.evaluation_targets import targets
from watchlist.records import Modality


def faces() -> ModalityResult:
    return crowd_evaluation().modalities[0]


def with_conditions(result: ModalityResult, *conditions: ConditionResult, modality: Modality) -> ModalityResult:
    assert result.figures is not None
    subset = replace(result.figures.subsets[0], conditions=conditions)
    return replace(result, modality=modality, figures=replace(result.figures, subsets=(subset,)))


def rated(result: ModalityResult, *, name: str, tpr: float, eer: float, loss: float) -> ConditionResult:
    assert result.figures is not None
    clean = result.figures.subsets[0].conditions[0]
    points = tuple(replace(point, tpr=Rate(rate=tpr, low=0.5, high=1.0)) for point in clean.points)
    return replace(clean, name=name, points=points, eer=Rate(rate=eer, low=0.0, high=0.2), loss_points=loss)


def stated(*, modality: Modality, degraded: str, tpr: float, eer: float, loss: float) -> tuple[Target, ...]:
    result = faces()
    clean = rated(result, name="clean", tpr=tpr, eer=eer, loss=0.0)
    other = rated(result, name=degraded, tpr=tpr, eer=eer, loss=loss)
    extra = rated(result, name="jpeg-20", tpr=0.1, eer=0.5, loss=90.0)
    return targets([with_conditions(result, clean, other, extra, modality=modality)])


def test_faces_that_meet_and_miss() -> None:
    first, loss = stated(modality=Modality.FACE, degraded="mirror", tpr=0.98, eer=0.4, loss=5.0)
    assert first.met
    assert loss.met
    assert first.missed_by == loss.missed_by == ""
    assert first.what == "faces, all pairs, whose faces are all at least 60 px high: TPR at FMR 0.10 %"
    assert first.reached.startswith("98.0 % (50.0 to 100.0 %), at the lowest threshold without a false match among")
    first, loss = stated(modality=Modality.FACE, degraded="h264-200k-360p", tpr=0.955, eer=0.0, loss=7.25)
    assert (first.met, first.missed_by) == (False, "2.50 points")
    assert (loss.met, loss.missed_by, loss.reached) == (
        False,
        "2.25 points",
        "7.25 points, to 95.5 % (50.0 to 100.0 %)",
    )
    assert loss.why is not None
    assert loss.why.startswith("at the threshold of clean material ")


def test_why_it_was_missed_or_is_not_certain_is_said() -> None:
    missed, _ = stated(modality=Modality.FACE, degraded="mirror", tpr=0.5, eer=0.4, loss=0.0)
    assert missed.why is not None
    assert missed.why.startswith("9 of 18 comparisons of the same person score below 0.")
    assert missed.why.endswith("just above the most alike of 135 comparisons of different people")
    met, loss = stated(modality=Modality.FACE, degraded="mirror", tpr=1.0, eer=0.4, loss=0.0)
    assert met.why == "but with 18 comparisons of the same person it may truly be as low as 50.0 %"
    assert loss.why is None
    missed, _ = stated(modality=Modality.VOICE, degraded="mp3-48k", tpr=1.0, eer=0.5, loss=0.0)
    assert missed.why == (
        "about 9 of 18 comparisons of the same person score no higher than about 68 of 135 comparisons of different people"
    )
    met, _ = stated(modality=Modality.VOICE, degraded="mp3-48k", tpr=1.0, eer=0.01, loss=0.0)
    assert met.why == "but with 18 comparisons of the same person it may truly be as high as 20.0 %"


def test_what_was_not_found_is_part_of_the_reason() -> None:
    result = faces()
    clean = rated(result, name="clean", tpr=1.0, eer=0.0, loss=0.0)
    lost = replace(rated(result, name="mirror", tpr=0.4, eer=0.4, loss=60.0), suspects=18, not_found=7)
    _, loss = targets([with_conditions(result, clean, lost, modality=Modality.FACE)])
    assert (loss.why or "").endswith("; in 7 of 18 nothing was found, which counts as no match")


def test_voices_are_held_to_their_equal_error_rate() -> None:
    first, loss = stated(modality=Modality.VOICE, degraded="music-10db", tpr=0.0, eer=0.05, loss=1.0)
    assert first.met
    assert loss.met
    first, _ = stated(modality=Modality.VOICE, degraded="mp3-48k", tpr=1.0, eer=0.08, loss=1.0)
    assert (first.what, first.met, first.missed_by) == ("voices: EER", False, "3.00 points")


def test_of_what_was_not_measured_nothing_is_said() -> None:
    evaluation = crowd_evaluation()
    assert [result.figures is None for result in evaluation.modalities] == [False, True]
    assert not any(target.what.startswith("voice") for target in evaluation.targets)
    assert {target.what.split(":")[0] for target in evaluation.targets[1:]} == {"faces, mirror", "faces, border"}
