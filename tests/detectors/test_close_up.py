"""A recognised face from frame to frame: dense, upright, steady, and made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.appearances import NotShown
from detectors.close_up import FACE_PX, GAP_S, MOST_CLOSE_UPS, CloseUp, close_ups, pace_of, steadied
from detectors.subject import CreativeSubject
from embeddings.landmarks import on_average_face
from tests.detectors.recognised import everybody
from tests.portrait_film import portrait_frames, write_film
from watchlist.records import Modality


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> CreativeSubject:
    return everybody(write_film(tmp_path_factory.mktemp("film") / "film.mp4", portrait_frames(3.0), None))


def only(subject: CreativeSubject) -> CloseUp:
    (made,) = close_ups(replace(subject, memo={}))
    assert isinstance(made, CloseUp)
    return made


def test_a_face_is_shown_at_the_pace_of_the_film(film: CreativeSubject) -> None:
    shown = only(film)
    assert shown.frames_per_s == pytest.approx(10.0, rel=0.05)
    assert 25 <= len(shown.times_s) <= 30
    assert shown.faces.shape == (len(shown.times_s), FACE_PX, FACE_PX, 3)
    assert shown.height_px == pytest.approx(film.faces[0].track.size_px, rel=0.1)
    usual = on_average_face("eye_corners", size_px=FACE_PX, padding=0.5)
    assert np.abs(np.median(shown.landmarks, axis=0) - usual).max() < 12
    assert list(shown.stretches()) == [slice(0, len(shown.times_s))]


@pytest.mark.parametrize(("own", "pace"), [(25.0, 25.0), (30.0, 30.0), (29.97, 29.97), (60.0, 30.0), (240.0, 30.0)])
def test_a_fast_film_is_looked_at_every_second_frame_or_fewer(film: CreativeSubject, own: float, pace: float) -> None:
    creative = replace(film.media.creative, frame_rate=own)
    assert pace_of(replace(film, media=replace(film.media, creative=creative))) == pytest.approx(pace)


def test_it_is_made_once_for_all_detectors(film: CreativeSubject) -> None:
    subject = replace(film, memo={})
    assert close_ups(subject) is close_ups(subject)


def test_without_a_path_the_face_is_sought(film: CreativeSubject) -> None:
    sought, followed = only(replace(film, paths={})), only(film)
    assert len(sought.times_s) >= len(followed.times_s)
    at = np.searchsorted(sought.times_s, followed.times_s[5] - 1e-6)
    assert np.abs(sought.faces[at].astype(int) - followed.faces[5].astype(int)).mean() < 10


def test_a_picture_is_a_single_frame(tmp_path: Path) -> None:
    Image.fromarray(portrait_frames(0.1)[0]).save(tmp_path / "picture.png")
    shown = only(everybody(tmp_path / "picture.png"))
    assert shown.faces.shape == (1, FACE_PX, FACE_PX, 3)
    assert shown.frames_per_s is None


def test_what_cannot_be_shown_says_why(film: CreativeSubject, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("something else by now")
    gone = replace(film, memo={}, media=replace(film.media, path=tmp_path / "film.mp4"))
    (made,) = close_ups(gone)
    assert isinstance(made, NotShown)
    assert "could not be read again" in made.why
    voice = replace(film, memo={}, matches=(replace(film.matches[0], modality=Modality.VOICE),))
    assert close_ups(voice) == ()


def test_only_the_longest_appearances_are_shown(film: CreativeSubject) -> None:
    shorter = [replace(film.matches[0], end_s=0.5 + index / 10, start_s=0.0, best_s=0.2) for index in range(4)]
    made = close_ups(replace(film, memo={}, matches=(*film.matches, *shorter)))
    assert [isinstance(one, CloseUp) for one in made] == [True] * MOST_CLOSE_UPS + [False] * 2
    assert isinstance(made[-1], NotShown)
    assert "longest appearances" in made[-1].why


def test_trembling_is_taken_out_and_no_gap_is_bridged() -> None:
    times_s = np.array([0.0, 0.04, 0.08, 0.12, 0.16, 0.16 + 2 * GAP_S, 0.2 + 2 * GAP_S])
    points = np.zeros((7, 5, 2))
    points[2] = 5.0
    points[5:] = 100.0
    steady = steadied(points, times_s)
    assert steady[2, 0, 0] == pytest.approx(1.0)
    assert steady[0, 0, 0] == 0.0
    assert steady[4, 0, 0] == 0.0
    assert np.all(steady[5:] == 100.0)
