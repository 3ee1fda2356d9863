"""Starting and stopping."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.triage.conftest import Clock
from triage.serve import ConsoleSettings, running

SERVE = """
import sys
from pathlib import Path
from triage.serve import ConsoleSettings, serve
serve(ConsoleSettings(database_url=f"sqlite:///{sys.argv[1]}/c.sqlite3", derivatives=Path(sys.argv[1]), port=0, media_port=0),
      announce=lambda addresses: print(addresses.origin, flush=True))
print("stopped")
"""


def settings(tmp_path: Path, *, port: int = 0, media_port: int = 0, host: str = "127.0.0.1") -> ConsoleSettings:
    return ConsoleSettings(
        database_url=f"sqlite:///{tmp_path / 'c.sqlite3'}",
        derivatives=tmp_path,
        port=port,
        media_port=media_port,
        host=host,
    )


def test_both_servers_run_as_long_as_the_context(tmp_path: Path) -> None:
    with running(settings(tmp_path), clock=Clock()) as addresses:
        assert httpx.get(f"{addresses.origin}/health").json() == {"status": "ok"}
        assert httpx.get(f"{addresses.media_origin}/x").status_code == 404
        assert "There are no accounts yet" in httpx.get(f"{addresses.origin}/login").text
    for origin in (addresses.origin, addresses.media_origin):
        with pytest.raises(httpx.ConnectError):
            httpx.get(origin)


@pytest.mark.parametrize("key", ["port", "media_port"])
def test_a_busy_port_is_one_sentence(tmp_path: Path, key: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        busy = settings(tmp_path, **{key: port})
        expected = rf"127\.0\.0\.1:{port} is in use by another program; stop that program or set another {key} under"
        with pytest.raises(OSError, match=expected), running(busy, clock=Clock()):
            pass
    assert not (tmp_path / "c.sqlite3").exists()


def test_a_host_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be opened"), running(settings(tmp_path, host="192.0.2.1"), clock=Clock()):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        origin = program.stdout.readline().strip()
        assert httpx.get(f"{origin}/health").status_code == 200
        program.send_signal(number)
        assert program.stdout.read().strip() == "stopped"
        assert program.wait(timeout=20) == 0
