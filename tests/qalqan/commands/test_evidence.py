"""``qalqan evidence verify`` notices a changed byte."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.folder import import_media
from evidence.store import EvidenceStore
from qalqan.commands.evidence import app


@pytest.fixture
def data(tmp_path: Path) -> Path:
    media = tmp_path / "a.mp4"
    media.write_bytes(b"evidence")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    store = EvidenceStore(str(tmp_path / "data" / "evidence"))
    import_media([media], store=store, directory=tmp_path / "data" / "crawls" / "own", clock=lambda: now)
    return tmp_path / "data"


def test_intact(data: Path) -> None:
    done = CliRunner().invoke(app, ["verify", "--data", str(data)])
    assert done.exit_code == 0, done.output
    assert "1 blobs" in done.output
    assert "Nothing was changed." in done.output


def test_one_changed_byte(data: Path) -> None:
    blob = next(path for path in (data / "evidence" / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o600)
    blob.write_bytes(b"evidencE")
    done = CliRunner().invoke(app, ["verify", "--data", str(data)])
    assert done.exit_code == 1
    assert blob.name in done.output
    assert "not intact" in done.output


def test_one_of_the_two_must_be_named() -> None:
    assert CliRunner().invoke(app, ["verify"]).exit_code == 2
