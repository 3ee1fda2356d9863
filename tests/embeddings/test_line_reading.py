"""Strips become words in a sandboxed child, and trouble becomes a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from embeddings.line_reading import BUDGET, LONGEST_LINE, NOTHING, READERS, RECOGNISER, plain, read_lines
from embeddings.sandbox import converse
from embeddings.spawner import Spawner
from embeddings.text_boxes import TextBox
from embeddings.text_strips import Strip, strips
from tests.embeddings.reading import needs_tesseract
from tests.written_pictures import written


def strips_of(line: str) -> list[Strip]:
    picture = written([line], width=640, height=60, px=32)
    return strips(picture, TextBox(left=0, top=8, right=640, bottom=48, sure=1.0))


@needs_tesseract
def test_lines_of_five_languages_are_read_in_one_pass() -> None:
    said = [
        "Gündə 500 AZN qazanın",
        "Регистрируйтесь по ссылке",
        "Айына 1 000 000 теңге",
        "Şimdi kaydolun",
        "Sign up now",
    ]
    told, problem = read_lines([strips_of(line) for line in said])
    assert problem is None
    assert [text.text for text in told] == said
    assert all(text.confidence > 0.85 for text in told)


@needs_tesseract
def test_noise_and_blank_strips_are_read_without_trouble() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 900), dtype=np.uint8)
    blank: Strip = np.full((60, 400), 255, np.uint8)
    told, problem = read_lines([[noise], [blank], strips_of("SOCAR")])
    assert problem is None
    assert told[1].confidence < 0.6
    assert told[2].text == "SOCAR"


@needs_tesseract
def test_the_reader_is_confined() -> None:
    (level,) = (
        m.facts["level"]
        for m in converse(RECOGNISER, {"lines": [], "pixels": 0}, BUDGET, spawner=READERS)
        if m.kind == "sandbox"
    )
    assert "rlimits" in level
    assert "no_new_privs" in level


@needs_tesseract
def test_what_was_read_before_the_time_was_up_is_kept() -> None:
    many = [strips_of("SOCAR")] * 300
    told, problem = read_lines(many, budget=replace(BUDGET, cpu_s=1))
    assert problem is not None
    assert "reading stopped early" in problem
    assert told[-1] == NOTHING
    assert len(told) == 300


def test_nothing_asks_for_no_child() -> None:
    assert read_lines([]) == ([], None)


@pytest.fixture
def broken() -> Iterator[Spawner]:
    spawner = Spawner(modules=("embeddings.no_such_recogniser",))
    yield spawner
    spawner.close()


def test_a_reader_that_cannot_start_is_said(broken: Spawner) -> None:
    told, problem = read_lines([strips_of("SOCAR")], spawner=broken)
    assert told == [NOTHING]
    assert problem is not None
    assert "no_such_recogniser" in problem


def test_what_a_child_says_is_cut_and_steers_no_terminal() -> None:
    assert plain("a\n b\x1b[2J") == "a b�[2J"
    assert len(plain("x" * 10_000)) == LONGEST_LINE
