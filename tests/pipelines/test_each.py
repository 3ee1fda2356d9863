"""One element's failure is a dead letter; the installation's failure stops the job."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.utils.windowed_value import WindowedValue

from evidence.errors import StoreUnavailable
from pipelines.each import DEAD_LETTERS, Each, EachAhead, EachOfSeveral, dead_letter, fault_of_the_installation
from pipelines.workers import open_pipeline


def halve(number: int, tools: int) -> int:
    if number == 13:
        raise ValueError("thirteen cannot be halved")
    if number == 28:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp")
    if number == 99:
        raise StoreUnavailable("the store is gone; mount it and run again")
    return number // tools


def open_tools(settings: int) -> int:
    return settings


def subjects(number: int) -> list[tuple[str | None, str | None]]:
    return [(f"ad-{number}-a", None), (f"ad-{number}-b", None)]


def run(numbers: list[int], check: Any) -> None:
    with open_pipeline([]) as pipeline:
        each = Each(halve, stage="halve", open_tools=open_tools, settings=2, subjects=subjects)
        outputs = pipeline | beam.Create(numbers) | beam.ParDo(each).with_outputs(DEAD_LETTERS, main="halves")
        check(outputs)


def test_the_job_goes_on_and_every_subject_gets_its_letter() -> None:
    def check(outputs: Any) -> None:
        assert_that(outputs.halves, equal_to([2, 3]), label="halves")
        told = outputs[DEAD_LETTERS] | beam.Map(lambda letter: (letter.ad_id, letter.error, letter.reason))
        sentence = "thirteen cannot be halved"
        wanted = [("ad-13-a", "ValueError", sentence), ("ad-13-b", "ValueError", sentence)]
        assert_that(told, equal_to(wanted), label="letters")

    run([4, 13, 6], check)


def test_a_fault_of_the_installation_stops_the_job() -> None:
    with pytest.raises((StoreUnavailable, RuntimeError), match="the store is gone"):
        run([4, 99], lambda outputs: None)


def test_a_full_disk_is_no_fault_of_the_element() -> None:
    with pytest.raises((StoreUnavailable, RuntimeError), match="no room left at /tmp"):
        run([4, 28], lambda outputs: None)


def test_a_letter_s_id_depends_on_what_failed_not_on_the_message() -> None:
    first = dead_letter("analyse", ValueError("one"), ad_id=None, creative_sha256="c")
    again = dead_letter("analyse", ValueError("two"), ad_id=None, creative_sha256="c")
    other = dead_letter("analyse", ValueError("one"), ad_id="a", creative_sha256="c")
    assert first.letter_id == again.letter_id != other.letter_id
    assert (
        dead_letter("analyse", ValueError(), ad_id=None, creative_sha256=None).reason == "ValueError without a message"
    )


def test_a_worker_s_report_is_dug_for_the_sentence() -> None:
    report = RuntimeError("Traceback …\nevidence.errors.StoreUnavailable: the store is gone [while running 'x']\n more")
    found = fault_of_the_installation(report)
    assert isinstance(found, StoreUnavailable)
    assert str(found) == "the store is gone"
    other = RuntimeError("something else")
    assert fault_of_the_installation(other) is other


OPEN: set[int] = set()
"""The numbers whose pages are open, and nobody has closed."""


class Page:
    def __init__(self, number: int) -> None:
        self.number, self.halved = number, -1
        OPEN.add(number)

    def close(self) -> None:
        OPEN.discard(self.number)


def begin(number: int, tools: int) -> Page:
    if number == 1:
        raise ValueError("one is too few to begin")
    return Page(number)


def halve_all(pages: Sequence[Page], tools: int) -> None:
    for page in pages:
        page.halved = halve(page.number, tools)


def read(page: Page, tools: int) -> tuple[int, int]:
    if page.number == 26:
        raise ValueError("the end of twenty-six is missing")
    return page.number, page.halved


def told(outs: Iterable[Any]) -> tuple[list[Any], list[tuple[str | None, str]]]:
    """What comes out of a step: results, and letters as (ad, reason)."""
    results: list[Any] = []
    letters = []
    for out in outs:
        value = out.value if isinstance(out, beam.pvalue.TaggedOutput) else out
        value = value.value if isinstance(value, WindowedValue) else value
        if isinstance(out, beam.pvalue.TaggedOutput):
            assert out.tag == DEAD_LETTERS
            letters.append((value.ad_id, value.reason))
        else:
            results.append(value)
    return results, letters


def run_bundle(each: EachAhead, numbers: Sequence[int]) -> tuple[list[Any], list[tuple[str | None, str]]]:
    """One bundle, from set-up to the end."""
    each.setup()
    try:
        return told([*(out for number in numbers for out in each.process(number)), *each.finish_bundle()])
    finally:
        each.teardown()


def run_together(numbers: list[int]) -> tuple[list[tuple[int, int]], list[tuple[str | None, str]]]:
    each = EachOfSeveral(
        read,
        begin=begin,
        join=halve_all,
        together=3,
        stage="halve",
        open_tools=open_tools,
        settings=2,
        subjects=subjects,
    )
    return run_bundle(each, numbers)


def test_of_several_only_those_at_fault_become_letters() -> None:
    results, letters = run_together([4, 1, 13, 26, 8, 10])
    assert results == [(4, 2), (8, 4), (10, 5)]
    assert sorted(ad or "" for ad, _ in letters) == [
        f"ad-{number}-{use}" for number in (1, 13, 26) for use in ("a", "b")
    ]
    assert {reason for _, reason in letters} == {
        "one is too few to begin",
        "thirteen cannot be halved",
        "the end of twenty-six is missing",
    }
    assert set() == OPEN


def test_several_together_also_stop_for_a_fault_of_the_installation() -> None:
    with pytest.raises(StoreUnavailable, match="the store is gone"):
        run_together([4, 99, 8, 10, 12, 14, 16])
    with pytest.raises(StoreUnavailable, match="no room left at /tmp"):
        run_together([4, 28, 8])
    assert set() == OPEN


def test_elements_under_way_at_once_all_come_out_in_order() -> None:
    each = EachAhead(halve, stage="halve", open_tools=open_tools, settings=2, subjects=subjects)
    results, letters = run_bundle(each, [2, 4, 13, 6, 8])
    assert results == [1, 2, 3, 4]
    assert [ad for ad, _ in letters] == ["ad-13-a", "ad-13-b"]
    with pytest.raises(StoreUnavailable, match="the store is gone"):
        run_bundle(each, [2, 99, 4, 6])


def test_a_step_that_works_ahead_does_so_in_a_job() -> None:
    with open_pipeline([]) as pipeline:
        each = EachAhead(halve, stage="halve", open_tools=open_tools, settings=2, subjects=subjects)
        outputs = pipeline | beam.Create([4, 13, 6, 8]) | beam.ParDo(each).with_outputs(DEAD_LETTERS, main="halves")
        assert_that(outputs.halves, equal_to([2, 3, 4]), label="halves")
        told_of = outputs[DEAD_LETTERS] | beam.Map(lambda letter: letter.ad_id)
        assert_that(told_of, equal_to(["ad-13-a", "ad-13-b"]), label="letters")


def test_none_together_is_nothing() -> None:
    assert run_together([]) == ([], [])
