"""The FAISS seam: scores by hand, against brute force, ties, and refused vectors."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from watchlist.index import COSINE, EUCLIDEAN, FLAT_MOST, Space, VectorIndex, checked, exact_scores, new_index
from watchlist.private_files import blank


def rows(count: int, dimension: int = 16, *, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)


def test_euclidean_score_is_one_minus_the_distance() -> None:
    index = VectorIndex(np.array([[1, 0], [3, 4]], dtype=np.float32), ["a", "b"], space=Space(2, EUCLIDEAN))
    assert index.best([np.array([[3, 3.5]], dtype=np.float32)], what=["q"]) == [(0.5, "b")]


def test_cosine_score_ignores_length() -> None:
    index = VectorIndex(np.array([[10, 0], [0, 2]], dtype=np.float32), ["a", "b"], space=Space(2, COSINE))
    [found] = index.best([np.array([[5, 0]], dtype=np.float32)], what=["q"])
    assert found == (1.0, "a")
    assert index.score(np.array([[5, 0]], dtype=np.float32), "b", what="q") == 0.0


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
@pytest.mark.parametrize("batch", [1, 3, 64])
def test_agrees_with_brute_force_whatever_the_batch(metric: str, batch: int) -> None:
    stored, queries = rows(300), rows(64, seed=2)
    owners = [f"p{number % 90:03d}" for number in range(300)]
    index = VectorIndex(stored, owners, space=Space(16, metric))
    found = []
    for start in range(0, 64, batch):
        part = queries[start : start + batch]
        found += index.best([row[None, :] for row in part], what=["q"] * len(part))
    plain = exact_scores(
        checked(queries, space=Space(16, metric), what="q")[:, None, :],
        checked(stored, space=Space(16, metric), what="s")[None, :, :],
        metric=metric,
    )
    assert found == [(float(row.max()), owners[int(row.argmax())]) for row in plain]


def test_group_takes_its_best_row_and_an_empty_group_finds_nobody() -> None:
    index = VectorIndex(np.eye(3, dtype=np.float32), ["a", "b", "c"], space=Space(3, EUCLIDEAN))
    track = np.array([[9, 9, 9], [0, 1, 0]], dtype=np.float32)
    nothing = np.zeros((0, 3), dtype=np.float32)
    assert index.best([nothing, track, nothing], what=["x", "y", "z"]) == [None, (1.0, "b"), None]


def test_equal_scores_go_to_the_smaller_id_wherever_it_is_stored() -> None:
    same = np.ones((2, 4), dtype=np.float32)
    for owners in (["zeynab", "anar"], ["anar", "zeynab"]):
        index = VectorIndex(same, owners, space=Space(4, EUCLIDEAN))
        assert index.best([same[:1]], what=["q"]) == [(1.0, "anar")]


def test_empty_index_finds_nobody() -> None:
    index = VectorIndex(np.zeros((0, 4), dtype=np.float32), [], space=Space(4, COSINE))
    assert index.best([rows(2, 4)], what=["q"]) == [None]
    assert index.score(rows(1, 4), "anar", what="q") is None
    assert index.rows("anar").shape == (0, 4)


@pytest.mark.parametrize(
    ("vectors", "metric", "sentence"),
    [
        (np.full((1, 4), np.nan), EUCLIDEAN, "the vectors of X hold NaN or infinity"),
        (np.array([[1, np.inf, 0, 0]]), COSINE, "the vectors of X hold NaN or infinity"),
        (np.zeros((1, 4)), COSINE, "the vectors of X hold a vector of zeros"),
        (np.array([[1, 0, 0, 0], [0, 0, 0, 0]]), EUCLIDEAN, "the vectors of X hold a vector of zeros"),
        (np.ones((1, 5)), EUCLIDEAN, r"have shape \(1, 5\), but the model pack makes vectors of 4 numbers"),
        (np.ones(4), EUCLIDEAN, r"have shape \(4,\)"),
    ],
)
def test_bad_vectors_are_refused_with_a_sentence(vectors: np.ndarray, metric: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        checked(vectors.astype(np.float32), space=Space(4, metric), what="the vectors of X")


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
def test_rows_that_were_shredded_while_they_are_mapped_are_nobodys(metric: str, tmp_path: Path) -> None:
    space, path = Space(4, metric), tmp_path / "face.faiss"
    own = np.eye(4, dtype=np.float32)
    VectorIndex(own[:2], ["anar", "zeynab"], space=space).write(path)
    mapped = VectorIndex.read(path, ["anar", "zeynab"], space=space, mmap=True)
    assert blank(path, [own[0].tobytes()])
    near_zero = np.full((1, 4), 1e-3, dtype=np.float32)
    for query in (own[:1], near_zero):
        [found] = mapped.best([query], what=["q"])
        assert found is not None
        assert found[1] == "zeynab"
        assert mapped.score(query, "anar", what="q") is None
    assert mapped.best([near_zero], what=["q"], among=["anar"]) == [None]
    assert mapped.closest_other("anar") is mapped.closest_other("zeynab") is None
    with pytest.raises(ValueError, match="a vector of zeros, which is nobody's"):
        VectorIndex.read(path, ["anar", "zeynab"], space=space)


def test_owners_and_rows_must_agree() -> None:
    with pytest.raises(ValueError, match="number 2, their owners 1"):
        VectorIndex(rows(2, 4), ["a"], space=Space(4, EUCLIDEAN))


def test_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="'manhattan' is not one of euclidean, cosine"):
        new_index(rows=1, space=Space(4, "manhattan"))
    with pytest.raises(ValueError, match="'manhattan' is not one of"):
        exact_scores(rows(1, 4), rows(1, 4), metric="manhattan")


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
def test_written_and_read_back_to_the_bit(metric: str, tmp_path: Path) -> None:
    space = Space(16, metric)
    first = VectorIndex.of({"b": rows(3), "a": rows(2, seed=5)}, space=space, what="face")
    first.write(tmp_path / "one.faiss")
    again = VectorIndex.read(tmp_path / "one.faiss", first.owners, space=space)
    assert again.owners == ("a", "a", "b", "b", "b")
    assert again.rows("b").tobytes() == first.rows("b").tobytes()
    again.write(tmp_path / "two.faiss")
    assert (tmp_path / "one.faiss").read_bytes() == (tmp_path / "two.faiss").read_bytes()


def test_an_empty_index_is_written_and_read_back(tmp_path: Path) -> None:
    VectorIndex.of({}, space=Space(4, COSINE), what="voice").write(tmp_path / "none.faiss")
    assert VectorIndex.read(tmp_path / "none.faiss", (), space=Space(4, COSINE)).owners == ()


def test_files_that_are_no_index_or_of_another_space_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not an index")
    with pytest.raises(ValueError, match="text is no FAISS index: restore"):
        VectorIndex.read(tmp_path / "text", (), space=Space(4, COSINE))
    VectorIndex.of({"a": rows(2)}, space=Space(16, COSINE), what="face").write(tmp_path / "face")
    with pytest.raises(ValueError, match=r"have shape \(2, 16\), but the model pack makes vectors of 4"):
        VectorIndex.read(tmp_path / "face", ("a", "a"), space=Space(4, COSINE))
    VectorIndex.of({"a": rows(2)}, space=Space(16, EUCLIDEAN), what="face").write(tmp_path / "distances")
    with pytest.raises(ValueError, match="distances is no index of cosine vectors: restore"):
        VectorIndex.read(tmp_path / "distances", ("a", "a"), space=Space(16, COSINE))
    with pytest.raises(ValueError, match="number 2, their owners 1"):
        VectorIndex.read(tmp_path / "face", ("a",), space=Space(16, COSINE))
    for mmap in (False, True):
        for name, value, metric, sentence in (
            ("nan", np.nan, EUCLIDEAN, "hold NaN or infinity"),
            ("long", 3.0, COSINE, "are not of unit length"),
            ("zero", 0.0, COSINE, "hold a vector of zeros"),
            ("nought", 0.0, EUCLIDEAN, "hold a vector of zeros"),
        ):
            bad = new_index(rows=1, space=Space(4, metric))
            bad.add(np.full((1, 4), value, dtype=np.float32))
            faiss.write_index(bad, str(tmp_path / name))
            with pytest.raises(ValueError, match=f"{name} {sentence}"):
                VectorIndex.read(tmp_path / name, ("a",), space=Space(4, metric), mmap=mmap)
    with pytest.raises(OSError, match="cannot write"):
        VectorIndex.of({}, space=Space(4, COSINE), what="face").write(tmp_path / "absent" / "face")


def test_only_the_people_asked_for_count() -> None:
    index = VectorIndex(np.eye(4, dtype=np.float32), ["a", "b", "b", "c"], space=Space(4, COSINE))
    query = np.array([[3, 2, 0, 1]], dtype=np.float32)
    found = [index.best([query], what=["q"], among=among)[0] for among in (["a", "c", "x"], ["c", "b"], ["x"], [])]
    assert [pair and pair[1] for pair in found] == ["a", "b", None, None]
    assert index.best([query], what=["q"], among=["a", "b", "c", "x"]) == index.best([query], what=["q"])


def test_the_closest_other_person() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0.8, 0.6], [-1, 0]], dtype=np.float32)
    index = VectorIndex(vectors, ["a", "a", "b", "c"], space=Space(2, COSINE))
    assert index.closest_other("a") == pytest.approx(0.96)
    assert index.closest_other("a", among=["a", "c"]) == pytest.approx(-0.6)
    assert index.closest_other("x") is None
    assert index.closest_other("a", among=["a"]) is None


def compared_with_all(
    queries: list[np.ndarray], stored: np.ndarray, owners: list[str], *, space: Space
) -> list[tuple[float, str]]:
    """What ``best`` must answer: the best of the four rows that are nearest by the plain formula."""
    ready = checked(stored, space=space, what="stored")
    asked = checked(np.concatenate(queries), space=space, what="q")
    near = asked @ ready.T - (0.5 * (ready**2).sum(axis=1) if space.metric == EUCLIDEAN else 0)
    keys = np.argpartition(-near, 3, axis=1)[:, :4]
    scores = exact_scores(asked[:, None, :], ready[keys], metric=space.metric)
    return [
        min(((float(score), owners[key]) for score, key in zip(*pair, strict=True)), key=lambda one: (-one[0], one[1]))
        for pair in zip(scores, keys, strict=True)
    ]


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
def test_a_large_index_finds_what_a_flat_one_finds(metric: str, tmp_path: Path) -> None:
    space = Space(16, metric)
    stored = rows(FLAT_MOST + 10)
    stored[-10:] = stored[:10]  # equal rows of two people
    owners = [f"p{number // 3:05d}" for number in range(len(stored))]
    large = VectorIndex(stored, owners, space=space)
    large.write(tmp_path / "large.faiss")
    mapped = VectorIndex.read(tmp_path / "large.faiss", owners, space=space, mmap=True)
    queries = [
        *stored[:3, None, :],
        *(stored[500:530, None, :] + 0.2 * rows(30, seed=8)[:, None, :]),
        *rows(30)[:, None],
    ]
    names = ["q"] * len(queries)
    flat = compared_with_all(queries, stored, owners, space=space)
    assert large.best(queries, what=names) == flat
    assert mapped.best(queries, what=names) == flat
    assert [found[1] for found in flat[:3]] == ["p00000"] * 3
    assert large.best([rows(0), queries[1]], what=names[:2]) == [None, flat[1]]
    # Some people only: most, where codes may miss one, a stranger's; then so few that their rows are compared
    for some, missed in ((owners[2001:], 1), (owners[:300], 0), (owners[:6], 0)):
        kept = set(some)
        theirs = [number for number, owner in enumerate(owners) if owner in kept]
        wanted = compared_with_all(queries, stored[theirs], [owners[number] for number in theirs], space=space)
        found = mapped.best(queries, what=names, among=kept)
        assert sum(one != other for one, other in zip(found, wanted, strict=True)) <= missed
        assert {pair[1] for pair in found if pair} <= kept
    assert mapped.rows("p00100").tobytes() == large.rows("p00100").tobytes()
    assert len(np.concatenate(list(mapped.pieces(size=999)))) == len(stored)
    assert "large.faiss" in Path("/proc/self/maps").read_text()


def test_small_or_odd_galleries_are_compared_row_by_row() -> None:
    assert isinstance(new_index(rows=FLAT_MOST, space=Space(16, COSINE)), faiss.IndexFlat)
    assert isinstance(new_index(rows=FLAT_MOST + 1, space=Space(15, COSINE)), faiss.IndexFlat)
    assert isinstance(new_index(rows=FLAT_MOST + 1, space=Space(16, COSINE)), faiss.IndexRefineFlat)
