"""Names are withheld from those who bring media of their own without a lure and a reason, and from nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.records import Axis
from evidence.records import AccessMode
from pipelines.records import AxisReading, AxisState
from pipelines.withholding import (
    NOTE,
    WITHHELD,
    is_on_media,
    is_withheld,
    longest_first,
    nameless_axes,
    nameless_candidate,
    nameless_finding,
    nameless_id,
    nameless_letter,
    nameless_match,
    names_in,
)
from tests.factories import (
    make_ad,
    make_candidate,
    make_dead_letter,
    make_finding,
    make_match,
    make_model_pack,
    make_person,
)
from watchlist.gallery import Gallery

NAMES = ("Aysel Quliyeva", "Айсель Кулиева")


def reading(axis: Axis, *, state: AxisState = AxisState.YES, summary: str = "Said.") -> AxisReading:
    return AxisReading(axis=axis, state=state, summary=summary, finding_ids=())


@pytest.mark.parametrize("mode", list(AccessMode))
@pytest.mark.parametrize("lure", list(AxisState))
@pytest.mark.parametrize("asked", [True, False])
def test_only_own_media_without_a_lure_and_a_reason_go_unnamed(mode: AccessMode, lure: AxisState, asked: bool) -> None:
    withheld = is_withheld(make_ad(access_mode=mode), (reading(Axis.LURE, state=lure),), asked=asked)
    assert withheld is (mode is AccessMode.ANALYST_IMPORT and not (asked and lure is AxisState.YES))


def test_everybodys_names_are_struck_out_where_anybody_was_recognised() -> None:
    other = make_person(person_id="gulnar-sadiqova", names=("Gülnar Sadıqova",))
    gallery = Gallery.of(make_model_pack(), persons=[make_person(names=NAMES), other])
    everybody = {*NAMES, *other.names, "aysel-quliyeva", "gulnar-sadiqova"}
    assert set(names_in([make_match(), make_match(track=1)], [], gallery)) == everybody
    assert names_in([], [], gallery) == ()
    named = make_finding(person_id="aysel-quliyeva")
    assert names_in([], [named], gallery) == (), "whom a text names is no secret"
    for on_media in (replace(named, creative_sha256="c" * 64), replace(named, reference_sha256="a" * 64)):
        assert set(names_in([], [on_media], gallery)) == everybody
    assert longest_first(["Ali", "Ali Aliyev", "Ali"]) == ("Ali Aliyev", "Ali")


def test_the_axes_on_media_name_nobody_and_say_why() -> None:
    axes = (
        reading(Axis.LIKENESS, summary="Recognised: face (score 0.84) of Aysel Quliyeva, by open@1."),
        reading(Axis.ALTERATION, summary="Seen. Aysel Quliyeva blinks; Айсель Кулиева does not."),
        reading(Axis.LURE, state=AxisState.NO, summary="The text names Aysel Quliyeva."),
        reading(Axis.SOURCE, summary="What it shows of Aysel Quliyeva is genuine."),
    )
    struck = [axis.summary for axis in nameless_axes(axes, NAMES, ids={}, own=())]
    assert struck == [
        "Recognised: face (score 0.84) of a protected person, by open@1. " + NOTE,
        "Seen. A protected person blinks; a protected person does not.",
        "The text names Aysel Quliyeva.",
        "What it shows of a protected person is genuine.",
    ]
    assert nameless_axes(axes, (), ids={}, own=()) == axes


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


def test_a_threshold_that_was_raised_for_one_person_does_not_tell_who_it_is() -> None:
    raised, general = make_match(threshold=0.871), make_match(person_id="gulnar-sadiqova", threshold=0.8)
    assert nameless_match(raised) == nameless_match(general)
    assert nameless_match(raised).threshold == raised.score


def test_nobody_can_check_a_guess_of_the_person_or_of_the_film_against_what_is_told() -> None:
    own, film = "c0ffee" * 10 + "c0ff", "ab12" * 16
    seen = make_finding(
        creative_sha256=own,
        person_id="aysel-quliyeva",
        observation=f"Creative {own[:12]} is film of Aysel Quliyeva, 3.0 s to 5.0 s of footage {film[:12]}.",
        reference_sha256=film,
    )
    told = nameless_finding(seen, NAMES)
    assert (
        told.observation == f"Creative {own[:12]} is film of a protected person, 3.0 s to 5.0 s of footage {WITHHELD}."
    )
    other = replace(seen, finding_id="d" * 64, person_id="gulnar-sadiqova", reference_sha256="d" * 64)
    assert seen.finding_id != told.finding_id == nameless_finding(other, NAMES).finding_id
    axis = replace(reading(Axis.ALTERATION, summary=seen.observation), finding_ids=(seen.finding_id, "e" * 64))
    (struck,) = nameless_axes([axis], NAMES, ids={seen.finding_id: nameless_id(seen)}, own=[own])
    assert struck.summary == told.observation
    assert struck.finding_ids == (told.finding_id, "e" * 64)


def test_a_list_of_names_that_somebody_writes_into_a_picture_does_not_tell_which_of_them_it_shows() -> None:
    others = [make_person(person_id=f"person-{n}", names=(f"Person {n}",)) for n in range(3)]
    gallery = Gallery.of(make_model_pack(), persons=[make_person(names=NAMES), *others])
    listed = ", ".join(["Aysel Quliyeva", *(one.names[0] for one in others)])
    told = make_finding(creative_sha256="c" * 64, axis=Axis.ALTERATION, observation=f"Its title says «{listed}».")
    struck = nameless_finding(told, names_in([make_match()], [], gallery)).observation
    assert struck == f"Its title says «{', '.join(['a protected person'] * 4)}»."
    read = replace(told, axis=Axis.LURE, person_id=None)
    assert not is_on_media(read), "what is read in a picture is no finding about who it shows, and stays as it is"


def test_names_are_struck_out_as_whole_words_only() -> None:
    ali = (reading(Axis.LIKENESS, summary="Ali is shown. Alignment with Ali's film."),)
    (struck,) = nameless_axes(ali, ("Ali",), ids={}, own=())
    assert struck.summary.startswith("A protected person is shown. Alignment with a protected person's film.")


def test_candidates_and_dead_letters_name_nobody() -> None:
    flagged = make_candidate(headline="Aysel Quliyeva and SOCAR: investment lure by an unnamed page")
    told = nameless_candidate(flagged, NAMES)
    assert told.headline == "A protected person and SOCAR: investment lure by an unnamed page"
    assert told.person_ids == (WITHHELD,)
    assert nameless_candidate(replace(flagged, person_ids=()), NAMES).person_ids == ()
    letter = make_dead_letter(reason="the film of Aysel Quliyeva is damaged")
    assert nameless_letter(letter, NAMES).reason == "the film of a protected person is damaged"
    assert nameless_letter(letter, ()) == letter
