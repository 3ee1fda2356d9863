"""Windows grouped by speaker: in order of appearance, on the average, never below the line."""

from __future__ import annotations

import numpy as np

from embeddings.speakers import group_speakers


def test_windows_that_agree_are_one_speaker_in_order_of_appearance() -> None:
    scores = np.array(
        [
            [1.0, 0.5, 0.9, 0.4],
            [0.5, 1.0, 0.6, 0.9],
            [0.9, 0.6, 1.0, 0.5],
            [0.4, 0.9, 0.5, 1.0],
        ]
    )
    assert group_speakers(scores, least=0.75) == [0, 1, 0, 1]
    assert group_speakers(scores, least=0.95) == [0, 1, 2, 3]
    assert group_speakers(scores, least=0.4) == [0, 0, 0, 0]


def test_a_chain_of_neighbours_is_not_one_speaker() -> None:
    chain = np.array([[1.0, 0.8, 0.3], [0.8, 1.0, 0.78], [0.3, 0.78, 1.0]])
    assert group_speakers(chain, least=0.75) == [0, 0, 1]


def test_one_window_and_none() -> None:
    assert group_speakers(np.ones((1, 1)), least=0.75) == [0]
    assert group_speakers(np.empty((0, 0)), least=0.75) == []
