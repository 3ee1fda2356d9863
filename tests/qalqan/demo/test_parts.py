"""Portraits come from installed packages, squared, with their faces where the table says."""

from __future__ import annotations

import numpy as np
import pytest

from qalqan.demo.parts import SIZE_PX, font_path, package_file, portrait, product


@pytest.mark.parametrize("name", ["astronaut", "hopper", "woman", "man"])
def test_a_portrait_is_square_and_its_face_lies_above_the_mark(name: str) -> None:
    made = portrait(name)
    assert made.pixels.shape == (SIZE_PX, SIZE_PX, 3)
    for x, y in (*made.face.eyes, made.face.mouth):
        assert 0 < x < SIZE_PX
        assert 0 < y < made.face.chin_y
    assert made.face.chin_y < SIZE_PX - 80, "caption and mark must not cover the face"


def test_other_people_are_blends_and_not_the_sample_picture() -> None:
    first, again = portrait("woman").pixels, portrait("woman").pixels
    assert np.array_equal(first, again)


@pytest.mark.parametrize("name", ["coffee", "cat", "rocket"])
def test_products_are_pictures_of_one_size(name: str) -> None:
    assert product(name).shape == (SIZE_PX, SIZE_PX, 3)


def test_unknown_portraits_are_refused() -> None:
    with pytest.raises(KeyError):
        portrait("nobody")


def test_a_missing_file_names_the_package_to_install() -> None:
    with pytest.raises(FileNotFoundError, match="matplotlib"):
        package_file("matplotlib", "no-such-picture.jpg")
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        package_file("no_such_package", "a.jpg")


def test_the_font_is_there() -> None:
    assert font_path().is_file()
