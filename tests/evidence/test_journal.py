"""Bytes and records together or not at all: also for a process that is killed at any moment."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from evidence.chain import append_line, read_chain
from evidence.errors import EvidenceAltered, StoreUnavailable
from evidence.journal import Journal
from evidence.log import verify
from evidence.records import Ad, Capture
from evidence.store import EvidenceStore
from tests.factories import AT, make_ad, make_blob_ref, make_capture

KILLS = 20


def clock() -> datetime:
    return AT


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(str(tmp_path / "evidence"))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "crawls" / "demo"


def commit(journal: Journal, key: str, data: bytes) -> Ad:
    with journal.entry(key) as entry:
        ad = make_ad(source_ad_id=key, raw=entry.put(data, media_type="application/json"))
        entry.add(ad)
    return ad


def fail(journal: Journal, key: str, data: bytes) -> None:
    with journal.entry(key) as entry:
        entry.add(make_ad(raw=entry.put(data, media_type="application/json")))
        raise RuntimeError("broke")


def test_an_entry_keeps_bytes_and_records(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        first = commit(journal, "a", b"1")
        second = commit(journal, "b", b"2")
        assert journal.committed == {"a", "b"}
        assert journal.records(Ad) == [first, second]
        assert journal.records(Capture) == []
    assert store.read(first.raw) == b"1"
    assert list((directory / "staging").glob("*")) == []


def test_nothing_reaches_the_store_before_the_commit(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal, journal.entry("a") as entry:
        ref = entry.put(b"1", media_type="text/plain")
        assert not store.has(ref.sha256)
        assert journal.committed == frozenset()


def test_a_raising_entry_is_discarded_whole_and_may_be_tried_again(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        with pytest.raises(RuntimeError, match="broke"):
            fail(journal, "a", b"1")
        assert (journal.committed, journal.records(Ad), list(store.hashes())) == (frozenset(), [], [])
        assert [path for path in (directory / "staging").rglob("*") if path.is_file()] == []
        ad = commit(journal, "a", b"1")
        assert journal.records(Ad) == [ad]


def test_entries_may_be_open_side_by_side(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        with journal.entry("outer") as outer:
            kept = outer.put(b"same", media_type="text/plain")
            with pytest.raises(RuntimeError, match="broke"):
                fail(journal, "inner", b"same")
        assert store.read(kept) == b"same"


def test_a_key_is_committed_once(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        commit(journal, "a", b"1")
        with pytest.raises(ValueError, match="already committed"):
            commit(journal, "a", b"2")
        with journal.entry("b"), pytest.raises(ValueError, match="already open"):
            commit(journal, "b", b"2")


def test_a_journal_resumes(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        first = commit(journal, "a", b"1")
    with Journal(directory, store, clock=clock) as journal:
        assert journal.committed == {"a"}
        second = commit(journal, "b", b"2")
        assert journal.records(Ad) == [first, second]


def test_records_of_all_shapes_come_back_equal(directory: Path, store: EvidenceStore) -> None:
    bodies = ["", "\u202eevil\n{}", "Қазақ əöğ", "lone \ud800 surrogate", "\0"]
    ads = [make_ad(source_ad_id=str(n), body=body, ended_at=AT, reach=None) for n, body in enumerate(bodies)]
    capture = make_capture(body=None, redirect_chain=("http://a.example/", "http://b.example/"))
    with Journal(directory, store, clock=clock) as journal, journal.entry("a") as entry:
        for record in [*ads, capture]:
            entry.add(record)
    with Journal(directory, store, clock=clock) as journal:
        assert journal.records(Ad) == ads
        assert journal.records(Capture) == [capture]


def test_a_record_that_could_not_be_read_back_is_refused(directory: Path, store: EvidenceStore) -> None:
    with (
        Journal(directory, store, clock=clock) as journal,
        pytest.raises(ValueError, match="no time zone"),
        journal.entry("a") as entry,
    ):
        entry.add(make_ad(observed_at=datetime(2026, 11, 1)))  # noqa: DTZ001


def test_two_crawls_cannot_share_a_directory(directory: Path, store: EvidenceStore) -> None:
    with (
        Journal(directory, store, clock=clock),
        pytest.raises(BlockingIOError, match=r"^Another crawl is writing to .*; .*\.$"),
    ):
        Journal(directory, store, clock=clock)
    Journal(directory, store, clock=clock).close()


def test_committed_blobs_that_are_still_staged_are_promoted(
    directory: Path, store: EvidenceStore, tmp_path: Path
) -> None:
    ref = make_blob_ref(b"1", media_type="text/plain")
    with Journal(directory, store, clock=clock) as journal:
        (tmp_path / "evidence").mkdir()
        (tmp_path / "evidence" / "blobs").write_text("")  # no blob can be written below a file
        with pytest.raises(StoreUnavailable):
            commit(journal, "a", b"1")
        assert journal.committed == {"a"}
    (tmp_path / "evidence" / "blobs").unlink()
    Journal(directory, store, clock=clock).close()
    assert store.read(ref) == b"1"
    assert verify(store, tmp_path).unchanged


def test_a_torn_last_line_is_cut_and_its_staging_deleted(directory: Path, store: EvidenceStore) -> None:
    with Journal(directory, store, clock=clock) as journal:
        commit(journal, "a", b"1")
    with (directory / "journal.jsonl").open("ab") as file:
        file.write(b'{"at":"2026')
    (directory / "staging" / "b").mkdir(parents=True)
    (directory / "staging" / "b" / "blob").write_bytes(b"never committed")
    with Journal(directory, store, clock=clock) as journal:
        commit(journal, "c", b"3")
        assert journal.committed == {"a", "c"}
    assert [line.number for line in read_chain(directory / "journal.jsonl")] == [0, 1]
    assert list(store.hashes()) == sorted(make_blob_ref(data).sha256 for data in (b"1", b"3"))


def test_a_line_that_was_committed_but_not_logged_is_logged(
    directory: Path, store: EvidenceStore, tmp_path: Path
) -> None:
    with Journal(directory, store, clock=clock) as journal:
        commit(journal, "a", b"1")
    append_line(directory / "journal.jsonl", {"key": "b", "at": AT.isoformat(), "blobs": [], "records": []})
    assert not verify(store, tmp_path).unchanged
    Journal(directory, store, clock=clock).close()
    assert verify(store, tmp_path).unchanged


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.replace(b"SOCAR", b"SOCAT", 1),
        lambda raw: raw[:-1],  # a logged line made to look torn
        lambda raw: b"",
    ],
)
def test_a_changed_journal_is_not_continued(
    directory: Path, store: EvidenceStore, damage: Callable[[bytes], bytes]
) -> None:
    with Journal(directory, store, clock=clock) as journal:
        commit(journal, "a", b"1")
    path = directory / "journal.jsonl"
    changed = damage(path.read_bytes())
    path.write_bytes(changed)
    with pytest.raises(EvidenceAltered):
        Journal(directory, store, clock=clock)
    assert path.read_bytes() == changed


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, store: EvidenceStore) -> None:
    (tmp_path / "crawls").write_text("a file where a directory should be")
    with pytest.raises(StoreUnavailable, match="crawls"):
        Journal(tmp_path / "crawls" / "demo", store, clock=clock)


def _crawl(directory: Path, store: EvidenceStore, entries: int, done: Connection) -> None:
    """What the killed process does: a resumable crawl; a key is sent only when its entry is complete."""
    with Journal(directory, store, clock=lambda: datetime.now(UTC)) as journal:
        for number in range(entries):
            key = f"ad-{number}"
            if key in journal.committed:
                continue
            with journal.entry(key) as entry:
                shared = entry.put(b"the same advertiser's page", media_type="text/html")
                media = entry.put(random.Random(number).randbytes(30_000), media_type="video/mp4")
                entry.add(make_ad(source_ad_id=key, raw=shared))
                entry.add(make_capture(ad_id=key, body=media))
            done.send(key)


def test_killed_at_random_moments_loses_and_doubles_nothing(
    directory: Path, store: EvidenceStore, tmp_path: Path
) -> None:
    rng = random.Random(20261101)
    context = multiprocessing.get_context("fork")
    acknowledged: list[str] = []
    for _ in range(KILLS):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=_crawl, args=(directory, store, 10_000, sender))
        child.start()
        sender.close()
        for _ in range(rng.randint(0, 8)):  # a moment in its work, not on the clock: machines differ
            assert receiver.poll(30)
            acknowledged.append(receiver.recv())
        time.sleep(rng.uniform(0.0, 0.02))
        child.kill()
        child.join()
        while True:
            try:
                acknowledged.append(receiver.recv())
            except EOFError:
                break
        assert child.exitcode == -9

    with Journal(directory, store, clock=clock) as journal:
        keys = [line.content["key"] for line in read_chain(directory / "journal.jsonl")]
        ads, captures = journal.records(Ad), journal.records(Capture)
        assert set(acknowledged) <= journal.committed
    assert len(acknowledged) == len(set(acknowledged)) > KILLS
    assert keys == [f"ad-{number}" for number in range(len(keys))]
    assert [ad.source_ad_id for ad in ads] == keys == [capture.ad_id for capture in captures]
    assert set(store.hashes()) == {ad.raw.sha256 for ad in ads} | {c.body.sha256 for c in captures if c.body}
    assert verify(store, tmp_path).problems == ()
    leftovers = [*(tmp_path / "evidence" / "partial").glob("*"), *(directory / "staging").rglob("*")]
    assert leftovers == []
