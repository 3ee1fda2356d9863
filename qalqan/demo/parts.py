"""The faces, pictures and fonts the demo is made from; all of them come with installed packages, nothing is downloaded.

===================  ============================================  ==================================================
part                 package file                                  licence
===================  ============================================  ==================================================
``astronaut``        scikit-image ``data/astronaut.png``           public domain (NASA portrait of Eileen Collins)
``hopper``           matplotlib ``sample_data/grace_hopper.jpg``   public domain (US Navy portrait of Grace Hopper)
``woman``, ``man``   insightface ``data/images/t1.jpg``            sample picture of an MIT package; see below
``coffee``           scikit-image ``data/coffee.png``              CC0
``cat``              scikit-image ``data/chelsea.png``             CC0
``rocket``           scikit-image ``data/rocket.jpg``              CC0
font                 matplotlib ``DejaVuSans-Bold.ttf``            Bitstream Vera / DejaVu licence
===================  ============================================  ==================================================

insightface does not say who holds the rights to its sample picture, so the picture itself never appears: "other people" are
invented from it, each a half-and-half blend of two faces, and no file made from it is distributed with this project.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Point = tuple[float, float]

SIZE_PX = 480
"""Side of every portrait and of most demo media."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Where things are in a picture, in its pixels: eye and mouth centres, ``eye`` half sizes (x, y), half width of the mouth,
    by how much its corners lie above its middle, and the height of the chin."""

    eyes: tuple[Point, Point]
    eye_half: Point
    mouth: Point
    mouth_half: float
    mouth_curve: float
    chin_y: float
    lid_from: int
    """+1: lids close with skin from above the eye, -1: from below it (where glasses have a rim above)."""

    def seen_in(self, *, left: float, top: float, zoom: float) -> Face:
        """The same face in a picture cut at (left, top) and enlarged ``zoom`` times."""

        def moved(point: Point) -> Point:
            return ((point[0] - left) * zoom, (point[1] - top) * zoom)

        return replace(
            self,
            eyes=(moved(self.eyes[0]), moved(self.eyes[1])),
            eye_half=(self.eye_half[0] * zoom, self.eye_half[1] * zoom),
            mouth=moved(self.mouth),
            mouth_half=self.mouth_half * zoom,
            mouth_curve=self.mouth_curve * zoom,
            chin_y=(self.chin_y - top) * zoom,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portrait:
    """A square picture (SIZE_PX, SIZE_PX, 3) RGB with one face."""

    pixels: Pixels
    face: Face


# Measured by hand on the pictures named above.
ASTRONAUT = Face(
    eyes=((203, 101.5), (246.5, 104)),
    eye_half=(10, 5),
    mouth=(223.5, 150.5),
    mouth_half=18,
    mouth_curve=8,
    chin_y=178,
    lid_from=1,
)
HOPPER = Face(
    eyes=((223.5, 193), (305, 190)),
    eye_half=(17, 7),
    mouth=(267.5, 279),
    mouth_half=27,
    mouth_curve=0,
    chin_y=333,
    lid_from=-1,
)
T1_WOMAN = Face(
    eyes=((1149.5, 327.5), (1192, 325)),
    eye_half=(9, 4),
    mouth=(1170, 369),
    mouth_half=18,
    mouth_curve=3,
    chin_y=401,
    lid_from=1,
)
T1_MAN = Face(
    eyes=((491.5, 320.5), (540.5, 333.5)),
    eye_half=(10, 4),
    mouth=(504.5, 384),
    mouth_half=21,
    mouth_curve=5,
    chin_y=415,
    lid_from=1,
)
T1_OTHER_WOMAN = ((87.5, 330), (129, 310.5), (132, 362))
T1_OTHER_MAN = ((761.5, 398.5), (800.5, 403.5), (778, 446))


def package_file(package: str, name: str) -> Path:
    """A file inside an installed package. Raises ``FileNotFoundError`` with the package to install."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = Path(folder) / name
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"The demo needs {name} of the package {package}: install the extra 'demo' (pip install -e .[demo])."
    )


def font_path() -> Path:
    """A TrueType font with Latin, Azerbaijani, Russian and Kazakh letters."""
    return package_file("matplotlib", "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf")


def picture(package: str, name: str) -> Pixels:
    """A package's picture as (h, w, 3) RGB."""
    path = package_file(package, name)
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise OSError(f"{path} is not a readable picture: reinstall the package {package}.")
    return np.ascontiguousarray(pixels[:, :, ::-1])


def cut(pixels: Pixels, face: Face, *, left: int, top: int, side: int) -> Portrait:
    """The square of ``side`` pixels at (left, top), scaled to ``SIZE_PX``."""
    square = pixels[top : top + side, left : left + side]
    scaled = cv2.resize(square, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC)
    return Portrait(pixels=scaled, face=face.seen_in(left=left, top=top, zoom=SIZE_PX / side))


def blended(pixels: Pixels, face: Face, other: tuple[Point, Point, Point]) -> Pixels:
    """The picture with ``face`` half replaced by another face of the picture, given by its eyes and mouth."""
    here = np.asarray([*face.eyes, face.mouth], np.float32)
    matrix = cv2.getAffineTransform(np.asarray(other, np.float32), here)
    height, width = pixels.shape[:2]
    moved = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    middle = here.mean(axis=0)
    reach = float(np.linalg.norm(here[0] - here[1]))
    mask = np.zeros((height, width), np.float32)
    axes = (int(reach * 0.95), int(reach * 1.15))
    cv2.ellipse(mask, (int(middle[0]), int(middle[1])), axes, 0, 0, 360, 0.5, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), reach * 0.12)[:, :, None]
    return np.asarray(pixels * (1 - mask) + moved * mask, np.uint8)


def portrait(name: str) -> Portrait:
    """``astronaut``, ``hopper``, ``woman`` or ``man``. Raises ``KeyError`` for other names."""
    if name == "astronaut":
        return cut(picture("skimage", "data/astronaut.png"), ASTRONAUT, left=90, top=10, side=270)
    if name == "hopper":
        pixels = picture("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")
        return cut(pixels, HOPPER, left=50, top=20, side=440)
    crowd = picture("insightface", "data/images/t1.jpg")
    if name == "woman":
        return cut(blended(crowd, T1_WOMAN, T1_OTHER_WOMAN), T1_WOMAN, left=1050, top=225, side=230)
    if name == "man":
        return cut(blended(crowd, T1_MAN, T1_OTHER_MAN), T1_MAN, left=380, top=210, side=250)
    raise KeyError(name)


def product(name: str) -> Pixels:
    """``coffee``, ``cat`` or ``rocket`` as a (SIZE_PX, SIZE_PX, 3) picture with nobody in it."""
    file = {"coffee": "coffee.png", "cat": "chelsea.png", "rocket": "rocket.jpg"}[name]
    pixels = picture("skimage", f"data/{file}")
    side = min(pixels.shape[:2])
    left = (pixels.shape[1] - side) // 2
    return np.asarray(
        cv2.resize(pixels[:side, left : left + side], (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA), np.uint8
    )
