"""The straightforward script is honest: it decodes, detects, embeds and compares, ad by ad, and finds who is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from pipelines.stopwatch import Stopwatch
from qalqan.straightforward import MAX_FRAMES, References, look_at, published
from tests.media import SPEECH, portrait, say, swaying, write_clip, write_picture
from watchlist.records import Modality


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="module")
def known(pack: LoadedPack) -> dict[Modality, References]:
    picture = portrait("astronaut")
    vectors = pack.faces.embed([pack.faces.chip(picture, face) for face in pack.faces.detect(picture)])
    return {Modality.FACE: References(vectors=vectors, owners=("somebody",))}


def test_every_second_of_a_clip_is_looked_at(
    tmp_path: Path, pack: LoadedPack, known: dict[Modality, References]
) -> None:
    sound = say(tmp_path / "speech.wav", voice="en+f2", text=SPEECH)
    clip = write_clip(tmp_path / "clip.mp4", swaying(portrait("astronaut"), frames=50), sound=sound)
    watch = Stopwatch()
    look = look_at(clip, pack=pack, known=known, watch=watch)
    assert look.recognised == ("somebody",)
    assert 2 <= look.frames <= MAX_FRAMES
    assert look.faces >= look.frames
    assert look.windows >= 1
    assert dict(watch.runs) == {"decode": 1, "faces": 1, "voices": 1, "match": 1}


def test_a_picture_of_somebody_else_is_recognised_as_nobody(
    tmp_path: Path, pack: LoadedPack, known: dict[Modality, References]
) -> None:
    picture = write_picture(tmp_path / "picture.png", portrait("hopper"))
    look = look_at(picture, pack=pack, known=known, watch=Stopwatch())
    assert (look.frames, look.windows, look.recognised) == (1, 0, ())
    assert look.faces >= 1


def test_without_a_face_nothing_is_compared(
    tmp_path: Path, pack: LoadedPack, known: dict[Modality, References]
) -> None:
    empty = write_picture(tmp_path / "grey.png", np.full((120, 160, 3), 128, dtype=np.uint8))
    look = look_at(empty, pack=pack, known=known, watch=Stopwatch())
    assert (look.frames, look.faces, look.recognised) == (1, 0, ())


def test_the_authors_library_gives_the_same_vectors(pack: LoadedPack) -> None:
    picture = portrait("astronaut")
    chips = [pack.faces.chip(picture, face) for face in pack.faces.detect(picture)] * 2
    own = published(pack).faces
    assert own.embed(chips).shape == (len(chips), 128)
    np.testing.assert_allclose(own.embed(chips), pack.faces.embed(chips), atol=1e-4)
    assert own.embed([]).shape == (0, 128)
    assert len(own.detect(picture)) == len(pack.faces.detect(picture))
