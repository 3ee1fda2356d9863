"""A version changes with whatever can change a match, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.factories import (
    make_allowed_creative,
    make_brand,
    make_model_pack,
    make_pack_file,
    make_person,
    sha,
)
from watchlist.calibration import fit
from watchlist.gallery_version import version_of
from watchlist.index import EUCLIDEAN, Space, VectorIndex
from watchlist.modality_search import ModalitySearch
from watchlist.records import Modality

PACK = make_model_pack()
ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)


def search(
    owners: list[str], rows: np.ndarray, *, among: tuple[str, ...] = ("a", "b"), fpir: float = 0.0
) -> ModalitySearch:
    index = VectorIndex(rows, owners, space=Space(4, EUCLIDEAN))
    known = (
        fit([0.9], [0.1], modality=Modality.FACE, pack=PACK.label, people=2, source="s", fpir=fpir) if fpir else None
    )
    return ModalitySearch(index, among=among, least=0.5, calibration=known)


def test_the_order_of_rows_and_people_who_cannot_be_matched_do_not_count() -> None:
    records = [make_person(), make_brand()]
    base = version_of(PACK, records=records, searches=[search(["a", "a", "b"], ROWS)], films=[])
    turned = search(["b", "a", "a"], ROWS[::-1])
    assert version_of(PACK, records=records[::-1], searches=[turned], films=[]) == base
    more = search(["a", "a", "b", "c"], np.vstack([ROWS, ROWS[:1]]))
    assert version_of(PACK, records=records, searches=[more], films=[]) == base


def test_everything_else_counts() -> None:
    plain = search(["a", "a", "b"], ROWS)
    versions = [
        version_of(pack, records=records, searches=searches, films=films)
        for pack, records, searches, films in (
            (PACK, [make_person()], [plain], []),
            (replace(PACK, version="9"), [make_person()], [plain], []),
            (replace(PACK, files=(make_pack_file(sha256=sha("others")),)), [make_person()], [plain], []),
            (replace(PACK, face_threshold=0.99), [make_person()], [plain], []),
            (PACK, [make_person(names=("Somebody",))], [plain], []),
            (PACK, [make_person()], [search(["a", "b", "b"], ROWS)], []),
            (PACK, [make_person()], [search(["a", "a", "b"], ROWS + 1)], []),
            (PACK, [make_person()], [search(["a", "a", "b"], ROWS, among=("a",))], []),
            (PACK, [make_person()], [search(["a", "a", "b"], ROWS, fpir=0.01)], []),
            (PACK, [make_person()], [search(["a", "a", "b"], ROWS, fpir=0.02)], []),
            (PACK, [make_person()], [plain, plain], []),
            (PACK, [make_person()], [plain], [("a", "cd" * 32)]),
        )
    ]
    for allowed in ([], [make_allowed_creative()], [make_allowed_creative(look=b"print")]):
        films = [("a", "ef" * 32)]
        versions.append(version_of(PACK, records=[], searches=[plain], films=films, allowed=allowed))
    assert len(set(versions)) == len(versions)
