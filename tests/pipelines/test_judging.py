"""Detectors are asked about the person an item is about, whoever that is, and about what they are compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.genuine_source import GenuineSource
from detectors.identity_agreement import IdentityAgreement
from embeddings.derivatives import as_pixels
from embeddings.errors import UnreadableMedia
from embeddings.packs import load_pack
from embeddings.records import MediaKind
from pipelines.judged_items import JudgedItem
from pipelines.judging import Judge
from tests.pipelines.brightness import Brightness
from tests.portrait_film import babble, portrait_frames, write_film
from watchlist.errors import EnrolmentRefused


def item(path: Path, *, footage: Path | None = None) -> JudgedItem:
    return JudgedItem(name=path.name, path=path, altered=True, group="one", footage=footage)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(pack=load_pack("open"), detectors=(Brightness(), GenuineSource(), IdentityAgreement()))


def test_a_film_is_held_against_the_genuine_film_that_is_named(judge: Judge, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", portrait_frames(4.0), babble(4.0))
    copy = write_film(tmp_path / "copy.mp4", portrait_frames(4.0), babble(4.0), bit_rate=250_000)
    seen = judge.judge(item(copy, footage=film))
    assert set(seen.numbers) == {"brightness.face", "genuine_source.mouth", "genuine_source.sound"}
    assert seen.numbers["genuine_source.sound"] < -0.9
    assert set(seen.seconds) == {"brightness", "genuine_source", "identity_agreement"}
    assert (seen.kind, seen.codec) == (MediaKind.VIDEO, "h264")
    assert seen.length_s == pytest.approx(4.0, abs=0.2)
    assert seen.picture is not None
    assert seen.picture.startswith(b"\xff\xd8")


def test_only_the_face_that_an_item_is_about_is_shown(judge: Judge, tmp_path: Path) -> None:
    portrait = Image.fromarray(portrait_frames(0.1)[0])
    small = portrait.resize((portrait.width // 2, portrait.height // 2))
    both = Image.new("RGB", (portrait.width + small.width, portrait.height))
    both.paste(portrait, (0, 0))
    both.paste(small.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (portrait.width, 0))
    both.save(tmp_path / "two.png")
    pixels = np.asarray(both)
    assert len(judge.pack.faces.detect(pixels)) == 2
    picture = judge.judge(item(tmp_path / "two.png")).picture
    assert picture is not None
    assert len(judge.pack.faces.detect(as_pixels(picture))) == 1


def test_what_cannot_be_told_is_said_and_has_no_number(judge: Judge, tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 90, np.uint8)).save(tmp_path / "nobody.png")
    seen = judge.judge(item(tmp_path / "nobody.png"))
    assert seen.numbers == {}
    assert seen.said["brightness"] == "Cannot tell: too dark."
    assert seen.face_px is None


def test_what_cannot_be_read_or_compared_with_is_refused(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with pytest.raises(UnreadableMedia):
        judge.judge(item(tmp_path / "broken.mp4"))
    Image.fromarray(portrait_frames(0.1)[0]).save(tmp_path / "picture.png")
    with pytest.raises(EnrolmentRefused, match="not film"):
        judge.judge(item(tmp_path / "picture.png", footage=tmp_path / "picture.png"))
