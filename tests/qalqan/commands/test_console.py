"""The console command as a person runs it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

PASSWORD = "correct horse battery"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "crawl.toml"
    path.write_text('data_dir = "data"\n[console]\nport = 0\nmedia_port = 0\n')
    return path


def command(*words: str) -> list[str]:
    code = "import typer, qalqan.commands.console as c; c.app(standalone_mode=False)"
    return [sys.executable, "-c", code, *words]


def add(config: Path, name: str, password: str) -> subprocess.CompletedProcess[str]:
    words = command("user", "add", name, "--config", str(config), "--password-stdin")
    return subprocess.run(words, input=f"{password}\n", capture_output=True, text=True)


def test_an_account_is_made_and_can_sign_in(config: Path) -> None:
    assert "can sign in now" in add(config, "leyla", PASSWORD).stdout
    assert "already a user" in add(config, "leyla", PASSWORD).stderr
    assert "fewer than 12" in add(config, "rauf", "short").stderr
    listed = subprocess.run(command("user", "list", "--config", str(config)), capture_output=True, text=True)
    assert listed.stdout.split() == ["leyla"]
    with subprocess.Popen(command("--config", str(config)), stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        origin = program.stdout.readline().split("answers at ")[1].split("/ ")[0]
        answer = httpx.post(f"{origin}/login", data={"name": "leyla", "password": PASSWORD})
        assert answer.status_code == 303
        program.send_signal(signal.SIGINT)
        assert program.stdout.read() == ""
        assert program.wait(timeout=20) == 0


def test_a_console_that_nobody_can_enter_says_how(config: Path) -> None:
    with subprocess.Popen(command("--config", str(config)), stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        program.stdout.readline()
        assert "qalqan console user add NAME" in program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 0


def test_a_busy_port_names_the_key_to_change(config: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        config.write_text(f'data_dir = "data"\n[console]\nport = {other.getsockname()[1]}\nmedia_port = 0\n')
        done = subprocess.run(command("--config", str(config)), capture_output=True, text=True)
    assert done.returncode != 0
    assert "is in use by another program" in done.stderr
    assert "set another port under [console]" in done.stderr
