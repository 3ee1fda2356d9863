"""``qalqan screen`` with a person's own media, and every way to call it wrongly."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from qalqan.demo.protected import BRANDS_TOML
from qalqan.machine import account
from qalqan.main import app
from tests.media import portrait, write_picture
from watchlist.brands import import_brands
from watchlist.disclosures import DISCLOSURES_NAME, disclosures

QALQAN = str(Path(sys.executable).with_name("qalqan"))

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def screen(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [QALQAN, "screen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, "COLUMNS": "200"})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "brands.toml").write_text(BRANDS_TOML)
    import_brands(tmp_path / "watchlist", tmp_path / "brands.toml", by="officer", now=NOW)
    write_picture(tmp_path / "media" / "stranger.png", portrait("hopper"))
    (tmp_path / "media" / "stranger.txt").write_text(
        "Gündə 300 AZN qazanc zəmanətlidir! SOCAR. İlk depozit 250 AZN, qeydiyyatdan keçin."
    )
    (tmp_path / "media" / "empty.mp4").write_bytes(b"")
    return tmp_path


def test_every_file_is_in_the_table_and_what_failed_below_it(here: Path) -> None:
    done = screen(here, "media/", "--watchlist", "watchlist")
    assert done.returncode == 3, done.stderr
    row = next(line for line in done.stdout.splitlines() if "stranger.png" in line)
    assert "FLAGGED" in row
    assert "the file is empty" in done.stdout
    assert (here / "qalqan-data" / "screens" / "own-media" / "candidates.parquet").exists()
    kept = [path for path in (here / "qalqan-data").rglob("*") if path.is_file()]
    assert [path for path in kept if str(here) in text_of(path)] == [], "nobody's folders are in what is handed on"


def text_of(path: Path) -> str:
    """What a file says; columns are unpacked."""
    return repr(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text(errors="replace")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 2, "name either media"),
        (["media/", "--config", "x.toml", "--watchlist", "watchlist"], 2, "and not both"),
        (["media/"], 2, "whom should we look for"),
        (["media/", "--watchlist", "watchlist", "--crawl", "x"], 2, "goes with --config"),
        (["media/", "--watchlist", "watchlist", "--fusion", "none.json"], 1, "none.json"),
        (["media/", "--watchlist", "nobody"], 1, "nobody"),
        (["nowhere/", "--watchlist", "watchlist"], 1, "there is no file or folder nowhere"),
        (["*.webm", "--watchlist", "watchlist"], 1, "no file matches"),
        (["media/", "--watchlist", "watchlist", "--pack", "closed"], 1, "closed"),
        (["media/", "--watchlist", "watchlist", "--network", "media"], 1, "media/detector.toml"),
        (["media/", "--watchlist", "watchlist", "--runner=NonsenseRunner"], 1, "NonsenseRunner"),
    ],
)
def test_wrong_calls_are_told_in_one_sentence(here: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = screen(here, *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["media/", "--watchlist", "nobody", "--by", "L", "--why", "w"], "there is no watchlist in"),
        (["media/", "--watchlist", "watchlist", "--by", "L"], "who asks for names, and why"),
        (["media/", "--watchlist", "watchlist", "--by", "L", "--why", " "], "say who asks and why"),
        (["--config", "x.toml", "--by", "L", "--why", "w"], "ads of a crawl name whom they use"),
        (["media/", "--again", "123", "--watchlist", "watchlist"], "or --again alone"),
        (["--again", "123", "--watchlist", "watchlist"], "there is no ad 123 of own media in"),
    ],
)
def test_wrong_questions_are_refused_before_anything_is_screened(
    here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(here)
    done = CliRunner().invoke(app, ["screen", *arguments], env={"COLUMNS": "400"})
    assert done.exit_code != 0
    assert sentence in f"{done.output} {done.exception}"
    assert not (here / "qalqan-data" / "screens").exists()
    assert not (here / "watchlist" / DISCLOSURES_NAME).exists()


def test_a_question_is_on_record_with_the_watchlist_before_the_media_is_screened(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here)
    asked = ["--by", "L. Hasanova", "--why", "reported by e-mail, no. 412"]
    command = ["screen", "media/stranger.png", "--watchlist", "watchlist", *asked, "--runner=NonsenseRunner"]
    assert CliRunner().invoke(app, command).exit_code != 0, "no such runner: it ends before anything is screened"
    (line,) = disclosures(here / "watchlist")
    assert (line.by, line.why, line.account) == ("L. Hasanova", "reported by e-mail, no. 412", account())
    assert line.media == (hashlib.sha256((here / "media" / "stranger.png").read_bytes()).hexdigest(),)
