"""Files that replace each other as a whole: altered, forged, missing, torn, stale, foreign and busy ones; modes; the
audit."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watchlist import generations, shredding
from watchlist.errors import WatchlistInvalid
from watchlist.generations import Change, Generation
from watchlist.private_files import make_directory, write_private

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def publish(directory: Path, *, text: str = "hello", action: str = "enrol") -> Generation:
    with generations.locked(directory) as before:
        name = f"{generations.folder(generations.next_number(before))}/people.txt"
        make_directory((directory / name).parent)
        files = {name: write_private(directory / name, text.encode())}
        change = Change(at=NOW, by="Rena", action=action, subject="aysel", detail="")
        after = generations.publish(
            before, directory, change=change, content={"files": files, "kept": [], "owners": {}, "text": text}
        )
        shredding.sweep(directory, keep=after)
        return after


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "watchlist"


def test_nothing_there_is_none(directory: Path) -> None:
    assert generations.current(directory) is None


def test_a_generation_is_read_back_and_replaced(directory: Path) -> None:
    publish(directory)
    second = publish(directory, text="again")
    standing = generations.current(directory)
    assert standing == second
    assert standing is not None
    assert standing.number == 2
    assert standing.file("generations/000002/people.txt").read_text() == "again"
    assert [path.name for path in (directory / "generations").iterdir()] == ["000002"]


def test_only_the_owner_can_read(directory: Path) -> None:
    publish(directory)
    for path in [directory, *directory.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_an_existing_open_directory_is_closed(directory: Path) -> None:
    directory.mkdir()
    directory.chmod(0o755)
    publish(directory)
    assert directory.stat().st_mode & 0o777 == 0o700


def test_altered_and_missing_files_are_named(directory: Path) -> None:
    standing = publish(directory)
    name = "generations/000001/people.txt"
    (directory / name).write_text("hellp")
    with pytest.raises(WatchlistInvalid, match=r"people\.txt was altered: restore the watchlist from its backup"):
        standing.file(name)
    (directory / name).unlink()
    with pytest.raises(WatchlistInvalid, match=r"people\.txt is missing: restore"):
        standing.file(name)


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("current", "", "current is damaged: restore"),
        ("current", "[1]", "current is damaged: restore"),
        ("current", '{"generation": 9, "manifest_sha256": ""}', r"000009/manifest\.json is missing"),
        ("generations/000001/manifest.json", '{"format": 1}', r"manifest\.json was altered"),
    ],
)
def test_a_damaged_pointer_or_manifest_is_refused(directory: Path, path: str, text: str, sentence: str) -> None:
    publish(directory)
    (directory / path).write_text(text)
    with pytest.raises(WatchlistInvalid, match=sentence):
        generations.current(directory)


def test_another_format_is_refused(directory: Path) -> None:
    with generations.locked(directory) as before:
        change = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="")
        generations.publish(before, directory, change=change, content={"format": 7, "files": {}, "kept": []})
    with pytest.raises(WatchlistInvalid, match="has format 7, not 2: use the qalqan that wrote it"):
        generations.current(directory)


def forge(directory: Path, text: bytes, *, number: int = 1) -> None:
    """Put a manifest in place, with a pointer that fits it."""
    (directory / generations.folder(number) / "manifest.json").write_bytes(text)
    pointer = {"generation": number, "manifest_sha256": hashlib.sha256(text).hexdigest()}
    (directory / "current").write_text(json.dumps(pointer))


def test_what_was_written_before_sealing_is_refused(directory: Path) -> None:
    publish(directory)
    forge(directory, b'{"format": 1}')
    (directory / "references").mkdir()
    for use in (generations.current, publish):
        with pytest.raises(WatchlistInvalid, match="before watchlists were sealed: enrol these people again in a new"):
            use(directory)


def test_a_manifest_that_the_key_did_not_sign_is_refused(directory: Path, tmp_path: Path) -> None:
    publish(directory)
    manifest = (directory / "generations/000001/manifest.json").read_bytes()
    forge(directory, manifest.replace(b"Rena", b"Eve!"))
    with pytest.raises(WatchlistInvalid, match=r"manifest\.json is not signed with the key of .*signing\.pem\.pub"):
        generations.current(directory)
    forge(directory, b"{}")
    with pytest.raises(WatchlistInvalid, match=r"manifest\.json was altered"):
        generations.current(directory)
    forge(directory, manifest)
    assert generations.current(directory) is not None
    publish(tmp_path / "other")
    for name in ("manifest.json", "manifest.sig"):
        shutil.copy(tmp_path / "other/generations/000001" / name, directory / "generations/000001" / name)
    forge(directory, (directory / "generations/000001/manifest.json").read_bytes())
    with pytest.raises(WatchlistInvalid, match="is not signed with the key"):
        generations.current(directory)


def test_an_old_generation_that_is_put_back_is_refused(directory: Path, tmp_path: Path) -> None:
    publish(directory)
    shutil.copytree(directory, tmp_path / "old")
    publish(directory, action="remove")
    shutil.copytree(tmp_path / "old/generations/000001", directory / "generations/000001")
    shutil.copy(tmp_path / "old/current", directory / "current")
    with pytest.raises(WatchlistInvalid, match=r"generation 2 was written to .*: an old state was put back"):
        generations.current(directory)
    shutil.rmtree(directory / "generations/000001")
    (directory / "generations/000002").rename(directory / "generations/000003")
    forge(directory, (directory / "generations/000003/manifest.json").read_bytes(), number=3)
    with pytest.raises(WatchlistInvalid, match="is of generation 2, but generation 3"):
        generations.current(directory)


def test_a_directory_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(WatchlistInvalid, match="holds other files: name an empty or new directory"):
        publish(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_audit_has_one_line_per_change(directory: Path) -> None:
    publish(directory)
    publish(directory, action="approve")
    lines = [json.loads(line) for line in (directory / "audit.jsonl").read_text().splitlines()]
    assert [(line["generation"], line["action"], line["by"]) for line in lines] == [
        (1, "enrol", "Rena"),
        (2, "approve", "Rena"),
    ]
    assert lines[0]["at"] == "2026-03-01T12:00:00+00:00"


def test_the_audit_is_read_back_without_a_line_that_was_cut_off(directory: Path) -> None:
    assert generations.changes(directory) == []
    publish(directory)
    publish(directory, action="approve")
    with (directory / "audit.jsonl").open("a") as audit:
        audit.write('{"at": "2026')
    enrol = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="")
    assert generations.changes(directory) == [enrol, replace(enrol, action="approve")]
    assert generations.current(directory) is not None


@pytest.mark.parametrize("left", ["", '{"generation": 1, "torn'])
def test_an_audit_line_that_was_cut_off_is_written_by_the_next_change(directory: Path, left: str) -> None:
    publish(directory)
    (directory / "audit.jsonl").write_text(left)
    publish(directory, action="approve")
    lines = [json.loads(line) for line in (directory / "audit.jsonl").read_text().splitlines()]
    assert [(line["generation"], line["action"]) for line in lines] == [(1, "enrol"), (2, "approve")]


def test_one_change_at_a_time(directory: Path) -> None:
    publish(directory)
    program = (
        "import sys, pathlib; from watchlist.generations import locked\nwith locked(pathlib.Path(sys.argv[1])): pass"
    )
    handle = os.open(directory / ".lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    waiting = subprocess.Popen([sys.executable, "-c", program, str(directory)])
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=1)
    os.close(handle)
    assert waiting.wait(timeout=30) == 0
