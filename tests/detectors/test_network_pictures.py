"""What a network is shown is what its manifest says: size, colours, cut, margin; and faces that are too small are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.appearances import Look, NotShown
from detectors.network_facts import PictureInput, Resize, Shown
from detectors.network_manifest import read_manifest
from detectors.network_pictures import prepared, resized, shown_pictures
from detectors.subject import CreativeSubject
from embeddings.media import decode
from tests.detectors.recognised import PERSON, STEP_S, heard, plain, portrait_region, seen, subject
from tests.detectors.tiny_networks import make_onnx_pictures
from tests.factories import make_person
from tests.portrait_film import portrait_frames, write_film

OTHER = make_person(person_id="another", names=("Another Person",))


def input_of(**facts: Any) -> PictureInput:
    return PictureInput(
        **{
            "shown": Shown.FRAME,
            "width_px": 8,
            "height_px": 4,
            "channels": "rgb",
            "layout": "nchw",
            "interpolation": "box",
            "scale": 255.0,
            "mean": (0.0, 0.0, 0.0),
            "std": (1.0, 1.0, 1.0),
            **facts,
        }
    )


def shown(place: Path, of: CreativeSubject, **sections: Any) -> list[Look | NotShown]:
    return list(shown_pictures(of, read_manifest(make_onnx_pictures(place, **sections))))


def look(place: Path, of: CreativeSubject, **sections: Any) -> Look:
    (one,) = shown(place, of, **sections)
    assert isinstance(one, Look), one.why
    return one


def why_not(place: Path, of: CreativeSubject, **sections: Any) -> NotShown:
    (one,) = shown(place, of, **sections)
    assert isinstance(one, NotShown)
    return one


def test_values_are_scaled_shifted_and_ordered() -> None:
    pixels = np.zeros((4, 8, 3), dtype=np.uint8)
    pixels[..., 0], pixels[..., 2] = 255, 51
    rgb = prepared([pixels, pixels], input_of(mean=(0.5, 0.0, 0.1), std=(0.5, 1.0, 0.2)))
    assert rgb.shape == (2, 3, 4, 8)
    assert rgb[0, :, 0, 0] == pytest.approx([1.0, 0.0, 0.5])
    bgr = prepared([pixels], input_of(channels="bgr", layout="nhwc", scale=1.0))
    assert bgr.shape == (1, 4, 8, 3)
    assert list(bgr[0, 0, 0]) == [51.0, 0.0, 255.0]


def test_the_rule_of_resizing() -> None:
    wide = np.zeros((10, 40, 3), dtype=np.uint8)
    wide[:, 20:] = 200
    assert list(resized(wide, input_of())[0, :, 0]) == [0, 0, 0, 0, 200, 200, 200, 200]
    middle = resized(wide, input_of(resize=Resize.CROP, resize_px=10))
    assert middle.shape == (4, 8, 3)
    assert list(middle[0, :, 0]) == [0, 0, 0, 0, 200, 200, 200, 200]
    thread = np.full((1, 640, 3), 7, dtype=np.uint8)
    assert np.unique(resized(thread, input_of(resize=Resize.CROP, resize_px=256))).tolist() == [7]
    padded = resized(wide, input_of(resize=Resize.PAD, height_px=8))
    assert list(padded[:, 7, 0]) == [0, 0, 0, 200, 200, 0, 0, 0]


def test_frames_are_those_in_which_the_person_was_recognised(tmp_path: Path) -> None:
    pictures = [plain(value) for value in (10, 20, 30, 40, 50, 60)]
    of = subject(seen(0.5, 1.5, region=None), heard(2.0, 2.0), pictures=pictures, paths=False)
    one = look(tmp_path, of, pictures={"shown": "frame"})
    assert one.times_s == (0.5, 1.0, 1.5, 2.0)
    assert [int(item[0, 0, 0]) for item in one.items] == [20, 30, 40, 50]
    few = look(tmp_path, of, pictures={"shown": "frame"}, cost={"max_pictures": 2})
    assert few.times_s == (0.5, 2.0)
    least = why_not(tmp_path, of, pictures={"shown": "frame"}, conditions={"min_pictures": 5})
    assert "4 picture(s)" in least.why
    assert least.outside


def face_of(pixels: NDArray[np.uint8], place: Path, **facts: Any) -> NDArray[np.uint8]:
    picture: NDArray[np.uint8] = look(place, subject(seen(0.0, 0.0), pictures=[pixels]), pictures=facts).items[0]
    return picture


def test_a_face_is_upright_at_size_and_with_the_margin_asked_for(tmp_path: Path) -> None:
    pixels = portrait_frames(0.1)[0]
    size = {"width_px": 96, "height_px": 96}
    upright = face_of(pixels, tmp_path, margin=0.25, **size)
    turned = cv2.warpAffine(
        pixels,
        cv2.getRotationMatrix2D(_middle(pixels), 8, 1.0),
        pixels.shape[1::-1],
    )
    again = face_of(turned, tmp_path, margin=0.25, **size)
    inner = (slice(24, 72), slice(24, 72))
    assert np.corrcoef(upright[inner].ravel(), again[inner].ravel())[0, 1] > 0.95
    wider = face_of(pixels, tmp_path, margin=1.0, **size)  # the unit square fills 1 / 3 of the side, not 2 / 3
    small = cv2.resize(upright, (48, 48), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(wider[24:72, 24:72].ravel(), small.ravel())[0, 1] > 0.98


def _middle(pixels: NDArray[np.uint8]) -> tuple[float, float]:
    region, (height, width) = portrait_region(), pixels.shape[:2]
    return (region.left + region.width / 2) * width, (region.top + region.height / 2) * height


def test_a_box_is_square_with_black_beyond_the_edge(tmp_path: Path) -> None:
    pixels = np.full((480, 480, 3), 255, dtype=np.uint8)
    tight = face_of(pixels, tmp_path, shown="face_box", margin=0.0)
    assert tight.min() == 255
    wide = face_of(pixels, tmp_path, shown="face_box", margin=2.0)
    assert wide[0, 16].max() == 0
    assert wide[16, 16].min() == 255
    region = portrait_region()
    side = 5 * 480 * max(region.width, region.height)
    middle = 480 * (region.left + region.width / 2)
    columns = min(480, middle + side / 2) - max(0, middle - side / 2)
    assert np.mean(wide[16, :, 0] > 127) == pytest.approx(columns / side, abs=0.05)


def test_a_small_face_is_outside_the_conditions(tmp_path: Path) -> None:
    of = subject(seen(0.0, 0.5), pictures=portrait_frames(0.2))
    height = round(portrait_region().height * 480)
    refused = why_not(tmp_path, of, conditions={"min_face_px": height + 20})
    assert "px high" in refused.why
    assert refused.outside
    assert len(look(tmp_path, of, conditions={"min_face_px": height - 20}).items) == 2
    enlarged = look(tmp_path, of, pictures={"width_px": 512, "height_px": 512})
    assert "enlarged for the network" in enlarged.limits[0]


def test_without_a_path_the_best_picture_is_shown_or_none(tmp_path: Path) -> None:
    pictures = portrait_frames(0.4)
    one = look(tmp_path, subject(seen(0.0, 2.0, best_s=1.0), pictures=pictures, paths=False))
    assert one.times_s == (1.0,)
    assert "was not recorded" in why_not(tmp_path, subject(seen(0.0, 2.0, region=None), paths=False)).why
    assert "only the voice" in why_not(tmp_path, subject(heard(0.0, 2.0), pictures=pictures)).why


def test_the_cost_is_shared_and_the_rest_is_said(tmp_path: Path) -> None:
    pictures = portrait_frames(0.8)
    matches = [seen(index * 0.5, 3.5, track=index) for index in range(4)]
    looks = shown(tmp_path, subject(*matches, pictures=pictures), cost={"max_appearances": 2, "max_pictures": 4})
    assert [len(one.items) for one in looks if isinstance(one, Look)] == [2, 2]
    assert [one.match.track for one in looks] == [0, 1]
    assert all(isinstance(one, Look) and "2 shorter appearance(s)" in one.limits[0] for one in looks)
    share = {"cost": {"max_pictures": 4}, "conditions": {"min_pictures": 3}}
    (one,) = shown(tmp_path, subject(*matches, pictures=pictures), **share)
    assert isinstance(one, Look)
    assert len(one.items) == 4
    two = subject(seen(0.0, 1.0), seen(0.0, 1.0, person=OTHER, track=1), pictures=pictures, people=(PERSON, OTHER))
    first, second = shown(tmp_path, two, pictures={"shown": "frame"}, cost={"max_appearances": 1})
    assert isinstance(first, Look)
    assert isinstance(second, NotShown)
    assert "cost limit" in second.why


def test_a_closer_look_shows_more_of_a_small_face(tmp_path: Path) -> None:
    large = [cv2.resize(frame, (960, 960), interpolation=cv2.INTER_CUBIC) for frame in portrait_frames(0.5)]
    film = write_film(tmp_path / "large.mp4", large, None, bit_rate=4_000_000)
    small = [cv2.resize(large[index], (160, 160), interpolation=cv2.INTER_AREA) for index in (0, 1)]
    of = subject(seen(0.0, STEP_S), pictures=small, scale=160 / 960, path=film)
    size = {"width_px": 224, "height_px": 224}
    far, near = (
        look(tmp_path, of, pictures=size, cost={"closer_look_s": seconds, "max_pictures": 2}) for seconds in (0.0, 2.0)
    )
    assert far.limits
    assert not near.limits
    sharp = [cv2.Laplacian(one.items[0], cv2.CV_64F).var() for one in (far, near)]
    assert sharp[1] > 3 * sharp[0]
    assert decode(film).creative.width_px == 960


def test_a_film_that_cannot_be_read_again_is_looked_at_as_sampled(tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"nothing")
    of = subject(seen(0.0, 0.5), pictures=portrait_frames(0.2), scale=0.5, path=tmp_path / "no.mp4")
    one = look(tmp_path, of, pictures={"width_px": 512, "height_px": 512}, cost={"closer_look_s": 1.0})
    assert len(one.items) == 2
    assert "A closer look was not possible" in one.limits[0]
