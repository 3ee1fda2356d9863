"""A whole evaluation of a crowd, and the sentences of those that cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from embeddings.records import ModelPack
from tests.factories import make_model_pack
from tests.watchlist.crowd import DIMENSION, crowd_set, crowd_views
from watchlist.evaluation import Asked, evaluate
from watchlist.evaluation_records import Figures, ModalityResult
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_thresholds import thresholds_in_use
from watchlist.evaluation_views import Views
from watchlist.records import Modality

PACK = make_model_pack(face_dimension=DIMENSION, voice_dimension=DIMENSION, face_threshold=0.5, voice_threshold=0.9)
ASKED = Asked(min_face_px=60, fpir=0.05, gallery_size=5, seed=1, rounds=20)


def judged(views: Views, people: EvaluationSet, pack: ModelPack, asked: Asked) -> ModalityResult:
    return evaluate(views, people, pack, asked, in_use=thresholds_in_use(pack, None)[views.modality])


def evaluated(counts: Sequence[int], *, spread: float = 0.4, sizes: Sequence[float] | None = None) -> ModalityResult:
    people = crowd_set(counts)
    return judged(crowd_views(people, spread=spread, sizes=sizes), people, PACK, ASKED)


def figures(result: ModalityResult) -> Figures:
    assert result.why_not is None
    assert result.figures is not None
    return result.figures


def test_everything_is_counted() -> None:
    result = evaluated([3, 3, 3, 3, 3, 3, 1])
    assert (result.items, result.files, result.people, result.people_with_several) == (19, 19, 7, 6)
    found = figures(result)
    assert sum(found.histogram.mated) == 18
    assert sum(found.histogram.non_mated) == found.possible_non_mated == 19 * 18 // 2 - 18
    assert [search.gallery_size for search in found.identification] == [5, 5]
    assert found.cllr is not None
    assert found.cllr < 0.5


def test_the_threshold_in_use_is_the_packs_and_errs_as_counted() -> None:
    people = crowd_set([3] * 6)
    views = crowd_views(people, spread=0.7)
    rows = views.vectors["clean"][:, 0].astype(np.float64)
    left, right = np.triu_indices(18, k=1)
    scores, same = (rows @ rows.T)[left, right], left // 3 == right // 3
    [used] = figures(judged(views, people, PACK, ASKED)).thresholds
    assert used.threshold == 0.5
    assert used.where == "model pack test@1"
    assert used.fmr.rate == pytest.approx((scores[~same] >= 0.5).mean())
    assert used.fnmr.rate == pytest.approx((scores[same] < 0.5).mean())
    assert used.fnmr.rate > 0
    voices = replace(views, modality=Modality.VOICE)
    assert figures(judged(voices, people, PACK, ASKED)).thresholds[0].threshold == 0.9


@pytest.mark.parametrize("every_pair", [True, False], ids=["folders", "a CSV"])
def test_look_alikes_are_counted_by_themselves(*, every_pair: bool) -> None:
    listed = None if every_pair else tuple((a, b) for a in range(18) for b in range(a + 1, 18))
    people = replace(crowd_set([3] * 6, listed=listed), look_alikes=(("a", "c"),))
    views = crowd_views(people, spread=0.3)
    views.vectors["clean"][6:9] = 0.9 * views.vectors["clean"][:3] + 0.1 * views.vectors["clean"][6:9]
    views.vectors["clean"][6:9] /= np.linalg.norm(views.vectors["clean"][6:9], axis=2, keepdims=True)
    found = figures(judged(views, people, PACK, ASKED))
    alike = found.look_alikes
    assert alike is not None
    assert (alike.pairs_of_people, alike.comparisons) == (1, 9)
    assert found.subsets[-1].conditions[0].non_mated == 135 - 9
    strictest, in_use = alike.rows[2], alike.rows[3]
    assert (in_use.where, in_use.threshold) == ("model pack test@1", 0.5)
    assert strictest.look_alikes.rate > 0.5 > strictest.others.rate == 0
    assert figures(evaluated([3] * 6)).look_alikes is None


def test_large_faces_are_stated_by_themselves() -> None:
    [everything, large] = figures(evaluated([2] * 4, sizes=[100, 100, 100, 100, 100, 40, 100, 100])).subsets
    assert everything.name == "all pairs"
    assert large.name == "pairs of faces at least 60 px high"
    assert (everything.conditions[0].mated, large.conditions[0].mated) == (4, 3)


@pytest.mark.parametrize(
    ("size", "name"), [(60.0, "all pairs, whose faces are all at least 60 px high"), (59.0, "all pairs")]
)
def test_the_same_figures_are_not_stated_twice(size: float, name: str) -> None:
    assert [subset.name for subset in figures(evaluated([2] * 4, sizes=[size] * 8)).subsets] == [name]


def test_pairs_of_a_list_are_not_a_gallery() -> None:
    people = crowd_set([2, 2, 2], listed=((0, 1), (2, 3), (0, 2), (1, 4)))
    assert figures(judged(crowd_views(people, spread=0.3), people, PACK, ASKED)).identification == ()


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([1, 1, 1], "nobody's face was found in two files, so no comparison is of the same person: add a second file"),
        ([3], "only one person's face was found: give files of at least two people"),
    ],
)
def test_what_cannot_be_measured_says_why(counts: list[int], sentence: str) -> None:
    result = evaluated(counts)
    assert result.figures is None
    assert str(result.why_not).startswith(sentence)


def test_nothing_found_and_no_strangers_say_why() -> None:
    people = crowd_set([2, 2])
    views = crowd_views(people, spread=0.3)
    nothing = replace(
        views,
        files=views.files[:0],
        sizes=views.sizes[:0],
        vectors={"clean": views.vectors["clean"][:0]},
        modality=Modality.VOICE,
    )
    why = str(judged(nothing, people, PACK, ASKED).why_not)
    assert why == "no voice was found in any file: give files in which voices can be found"
    listed = crowd_set([2, 2], listed=((0, 1), (2, 3)))
    why = str(judged(views, listed, PACK, ASKED).why_not)
    assert why.startswith("no two different people's faces are compared")
