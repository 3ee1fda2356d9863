"""Who is a copy of whom: decided once, the same in any order, and alike after a run that was killed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from embeddings.fingerprints import STEP_S, CreativePrint, fingerprints
from embeddings.records import MediaKind
from embeddings.sameness import Copy
from embeddings.samples import DecodedMedia, Frame
from embeddings.sound_prints import SoundPrint
from pipelines.copies import leaders
from pipelines.copy_registry import CopyRegistry
from tests.factories import make_creative
from tests.media import portrait, swaying
from tests.portrait_film import babble

Picture = NDArray[np.uint8]


def printed(name: str, pictures: list[Picture], **facts: object) -> CreativePrint:
    """The print of a silent film of these pictures; its SHA-256 follows from its name."""
    frames = tuple(Frame(at_s=STEP_S * number, pixels=one, scale=1.0) for number, one in enumerate(pictures))
    height, width = pictures[0].shape[:2]
    creative = make_creative(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        width_px=width,
        height_px=height,
        duration_s=STEP_S * len(pictures),
        has_sound=False,
        size_bytes=1000,
    )
    media = DecodedMedia(creative=replace(creative, **facts), path=Path(name), frames=frames, sound=None)  # type: ignore[arg-type]
    return fingerprints(media)


@pytest.fixture(scope="module")
def prints() -> list[CreativePrint]:
    """A film in two sizes and cropped, its mirror, another film, and one that is only damaged."""
    first = swaying(portrait("astronaut"), frames=5)
    second = swaying(portrait("hopper"), frames=5)
    small = [np.asarray(cv2.resize(one, (160, 160), interpolation=cv2.INTER_AREA), dtype=np.uint8) for one in first]
    return [
        printed("clear", first),
        printed("small", small),
        printed("cropped", [np.ascontiguousarray(one[10:-6, 6:-10]) for one in first]),
        printed("mirrored", [np.ascontiguousarray(one[:, ::-1]) for one in small]),
        printed("other", second),
        printed("damaged", small, problems=("cut off",)),
    ]


def named(decisions: Mapping[str, Copy | None], prints: list[CreativePrint]) -> dict[str, str | None]:
    names = {hashlib.sha256(name.encode()).hexdigest(): name for name in NAMES}
    found = {}
    for one in prints:
        copy = decisions[one.creative.sha256]
        found[names[one.creative.sha256]] = None if copy is None else names[copy.original_sha256]
    return found


NAMES = ("clear", "small", "cropped", "mirrored", "other", "damaged")
EXPECTED = {
    "clear": None,
    "small": "clear",
    "cropped": "clear",
    "mirrored": "clear",
    "other": None,
    "damaged": None,
}


def test_copies_have_the_clearest_as_leader(prints: list[CreativePrint], tmp_path: Path) -> None:
    decisions = leaders(prints, CopyRegistry(tmp_path))
    assert named(decisions, prints) == EXPECTED
    copy = decisions[prints[1].creative.sha256]
    assert copy is not None
    assert copy.copy_sha256 == prints[1].creative.sha256
    assert "the picture agrees" in copy.sentence


def orders(prints: list[CreativePrint]) -> Iterator[list[CreativePrint]]:
    yield from (list(order) for number, order in enumerate(permutations(prints)) if number % 180 == 0)


def test_the_order_of_processing_changes_nothing(prints: list[CreativePrint], tmp_path: Path) -> None:
    decided = [leaders(order, CopyRegistry(tmp_path / str(number))) for number, order in enumerate(orders(prints))]
    assert len(decided) > 3
    assert all(one == decided[0] for one in decided)


def test_a_repeated_run_decides_alike_and_writes_nothing(prints: list[CreativePrint], tmp_path: Path) -> None:
    first = leaders(prints, CopyRegistry(tmp_path))
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*.arrow")}
    assert len(files) == 1
    again = leaders(list(reversed(prints)), CopyRegistry(tmp_path))
    assert again == first
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.arrow")} == files


def test_leaders_of_earlier_runs_come_first(prints: list[CreativePrint], tmp_path: Path) -> None:
    clear, small, cropped, mirrored, other, _ = prints
    registry = CopyRegistry(tmp_path)
    assert named(leaders([cropped], registry), [cropped]) == {"cropped": None}
    later = [clear, small, mirrored, other]
    assert named(leaders(later, registry), later) == {
        "clear": "cropped",
        "small": "cropped",
        "mirrored": "cropped",
        "other": None,
    }
    assert len(list(tmp_path.rglob("*.arrow"))) == 2
    assert named(leaders(prints[:5], registry), prints[:5])["small"] == "cropped"


def test_nothing_inherits_from_a_much_smaller_leader(prints: list[CreativePrint], tmp_path: Path) -> None:
    clear, small, *_ = prints
    registry = CopyRegistry(tmp_path)
    leaders([small], registry)
    assert leaders([clear], registry) == {clear.creative.sha256: None}


def test_sound_alone_and_pictures_without_content_are_found_by_their_length(tmp_path: Path) -> None:
    def spoken(name: str, sound: NDArray[np.float32]) -> CreativePrint:
        creative = make_creative(
            sha256=hashlib.sha256(name.encode()).hexdigest(), kind=MediaKind.AUDIO, duration_s=len(sound) / 16_000
        )
        return fingerprints(DecodedMedia(creative=creative, path=Path(name), frames=(), sound=sound))

    speech = babble(3.0)
    one, two, three = spoken("a", speech), spoken("b", speech * np.float32(0.6)), spoken("c", babble(3.0, seed=8))
    assert isinstance(one.sound, SoundPrint)
    decisions = leaders([one, two, three], CopyRegistry(tmp_path))
    copies = [copy for copy in decisions.values() if copy is not None]
    assert len(copies) == 1
    assert {copies[0].original_sha256, copies[0].copy_sha256} == {one.creative.sha256, two.creative.sha256}


def test_a_killed_run_leaves_the_registry_whole(prints: list[CreativePrint], tmp_path: Path) -> None:
    registry = CopyRegistry(tmp_path)
    leaders(prints[:1], registry)
    (made,) = tmp_path.rglob("*.arrow")
    made.with_name(f".{made.name}.77.part").write_bytes(b"half")
    assert registry.held() == [prints[0].creative.sha256]
    made.with_name("00000002-0000000000000000.arrow").write_bytes(made.read_bytes()[:-100])
    assert named(leaders(prints, registry), prints) == EXPECTED, "a damaged file is passed over"


def test_a_creative_whose_print_is_damaged_is_new_again(prints: list[CreativePrint], tmp_path: Path) -> None:
    clear, small, _, _, other, _ = prints
    leaders([clear, other], CopyRegistry(tmp_path))
    (path,) = tmp_path.rglob("*.arrow")
    whole = path.read_bytes()
    pictures = whole.index(packed_of(path, clear.creative.sha256)[200:260])
    path.write_bytes(whole[:pictures] + bytes(60) + whole[pictures + 60 :])
    registry = CopyRegistry(tmp_path)
    assert named(leaders([small, other], registry), [small, other]) == {"small": None, "other": None}
    assert named(leaders([clear], registry), [clear]) == {"clear": None}
    assert registry.prints([clear.creative.sha256]).keys() == {clear.creative.sha256}, "its print was made again"
    assert leaders([clear, small, other], CopyRegistry(tmp_path)) == dict.fromkeys(
        one.creative.sha256 for one in (clear, small, other)
    )


def packed_of(path: Path, sha256: str) -> bytes:
    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    row = batch.column("sha256").to_pylist().index(bytes.fromhex(sha256))
    return bytes(batch.column("packed")[row].as_py())


def test_elders_are_found_by_compiled_loops_as_by_comparing_all(
    prints: list[CreativePrint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, most in enumerate((0, 50_000_000)):
        monkeypatch.setattr("embeddings.hash_join.FEW_PAIRS", most)
        registry = CopyRegistry(tmp_path / str(number))
        leaders([prints[4]], registry)
        leaders([prints[0]], registry)
        assert named(leaders(prints, registry), prints) == EXPECTED
