"""Deleted by rule and lost are different, and the list of deletions cannot be rewritten unseen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evidence.deletions import DELETIONS_NAME, Deletions
from evidence.errors import EvidenceAltered
from evidence.journal import Journal
from evidence.log import verify
from evidence.records import BlobRef
from evidence.store import EvidenceStore
from tests.factories import AT, make_ad

LATER = AT + timedelta(days=40)


def keep(root: Path, store: EvidenceStore, *, crawl: str, data: bytes, days: int = 0) -> BlobRef:
    with (
        Journal(root / "crawls" / crawl, store, clock=lambda: AT + timedelta(days=days)) as journal,
        journal.entry("a") as entry,
    ):
        ref = entry.put(data, media_type="text/plain")
        entry.add(make_ad(raw=ref))
    return ref


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(str(tmp_path / "evidence"))


def test_what_was_deleted_by_rule_is_not_lost(tmp_path: Path, store: EvidenceStore) -> None:
    gone = keep(tmp_path, store, crawl="one", data=b"gone")
    stays = keep(tmp_path, store, crawl="two", data=b"stays")
    Deletions(tmp_path).delete_blob(store, gone.sha256, rule="unflagged media, 30 days", at=LATER)
    assert not store.has(gone.sha256)
    assert store.has(stays.sha256)
    report = verify(store, tmp_path)
    assert report.problems == ()
    assert (report.blobs, report.deleted) == (1, 1)
    assert Deletions(tmp_path).blobs() == {gone.sha256: LATER}


def test_what_is_missing_without_a_line_is_lost(tmp_path: Path, store: EvidenceStore) -> None:
    ref = keep(tmp_path, store, crawl="one", data=b"gone")
    store.delete(ref.sha256)
    store.delete(ref.sha256)
    assert "does not hold" in verify(store, tmp_path).problems[0]


def test_a_deletion_excuses_nothing_that_was_captured_again_since(tmp_path: Path, store: EvidenceStore) -> None:
    ref = keep(tmp_path, store, crawl="one", data=b"again")
    Deletions(tmp_path).delete_blob(store, ref.sha256, rule="rule", at=LATER)
    keep(tmp_path, store, crawl="two", data=b"again", days=50)
    assert verify(store, tmp_path).unchanged
    store.delete(ref.sha256)
    assert "does not hold" in verify(store, tmp_path).problems[0]


def test_a_list_that_was_changed_excuses_nothing(tmp_path: Path, store: EvidenceStore) -> None:
    ref = keep(tmp_path, store, crawl="one", data=b"gone")
    deletions = Deletions(tmp_path)
    deletions.delete_blob(store, ref.sha256, rule="rule", at=LATER)
    path = tmp_path / DELETIONS_NAME
    path.write_bytes(path.read_bytes().replace(b"rule", b"RULE"))
    problems = " ".join(verify(store, tmp_path).problems)
    assert "was changed after it was written" in problems
    assert "does not hold" in problems
    with pytest.raises(EvidenceAltered):
        deletions.blobs()


def test_other_things_can_be_noted_too(tmp_path: Path) -> None:
    deletions = Deletions(tmp_path)
    deletions.note(what="analysis", name="analyses/open@1/ab/abc.json", rule="30 days", at=LATER)
    assert deletions.blobs() == {}
    assert deletions.problems() == []
    assert Deletions(tmp_path / "elsewhere").blobs() == {}
