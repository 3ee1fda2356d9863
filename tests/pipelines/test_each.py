"""One element's failure is a dead letter; the installation's failure stops the job."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from evidence.errors import StoreUnavailable
from pipelines.each import DEAD_LETTERS, Each, EachOfSeveral, dead_letter, fault_of_the_installation


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
    with beam.Pipeline(options=beam.options.pipeline_options.PipelineOptions([])) as pipeline:
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


def run_together(batch: list[int]) -> tuple[list[tuple[int, int]], list[tuple[str | None, str]]]:
    """What comes out of one batch: results, and letters as (ad, reason)."""
    each = EachOfSeveral(
        read, begin=begin, join=halve_all, stage="halve", open_tools=open_tools, settings=2, subjects=subjects
    )
    each.setup()
    results, letters = [], []
    for out in each.process(batch):
        if isinstance(out, beam.pvalue.TaggedOutput):
            assert out.tag == DEAD_LETTERS
            letters.append((out.value.ad_id, out.value.reason))
        else:
            results.append(out)
    return results, letters


def test_of_several_only_those_at_fault_become_letters() -> None:
    results, letters = run_together([4, 1, 13, 26, 8])
    assert results == [(4, 2), (8, 4)]
    assert [ad for ad, _ in letters] == ["ad-1-a", "ad-1-b", "ad-13-a", "ad-13-b", "ad-26-a", "ad-26-b"]
    assert {reason for _, reason in letters} == {
        "one is too few to begin",
        "thirteen cannot be halved",
        "the end of twenty-six is missing",
    }
    assert set() == OPEN


def test_several_together_also_stop_for_a_fault_of_the_installation() -> None:
    with pytest.raises(StoreUnavailable, match="the store is gone"):
        run_together([4, 99, 8])
    with pytest.raises(StoreUnavailable, match="no room left at /tmp"):
        run_together([4, 28, 8])
    assert set() == OPEN


def test_none_together_is_nothing() -> None:
    assert run_together([]) == ([], [])
