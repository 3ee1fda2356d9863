"""No trace of a stranger: the vectors of every face and voice that matched nobody are computed again, and no file holds them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.speech import voice_samples
from evidence.records import BlobRef
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.analyse import WORKING, read_analysis
from pipelines.records import CreativeAnalysis
from qalqan.clock import utc_now
from qalqan.demo.server import DemoServer
from tests.e2e.demo_run import DemoRun
from tests.e2e.own_home import HOME, TEMPORARY
from tests.e2e.small_world import Job, make_media, make_watchlist, small_config, start_job
from tests.e2e.vector_search import files_with_traces
from watchlist import store
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]

Vector = NDArray[np.float32]
PACK = "open"
KILLS = 3
LONGEST_WAIT_S = 4.0


@dataclass(frozen=True)
class Strangers:
    """Vectors that matched nobody, and the scores of those that did, by match id."""

    faces: list[Vector]
    voices: list[Vector]
    scores: dict[str, float]


def examine(paths: Iterable[Path], gallery: Gallery) -> Strangers:
    """See and hear everybody in these files again, with the functions that the job uses."""
    pack, found = load_pack(PACK), Strangers(faces=[], voices=[], scores={})
    for path in paths:
        media = decode(path)
        faces, voices = see_faces(media, pack).samples, voice_samples(media, pack)
        matches = [*gallery.match_faces(faces), *gallery.match_voices(voices)]
        known = {(match.modality, match.track) for match in matches}
        found.scores.update({match.match_id: match.score for match in matches})
        found.faces.extend(
            vector for face in faces if (Modality.FACE, face.track.track) not in known for vector in face.vectors
        )
        found.voices.extend(voice.vector for voice in voices if (Modality.VOICE, voice.segment.segment) not in known)
    return found


def saw_a_stranger(analysis: CreativeAnalysis) -> bool:
    """Whether the job saw or heard somebody in this creative whom it did not recognise."""
    known = {(match.modality, match.track) for match in analysis.matches}
    return any((Modality.FACE, face.track) not in known for face in analysis.faces) or any(
        (Modality.VOICE, voice.segment) not in known for voice in analysis.voices
    )


@pytest.fixture(scope="module")
def gallery(demo_run: DemoRun) -> Gallery:
    return Gallery.load(demo_run.data / "watchlist", load_pack(PACK).manifest, now=utc_now())


@pytest.fixture(scope="module")
def strangers(demo_run: DemoRun, gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Strangers:
    evidence = EvidenceStore(str(demo_run.data / "evidence"))
    analyses = [read_analysis(path) for path in sorted(demo_run.data.glob("analyses/*/*/*.json"))]
    assert len(analyses) > 30
    seen = [one.creative.sha256 for one in analyses if one is not None and saw_a_stranger(one)]
    copies = tmp_path_factory.mktemp("creatives")
    refs = [BlobRef(sha256=sha256, size_bytes=0, media_type="") for sha256 in seen]
    return examine([evidence.fetch(ref, copies) for ref in refs], gallery)


def test_the_vectors_are_those_that_the_job_had(demo_run: DemoRun, strangers: Strangers) -> None:
    """What was recognised beside the strangers scores as it did in the job, so the strangers' vectors are the job's too."""
    assert len(strangers.faces) >= 10
    assert len(strangers.voices) >= 5
    scored = {match.match_id: match.score for match in read_records(demo_run.screen / "matches.parquet", Match)}
    assert strangers.scores
    for match_id, score in strangers.scores.items():
        assert scored[match_id] == pytest.approx(score, abs=1e-5)


def test_the_search_finds_those_who_are_enrolled(demo_run: DemoRun) -> None:
    watchlist = demo_run.data / "watchlist"
    media = [watchlist / "sealed", watchlist / "footage"]
    enrolled = store.read(watchlist).vectors
    everybody = [vector for people in enrolled.values() for vectors in people.values() for vector in vectors]
    assert files_with_traces(watchlist / "sealed", everybody) == []
    for modality, file in ((Modality.FACE, "face.faiss"), (Modality.VOICE, "voice.faiss")):
        assert set(enrolled[modality]) == {"aysel-quliyeva", "gulnar-sadiqova"}
        for vectors in enrolled[modality].values():
            for vector in vectors:
                found = files_with_traces(watchlist, [vector], skip=media)
                assert {path.name for path in found} == {file}


def test_no_file_holds_a_stranger(demo_run: DemoRun, strangers: Strangers) -> None:
    """The raw media under ``evidence/blobs`` are what came in; everything else was written by us."""
    everybody = [*strangers.faces, *strangers.voices]
    root = demo_run.root
    assert demo_run.data.is_relative_to(root)
    assert {path.name for path in root.iterdir()} == {HOME, TEMPORARY, demo_run.directory.name, demo_run.printed.name}
    assert any(path.is_file() for path in (root / HOME).rglob("*")), (
        "nothing was kept in this home: it was not the one that was used"
    )
    kept_as_received = [demo_run.data / "evidence" / "blobs", demo_run.directory / "media"]
    assert files_with_traces(root, everybody, skip=kept_as_received) == []


@pytest.mark.kills
def test_a_job_killed_while_it_looks_leaves_no_stranger_behind(tmp_path: Path) -> None:
    media = make_media(tmp_path / "web" / "media")
    watchlist = make_watchlist(tmp_path / "enrolled" / "watchlist")
    gallery = Gallery.load(watchlist, load_pack(PACK).manifest, now=utc_now())
    strangers = examine(sorted(media.iterdir()), gallery)
    assert strangers.faces
    assert strangers.voices
    root, waits = tmp_path / "job", random.Random(7)
    with DemoServer(media) as server:
        config = small_config(root / "small.toml", port=server.port, watchlist=watchlist)
        for _ in range(KILLS):
            job = start_job(root, config)
            wait_until_it_looks(job)
            assert not job.ended(within_s=waits.uniform(0.0, LONGEST_WAIT_S)), "the job was too quick to be killed"
            job.kill()
            assert list((root / "run" / "evidence" / "blobs").rglob("*"))
            skip = [root / "run" / "evidence" / "blobs"]
            assert files_with_traces(root, [*strangers.faces, *strangers.voices], skip=skip) == []


def wait_until_it_looks(job: Job) -> None:
    """Until the job has taken a creative that it has not examined before into its working folder."""
    working = job.root / "run" / "analyses" / WORKING
    before = set(working.glob("*"))
    deadline = time.monotonic() + 600
    while not set(working.glob("*")) - before:
        assert time.monotonic() < deadline, "the job examined nothing"
        assert not job.ended(within_s=0.01), "the job had nothing left to examine"
