"""The recipes cover what the demo promises to show."""

from __future__ import annotations

from qalqan.demo.creatives import ADVERTISED, AYSEL, ENROLMENT_CLIPS, GULNAR, Scene, Variant
from qalqan.demo.speech import LANGUAGES


def test_files_have_distinct_names() -> None:
    names = [recipe.file for recipe in (*ENROLMENT_CLIPS, *ADVERTISED)]
    assert len(names) == len(set(names))


def test_both_officials_are_faked_in_every_language() -> None:
    fakes = {(recipe.who, recipe.language) for recipe in ADVERTISED if recipe.scene is Scene.FAKE}
    assert fakes == {(who, language) for who in (AYSEL, GULNAR) for language in LANGUAGES}


def test_one_fake_exists_in_every_variant() -> None:
    variants = {recipe.variant for recipe in ADVERTISED if (recipe.who, recipe.scene) == (AYSEL, Scene.FAKE)}
    assert variants == set(Variant)


def test_every_kind_of_trouble_has_a_file() -> None:
    scenes = {recipe.scene for recipe in ADVERTISED}
    assert {Scene.TRUNCATED, Scene.EMPTY, Scene.TEXT, Scene.SILENT, Scene.LONG} <= scenes


def test_media_types_follow_the_names() -> None:
    types = {recipe.file.rpartition(".")[2]: recipe.media_type for recipe in ADVERTISED}
    assert types == {"jpg": "image/jpeg", "mp4": "video/mp4"}
