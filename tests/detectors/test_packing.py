from __future__ import annotations

from pathlib import Path

from detectors.packing import read_packing
from embeddings.media import decode
from embeddings.samples import DecodedMedia
from tests.factories import make_creative
from tests.media import portrait, write_picture
from tests.portrait_film import babble, portrait_frames, write_film


def test_what_the_child_read_is_put_together(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", portrait_frames(0.5), babble(0.5))
    read = read_packing(DecodedMedia(creative=make_creative(), path=path, frames=(), sound=None))
    assert read is not None
    assert read.problem is None
    assert read.whole
    assert len(read.pictures) == 5
    assert read.boxes is not None
    assert [track["kind"] for track in read.boxes["tracks"]] == ["vide", "soun"]
    assert "Lavf" in read.tags["encoder"]


def test_a_picture_has_no_packing(tmp_path: Path) -> None:
    assert read_packing(decode(write_picture(tmp_path / "picture.png", portrait("astronaut")))) is None
