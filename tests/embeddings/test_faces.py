"""Faces of a creative: one track per person, cuts respected, small ones named and not guessed, no vector in a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from embeddings.faces import (
    FoundFaces,
    FoundTrack,
    SeenFaces,
    agreement,
    find_faces,
    overlap,
    region_of,
    see_faces,
    with_vectors,
)
from embeddings.following import follow_faces
from embeddings.landmarks import similarity
from embeddings.media import decode
from embeddings.records import FACE_TRACK_SCHEMA, Creative, FaceTrack, MediaKind
from embeddings.samples import DecodedMedia, DetectedFace, Frame, LoadedPack
from embeddings.sightings import sight
from evidence.tables import to_row

Picture = NDArray[np.uint8]
Film = Callable[..., Path]


def _media(pictures: Sequence[Picture], *, step_s: float = 0.5, scale: float = 1.0) -> DecodedMedia:
    creative = Creative(
        sha256="c" * 64,
        size_bytes=1,
        kind=MediaKind.VIDEO,
        container="mp4",
        duration_s=len(pictures) * step_s,
        width_px=None,
        height_px=None,
        frame_rate=None,
        video_codec=None,
        audio_codec=None,
        encoder=None,
        has_sound=False,
        frames_sampled=len(pictures),
        problems=(),
        sandbox="none",
    )
    frames = tuple(Frame(at_s=n * step_s, pixels=picture, scale=scale) for n, picture in enumerate(pictures))
    return DecodedMedia(creative=creative, path=Path("made.mp4"), frames=frames, sound=None)


def _scene(face: Picture, *, left: int, grey: int = 90) -> Picture:
    scene = np.full((360, 640, 3), grey, dtype=np.uint8)
    scene[40:340, left : left + 300] = cv2.resize(face, (300, 300), interpolation=cv2.INTER_AREA)
    return scene


@pytest.fixture(scope="module")
def portraits(astronaut: Picture, hopper: Picture) -> tuple[Picture, Picture]:
    return astronaut[:300, 80:380], hopper[20:420, 60:460]


def test_a_moving_face_is_one_track(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    media = _media([_scene(portraits[0], left=20 + 25 * n) for n in range(6)], scale=0.5)
    (sample,) = see_faces(media, pack).samples
    assert (sample.track.start_s, sample.track.end_s, sample.track.frames_seen) == (0.0, 2.5, 6)
    assert sample.vectors.shape == (1, 128)  # the same picture of it six times
    assert sample.track.size_px > 150
    assert sample.track.sharpness > 0


def test_two_people_at_once_are_two_tracks(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    scene = np.concatenate([_scene(portraits[0], left=10)[:, :320], _scene(portraits[1], left=10)[:, :320]], axis=1)
    seen = see_faces(_media([scene, scene.copy()]), pack)
    assert len(seen.samples) == 2
    assert all(len(seen.paths[sample.track.track]) == 2 for sample in seen.samples)


def test_a_cut_to_another_person_in_the_same_place_is_another_track(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    first, second = (_scene(face, left=170) for face in portraits)
    seen = see_faces(_media([first, np.roll(first, 4, axis=1), second, np.roll(second, 4, axis=1), first]), pack)
    assert sorted(sample.track.frames_seen for sample in seen.samples) == [2, 3]  # who comes back is one track again
    apart = agreement(seen.samples[0].vectors, seen.samples[1].vectors, metric="euclidean")
    assert apart.max() < pack.manifest.face_threshold


def test_a_face_not_compared_to_judge_is_named_and_gets_no_vector(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    strict = replace(pack, manifest=replace(pack.manifest, face_min_size_px=400))
    seen = see_faces(_media([_scene(portraits[0], left=100)]), strict)
    assert seen.samples == ()
    assert len(seen.not_compared) == 1
    assert seen.tracks == seen.not_compared
    assert "below the 400 px" in seen.problems[0]
    assert see_faces(_media([_scene(portraits[0], left=100)]), strict).samples == ()


def test_faces_beyond_the_most_that_are_compared_keep_their_place(
    pack: LoadedPack, portraits: tuple[Picture, Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.faces.MAX_TRACKS", 1)
    scene = np.concatenate([_scene(portraits[0], left=10)[:, :320], _scene(portraits[1], left=10)[:, :320]], axis=1)
    seen = see_faces(_media([scene, scene.copy()]), pack)
    assert (len(seen.samples), len(seen.not_compared)) == (1, 1)
    assert len(seen.paths[seen.not_compared[0].track]) == 2
    assert seen.problems == ("1 of 2 faces were not compared, the smallest ones",)


def test_nobody_gives_nothing(pack: LoadedPack) -> None:
    for pictures in ([], [np.zeros((90, 160, 3), dtype=np.uint8)]):
        assert see_faces(_media(pictures), pack).tracks == ()


def test_vectors_appear_in_no_record(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    seen: SeenFaces = see_faces(_media([_scene(portraits[0], left=60)]), pack)
    row = to_row(seen.samples[0].track)
    assert set(row) == set(FACE_TRACK_SCHEMA.names)
    written = json.dumps([row, to_row(_media([]).creative), seen.problems])
    assert not any(f"{value:.4f}" in written for value in seen.samples[0].vectors.ravel() if abs(value) > 0.01)


def test_a_film_from_disk_gives_its_face(
    pack: LoadedPack, film: Callable[..., Path], portraits: tuple[Picture, Picture]
) -> None:
    path = film("talk.mp4", [_scene(portraits[1], left=100 + n) for n in range(20)])
    media = decode(path)
    (sample,) = see_faces(media, pack).samples
    assert sample.track.creative_sha256 == media.creative.sha256
    assert sample.track.end_s > 1.0


def test_boxes_are_judged_as_said() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1.0
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (20, 0, 30, 10)) == 0.0
    region = region_of((-10, -10, 50, 30), np.zeros((60, 100, 3), dtype=np.uint8))
    assert (region.left, region.top, region.width, region.height) == (0.0, 0.0, 0.5, 0.5)


def test_vectors_of_several_creatives_can_be_made_in_one_call(
    pack: LoadedPack, portraits: tuple[Picture, Picture]
) -> None:
    found = [find_faces(_media([_scene(face, left=60)]), pack) for face in portraits]
    rows = pack.faces.embed([chip for one in found for chip in one.chips])
    for one, row in zip(found, rows, strict=True):
        (sample,) = with_vectors(one, row[None], pack).samples
        assert np.allclose(sample.vectors, pack.faces.embed(one.chips), atol=1e-5)
    with pytest.raises(ValueError, match="2 vectors do not fit 1 crops"):
        with_vectors(found[0], rows, pack)


def test_a_track_that_holds_two_people_is_taken_apart(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    pictures = [_scene(face, left=170 + n) for face in portraits for n in range(2)]
    found = find_faces(_media(pictures), pack)
    sightings = tuple(one for track in found.tracks for one in track.sightings)
    chosen = tuple(one for track in found.tracks for one in track.chosen)
    mixed: FoundFaces = replace(found, tracks=(FoundTrack(sightings=sightings, chosen=chosen),))
    seen = see_faces(_media(pictures), pack)
    assert [sample.track.frames_seen for sample in seen.samples] == [2, 2]
    apart = with_vectors(mixed, pack.faces.embed(mixed.chips), pack)
    assert [[at.at_s for at in apart.paths[n]] for n in (0, 1)] == [[0.0, 0.5], [1.0, 1.5]]


def _in_place_of(one: Picture, other: Picture, pack: LoadedPack) -> Picture:
    """The other's face exactly where the first picture has its own."""
    here, there = (pack.faces.detect(picture)[0] for picture in (one, other))
    matrix = similarity(there.landmarks, here.landmarks)
    size = (one.shape[1], one.shape[0])
    moved = cv2.warpAffine(other, matrix.astype(np.float64), size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


@pytest.mark.parametrize("back", [False, True])
def test_who_slowly_takes_anothers_place_out_of_focus_does_not_stay_in_their_track(
    pack: LoadedPack, portraits: tuple[Picture, Picture], back: bool
) -> None:
    first = portraits[0]
    second = _in_place_of(first, portraits[1], pack)
    shares = [0.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    shares += shares[::-1] if back else []
    mixed = [cv2.addWeighted(first, 1 - share, second, share, 0) for share in shares]
    soft = [
        one if share == 0.0 else cv2.GaussianBlur(one, (0, 0), 3.5) for one, share in zip(mixed, shares, strict=True)
    ]
    media = _media([_scene(np.asarray(one, np.uint8), left=100) for one in soft])
    (followed,) = follow_faces(media.frames, pack)  # by their looks they are one
    assert len(followed.sightings) == len(shares)
    seen = see_faces(media, pack)
    shown = {at.at_s: number for number, path in seen.paths.items() for at in path}
    assert len(shown) == len(shares)
    pure = {share: {shown[0.5 * n] for n, one in enumerate(shares) if one == share} for share in (0.0, 1.0)}
    assert [len(tracks) for tracks in pure.values()] == [1, 1]
    assert pure[0.0] != pure[1.0]


def test_a_cut_to_the_mirrored_face_is_the_same_person(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    plain, close = _scene(portraits[0], left=20), _scene(portraits[0][:240, 30:270], left=320, grey=30)
    (sample,) = see_faces(_media([plain, plain, close[:, ::-1].copy()]), pack).samples
    assert sample.track.frames_seen == 3


def test_a_track_says_how_good_its_best_picture_is(pack: LoadedPack, portraits: tuple[Picture, Picture]) -> None:
    sharp = _scene(portraits[0], left=100)
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 3), np.uint8)
    (sample,) = see_faces(_media([soft, sharp, soft]), pack).samples
    assert sample.track.best_s == 0.5
    assert len(sample.vectors) == 1
    (worse,) = see_faces(_media([soft]), pack).samples
    assert worse.track.quality < 0.5 < 0.8 < sample.track.quality <= 1.0
    assert abs(sample.track.yaw_deg) < 30


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp"])
def test_an_animation_gives_its_face(
    pack: LoadedPack, tmp_path: Path, portraits: tuple[Picture, Picture], name: str
) -> None:
    pictures = [Image.fromarray(_scene(portraits[0], left=100 + 4 * n)) for n in range(6)]
    pictures[0].save(tmp_path / name, save_all=True, append_images=pictures[1:], duration=500, loop=0)
    (sample,) = see_faces(decode(tmp_path / name), pack).samples
    assert sample.track.frames_seen >= 5


def test_a_slideshow_gives_everyone_in_it(
    pack: LoadedPack, film: Callable[..., Path], portraits: tuple[Picture, Picture]
) -> None:
    slides = [_scene(portraits[0], left=20), np.zeros((360, 640, 3), dtype=np.uint8), _scene(portraits[1], left=300)]
    media = decode(film("slides.mp4", [slide for slide in slides for _ in range(12)], fps=6))
    tracks = [sample.track for sample in see_faces(media, pack).samples]
    assert len(tracks) == 2
    assert tracks[0].end_s < tracks[1].start_s


def test_a_picture_gives_its_face_and_a_recording_none(
    pack: LoadedPack, tmp_path: Path, film: Callable[..., Path], portraits: tuple[Picture, Picture]
) -> None:
    Image.fromarray(_scene(portraits[1], left=200)).save(tmp_path / "still.jpg")
    seen = see_faces(decode(tmp_path / "still.jpg"), pack)
    assert [len(seen.paths[track.track]) for track in seen.tracks] == [1]
    tone = np.sin(np.arange(32_000) / 20).astype(np.float32)
    assert see_faces(decode(film("tone.wav", [], sound=tone)), pack).tracks == ()


@pytest.mark.fixtures
def test_mirrored_photographs_are_the_same_people(pack: LoadedPack, fixtures: Path) -> None:
    scores = []
    for path in sorted((fixtures / "deepface").glob("img?.jpg")):
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((640, 640))
        plain, mirrored = (
            see_faces(_media([pixels]), pack).samples
            for pixels in (np.array(picture), np.array(picture)[:, ::-1].copy())
        )
        if plain and mirrored:
            scores.append(agreement(plain[0].vectors, mirrored[0].vectors, metric=pack.manifest.face_metric).mean())
    print(f"{len(scores)} photographs against their mirror images: scores {min(scores):.2f} to {max(scores):.2f}")  # noqa: T201
    assert len(scores) >= 8
    assert min(scores) > pack.manifest.face_threshold


@pytest.mark.fixtures
def test_following_sees_what_looking_at_every_frame_sees(pack: LoadedPack, fixtures: Path) -> None:
    missed = everywhere = 0
    for name in ("dfl_real/Obama_speaking.mp4", "dfl_pairs/Kim_Jarrey_2.mp4", "dfl_pairs/Matilda_Bobbie_0.mp4"):
        media = decode(fixtures / name)
        boxes: dict[int, list[tuple[int, int, int, int]]] = {}
        for track in find_faces(media, pack).tracks:
            for sighting in track.sightings:
                boxes.setdefault(sighting.index, []).append(sighting.face.box)
        for index, frame in enumerate(media.frames):
            for face in pack.faces.detect(frame.pixels):
                everywhere += 1
                missed += max((overlap(face.box, box) for box in boxes.get(index, [])), default=0.0) < 0.3
    print(f"of {everywhere} faces that the detector finds when it looks at every frame, {missed} are not followed")  # noqa: T201
    assert missed <= 0.02 * everywhere


@pytest.mark.fixtures
def test_a_real_clip_has_its_one_speaker(pack: LoadedPack, fixtures: Path) -> None:
    (sample,) = see_faces(decode(fixtures / "dfl_real" / "Obama_speaking.mp4"), pack).samples
    assert sample.track.frames_seen > 10


def test_who_is_shown_for_two_seconds_in_the_middle_of_four_minutes_is_found(
    pack: LoadedPack, film: Film, still_scene: Picture
) -> None:
    rng = np.random.default_rng(7)
    street, office = (
        cv2.resize(rng.integers(60, 200, (12, 20, 3), dtype=np.uint8), (640, 360), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    )
    pictures = [street if n // 50 % 2 else office for n in range(480)]
    pictures[242:246] = [still_scene] * 4
    media = decode(film("long.mp4", pictures, fps=2))
    seen = see_faces(media, pack)
    (sample,) = seen.samples
    assert 121.0 <= sample.track.start_s <= sample.track.end_s < 123.0


def test_pose_and_what_covers_a_face_are_noted_and_lower_its_quality(pack: LoadedPack, still_scene: Picture) -> None:
    (face,) = pack.faces.detect(still_scene)
    left, top, right, bottom = face.box
    covered = still_scene.copy()
    covered[top - 40 : bottom + 40, (left + right) // 2 : right + 40] = 120
    plain, barred = (face_track(picture, face, pack) for picture in (still_scene, covered))
    assert plain.occlusion == 0.0
    assert (barred.occlusion or 0.0) >= 0.4
    assert barred.quality < 0.6 * plain.quality
    assert plain.pitch_deg is not None
    assert abs(plain.pitch_deg) < 25.0


def face_track(picture: Picture, face: DetectedFace, pack: LoadedPack) -> FaceTrack:
    """The record of one face in one picture."""
    seen = sight([Frame(at_s=0.0, pixels=picture, scale=1.0)], 0, face, pack)
    track = FoundTrack(sightings=(seen,), chosen=(seen,))
    chip = pack.faces.chip(picture, face)
    found = FoundFaces(creative_sha256="c" * 64, tracks=(track,), not_compared=(), chips=(chip,), problems=())
    (record,) = with_vectors(found, pack.faces.embed([chip]), pack).tracks
    return record
