"""A demo world of a few pictures, without the films that take long to make and to look at."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qalqan.demo.creatives import ADVERTISED
from qalqan.demo.world import World, build_world

FEW = ("aysel-still.jpg", "coffee.jpg", "museum.jpg", "broken-text.mp4")


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three readable creatives and a broken one; of its officials one is to be enrolled, with a picture and a recording."""
    recipes = [recipe for recipe in ADVERTISED if recipe.file in FEW]
    world = build_world(tmp_path_factory.mktemp("world"), now=datetime.now(UTC), recipes=recipes, clips=())
    people = json.loads(world.enrolment.read_text(encoding="utf-8"))
    one = {**people[0], "images": people[0]["images"][:1], "audio": people[0]["audio"][:1], "footage": []}
    world.enrolment.write_text(json.dumps([one]), encoding="utf-8")
    return world
