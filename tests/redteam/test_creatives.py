"""Creatives are made of the material under conditions in turn, and say what was done to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.truth import Alteration, SourceFilm
from tests.film_variants import RATE_HZ, Film, Picture, read_film
from tests.redteam.creatives import Creative, make_creatives
from tests.redteam.material import VOICE_CLONED, Material, Scene, Still, Voice


def _picture(shade: int) -> Picture:
    return np.full((64, 96, 3), shade, np.uint8)


def _film() -> Film:
    return Film(pictures=[_picture(20 + number) for number in range(10)], rate=10, sound=np.zeros(RATE_HZ, np.float32))


MATERIAL = Material(
    people=(),
    scenes=(
        Scene(name="hers", film=_film, faces=("a",), source=SourceFilm(name="film.mp4", start_s=2.0, end_s=3.0)),
        Scene(name="stranger", film=_film),
    ),
    stills=(Still(name="hers", picture=lambda: _picture(90), faces=("a",)),),
    voices=(
        Voice(
            name="cloned",
            sound=lambda: np.zeros(RATE_HZ, np.float32),
            voices=("a",),
            alterations=(Alteration(what=VOICE_CLONED, start_s=0.2, end_s=0.9),),
            generator="some cloner",
        ),
    ),
    things=(Still(name="thing", picture=lambda: _picture(200)),),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Creative]]:
    place = tmp_path_factory.mktemp("media")
    return place, make_creatives(MATERIAL, place, films=14, seed=5, promises=("az", "en"))


def test_every_file_is_there_and_can_be_read(made: tuple[Path, list[Creative]]) -> None:
    place, creatives = made
    assert {path.name for path in place.iterdir()} == {one.file for one in creatives}
    films = [one for one in creatives if one.media_type == "video/mp4"]
    assert len(films) == 14
    assert all(read_film(place / one.file, seconds=0.2).pictures for one in films)


def test_conditions_and_compositions_take_turns(made: tuple[Path, list[Creative]]) -> None:
    assert len({one.file for one in made[1]}) == len(made[1])
    assert {"slideshow", "picture in picture", "split screen"} <= {one.condition for one in made[1]}


def test_truth_follows_what_was_done(made: tuple[Path, list[Creative]]) -> None:
    hers = [one for one in made[1] if one.made_of == "hers" and one.condition.startswith("speed")]
    assert hers[0].source is not None
    assert f"{100 * (hers[0].source.speed - 1):+.0f} %" in hers[0].condition
    cloned = [one for one in made[1] if one.generator == "some cloner"]
    assert cloned[0].voices == ("a",)
    assert cloned[0].faces == ()
    assert cloned[0].alterations == (Alteration(what=VOICE_CLONED, start_s=0.2, end_s=0.9),)
    promises = [one for one in made[1] if one.promise is not None]
    assert {one.promise for one in promises} == {"az", "en"}
    assert all(one.likeness for one in promises)
