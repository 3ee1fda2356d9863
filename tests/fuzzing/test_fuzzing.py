"""A few dozen damaged files; the thousands are left to ``python -m tests.fuzzing``."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from embeddings.media import decode
from tests.fuzzing import corpus
from tests.fuzzing.mutations import WAYS
from tests.fuzzing.trials import FAULTS, IN_PART, READ, REFUSED, Tally, _some, damaged


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return corpus.make(tmp_path_factory.mktemp("seeds"))


def test_every_seed_is_read_whole(seeds: list[Path]) -> None:
    problems = {path.name: decode(path).creative.problems for path in seeds}
    assert {name: why for name, why in problems.items() if why} == {}
    assert len(problems) >= 20


def test_sixty_damaged_files_are_each_read_or_named(seeds: list[Path], tmp_path: Path) -> None:
    """Neither a crash nor a hang of this process, whatever the bytes."""
    tally = Tally()
    for trial in _some(list(range(60)), seeds, tmp_path, 42):
        tally.add(trial)
    assert tally.faults == []
    assert sum(tally.outcomes[outcome] for outcome in FAULTS) == 0
    assert min(tally.outcomes[outcome] for outcome in (READ, IN_PART, REFUSED)) > 0
    assert list(tmp_path.iterdir()) == []


def test_the_same_number_is_damaged_in_the_same_way(seeds: list[Path]) -> None:
    assert damaged(7, seeds, seed=1) == damaged(7, seeds, seed=1)
    assert len({damaged(7, seeds, seed=seed)[1] for seed in range(20)}) > 15


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_of_damaging_changes_bytes_and_bears_the_smallest_files(way: object) -> None:
    assert callable(way)
    chance = Random(3)
    whole = b"\0\0\0\x18ftypisom" + bytes(range(256)) * 4
    assert any(way(whole, [b"another file"], chance) != whole for _ in range(5))
    for size in (1, 2, 5):
        for _ in range(20):
            assert isinstance(way(whole[:size], [b"x"], chance), bytes)
