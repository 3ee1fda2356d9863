"""The world is built once, whole, the same way every time."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from qalqan.demo.ads import ALL_ADS
from qalqan.demo.advert import EMPTY_QUERY, WALLED_QUERY
from qalqan.demo.creatives import ADVERTISED
from qalqan.demo.world import World, build_world, truth

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEW = tuple(recipe for recipe in ADVERTISED if recipe.file in {"gulnar-still.jpg", "cat.mp4", "broken-text.mp4"})


def hashes(world: World) -> dict[str, str]:
    files = [path for path in world.directory.rglob("*") if path.is_file()]
    return {str(path.relative_to(world.directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("world"), now=NOW, port=18_700, recipes=FEW, clips=())


def test_everything_is_there(world: World) -> None:
    assert {path.name for path in world.media.iterdir() if not path.name.startswith(".")} == {r.file for r in FEW}
    for path in (world.config, world.brands, world.enrolment, world.truth):
        assert path.is_file()
    for person in json.loads(world.enrolment.read_text(encoding="utf-8")):
        for name in (*person["images"], *person["audio"]):
            assert (world.directory / name).is_file()


def test_a_second_build_makes_nothing(world: World) -> None:
    before = hashes(world)
    said: list[str] = []
    build_world(world.directory, now=NOW, port=18_700, recipes=FEW, clips=(), tell=said.append)
    assert said == []
    assert hashes(world) == before


def test_what_is_missing_or_cut_short_is_made_again_the_same(world: World) -> None:
    before = hashes(world)
    said: list[str] = []
    (world.media / "gulnar-still.jpg").unlink()
    (world.media / "cat.mp4").write_bytes(b"cut")
    build_world(world.directory, now=NOW, port=18_700, recipes=FEW, clips=(), tell=said.append)
    assert len(said) == 1
    assert said[0].startswith("Making 2 of ")
    assert hashes(world) == before


def test_the_truth_names_every_ad_and_query() -> None:
    answers = truth()
    ads = answers["ads"]
    assert isinstance(ads, list)
    assert len(ads) == len(ALL_ADS)
    assert {ad["expect"] for ad in ads} == {"flag", "no_flag", "trouble"}
    assert all(ad["reasons"] for ad in ads if ad["expect"] != "no_flag")
    queries = answers["queries"]
    assert isinstance(queries, dict)
    assert (queries[EMPTY_QUERY], queries[WALLED_QUERY]) == ("empty", "login_wall")
