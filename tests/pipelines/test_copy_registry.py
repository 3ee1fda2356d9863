"""The registry of prints: only added to, whole after any crash, and empty of what was forgotten."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from embeddings.fingerprints import CreativePrint
from evidence.errors import StoreUnavailable
from pipelines.copy_registry import CopyRegistry, KnownPrints
from tests.factories import make_print


@pytest.fixture(scope="module")
def prints() -> list[CreativePrint]:
    return [make_print(number) for number in range(3)]


def names(prints: list[CreativePrint]) -> list[str]:
    return [one.creative.sha256 for one in prints]


def test_prints_are_remembered_in_the_order_in_which_they_were_added(
    prints: list[CreativePrint], tmp_path: Path
) -> None:
    for number, order in enumerate(permutations(prints)):
        registry = CopyRegistry(tmp_path / str(number))
        registry.add(order[:2])
        registry.add(order[2:])
        registry.add(order)
        assert registry.held() == names(list(order))
        assert len(list((tmp_path / str(number)).rglob("*.arrow"))) == 2, "what is known is not added again"


def test_whole_prints_are_found_by_name(prints: list[CreativePrint], tmp_path: Path) -> None:
    registry = CopyRegistry(tmp_path)
    assert registry.prints(names(prints)) == {}
    registry.add(prints[:2])
    found = registry.prints(names(prints))
    assert list(found) == names(prints[:2])
    assert np.array_equal(found[prints[1].creative.sha256].thumbnails, prints[1].thumbnails)
    known = KnownPrints(registry.files())
    alike = prints[0].creative.sha256[:16] + "0" * 48
    assert (known.get(alike), known.holds(alike)) == (None, False)


def test_many_prints_are_several_files(
    prints: list[CreativePrint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.copy_registry.IN_A_FILE", 2)
    registry = CopyRegistry(tmp_path)
    registry.add(prints)
    assert [len(file) for file in registry.files()] == [2, 1]
    assert registry.held() == names(prints)


def test_prints_of_long_films_fill_a_file_sooner(
    prints: list[CreativePrint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.copy_registry.MOMENTS_IN_A_FILE", len(prints[0].frames) + len(prints[1].frames) - 1)
    registry = CopyRegistry(tmp_path)
    registry.add(prints)
    assert [len(file) for file in registry.files()] == [1, 1, 1]
    assert registry.held() == names(prints)


def test_a_file_damaged_anywhere_hides_only_its_own_prints(prints: list[CreativePrint], tmp_path: Path) -> None:
    CopyRegistry(tmp_path).add(prints[:1])
    CopyRegistry(tmp_path).add(prints[1:2])
    path = min(tmp_path.rglob("*.arrow"))
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes(value ^ 0xFF for value in whole[at : at + 8]) + whole[at + 8 :])
        found = CopyRegistry(tmp_path).prints(names(prints))
        assert prints[1].creative.sha256 in found
        assert found.keys() <= set(names(prints[:2]))


def test_what_is_forgotten_leaves_no_picture(prints: list[CreativePrint], tmp_path: Path) -> None:
    first, second, _ = prints
    registry = CopyRegistry(tmp_path)
    registry.add([first, second])
    assert registry.held() == names([first, second])
    registry.forget({first.creative.sha256})
    assert registry.held() == names([second])
    (path,) = tmp_path.rglob("*.arrow")
    data, gone = path.read_bytes(), bytes.fromhex(first.creative.sha256)
    assert gone not in data
    assert not any(bytes.fromhex(frame.value) in data for frame in first.frames)
    kept = path.stat().st_mtime_ns
    registry.forget({first.creative.sha256})
    assert path.stat().st_mtime_ns == kept, "nothing to forget, nothing written"
    registry.forget({second.creative.sha256})
    assert not list(tmp_path.rglob("*.arrow*"))


def test_a_damaged_file_is_deleted_with_what_is_forgotten(prints: list[CreativePrint], tmp_path: Path) -> None:
    registry = CopyRegistry(tmp_path)
    registry.add(prints[:1])
    registry.add(prints[1:2])
    damaged = min(tmp_path.rglob("*.arrow"))
    damaged.write_bytes(b"damaged")
    registry.forget({prints[2].creative.sha256})
    assert not damaged.exists()
    assert registry.held() == names(prints[1:2])


def test_what_older_versions_left_goes(prints: list[CreativePrint], tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / "00000001-0000000000000000.parquet").write_bytes(b"pictures")
    CopyRegistry(tmp_path).add(prints)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_registry_that_cannot_be_used_is_a_fault_of_the_installation(
    prints: list[CreativePrint], tmp_path: Path
) -> None:
    registry = CopyRegistry(tmp_path)
    registry.add(prints[:1])
    (directory,) = tmp_path.iterdir()
    for path in directory.iterdir():
        path.unlink()
    directory.rmdir()
    directory.write_text("a file where a folder is wanted")
    with pytest.raises(StoreUnavailable):
        registry.add(prints)
