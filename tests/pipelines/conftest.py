"""A small crawl of real media with one protected person in it, screened once for all tests of this room."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.folder import import_media
from embeddings.packs import load_pack
from evidence.store import EvidenceStore
from pipelines.tools import ScreenSettings
from tests.media import SPEECH, portrait, say, swaying, write_clip, write_picture
from watchlist.enrol import EnrolmentRequest, approve, enrol

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SCAM = (
    "The President guarantees: earn 900 dollars a day with SOCAR! Register now, deposit 250 dollars: t.me/fast_profit"
)
HARMLESS = "Fresh bread every morning at the corner of our street."


def clock() -> datetime:
    """The time of the tests stands still."""
    return NOW


@pytest.fixture(scope="session")
def watchlist_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody with the astronaut's face and the voice ``+f2``, approved by two people."""
    made = tmp_path_factory.mktemp("watchlist")
    face = portrait("astronaut")
    request = EnrolmentRequest(
        person_id="aysel-quliyeva",
        names=("Aysel Quliyeva",),
        legal_basis="written request no. 1",
        purpose="find ads that misuse her likeness",
        requested_by="requester",
        expires_at=NOW + timedelta(days=300),
        images=(write_picture(made / "a.png", face), write_picture(made / "b.png", face[:, ::-1].copy())),
        audio=(say(made / "own.wav", voice="en+f2"),),
        footage=(),
        adult_confirmed=True,
        provenance="press office",
    )
    directory = made / "store"
    enrol(directory, request, pack=load_pack("open"), now=NOW)
    approve(directory, "aysel-quliyeva", by="first", now=NOW)
    approve(directory, "aysel-quliyeva", by="second", now=NOW)
    return directory


@pytest.fixture(scope="session")
def media_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scam with her face and voice, its copy under another name, a stranger's harmless ad, a file that is no media."""
    made = tmp_path_factory.mktemp("media")
    sound = say(made.parent / "scam.wav", voice="en+f2", text=SPEECH)
    other = say(made.parent / "other.wav", voice="en+m7", text=SPEECH)
    write_clip(made / "scam.mp4", swaying(portrait("astronaut"), frames=80), sound=sound)
    (made / "scam.txt").write_text(SCAM)
    shutil.copy(made / "scam.mp4", made / "copy.mp4")
    write_clip(made / "stranger.mp4", swaying(portrait("hopper"), frames=60), sound=other)
    (made / "stranger.txt").write_text(HARMLESS)
    (made / "broken.mp4").write_text("this is not a video")
    return made


@pytest.fixture
def settings(tmp_path: Path, watchlist_dir: Path, media_dir: Path) -> ScreenSettings:
    """A fresh data folder with the media imported, nothing screened yet."""
    store = EvidenceStore(str(tmp_path / "evidence"))
    import_media([media_dir], store=store, directory=tmp_path / "crawls" / "own", clock=clock)
    return ScreenSettings(
        crawl_dir=tmp_path / "crawls" / "own",
        out_dir=tmp_path / "screens" / "own",
        store_url=str(tmp_path / "evidence"),
        watchlist_dir=watchlist_dir,
        cache_dir=tmp_path / "analyses",
        campaigns_dir=tmp_path / "campaigns",
        pack="open",
        now=NOW,
    )
