"""Rates are of what a detector spoke of, by part, with intervals over groups; together they are judged on groups left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.records import MediaKind
from pipelines.judged_rates import TOGETHER, ErrorFigures, ErrorRow
from tests.pipelines.judged import PAIRS, figures, judged, made


@pytest.fixture(scope="module")
def found() -> ErrorFigures:
    return figures()


def row(found: ErrorFigures, measure: str, part: str) -> ErrorRow:
    return next(one for one in found.rows if (one.measure, one.part) == (measure, part))


def test_rates_are_of_what_a_detector_spoke_of(found: ErrorFigures) -> None:
    alone = row(found, "brightness.face", "all")
    assert (alone.altered, alone.genuine, alone.spoke_altered, alone.spoke_genuine) == (PAIRS, PAIRS + 1, PAIRS, PAIRS)
    assert alone.silent is not None
    assert alone.silent.rate == pytest.approx(1 / (2 * PAIRS + 1))
    assert alone.silent.low < alone.silent.rate < alone.silent.high
    assert alone.auc is not None
    # The first altered item measures as much as the first genuine one and less than the eleven others
    assert alone.auc.rate == pytest.approx(1 - (PAIRS - 0.5) / PAIRS**2)
    assert alone.auc.low <= alone.auc.rate <= alone.auc.high
    assert alone.eer is not None
    assert 0 < alone.eer.rate < 0.1
    assert alone.fpr is not None
    assert alone.fpr.rate == 0.0
    assert alone.cllr is not None
    assert alone.cllr.low <= alone.cllr.rate <= alone.cllr.high
    assert alone.cllr.rate < 0.8


def test_a_generator_is_held_against_all_that_is_genuine_of_its_kind(found: ErrorFigures) -> None:
    strong = row(found, "brightness.face", "generator: strong")
    assert (strong.altered, strong.genuine) == (PAIRS // 2, PAIRS + 1)
    assert strong.auc is not None
    assert strong.auc.rate == 1.0
    sounds = [judged(f"sound {n}", altered=False, group=f"s{n}", numbers={}, kind=MediaKind.AUDIO) for n in range(3)]
    with_sounds = figures([*made(), *sounds])
    assert row(with_sounds, "brightness.face", "generator: strong").genuine == PAIRS + 1
    assert row(with_sounds, "brightness.face", "media: audio").genuine == 3


def test_too_few_items_show_no_rate(found: ErrorFigures) -> None:
    few = row(found, "brightness.face", "language: kk")
    assert few.auc is None
    assert few.cllr is None
    assert few.note == "it spoke of 0 altered and 0 genuine items: too few for a rate"


def test_parts_follow_language_codec_and_bitrate(found: ErrorFigures) -> None:
    parts = {one.part for one in found.rows}
    assert {"language: az", "codec: h264", "bitrate: 0 to 300 kb/s", "bitrate: 1000 kb/s and more"} <= parts


def test_all_together_are_judged_on_groups_left_out(found: ErrorFigures) -> None:
    assert found.fusion is not None
    assert [part.measure for part in found.fusion.fit.parts] == ["brightness.face"]
    assert found.fusion.groups == 7
    assert row(found, TOGETHER, "all").auc is not None
    assert row(found, TOGETHER, "all").spoke_genuine == PAIRS
    assert found.curves[0].name == TOGETHER
    assert found.worst[0].judged.item.name == "00-altered"
    assert all(abs(a.log10_lr) >= abs(b.log10_lr) for a, b in zip(found.worst, found.worst[1:], strict=False))


def test_what_is_not_weighed_is_judged_by_itself() -> None:
    items = [replace(one, numbers={**one.numbers, "blink.rate": len(one.item.name)}) for one in made()]
    found = figures(items)
    assert row(found, "blink.rate", "all").auc is not None
    assert not row(found, "blink.rate", "all").weighed
    assert found.fusion is not None
    assert [part.measure for part in found.fusion.fit.parts] == ["brightness.face"]


def test_what_cannot_be_weighed_together_is_said() -> None:
    poor = figures(made()[:6])
    assert poor.fusion is None
    assert "bring more items" in (poor.no_fusion or "")
    assert poor.worst == ()
    assert all(one.measure != TOGETHER for one in poor.rows)
