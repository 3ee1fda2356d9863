"""``verify`` finds every way of tampering, and words it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import StoreUnavailable
from evidence.journal import Journal
from evidence.log import LOG_NAME, VERIFICATION_REPORT_SCHEMA, VerificationReport, verify
from evidence.records import BlobRef
from evidence.store import EvidenceStore
from evidence.tables import read_records, write_records
from tests.factories import AT, make_ad, make_blob_ref


class World:
    """A data directory with two finished crawls."""

    def __init__(self, root: Path, *, url: str) -> None:
        self.root = root
        self.store = EvidenceStore(url)
        for name in ("first", "second"):
            with Journal(root / "crawls" / name, self.store, clock=lambda: AT) as journal:
                for key in ("a", "b"):
                    with journal.entry(key) as entry:
                        data = f"{name} {key}".encode()
                        entry.add(make_ad(source_ad_id=f"{name}-{key}", raw=entry.put(data, media_type="text/plain")))

    def verify(self, *records: object) -> VerificationReport:
        return verify(self.store, self.root, records=records)

    def blob(self, ref: BlobRef) -> Path:
        return self.root / "evidence" / "blobs" / "sha256" / ref.sha256[:2] / ref.sha256


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, url=str(tmp_path / "evidence"))


def change(path: Path, before: bytes, after: bytes) -> None:
    path.chmod(0o644)
    raw = path.read_bytes()
    assert before in raw
    path.write_bytes(raw.replace(before, after, 1))


def test_an_untouched_store_is_proved(world: World) -> None:
    report = world.verify()
    assert report.problems == ()
    assert report.unchanged
    assert (report.blobs, report.journals, report.commits, report.log_lines) == (4, 2, 4, 4)
    assert report.bytes == sum(len(f"{name} {key}") for name in ("first", "second") for key in "ab")


def test_a_store_that_is_no_directory_is_proved_too(tmp_path: Path) -> None:
    world = World(tmp_path, url=f"memory://{tmp_path.name}")
    assert world.verify().unchanged
    assert world.verify().log_lines == 4
    change(tmp_path / "crawls" / "first" / LOG_NAME, b'"line":0', b'"line":7')
    assert not world.verify().unchanged


def test_a_missing_store_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no evidence store"):
        verify(EvidenceStore(str(tmp_path / "evidence")), tmp_path)


def test_a_flipped_bit_in_a_blob(world: World) -> None:
    ref = make_blob_ref(b"first a")
    change(world.blob(ref), b"first", b"girst")
    (problem,) = world.verify().problems
    assert ref.sha256 in problem


def test_a_missing_blob(world: World) -> None:
    ref = make_blob_ref(b"first a")
    world.blob(ref).unlink()
    (problem,) = world.verify().problems
    assert "does not hold" in problem
    assert ref.sha256 in problem


def test_a_blob_from_outside(world: World) -> None:
    ref = world.store.put(b"planted", media_type="text/plain")
    (problem,) = world.verify().problems
    assert "No record speaks of" in problem
    assert world.verify(make_ad(raw=ref)).unchanged, "records given by the caller count"


def test_a_record_whose_blob_is_not_there(world: World) -> None:
    (problem,) = world.verify(make_ad(raw=make_blob_ref(b"never stored"))).problems
    assert "does not hold" in problem


def test_a_flipped_bit_in_a_journal_line(world: World) -> None:
    change(world.root / "crawls" / "first" / "journal.jsonl", b"SOCAR", b"SOCAS")
    problems = world.verify().problems
    assert "Line 1 of" in problems[0]
    assert any("was changed in its journal" in problem for problem in problems)


def test_a_flipped_bit_in_the_last_log_line(world: World) -> None:
    change(world.root / "evidence" / LOG_NAME, b'"number":3', b'"number":2')
    assert any("Line 4 of" in problem for problem in world.verify().problems)


def test_a_shortened_journal(world: World) -> None:
    path = world.root / "crawls" / "second" / "journal.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    problems = world.verify().problems
    assert any("is missing from its journal" in problem for problem in problems)
    assert any("No record speaks of" in problem for problem in problems)


def test_a_removed_journal(world: World) -> None:
    (world.root / "crawls" / "second" / "journal.jsonl").unlink()
    assert any("whose journal is gone" in problem for problem in world.verify().problems)


def test_a_shortened_log(world: World) -> None:
    path = world.root / "evidence" / LOG_NAME
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    (problem,) = world.verify().problems
    assert "is not in the log" in problem


def test_a_journal_rewritten_with_all_its_seals_differs_from_the_log(world: World, tmp_path: Path) -> None:
    path = world.root / "crawls" / "first" / "journal.jsonl"
    path.unlink()
    other = EvidenceStore(str(tmp_path / "elsewhere"))
    with Journal(path.parent, other, clock=lambda: AT) as journal, journal.entry("a") as entry:
        entry.add(make_ad(title="rewritten", raw=entry.put(b"first a", media_type="text/plain")))
    assert any("was changed in its journal" in problem for problem in world.verify().problems)


def test_staged_blobs_are_explained(world: World) -> None:
    ref = make_blob_ref(b"second b")
    staging = world.root / "crawls" / "second" / "staging" / "x"
    staging.mkdir(parents=True)
    world.blob(ref).rename(staging / ref.sha256)
    (problem,) = world.verify().problems
    assert "run the crawl that staged it again" in problem


def test_the_report_is_a_record(world: World, tmp_path: Path) -> None:
    report = world.verify(make_ad(raw=make_blob_ref(b"never stored")))
    write_records(tmp_path / "report.parquet", [report], VERIFICATION_REPORT_SCHEMA)
    assert read_records(tmp_path / "report.parquet", VerificationReport) == [report]
