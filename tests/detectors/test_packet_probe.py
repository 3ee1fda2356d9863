from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from detectors.packet_probe import _mean, _microseconds, _note
from detectors.packing import BUDGET
from embeddings.sandbox import converse
from tests.portrait_film import portrait_frames, write_film


def parameters(*, blocks: int, base: int = 26, size: int = 20, start: int = 64, told: int | None = None) -> bytes:
    """As libavutil lays out ``AVVideoEncParams``, every block two finer than the picture."""
    head = struct.pack("=IxxxxQQii", blocks if told is None else told, start, size, 1, base)
    return head.ljust(start, b"\0") + struct.pack("=iiiii", 0, 0, 16, 16, -2) * blocks


def test_a_pictures_quantiser_is_the_mean_over_its_blocks() -> None:
    assert _mean(parameters(blocks=4)) == 24.0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        parameters(blocks=0),
        parameters(blocks=4, told=5),
        parameters(blocks=4, told=1 << 31),
        parameters(blocks=4, size=4),
        parameters(blocks=4, start=1 << 20)[:200],
    ],
)
def test_parameters_that_do_not_fit_are_not_read(data: bytes) -> None:
    assert _mean(data) is None


@pytest.mark.parametrize("base", [Fraction(1, 12_800), Fraction(1001, 30_000), Fraction(1, 4_000_000), Fraction(3, 7)])
def test_times_are_rounded_as_fractions_are(base: Fraction) -> None:
    times = [*range(-9, 10), 10**12 + 1, -(10**12)]
    assert [_microseconds(at, base) for at in times] == [round(at * base * 1_000_000) for at in times]


def test_the_encoders_note_ends_where_text_ends() -> None:
    assert _note(b"\0\0x264 - core 164 - options: crf=23\0\1\2") == "x264 - core 164 - options: crf=23"
    assert _note(b"x264 " * 20_000) is None


def test_it_reads_in_the_sandbox(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", portrait_frames(0.5), None)
    with path.open("rb") as stream:
        answers = {m.kind: m for m in converse("detectors.packet_probe", {}, BUDGET, files={"file": stream.fileno()})}
    assert "rlimits" in answers["sandbox"].facts["level"]
    assert len(answers["packets"].body) == 5 * 5 * 8
    assert {kind for kind, _ in answers["quantisers"].facts["seen"]} <= {"I", "P", "B"}


def test_other_bytes_are_no_film(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_bytes(b"these are not the bytes of a film" * 10)
    with path.open("rb") as stream:
        kinds = [m.kind for m in converse("detectors.packet_probe", {}, BUDGET, files={"file": stream.fileno()})]
    assert kinds == ["sandbox"]
