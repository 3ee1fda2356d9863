"""The demo's people are enrolled like everybody else, also after an interrupted first try."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embeddings.packs import load_pack
from qalqan.demo.enrolling import enrol_world
from qalqan.demo.protected import BRANDS_TOML, people
from qalqan.demo.world import World
from tests.media import portrait, say, write_picture
from watchlist.listing import list_people

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world with one official, made of a picture and a recording only."""
    one = people(now=NOW)[0] | {"images": ["a.png"], "audio": ["a.wav"], "footage": []}
    write_picture(tmp_path / "a.png", portrait("astronaut"))
    say(tmp_path / "a.wav")
    (tmp_path / "enrolment.json").write_text(json.dumps([one]))
    (tmp_path / "brands.toml").write_text(BRANDS_TOML)
    return World(directory=tmp_path)


def test_enrolled_approved_and_enrolled_once(world: World, tmp_path: Path) -> None:
    directory, pack = tmp_path / "watchlist", load_pack("open")
    assert enrol_world(world, directory, pack=pack, now=NOW) == ["aysel-quliyeva"]
    assert [row.state for row in list_people(directory, NOW)] == ["active"]
    assert enrol_world(world, directory, pack=pack, now=NOW) == []


def test_somebody_left_waiting_is_approved(world: World, tmp_path: Path) -> None:
    directory, pack = tmp_path / "watchlist", load_pack("open")
    enrolment = json.loads(world.enrolment.read_text())
    approvers = enrolment[0]["approvers"]
    world.enrolment.write_text(json.dumps([enrolment[0] | {"approvers": approvers[:1]}]))
    enrol_world(world, directory, pack=pack, now=NOW)
    assert [row.state for row in list_people(directory, NOW)] != ["active"]
    world.enrolment.write_text(json.dumps(enrolment))
    assert enrol_world(world, directory, pack=pack, now=NOW) == []
    assert [row.state for row in list_people(directory, NOW)] == ["active"]
