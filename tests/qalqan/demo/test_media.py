"""Recipes become files that are what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from qalqan.demo.creatives import ADVERTISED, AYSEL, ENROLMENT_CLIPS, GULNAR, Recipe, Scene
from qalqan.demo.media import enrolment_parts, genuine_sound, head_frames, make, sound_of

BY_FILE = {recipe.file: recipe for recipe in ADVERTISED}


def short(name: str) -> Recipe:
    """An excerpt of one second, so that the test is quick."""
    recipe = BY_FILE[name]
    return replace(recipe, until_s=recipe.from_s + 1.0)


def test_an_excerpt_is_the_footage_itself() -> None:
    excerpt = short("aysel-excerpt.mp4")
    whole = next(clip for clip in ENROLMENT_CLIPS if (clip.who, clip.footage) == (AYSEL, 0))
    frames = list(head_frames(excerpt))
    footage = list(head_frames(replace(whole, until_s=2.0)))
    # Where the mouth opens depends on how loud the rest of the clip is; the eyes do not.
    assert np.array_equal(frames[0][:180], footage[25][:180])
    assert len(frames) == 25


@pytest.mark.parametrize(
    "recipe", [r for r in ADVERTISED if r.scene in (Scene.FAKE, Scene.VOICE_OVER)], ids=lambda r: r.file
)
def test_a_fake_lies_inside_the_footage_it_is_cut_from(recipe: Recipe) -> None:
    assert recipe.who is not None
    sound = sound_of(recipe)
    assert 6.0 <= sound.duration_s <= 10.0
    assert recipe.from_s + sound.duration_s <= genuine_sound(recipe.who, recipe.footage).duration_s


@pytest.mark.parametrize("who", [AYSEL, GULNAR])
def test_there_is_enough_genuine_speech_to_enrol(who: str) -> None:
    assert genuine_sound(who, 2).duration_s >= 20
    assert genuine_sound(who, 0).duration_s >= 12
    parts = enrolment_parts(who)
    assert sum(name.endswith(".jpg") for name in parts) >= 3


def test_a_clip_is_written_with_sound_and_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    make(short("gulnar-excerpt.mp4"), path)
    with av.open(str(path)) as container:
        assert container.streams.audio
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (480, 480, 3)
    yellow = (frame[-26:, :, 0] > 180) & (frame[-26:, :, 2] < 110)
    assert yellow.sum() > 150


def test_broken_files_are_broken_in_their_own_ways(tmp_path: Path) -> None:
    for name in ("broken-truncated.mp4", "broken-empty.mp4", "broken-text.mp4"):
        path = tmp_path / name
        make(BY_FILE[name], path)
        with pytest.raises(av.error.InvalidDataError), av.open(str(path)):
            pass
    assert (tmp_path / "broken-empty.mp4").stat().st_size == 0
    assert (tmp_path / "broken-truncated.mp4").stat().st_size > 10_000


def test_pictures_are_written_as_pictures(tmp_path: Path) -> None:
    for name in ("aysel-still.jpg", "museum.jpg"):
        make(BY_FILE[name], tmp_path / name)
        assert (tmp_path / name).read_bytes()[:2] == b"\xff\xd8"


def test_a_talking_head_needs_somebody() -> None:
    with pytest.raises(ValueError, match="needs somebody"):
        next(head_frames(Recipe(file="a.mp4", scene=Scene.TALK)))
