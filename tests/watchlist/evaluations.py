"""A whole evaluation record of a crowd, with names that try to break out of a page."""

from __future__ import annotations

import functools
from dataclasses import replace

from tests.factories import make_model_pack
from tests.watchlist.crowd import DIMENSION, crowd_set, crowd_views
from watchlist.evaluation import Asked, evaluate
from watchlist.evaluation_limits import limits
from watchlist.evaluation_records import Evaluation
from watchlist.evaluation_set import LeftOut
from watchlist.evaluation_targets import targets
from watchlist.evaluation_thresholds import thresholds_in_use
from watchlist.records import Modality

HOSTILE = "<script>alert(1)</script>/\u202e.jpg"


@functools.cache
def crowd_evaluation(*, spread: float = 0.4, degraded: float = 0.3) -> Evaluation:
    people = crowd_set([3] * 6)
    asked = Asked(min_face_px=60, fpir=0.05, gallery_size=100, seed=1, rounds=20)
    pack = make_model_pack(face_dimension=DIMENSION, voice_dimension=DIMENSION, face_threshold=0.5)
    faces = crowd_views(people, spread=spread, degraded={"mirror": degraded, "border": 0.0})
    nobody = replace(
        crowd_views(people, spread=spread, modality=Modality.VOICE),
        files=faces.files[:0],
        sizes=faces.sizes[:0],
        vectors={"clean": faces.vectors["clean"][:0]},
    )
    results = tuple(
        evaluate(views, people, pack, asked, in_use=thresholds_in_use(pack, None)[views.modality])
        for views in (faces, nobody)
    )
    return Evaluation(
        source="crowd",
        description=people.description,
        made_at="2026-11-01 12:00 UTC",
        qalqan="0.1.0",
        pack=pack.label,
        pack_licence=pack.licence_note,
        pack_validated_on=pack.validated_on,
        pack_files=tuple((file.name, file.sha256) for file in pack.files),
        command="qalqan watchlist evaluate crowd",
        seed=1,
        min_face_px=60,
        modalities=results,
        targets=targets(results),
        left_out=(LeftOut(name=HOSTILE, why="no face was found in it"),),
        in_part=(),
        limits=limits(results),
    )
