"""Beam's options pass, ours stay, typing errors are named."""

from __future__ import annotations

import pytest

from pipelines.options import beam_options


def test_words_and_options_are_told_apart() -> None:
    words, options = beam_options(["my_videos/", "--runner=FlinkRunner", "--flink_master", "localhost:8081"])
    assert words == ["my_videos/"]
    assert options == ["--runner=FlinkRunner", "--flink_master", "localhost:8081"]


def test_multi_processing_is_an_option_of_beam() -> None:
    assert beam_options(["--direct_running_mode=multi_processing", "--direct_num_workers=2"])[0] == []


def test_a_typing_error_is_named() -> None:
    with pytest.raises(ValueError, match="neither Qalqan nor Apache Beam knows the option --watchlst"):
        beam_options(["--watchlst=x"])


def test_nothing_is_nothing() -> None:
    assert beam_options([]) == ([], [])
