"""Calibrations of a crowd: pooled over a person's other files, in every condition that was looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories import make_model_pack
from tests.watchlist.crowd import DIMENSION, crowd_set, crowd_views
from watchlist.calibration import fit
from watchlist.evaluation_calibration import calibrate
from watchlist.evaluation_scores import people_of, table
from watchlist.records import Modality

PACK = make_model_pack(face_dimension=DIMENSION, voice_dimension=DIMENSION)


def test_it_is_the_fit_of_the_pooled_scores() -> None:
    people = crowd_set([3] * 8)
    views = crowd_views(people, spread=0.6, degraded={"mirror": 0.3})
    made = calibrate(views, people, PACK, fpir=0.02)
    who = people_of(views, people)
    own = np.eye(8, dtype=bool)[who]
    tables = [table(views, condition, who, metric="cosine") for condition in ("clean", "mirror")]
    assert made == fit(
        np.concatenate([scores[own] for scores in tables]),
        np.concatenate([scores[~own] for scores in tables]),
        modality=Modality.FACE,
        pack="test@1",
        people=8,
        source="crowd: 24 files of 8 people, one folder each; clean, mirror",
        fpir=0.02,
        references_per_score=3,
    )
    assert (made.mated, made.non_mated) == (48, 336)
    assert made.likelihood_ratio(0.9) > 5 > 0.2 > made.likelihood_ratio(0.0)


def test_look_alikes_among_them_are_named() -> None:
    people = replace(crowd_set([3] * 8), look_alikes=(("a", "b"), ("c", "d")))
    made = calibrate(crowd_views(people, spread=0.6), people, PACK, fpir=0.02)
    assert made.source == "crowd: 24 files of 8 people, one folder each, 2 pairs of look-alikes among them; clean"


def test_what_was_not_found_has_no_score() -> None:
    people = crowd_set([2] * 6)
    views = crowd_views(people, spread=0.4, degraded={"mirror": 0.0})
    views.vectors["mirror"][:6] = np.nan
    made = calibrate(views, people, PACK, fpir=0.01)
    assert (made.mated, made.non_mated) == (12 + 6, 60 + 30)


def test_listed_pairs_must_be_all_pairs() -> None:
    people = crowd_set([2, 2], listed=((0, 1), (0, 2)))
    with pytest.raises(ValueError, match="does not say of every two files"):
        calibrate(crowd_views(people, spread=0.3), people, PACK, fpir=0.01)


def test_one_file_each_cannot_be_calibrated() -> None:
    people = crowd_set([1, 1, 1])
    with pytest.raises(ValueError, match="no mated comparisons"):
        calibrate(crowd_views(people, spread=0.3), people, PACK, fpir=0.01)
