"""From files to a record: two public-domain faces, and what goes wrong is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from embeddings.conditions import chosen
from embeddings.packs import load_pack
from tests.watchlist import portraits
from watchlist.evaluation import Asked
from watchlist.evaluation_run import run
from watchlist.evaluation_set import read_set
from watchlist.evaluation_thresholds import thresholds_in_use
from watchlist.records import Modality


def test_an_evaluation_of_real_faces(tmp_path: Path) -> None:
    for who, picture in (("Eileen", portraits.astronaut()), ("Grace", portraits.hopper())):
        (tmp_path / who).mkdir()
        portraits.write_picture(tmp_path / who / "1.png", picture)
        portraits.write_picture(tmp_path / who / "2.png", portraits.darker(picture))
    (tmp_path / "beside.jpg").write_bytes(b"x")
    told: list[int] = []
    pack = load_pack("open")
    evaluation = run(
        read_set(tmp_path),
        pack,
        modalities=(Modality.FACE,),
        conditions=chosen(["jpeg-20"]),
        asked=Asked(min_face_px=60, fpir=0.01, gallery_size=10, seed=0, rounds=20),
        in_use=thresholds_in_use(pack.manifest, None),
        made_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        qalqan="0.1.0",
        command="by hand",
        tell=told.append,
    )
    assert told == [0, 1, 2, 3, 4]
    assert evaluation.made_at == "2026-11-01 12:00 UTC"
    assert evaluation.pack == "open@1"
    assert {name for name, _ in evaluation.pack_files} >= {"dlib_face_recognition_resnet_model_v1.dat"}
    assert [item.name for item in evaluation.left_out] == ["beside.jpg"]
    [faces] = evaluation.modalities
    assert faces.figures is not None
    clean, jpeg = faces.figures.subsets[0].conditions
    assert (clean.mated, clean.non_mated, jpeg.mated) == (2, 4, 4)
    assert clean.eer.rate == 0
    assert [target.met for target in evaluation.targets] == [True]
