"""Faces of a suspect: none where sightings are too rare, and no larger a look than faces need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.subject import CreativeSubject
from detectors.suspect_faces import CLOSE_FACE_PX, close_faces, dense_path, sampled_faces, side_px
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from tests.factories import make_match
from tests.portrait_film import portrait_frames, write_film
from watchlist.gallery import Gallery
from watchlist.records import Match


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> CreativeSubject:
    pack = load_pack("open")
    media = decode(write_film(tmp_path_factory.mktemp("film") / "film.mp4", portrait_frames(3.0), None))
    seen = see_faces(media, pack)
    return CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=(),
        matches=(),
        gallery=Gallery.of(pack.manifest, persons=[]),
        pack=pack,
        paths=seen.paths,
    )


@pytest.fixture
def match(subject: CreativeSubject) -> Match:
    track = subject.faces[0].track
    return make_match(track=track.track, start_s=track.start_s, end_s=track.end_s, region=track.region)


def test_a_closer_look_gives_ten_faces_a_second_where_the_samples_have_two(
    subject: CreativeSubject, match: Match
) -> None:
    sampled, close = sampled_faces(subject, match), close_faces(subject, match, end_s=1.5)
    assert 5 <= len(sampled.faces) <= 8
    assert sampled.spacing == 5
    assert len(close.faces) == 16
    assert close.spacing == 1
    near = int(abs(close.times_s - sampled.times_s[1]).argmin())
    assert abs(close.faces[near].astype(int) - sampled.faces[1].astype(int)).mean() < 8


def test_where_sightings_are_rare_or_unknown_the_face_is_sought(subject: CreativeSubject, match: Match) -> None:
    path = subject.paths[match.track]
    for paths in ({}, {match.track: path[::3]}):
        unsure = replace(subject, paths=paths)
        assert dense_path(unsure, match) == ()
        assert len(sampled_faces(unsure, match).faces) == 0
        assert len(close_faces(unsure, match, end_s=1.0).faces) >= 10


def test_a_closer_look_is_no_larger_than_a_face_needs(subject: CreativeSubject, match: Match) -> None:
    assert match.region is not None
    assert side_px(subject, match, face_px=CLOSE_FACE_PX, most_px=640) * match.region.height == pytest.approx(
        CLOSE_FACE_PX, abs=1
    )
    small = replace(match, region=replace(match.region, height=0.05))
    assert side_px(subject, small, face_px=CLOSE_FACE_PX, most_px=640) == 640
