"""What is old goes, what waits stays, and each deletion is on record before it happens."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from detectors.records import FINDING_SCHEMA
from embeddings.fingerprints import fingerprints
from embeddings.samples import DecodedMedia, Frame
from evidence.deletions import Deletions
from evidence.journal import Journal
from evidence.log import verify
from evidence.records import AD_SCHEMA, CAPTURE_SCHEMA, Ad, BlobRef, Capture
from evidence.store import EvidenceStore
from evidence.tables import write_json, write_records
from pipelines.campaign_registry import CampaignRegistry, named, remembered
from pipelines.campaigns import Group
from pipelines.copy_registry import CopyRegistry
from pipelines.derive import MADE_FOR
from pipelines.records import ASSESSMENT_SCHEMA, CANDIDATE_SCHEMA
from pipelines.reuse import REGISTRY
from pipelines.trait_tables import gathered, remembered_ads, sharded
from pipelines.traits import AdTraits, Trait, TraitKind
from qalqan.config import Config, CrawlSection, RetentionSection, WatchlistSection
from qalqan.retention import Plan, What, carry_out, plan
from tests.factories import (
    make_ad,
    make_assessment,
    make_candidate,
    make_capture,
    make_creative,
    make_match,
    make_run_report,
    sha,
)
from tests.triage.small_screen import write_watchlist
from triage.database import open_database
from triage.decisions import decide
from triage.loading import load_screen
from watchlist.records import MATCH_SCHEMA
from watchlist.store import read

CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)
RULES = RetentionSection(
    unflagged_days=30, rejected_days=60, confirmed_days=0, analyses_days=90, screens_days=300, egress_log_days=100
)


class Place:
    """A data folder with one finished crawl of four ads: two flagged, one harmless, one that nobody has screened."""

    def __init__(self, root: Path) -> None:
        self.config = Config(
            data_dir=root,
            crawl=CrawlSection(name="one"),
            watchlist=WatchlistSection(directory=root / "watchlist"),
            retention=RULES,
        )
        self.store = EvidenceStore(self.config.store_url)
        self.media: dict[str, BlobRef] = {}
        ads, captures = self._crawl(("flagged", "doubtful", "harmless", "unseen"))
        self._screen(ads, captures)

    def _crawl(self, names: Iterable[str]) -> tuple[dict[str, Ad], list[Capture]]:
        ads: dict[str, Ad] = {}
        captures: list[Capture] = []
        with Journal(self.config.crawl_dir, self.store, clock=lambda: CAPTURED) as journal:
            for name in names:
                with journal.entry(name) as entry:
                    self.media[name] = entry.put(name.encode(), media_type="video/mp4")
                    shared = entry.put(b"one page listed them all", media_type="text/html")
                    ad = make_ad(ad_id=sha(name), source_ad_id=name, raw=shared, observed_at=CAPTURED)
                    capture = make_capture(
                        capture_id=sha(f"c{name}"), ad_id=ad.ad_id, body=self.media[name], captured_at=CAPTURED
                    )
                    entry.add(ad)
                    entry.add(capture)
                    ads[name], captures = ad, [*captures, capture]
        (self.config.crawl_dir / "egress.jsonl").write_text("{}\n")
        return ads, captures

    def _screen(self, ads: dict[str, Ad], captures: list[Capture]) -> None:
        crawl, out = self.config.crawl_dir, self.config.screen_dir
        write_records(crawl / "ads.parquet", ads.values(), AD_SCHEMA)
        write_records(crawl / "captures.parquet", captures, CAPTURE_SCHEMA)
        flagged = [
            make_candidate(candidate_id=sha(f"k{n}"), ad_id=ads[n].ad_id, creative_sha256=self.media[n].sha256)
            for n in ("flagged", "doubtful")
        ]
        looked = [make_assessment(ad_id=ads[n].ad_id) for n in ("flagged", "doubtful", "harmless")]
        write_records(out / "assessments.parquet", looked, ASSESSMENT_SCHEMA)
        write_records(out / "candidates.parquet", flagged, CANDIDATE_SCHEMA)
        write_records(out / "findings.parquet", [], FINDING_SCHEMA)
        write_records(out / "matches.parquet", [], MATCH_SCHEMA)
        write_json(out / "report.json", make_run_report(finished_at=CAPTURED))
        for name, ref in self.media.items():
            for place in (out / "derivatives", self.config.derivatives_dir):
                (place / ref.sha256).mkdir(parents=True)
                (place / ref.sha256 / "thumb.jpg").write_bytes(name.encode())
            analysis = self.analysis(name)
            analysis.parent.mkdir(parents=True, exist_ok=True)
            analysis.write_text("{}")
            os.utime(analysis, (CAPTURED.timestamp(),) * 2)

    def analysis(self, name: str) -> Path:
        sha256 = self.media[name].sha256
        return self.config.cache_dir / "open@1" / sha256[:2] / f"{sha256}-0123456789abcdef.json"

    def load(self) -> None:
        load_screen(
            self.config.database_url,
            screen_dir=self.config.screen_dir,
            crawl_dir=self.config.crawl_dir,
            store_url=self.config.store_url,
            derivatives=self.config.derivatives_dir,
            now=CAPTURED,
        )

    def decide(self, name: str, reason: str, *, day: int) -> None:
        engine = open_database(self.config.database_url)
        with Session(engine) as session, session.begin():
            when = CAPTURED + timedelta(days=day)
            decide(session, sha(f"k{name}"), reviewer="leyla", reason=reason, note=None, now=when)
        engine.dispose()

    def plan(self, *, day: float) -> Plan:
        return plan(self.config, now=CAPTURED + timedelta(days=day))

    def run(self, *, day: float) -> Plan:
        planned = self.plan(day=day)
        carry_out(self.config, planned, now=CAPTURED + timedelta(days=day))
        return planned

    def held(self) -> set[str]:
        """The names of the ads whose media is still there."""
        return {name for name, ref in self.media.items() if self.store.has(ref.sha256)}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_nothing_goes_before_its_day(place: Place) -> None:
    assert place.plan(day=29.9) == Plan(due=(), unscreened=1)


def test_only_what_was_screened_and_not_flagged_goes_first(place: Place) -> None:
    planned = place.run(day=31)
    assert {item.rule for item in planned.due} == {"captures of ads that were not flagged: 30 days"}
    assert place.held() == {"flagged", "doubtful", "unseen"}
    gone = place.media["harmless"].sha256
    assert not place.analysis("harmless").exists()
    assert place.analysis("flagged").exists()
    assert list(place.config.data_dir.glob(f"**/derivatives/{gone}")) == []
    assert len(list(place.config.data_dir.glob("**/derivatives/*"))) == 6
    assert place.store.has(EvidenceStore(place.config.store_url).put(b"one page listed them all", media_type="").sha256)
    report = verify(place.store, place.config.data_dir)
    assert report.problems == ()
    assert report.deleted == 1
    assert place.plan(day=31) == Plan(due=(), unscreened=1)


def _prints_of(place: Place, names: Iterable[str]) -> CopyRegistry:
    """Prints of these creatives, as a screening remembers them."""
    registry = CopyRegistry(place.config.cache_dir / REGISTRY)
    grey = np.tile(np.arange(96, dtype=np.uint8), (96, 1))
    frame = Frame(at_s=0.0, pixels=np.stack([grey] * 3, axis=2), scale=1.0)
    media = [
        DecodedMedia(creative=make_creative(sha256=ref.sha256), path=Path(name), frames=(frame,), sound=None)
        for name, ref in place.media.items()
        if name in names
    ]
    registry.add([fingerprints(one) for one in media])
    return registry


def test_prints_go_with_the_creatives_that_they_show(place: Place) -> None:
    registry = _prints_of(place, ("harmless", "flagged"))
    planned = place.run(day=31)
    gone = place.media["harmless"].sha256
    assert [item.name for item in planned.due if item.what is What.PRINT] == [gone]
    assert registry.held() == [place.media["flagged"].sha256]
    _prints_of(place, ("harmless",))  # by a screening that ran meanwhile
    (late,) = place.run(day=31).due
    assert (late.what, late.name) == (What.PRINT, gone)
    assert registry.held() == [place.media["flagged"].sha256]


def _remember(place: Place, *names: str) -> None:
    """As a screening that looks for campaigns does."""
    trait = Trait(kind=TraitKind.DOMAIN, value="scam.example", shown="scam.example")
    ads = [AdTraits(ad_id=sha(name), publisher=name, traits=(trait,)) for name in names]
    for shard, table in sharded(ads):
        gathered(shard, [table], place.config.campaigns_dir, people=())
    registry = CampaignRegistry(place.config.campaigns_dir)
    known = registry.read()
    group = Group(ad_ids=tuple(sorted({sha(name) for name in names} | registry.ads())), pages=1)
    registry.write(remembered(named([group], known, now=CAPTURED), known))


def test_traits_go_with_the_captures_of_their_ad(place: Place) -> None:
    _remember(place, "flagged", "harmless", "unseen", "of a crawl that was deleted")
    rules = {item.name: item.rule for item in place.plan(day=1).due}
    assert rules == {sha("of a crawl that was deleted"): "traits of ads that are not kept any more"}
    planned = place.run(day=31)
    gone = {item.name for item in planned.due if item.what is What.TRAITS}
    assert gone == {sha("harmless"), sha("of a crawl that was deleted")}
    assert remembered_ads(place.config.campaigns_dir) == {sha("flagged"), sha("unseen")}
    (campaign,) = CampaignRegistry(place.config.campaigns_dir).read()
    assert set(campaign.ad_ids) == {sha("flagged"), sha("unseen")}
    _remember(place, "harmless")  # by a screening of the same crawl
    assert [item.what for item in place.run(day=31).due] == [What.TRAITS]
    assert place.plan(day=31).due == ()
    assert [one.campaign_id for one in CampaignRegistry(place.config.campaigns_dir).read()] == [campaign.campaign_id]


def test_bytes_that_were_captured_again_since_the_plan_stay(place: Place) -> None:
    planned = place.plan(day=31)
    with (
        Journal(place.config.data_dir / "crawls" / "two", place.store, clock=lambda: CAPTURED) as journal,
        journal.entry("again") as entry,
    ):
        entry.add(make_ad(ad_id=sha("again"), raw=entry.put(b"harmless", media_type="video/mp4")))
    carry_out(place.config, planned, now=CAPTURED + timedelta(days=31))
    assert "harmless" in place.held()


def test_a_link_goes_and_what_it_leads_to_stays(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "precious").write_text("not ours")
    copies = place.config.derivatives_dir / place.media["harmless"].sha256
    (copies / "thumb.jpg").unlink()
    copies.rmdir()
    copies.symlink_to(elsewhere)
    place.run(day=31)
    assert not copies.is_symlink()
    assert (elsewhere / "precious").exists()


def test_a_case_counts_from_its_decision_and_waits_until_then(place: Place) -> None:
    place.load()
    assert place.run(day=50).counts().total() == 4
    place.decide("doubtful", "REJECT_NEWS_REPORT", day=50)
    place.decide("flagged", "CONFIRM_SCAM_DEEPFAKE", day=50)
    assert What.BLOB not in {item.what for item in place.plan(day=109).due}
    place.run(day=111)
    assert place.held() == {"flagged", "unseen"}
    confirmed = replace(place.config, retention=replace(RULES, confirmed_days=70))
    rules = {item.rule for item in plan(confirmed, now=CAPTURED + timedelta(days=121)).due}
    assert "captures of confirmed cases: 70 days" in rules


def test_bytes_that_somebody_else_needs_stay(place: Place) -> None:
    with (
        Journal(place.config.data_dir / "crawls" / "two", place.store, clock=lambda: CAPTURED) as journal,
        journal.entry("again") as entry,
    ):
        entry.add(make_ad(ad_id=sha("again"), raw=entry.put(b"harmless", media_type="video/mp4")))
    assert place.plan(day=31) == Plan(due=(), unscreened=2)


def test_old_analyses_and_runs_go_when_nobody_waits_for_them(place: Place) -> None:
    place.run(day=31)
    rules = place.plan(day=91).counts()
    assert rules == {("analysis", "remembered analyses: 90 days"): 3}
    assert What.SCREEN not in {item.what for item in place.plan(day=301).due}
    place.load()
    assert [item.name for item in place.plan(day=301).due if item.what is What.SCREEN] == ["screens/one"]
    place.run(day=301)
    assert not place.config.screen_dir.exists()


def test_sealed_analyses_go_as_others_do(place: Place) -> None:
    analysis = next(place.config.cache_dir.glob("*/??/*.json"))
    analysis.rename(analysis.with_suffix(".sealed"))
    assert {item.name for item in place.plan(day=91).due if item.what is What.ANALYSIS} >= {
        str(analysis.with_suffix(".sealed").relative_to(place.config.data_dir))
    }


def test_an_egress_log_is_as_old_as_its_last_line(place: Place) -> None:
    log = place.config.crawl_dir / "egress.jsonl"
    os.utime(log, (CAPTURED.timestamp(),) * 2)
    place.run(day=99)
    assert log.exists()
    place.run(day=101)
    assert not log.exists()


def test_the_line_comes_before_the_deletion_and_killed_runs_are_repeated(place: Place) -> None:
    planned = place.plan(day=31)
    blob = next(item for item in planned.due if item.what is What.BLOB)
    assert planned.due[-1] == blob
    carry_out(place.config, Plan(due=planned.due[:-1], unscreened=0), now=CAPTURED + timedelta(days=31))
    assert place.plan(day=31).due == (blob,)
    Deletions(place.config.data_dir).note(what="blob", name=blob.name, rule=blob.rule, at=CAPTURED + timedelta(days=31))
    assert place.plan(day=31).due == (blob,)
    assert verify(place.store, place.config.data_dir).unchanged


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "typo", watchlist=WatchlistSection(directory=tmp_path))
    with pytest.raises(FileNotFoundError, match="no data folder"):
        plan(config, now=CAPTURED)


def test_people_go_some_days_after_their_enrolment_expired(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, watchlist=WatchlistSection(directory=tmp_path / "watchlist"))
    write_watchlist(config.watchlist.directory)
    (enrolment,) = read(config.watchlist.directory).enrolments
    ended, days = enrolment.expires_at, config.retention.expired_people_days
    assert plan(config, now=ended + timedelta(days=days)).due == ()
    late = ended + timedelta(days=days + 1)
    planned = plan(config, now=late)
    assert [(item.what, item.name) for item in planned.due] == [(What.PERSON, enrolment.person_id)]
    carry_out(config, planned, now=late)
    left = read(config.watchlist.directory)
    assert (left.persons, left.references) == ((), ())
    assert plan(config, now=late).due == ()
    audit = (config.watchlist.directory / "audit.jsonl").read_text()
    assert "people whose enrolment expired: 30 days" in audit


def test_copies_that_show_a_person_go_with_the_person(place: Place) -> None:
    config = place.config
    write_watchlist(config.watchlist.directory)
    (enrolment,) = read(config.watchlist.directory).enrolments
    shown, other = place.media["flagged"].sha256, place.media["doubtful"].sha256
    matches = [
        make_match(match_id="a", creative_sha256=shown, person_id=enrolment.person_id),
        make_match(match_id="b", creative_sha256=other, person_id="somebody-else"),
    ]
    write_records(config.screen_dir / "matches.parquet", matches, MATCH_SCHEMA)
    shelves = (config.screen_dir / "derivatives", config.derivatives_dir)
    (shelves[0] / (shown + MADE_FOR)).write_text("key")
    now = enrolment.expires_at + timedelta(days=config.retention.expired_people_days + 1)
    planned = plan(config, now=now)
    names = [(item.what, item.name) for item in planned.due]
    assert len(set(names)) == len(names)
    theirs = [item for item in names if shown in item[1] and item[0] is What.COPIES]
    assert names.index(theirs[-1]) < names.index((What.PERSON, enrolment.person_id))
    carry_out(config, planned, now=now)
    for shelf in shelves:
        assert not (shelf / shown).exists()
        assert (shelf / other).exists()
    assert not (shelves[0] / (shown + MADE_FOR)).exists()
    assert read(config.watchlist.directory).persons == ()
