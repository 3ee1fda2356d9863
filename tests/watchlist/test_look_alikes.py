"""A look-alike is compared with one person only, and every refusal says what is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.factories import make_enrolment, make_person
from tests.watchlist import portraits
from watchlist import store
from watchlist.errors import EnrolmentRefused, PersonUnknown, WatchlistInvalid
from watchlist.gallery import face_space, voice_space
from watchlist.generations import Change
from watchlist.index import exact_scores
from watchlist.look_alikes import look_alike_scores
from watchlist.records import Modality
from watchlist.references import read_picture
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    portraits.write_picture(folder / "eileen.png", portraits.astronaut())
    portraits.write_picture(folder / "grace.png", portraits.hopper())
    portraits.write_picture(folder / "nobody.png", np.zeros((200, 200, 3), dtype=np.uint8))
    return folder


def kept(directory: Path, pack: LoadedPack, vectors: dict[str, np.ndarray], *, label: str = "open@1") -> Path:
    people = tuple(make_person(person_id=name) for name in ("eileen", "other"))
    watchlist = StoredWatchlist(
        pack=label,
        spaces={Modality.FACE: face_space(pack.manifest), Modality.VOICE: voice_space(pack.manifest)},
        persons=people,
        enrolments=tuple(
            make_enrolment(person_id=person.person_id, enrolled_at=NOW, expires_at=NOW + timedelta(days=9))
            for person in people
        ),
        vectors={Modality.FACE: vectors},
    )
    store.change(
        directory, lambda _: watchlist, record=Change(at=NOW, by="Rena", action="enrol", subject="eileen", detail="")
    )
    return directory


def test_the_best_score_against_that_person_alone(tmp_path: Path, pack: LoadedPack, pictures: Path) -> None:
    own, hers = (read_picture(pictures / name, pack).vectors for name in ("eileen.png", "grace.png"))
    directory = kept(tmp_path / "w", pack, {"eileen": own, "other": hers})
    found = look_alike_scores(directory, "eileen", images=[pictures / "grace.png"], audio=[], pack=pack)
    [expected] = exact_scores(hers, own, metric="euclidean")
    assert found == {Modality.FACE: pytest.approx(float(expected), abs=1e-5)}


def test_refusals_say_what_is_missing(tmp_path: Path, pack: LoadedPack, pictures: Path) -> None:
    own = read_picture(pictures / "eileen.png", pack).vectors
    directory = kept(tmp_path / "w", pack, {"eileen": own})
    grace = [pictures / "grace.png"]
    with pytest.raises(PersonUnknown, match="has the id 'nobody'"):
        look_alike_scores(directory, "nobody", images=grace, audio=[], pack=pack)
    with pytest.raises(WatchlistInvalid, match="no face of other is enrolled"):
        look_alike_scores(directory, "other", images=grace, audio=[], pack=pack)
    with pytest.raises(EnrolmentRefused, match=r"nobody\.png shows no face"):
        look_alike_scores(directory, "eileen", images=[pictures / "nobody.png"], audio=[], pack=pack)
    other = kept(tmp_path / "v", pack, {"eileen": own}, label="other@2")
    with pytest.raises(WatchlistInvalid, match="was built with the model pack other@2, not open@1"):
        look_alike_scores(other, "eileen", images=grace, audio=[], pack=pack)
