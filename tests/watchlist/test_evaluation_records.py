"""An evaluation survives its JSON, and nothing in it is a vector."""

from __future__ import annotations

import json

from evidence.tables import from_json, to_json
from tests.watchlist.crowd import crowd_set, crowd_views
from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_records import Evaluation


def test_json_holds_all_of_it_and_no_vector() -> None:
    evaluation = crowd_evaluation()
    text = json.dumps(to_json(evaluation))
    assert from_json(Evaluation, json.loads(text)) == evaluation
    numbers = crowd_views(crowd_set([3] * 6), spread=0.4).vectors["clean"]
    assert not any(f"{float(number)!r}"[:9] in text for number in numbers.ravel())
