"""Names are withheld from those who bring media of their own without a lure, and from nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.records import Axis
from evidence.records import AccessMode
from pipelines.records import AxisReading, AxisState
from pipelines.withholding import (
    WITHHELD,
    is_withheld,
    longest_first,
    nameless_axes,
    nameless_finding,
    nameless_match,
    names_in,
)
from tests.factories import make_ad, make_finding, make_match, make_model_pack, make_person
from watchlist.gallery import Gallery

NAMES = ("Aysel Quliyeva", "Айсель Кулиева")


def reading(axis: Axis, *, state: AxisState = AxisState.YES, summary: str = "Said.") -> AxisReading:
    return AxisReading(axis=axis, state=state, summary=summary, finding_ids=())


@pytest.mark.parametrize("mode", list(AccessMode))
@pytest.mark.parametrize("lure", list(AxisState))
def test_only_own_media_without_a_lure_go_unnamed(mode: AccessMode, lure: AxisState) -> None:
    withheld = is_withheld(make_ad(access_mode=mode), (reading(Axis.LURE, state=lure),))
    assert withheld is (mode is AccessMode.ANALYST_IMPORT and lure is not AxisState.YES)


def test_every_name_of_whoever_was_recognised_is_struck_out() -> None:
    gallery = Gallery.of(make_model_pack(), persons=[make_person(names=NAMES)])
    assert set(names_in([make_match(), make_match(track=1)], [], gallery)) == set(NAMES)
    assert names_in([], [], gallery) == ()
    named = make_finding(person_id="aysel-quliyeva")
    assert names_in([], [named], gallery) == (), "whom a text names is no secret"
    for on_media in (replace(named, creative_sha256="c" * 64), replace(named, reference_sha256="a" * 64)):
        assert set(names_in([], [on_media], gallery)) == set(NAMES)
    assert longest_first(["Ali", "Ali Aliyev", "Ali"]) == ("Ali Aliyev", "Ali")


def test_the_axes_on_media_name_nobody_and_say_why() -> None:
    axes = (
        reading(Axis.LIKENESS, summary="Recognised: face (score 0.84) of Aysel Quliyeva, by open@1."),
        reading(Axis.ALTERATION, summary="Seen. Aysel Quliyeva blinks; Айсель Кулиева does not."),
        reading(Axis.LURE, state=AxisState.NO, summary="The text names Aysel Quliyeva."),
        reading(Axis.SOURCE, summary="What it shows of Aysel Quliyeva is genuine."),
    )
    struck = [axis.summary for axis in nameless_axes(axes, NAMES)]
    assert struck == [
        "Recognised: face (score 0.84) of a protected person, by open@1. Who it is is told where there is a lure.",
        "Seen. A protected person blinks; a protected person does not.",
        "The text names Aysel Quliyeva.",
        "What it shows of a protected person is genuine.",
    ]
    assert nameless_axes(axes, ()) == axes


def test_records_on_media_are_about_nobody_in_particular() -> None:
    finding = make_finding(
        person_id="aysel-quliyeva",
        observation="Aysel Quliyeva is shown.",
        propositions=("Aysel Quliyeva spoke.", "Somebody else spoke."),
        reference_sha256="a" * 64,
        reproduce="compare with Aysel Quliyeva",
    )
    for record in (nameless_finding(finding, NAMES), nameless_match(make_match())):
        assert "uliyeva" not in repr(record)
        assert record.person_id == WITHHELD
    assert nameless_finding(make_finding(), NAMES).person_id is None
    assert nameless_match(make_match()).match_id != make_match().match_id
    assert nameless_match(make_match(track=1)).match_id != nameless_match(make_match()).match_id
