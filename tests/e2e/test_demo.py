"""The demo's answers against the right ones, from HTTP to the working copies; and that a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from crawlers.records import QueryTally
from detectors.records import Axis
from embeddings.records import Creative, MediaKind
from evidence.log import verify
from evidence.records import Outcome
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.campaign_records import Campaign
from pipelines.records import DeadLetter
from qalqan.demo.advert import EMPTY_QUERY, WALLED_QUERY
from tests.e2e.demo_run import DemoRun, run_demo
from watchlist.records import Match

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]

PLAIN_FAKES = {"fake", "fake, same file again"}


def test_every_ad_of_the_world_is_found_and_assessed(demo_run: DemoRun) -> None:
    assert {(ad.source, ad.source_ad_id) for ad in demo_run.ads.values()} == set(demo_run.truth)
    assert set(demo_run.assessments) == set(demo_run.ads)
    assert len({ad["advertiser"] for ad in demo_run.truth.values()}) >= 8


def test_what_must_be_flagged_is_and_nothing_else(demo_run: DemoRun) -> None:
    wanted, spared = demo_run.expected("flag"), demo_run.expected("no_flag")
    missed = {ad_id: wanted[ad_id]["kind"] for ad_id in set(wanted) - set(demo_run.candidates)}
    wronged = {ad_id: spared[ad_id]["kind"] for ad_id in set(spared) & set(demo_run.candidates)}
    assert (missed, wronged) == ({}, {})
    assert set(demo_run.candidates) == set(wanted)


def test_a_candidate_names_the_right_person(demo_run: DemoRun) -> None:
    for ad_id, answer in demo_run.expected("flag").items():
        found = demo_run.candidates[ad_id].person_ids
        assert found == ((answer["person"],) if answer["person"] else ()), answer
        assert answer["person"] or demo_run.candidates[ad_id].brand_ids, answer


def test_a_candidate_explains_itself_on_four_axes(demo_run: DemoRun) -> None:
    ids = {finding.finding_id for finding in demo_run.findings}
    for candidate in demo_run.candidates.values():
        assert [axis.axis for axis in candidate.axes] == list(Axis)
        assert all(axis.summary for axis in candidate.axes)
        assert {cited for axis in candidate.axes for cited in axis.finding_ids} <= ids
        assert candidate.reasons
        assert candidate.headline
        assert 0 < candidate.priority <= 100


def test_a_candidate_has_working_copies(demo_run: DemoRun) -> None:
    kinds = {c.sha256: c.kind for c in read_records(demo_run.screen / "creatives.parquet", Creative)}
    matches = read_records(demo_run.screen / "matches.parquet", Match)
    with_media = 0
    for ad_id, candidate in demo_run.candidates.items():
        assert (candidate.creative_sha256 is not None) == bool(demo_run.media_of(ad_id))
        if candidate.creative_sha256 is None:
            continue
        with_media += 1
        sha256 = candidate.creative_sha256
        faces = {f"face-{m.match_id}.jpg" for m in matches if m.creative_sha256 == sha256 and m.modality == "face"}
        wanted = {"thumb.jpg"} | faces | ({"proxy.mp4"} if kinds[sha256] is MediaKind.VIDEO else set())
        copies = {path.name: path.read_bytes() for path in (demo_run.screen / "derivatives" / sha256).iterdir()}
        assert set(copies) == wanted
        assert all(data.startswith(b"\xff\xd8") for name, data in copies.items() if name.endswith(".jpg"))
        assert all(data[4:8] == b"ftyp" for name, data in copies.items() if name.endswith(".mp4"))
    assert with_media


def test_trouble_is_told_with_its_reason(demo_run: DemoRun) -> None:
    letters = read_records(demo_run.screen / "dead_letters.parquet", DeadLetter)
    trouble = demo_run.expected("trouble")
    assert trouble
    for ad_id, answer in trouble.items():
        told = [letter.reason for letter in letters if letter.ad_id == ad_id]
        told += [c.reason or "" for c in demo_run.captures[ad_id] if c.outcome is not Outcome.CAPTURED]
        assert told, f"nothing is told of {answer['kind']}"
        words = " ".join(told).lower()
        assert any(reason.lower() in words for reason in answer["reasons"]), (answer["kind"], told)
    unexpected = {letter.ad_id for letter in letters} - set(trouble)
    assert unexpected == set()


def test_nothing_found_and_could_not_look_are_different_answers(demo_run: DemoRun) -> None:
    tallies = {tally.query: tally for tally in read_records(demo_run.crawl / "tallies.parquet", QueryTally)}
    walled, empty = tallies[WALLED_QUERY], tallies[EMPTY_QUERY]
    assert (walled.looked, walled.found) == (False, 0)
    assert "login" in (walled.why_not or "")
    assert (empty.looked, empty.why_not, empty.found) == (True, None, 0)
    assert all(tally.looked for tally in tallies.values() if tally is not walled)
    report = json.loads((demo_run.screen / "report.json").read_text())
    assert [WALLED_QUERY in sentence for sentence in report["could_not_look"]] == [True]


def test_nothing_forbidden_was_reached(demo_run: DemoRun) -> None:
    assert "Requests that reached a forbidden address: 0." in demo_run.printed.read_text()
    requests = [json.loads(line) for line in (demo_run.crawl / "egress.jsonl").read_text().splitlines()]
    pinned = {(origin["host"], origin["port"], origin["connect"]) for origin in demo_run.config["egress"]["allow"]}
    assert len({connect for _, _, connect in pinned}) == 1
    allowed = {(r["host"], r["port"], r["address"]) for r in requests if r["verdict"] == "allowed"}
    assert allowed
    assert allowed <= pinned
    refused = {(r["host"], r["port"]) for r in requests if r["verdict"] == "refused"}
    assert {("127.0.0.1", 22), ("169.254.169.254", 80)} <= refused
    canary = {port for host, port in refused if host == "127.0.0.1"} - {22}
    assert len(canary) == 1, (
        "the page that leads to the listener was to be refused, and nothing else of this machine asked"
    )
    assert all(r["address"] is None and r["status"] is None for r in requests if r["verdict"] == "refused")


def test_the_evidence_is_whole(demo_run: DemoRun) -> None:
    report = verify(EvidenceStore(str(demo_run.data / "evidence")), demo_run.data)
    assert report.problems == ()
    assert report.blobs
    assert report.commits
    assert leftovers(demo_run) == []


def test_a_mouth_that_was_moved_anew_is_noticed(demo_run: DemoRun) -> None:
    fakes = {ad_id: ad for ad_id, ad in demo_run.expected("flag").items() if ad["kind"] in PLAIN_FAKES}
    assert fakes
    silent = {ad["media"] for ad_id, ad in fakes.items() if "mouth_regenerated" not in demo_run.claims(ad_id)}
    assert silent == set()


def test_no_mouth_is_called_regenerated_that_was_not(demo_run: DemoRun) -> None:
    genuine = {ad_id: ad for ad_id, ad in demo_run.expected("flag").items() if "genuine" in ad["kind"]}
    genuine |= {ad_id: ad for ad_id, ad in demo_run.expected("no_flag").items() if "own" in ad["kind"]}
    assert genuine
    accused = {ad["media"] for ad_id, ad in genuine.items() if "mouth_regenerated" in demo_run.claims(ad_id)}
    assert accused == set()


def test_a_new_voice_over_is_noticed(demo_run: DemoRun) -> None:
    dubbed = [ad_id for ad_id, ad in demo_run.expected("flag").items() if ad["kind"] == "new voice-over"]
    assert dubbed
    for ad_id in dubbed:
        assert {"voice_replaced", "voice_is_not_theirs"} <= demo_run.claims(ad_id), demo_run.claims(ad_id)


def test_the_frauds_are_one_campaign_and_honest_advertisers_are_not_in_it(demo_run: DemoRun) -> None:
    home = {ad_id: one for one in read_records(demo_run.screen / "campaigns.parquet", Campaign) for ad_id in one.ad_ids}
    (campaign,) = {home[ad_id].campaign_id for ad_id in demo_run.expected("flag")}
    honest = {"official's own", "news report", "brand's own", "real bank, own domain", "honest finance", "parody"}
    spared = {ad_id: ad["kind"] for ad_id, ad in demo_run.expected("no_flag").items() if ad["kind"] in honest}
    assert {kind for ad_id, kind in spared.items() if ad_id in home and home[ad_id].campaign_id == campaign} == set()
    assert all(tie.why for one in home.values() for tie in one.ties)


def test_what_was_not_validated_carries_no_weight(demo_run: DemoRun) -> None:
    on_alteration = [finding for finding in demo_run.findings if finding.axis is Axis.ALTERATION]
    assert on_alteration
    assert [finding.claim for finding in on_alteration if finding.weight > 0] == []
    assert [finding.claim for finding in demo_run.findings if finding.weight > 0 and not finding.validated_on] == []


def test_running_again_changes_nothing(demo_run: DemoRun) -> None:
    """Also where an analysis was lost and has to be made again: every fourth one is."""
    before = fingerprints(demo_run)
    for path in sorted(demo_run.data.glob("analyses/*/*/*.json"))[::4]:
        path.unlink()
    run_demo(demo_run.directory, root=demo_run.root, printed=demo_run.printed)
    assert fingerprints(demo_run) == before
    assert leftovers(demo_run) == []


def fingerprints(run: DemoRun) -> dict[Path, str]:
    """SHA-256 of all datasets, of all evidence and of the records that prove it."""
    kept = [*run.data.glob("*s/demo/*.parquet"), run.crawl / "journal.jsonl", run.crawl / "egress.jsonl"]
    kept += [path for path in (run.data / "evidence").rglob("*") if path.is_file()]
    assert {path.parent.name for path in kept} >= {"demo", "evidence"}
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def leftovers(run: DemoRun) -> list[Path]:
    """What a job that ended well has no further use for."""
    places = ("crawls/*/staging/*", "analyses/.working/*", "screens/*/.shards", "evidence/partial/*", "**/*.part")
    return sorted(path for place in places for path in run.data.glob(place))
