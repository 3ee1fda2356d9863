from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from detectors.packet_probe import KEY, UNTIMED
from detectors.packet_traces import Rows, earlier_rhythm, key_rhythm, mean_by_kind, of_stream, read_rows, timing

STEP_US = 40_000


def packets(sizes: Sequence[int], *, keys: Sequence[int] = (0,), between: int = 0) -> Rows:
    """In order of storing, 25 a second; ``between`` pictures before each of the others are stored after it."""
    order, rows = list(range(len(sizes))), []
    if between:
        order = [0]
        for anchor in range(between + 1, len(sizes), between + 1):
            order += [anchor, *range(anchor - between, anchor)]
    for stored, shown in enumerate(order):
        at = shown * STEP_US
        rows.append((0, at, (stored - between) * STEP_US, sizes[shown], KEY if shown in keys else 0))
    return np.array(rows, dtype=np.int64)


def uneven(count: int, *, rises: int | None = None, seed: int = 1) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(500 * rng.uniform(0.7, 1.4) * (3 if rises and n % rises == 0 else 1)) for n in range(count)]


def test_rows_survive_the_way_and_a_torn_one_is_left_out() -> None:
    rows = packets(uneven(5))
    assert np.array_equal(read_rows(rows.tobytes() + b"torn"), rows)
    assert len(read_rows(b"")) == 0
    assert len(of_stream(rows, 1)) == 0


def test_even_times_are_even_and_gaps_are_placed() -> None:
    rows = packets(uneven(50))
    seen = timing(rows)
    assert seen is not None
    assert (seen.even, seen.step_s, seen.gaps, seen.backwards) == (1.0, 0.04, (), 0)
    rows[30:, 1:3] += 1_000_000
    late = timing(rows)
    assert late is not None
    ((at_s, length_s),) = late.gaps
    assert at_s == pytest.approx(29 * 0.04)
    assert length_s == pytest.approx(1.04)


def test_times_that_run_backwards_or_repeat_are_counted() -> None:
    rows = packets(uneven(20))
    rows[10, 2] = 0
    rows[5, 1] = rows[4, 1]
    seen = timing(rows)
    assert seen is not None
    assert (seen.backwards, seen.repeated) == (1, 1)


def test_without_times_there_is_nothing_to_say_of_them() -> None:
    rows = packets(uneven(20))
    rows[:, 1:3] = UNTIMED
    assert timing(rows) is None
    assert key_rhythm(rows).at == (0,)
    assert earlier_rhythm(rows, key_rhythm(rows)) is None


def test_a_key_frame_that_comes_too_soon_is_odd() -> None:
    assert key_rhythm(packets(uneven(100), keys=(0, 30, 60, 90))).odd == ()
    seen = key_rhythm(packets(uneven(140), keys=(0, 30, 42, 72, 102, 132)))
    assert (seen.usual, seen.odd) == (30, (42,))


@pytest.mark.parametrize("between", [0, 1, 2])
def test_the_rhythm_of_larger_pictures_is_found_also_between_others(between: int) -> None:
    rows = packets(uneven(240, rises=12), between=between)
    seen = earlier_rhythm(rows, key_rhythm(rows))
    assert seen is not None
    assert (seen.period, seen.first) == (12, 0)
    assert seen.rise > 1.5


@pytest.mark.parametrize("seed", range(5))
def test_no_rhythm_no_finding(seed: int) -> None:
    rows = packets(uneven(300, seed=seed), keys=(0, 250))
    assert earlier_rhythm(rows, key_rhythm(rows)) is None


def test_the_key_frames_own_rhythm_is_none_of_an_earlier_encoding() -> None:
    keys = tuple(range(0, 240, 12))
    rows = packets(uneven(240, rises=12), keys=keys)
    assert earlier_rhythm(rows, key_rhythm(rows)) is None


def test_quantisers_are_averaged_by_kind() -> None:
    assert mean_by_kind([("I", 20.0), ("P", 24.0), ("P", 26.0)]) == {"I": 20.0, "P": 25.0}
