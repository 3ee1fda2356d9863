"""The screening job on real media: candidates, dead letters, idempotence, working copies, other runners."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from structlog.testing import capture_logs

from crawlers.folder import import_media
from detectors.records import Finding
from embeddings.errors import PackInvalid
from embeddings.records import Creative
from evidence.errors import StoreUnavailable
from evidence.records import Ad
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.analyse import WORKING, recall
from pipelines.campaign_records import Campaign
from pipelines.errors import NothingToScreen, WorkerLost
from pipelines.examined import Examined
from pipelines.outputs import DATASETS
from pipelines.records import Assessment, AxisState, Candidate, CreativeAnalysis, DeadLetter
from pipelines.screen import _records_of_creative, screen
from pipelines.tools import ScreenSettings, media_tools
from pipelines.withholding import WITHHELD
from qalqan.table import print_assessments
from tests.factories import make_blob_ref, make_creative, make_finding, make_match
from tests.media import portrait, write_picture
from tests.pipelines.conftest import clock
from tests.pipelines.worker_processes import killing, wait_until_gone, worker_processes
from watchlist.errors import WatchlistInvalid
from watchlist.records import Match, Modality

TWO_PROCESSES = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


def outputs(directory: Path) -> dict[str, bytes]:
    return {dataset.name: (directory / f"{dataset.name}.parquet").read_bytes() for dataset in DATASETS}


def titles(settings: ScreenSettings) -> dict[str, str]:
    return {ad.ad_id: ad.title or "" for ad in read_records(settings.crawl_dir / "ads.parquet", Ad)}


def everything(settings: ScreenSettings) -> frozenset[str]:
    """The ids of all ads: somebody asked who is in them, and said why."""
    return frozenset(titles(settings))


def by_title(settings: ScreenSettings) -> dict[str, Assessment]:
    assessments = read_records(settings.out_dir / "assessments.parquet", Assessment)
    return {titles(settings)[assessment.ad_id]: assessment for assessment in assessments}


def test_from_media_to_an_explained_candidate(settings: ScreenSettings) -> None:
    report = screen(settings, beam_args=[], clock=clock, asked=everything(settings))
    assert (report.ads, report.creatives, report.creatives_seen_before) == (4, 2, 0)
    found = by_title(settings)
    assert found["scam.mp4"].flagged
    assert not found["stranger.mp4"].flagged
    likeness = found["scam.mp4"].axes[0]
    assert likeness.state is AxisState.YES
    assert "face (score" in likeness.summary
    assert "and voice (score" in likeness.summary
    assert "of Aysel Quliyeva" in likeness.summary
    assert found["stranger.mp4"].axes[0].state is AxisState.NO
    assert found["copy.mp4"].axes[0].state is AxisState.YES
    assert not found["copy.mp4"].flagged, "without a text there is no lure to speak of"
    assert "of a protected person" in found["copy.mp4"].axes[0].summary
    matches = read_records(settings.out_dir / "matches.parquet", Match)
    assert {match.modality for match in matches} == {Modality.FACE, Modality.VOICE}
    assert {match.person_id for match in matches} == {"aysel-quliyeva"}, "where there is a lure, in another ad"
    (letter,) = read_records(settings.out_dir / "dead_letters.parquet", DeadLetter)
    assert (letter.stage, letter.error) == ("analyse", "UnreadableMedia")
    assert "media" in letter.reason
    (flagged,) = read_records(settings.out_dir / "candidates.parquet", Candidate)
    copies = settings.out_dir / "derivatives" / str(flagged.creative_sha256)
    assert {path.name for path in copies.iterdir()} >= {"thumb.jpg", "proxy.mp4"}

    (campaign,) = read_records(settings.out_dir / "campaigns.parquet", Campaign)
    assert {titles(settings)[ad_id] for ad_id in campaign.ad_ids} == {"scam.mp4", "copy.mp4"}
    assert {tie.kind for tie in campaign.ties} == {"creative"}, "whose likeness is in own media is not remembered"
    assert (report.campaigns, report.ads_in_campaigns) == (1, 2)

    before = outputs(settings.out_dir)
    again = screen(settings, beam_args=[], clock=clock, asked=everything(settings))
    assert again.creatives_seen_before == 2
    assert outputs(settings.out_dir) == before

    check_that_nothing_tells_who_it_is(settings)


def test_nothing_that_is_written_or_shown_says_who_is_in_a_picture_without_a_lure(
    settings: ScreenSettings, tmp_path: Path
) -> None:
    picture = write_picture(tmp_path / "who-is-this.png", portrait("astronaut"))
    again = picture.with_name("again.png")
    again.write_bytes(picture.read_bytes())
    crawl_dir = tmp_path / "crawls" / "one"
    import_media([picture, again], store=EvidenceStore(settings.store_url), directory=crawl_dir, clock=clock)
    alone = dataclasses.replace(settings, crawl_dir=crawl_dir, out_dir=tmp_path / "screens" / "one")
    screen(alone, beam_args=[], clock=clock)
    assessments = read_records(alone.out_dir / "assessments.parquet", Assessment)
    assert [one.axes[0].state for one in assessments] == [AxisState.YES] * 2
    assert all("a protected person" in one.axes[0].summary for one in assessments)
    (match,) = read_records(alone.out_dir / "matches.parquet", Match)
    assert match.person_id == WITHHELD
    shown = Console(file=StringIO(), width=400)
    print_assessments(alone.out_dir, crawl_dir, console=shown)
    written = [read_records(alone.out_dir / f"{one.name}.parquet", one.record) for one in DATASETS]
    for told in (repr(written), shown.file.getvalue()):  # type: ignore[attr-defined]
        assert "a protected person" in told
        assert "uliyeva" not in told


def check_that_nothing_tells_who_it_is(settings: ScreenSettings) -> None:
    """Screen once more, and nobody asks: then no file tells any more who is in the media, also if one told it before."""
    guesses = guesses_of(settings)
    before = that_tell(settings, guesses)
    assert {path.parent for path in before} >= {settings.out_dir}, "the search finds what tells it"
    report = screen(settings, beam_args=[], clock=clock)
    assert (report.creatives_seen_before, report.candidates) == (2, 1)
    (flagged,) = read_records(settings.out_dir / "candidates.parquet", Candidate)
    assert flagged.person_ids == (WITHHELD,)
    assert flagged.headline.startswith("A protected person: investment lure")
    matches = read_records(settings.out_dir / "matches.parquet", Match)
    assert {match.person_id for match in matches} == {WITHHELD}
    copies = settings.out_dir / "derivatives" / str(flagged.creative_sha256)
    faces = {f"face-{match.match_id}.jpg" for match in matches if match.modality is Modality.FACE}
    assert {path.name for path in copies.iterdir()} == {"thumb.jpg", "proxy.mp4", *faces}
    assert that_tell(settings, guesses) == []
    written = outputs(settings.out_dir)
    assert screen(settings, beam_args=[], clock=clock).creatives_seen_before == 2
    assert outputs(settings.out_dir) == written
    assert that_tell(settings, guesses) == []


def guesses_of(settings: ScreenSettings) -> list[str]:
    """Her id and names, and the ids of matches with her, which whoever guesses that it is her can make."""
    tools = media_tools(settings)
    creatives = read_records(settings.out_dir / "creatives.parquet", Creative)
    known = [recall(make_blob_ref(sha256=one.sha256), tools) for one in creatives]
    ids = [match.match_id for one in known if one is not None for match in one.matches]
    assert ids, "what is remembered still says who it is, to whoever has the watchlist"
    return ["quliyeva", "Quliyeva", *ids]


def that_tell(settings: ScreenSettings, words: Sequence[str]) -> list[Path]:
    """Every file below the data folder that holds one of the words, in its name, its bytes or, unpacked, its columns."""
    paths = [path for path in settings.out_dir.parent.parent.rglob("*") if path.is_file()]
    assert {"analyses", "campaigns", "crawls", "evidence", "screens"} <= {
        path.relative_to(settings.out_dir.parent.parent).parts[0] for path in paths
    }
    return [path for path in paths if any(word in text for text in texts_of(path) for word in words)]


def texts_of(path: Path) -> Iterator[str]:
    yield str(path)
    yield path.read_bytes().decode(errors="replace")
    if path.suffix == ".parquet":
        yield repr(pq.read_table(path).to_pylist())
    if path.suffix == ".arrow":
        yield repr(pa.ipc.open_file(path).read_all().to_pylist())


def test_own_media_of_which_the_ad_could_not_be_screened_name_nobody(settings: ScreenSettings) -> None:
    creative = make_creative()
    analysis = CreativeAnalysis(
        creative=creative, faces=(), trails=(), voices=(), matches=(make_match(),), findings=(finding_of(creative),)
    )
    one = Examined(blob=make_blob_ref(sha256=creative.sha256), ads=("failed",), analysis=analysis)
    group: tuple[str, dict[str, Sequence[Any]]] = (creative.sha256, {"examined": [one], "withheld": []})
    assert "uliyeva" not in repr(list(_records_of_creative(group, settings, {"failed"})))
    assert "uliyeva" in repr(list(_records_of_creative(group, settings, frozenset())))


def finding_of(creative: Creative) -> Finding:
    return make_finding(creative_sha256=creative.sha256, person_id="aysel-quliyeva", observation="Aysel Quliyeva.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_two_processes_of_which_one_dies_give_the_same_result(settings: ScreenSettings) -> None:
    working = settings.cache_dir / WORKING
    with killing(when=lambda: working.is_dir() and any(working.iterdir()), most=1) as killed, capture_logs() as said:
        screen(settings, beam_args=TWO_PROCESSES, clock=clock)
    (line,) = said
    assert "a worker process of the job" in line["event"]
    assert "the job begins again" in line["event"]
    wait_until_gone(killed)
    assert worker_processes() == []
    assert by_title(settings)["scam.mp4"].flagged
    assert len(read_records(settings.out_dir / "creatives.parquet", Creative)) == 2
    assert len(read_records(settings.out_dir / "dead_letters.parquet", DeadLetter)) == 1
    in_two = outputs(settings.out_dir)
    screen(settings, beam_args=[], clock=clock)
    assert outputs(settings.out_dir) == in_two


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_job_that_loses_its_workers_again_and_again_says_so(settings: ScreenSettings) -> None:
    with (
        killing(when=lambda: True, most=100),
        pytest.raises(WorkerLost, match="in each of 2 attempts: see whether the machine runs out of memory"),
    ):
        screen(settings, beam_args=TWO_PROCESSES, clock=clock)
    assert worker_processes() == []
    assert not (settings.out_dir / "candidates.parquet").exists()


def test_nothing_to_screen_says_where_we_looked(settings: ScreenSettings) -> None:
    (settings.crawl_dir / "ads.parquet").unlink()
    with pytest.raises(NothingToScreen, match="there are no ads in"):
        screen(settings, beam_args=[], clock=clock)


def test_without_a_watchlist_nothing_starts(settings: ScreenSettings, tmp_path: Path) -> None:
    empty = dataclasses.replace(settings, watchlist_dir=tmp_path / "nobody")
    with pytest.raises(WatchlistInvalid):
        screen(empty, beam_args=[], clock=clock)
    assert not settings.out_dir.exists()


def test_with_lure_weights_that_are_none_nothing_starts(settings: ScreenSettings, tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"no weights")
    with pytest.raises(PackInvalid, match="holds no lure weights"):
        screen(dataclasses.replace(settings, lure_weights=weights), beam_args=[], clock=clock)
    assert not settings.out_dir.exists()


def test_a_cache_that_cannot_be_written_stops_the_job_with_one_sentence(settings: ScreenSettings) -> None:
    settings.cache_dir.write_text("a file where a folder should be")
    with pytest.raises(StoreUnavailable, match="analyses"):
        screen(settings, beam_args=[], clock=clock)
    assert not (settings.out_dir / "candidates.parquet").exists()
