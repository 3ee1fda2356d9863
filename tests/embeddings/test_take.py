"""What a child may say, and what it may not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from embeddings.errors import ChildStopped
from embeddings.records import MediaKind
from embeddings.samples import GLIMPSE_PX
from embeddings.sandbox import Message
from embeddings.take import MAX_PROBLEMS, Take


def _message(kind: str, body: bytes = b"", **facts: Any) -> Message:
    return Message(facts={"kind": kind, **facts}, body=body)


def _frame(level: int, **changes: Any) -> Message:
    body = bytes([level]) * 24
    return _message("frame", body, **({"at_s": 1.0, "height": 2, "width": 4, "scale": 0.5} | changes))


@pytest.fixture
def take() -> Take:
    return Take(max_frames=3, max_side_px=8, max_glimpses=2)


def _glimpse(**changes: Any) -> Message:
    return _message("glimpse", bytes(GLIMPSE_PX**2), **({"at_s": 1.0} | changes))


def test_glimpses_are_kept_up_to_their_number(take: Take) -> None:
    take.hear(_glimpse())
    take.hear(_glimpse(at_s=2.0))
    assert [one.at_s for one in take.glimpses] == [1.0, 2.0]
    with pytest.raises(ChildStopped):
        take.hear(_glimpse(at_s=3.0))


def test_frames_facts_sound_and_problems_are_kept(take: Take) -> None:
    take.hear(_message("sandbox", level="rlimits+more"))
    take.hear(_message("facts", media="image", width_px=40, duration_s=2, encoder="Some\nThing"))
    take.hear(_frame(7))
    take.hear(_message("sound", np.array([0.5, np.nan, 9.0], dtype=np.float32).tobytes()))
    take.hear(_message("problem", text="one line\nor\x1b[2Jtwo"))
    take.hear(_message("turned"))
    assert (take.sandbox, take.turned, take.problems) == ("rlimits+more", True, ["one line or�[2Jtwo"])
    assert (take.facts.kind, take.facts.width_px, take.facts.duration_s) == (MediaKind.IMAGE, 40, 2.0)
    assert (take.facts.encoder, take.facts.height_px) == ("Some Thing", None)
    assert take.frames[0].pixels.shape == (2, 4, 3)
    assert take.sound is not None
    assert take.sound.tolist() == [0.5, 0.0, 1.0]


def test_thinning_keeps_the_frames_that_are_named(take: Take) -> None:
    for level in (1, 2, 3, 4):
        take.hear(_frame(level))
    take.hear(_message("thin", keep=[0, 3]))
    assert [int(frame.pixels[0, 0, 0]) for frame in take.frames] == [1, 4]


@pytest.mark.parametrize(
    "nonsense",
    [
        _frame(1, height=3),
        _glimpse(at_s=-1.0),
        _message("glimpse", b"12", at_s=1.0),
        _frame(1, width=-4, height=-2),
        _frame(1, width=9),
        _frame(1, at_s=float("nan")),
        _frame(1, at_s="soon"),
        _frame(1, at_s=10**400),
        _frame(1, scale=0),
        _message("frame"),
        _message("thin"),
        _message("thin", keep=[0, 1]),
        _message("thin", keep=[0, 0]),
        _message("thin", keep=[]),
        _message("thin", keep=["0"]),
        _message("thin", keep=7),
        _message("sound", b"123"),
        _message("facts", media="program"),
        _message("facts", media="video", width_px=-3),
        _message("facts", media="video", width_px=1 << 40),
        _message("facts", media="video", duration_s=[]),
        _message("sandbox"),
    ],
)
def test_what_cannot_be_an_answer_is_nonsense(take: Take, nonsense: Message) -> None:
    take.hear(_frame(1))
    with pytest.raises(ChildStopped, match="nonsense"):
        take.hear(nonsense)


def test_a_measure_that_cannot_be_is_as_good_as_none(take: Take) -> None:
    take.hear(_message("facts", media="video", duration_s=float("inf"), frame_rate=-5))
    assert (take.facts.duration_s, take.facts.frame_rate) == (None, None)


def test_neither_frames_nor_complaints_come_without_end(take: Take) -> None:
    for _ in range(1000):
        take.hear(_message("problem", text="again"))
    assert len(take.problems) == MAX_PROBLEMS
    for _ in range(4):
        take.hear(_frame(1))
    with pytest.raises(ChildStopped, match="nonsense"):
        take.hear(_frame(1))
