"""The process that starts children, spoken to directly: its orders, its reports, its end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.spawner import ENVIRONMENT, PACKAGES

START = """
import sys
sys.path[:0] = [{packages!r}]
from embeddings.resident import main
main({control}, {parent}, modules={modules!r}, bubblewrapped=False)
"""


class Resident:
    """One that was started, and the socket for its orders."""

    def __init__(self, *modules: str, parent: int = -1) -> None:
        self.orders, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.orders.settimeout(20)
        body = START.format(packages=str(PACKAGES), control=far.fileno(), parent=parent, modules=modules)
        with far:
            command = [sys.executable, "-I", "-c", body]
            self.process = subprocess.Popen(
                command, pass_fds=[far.fileno(), *[parent] * (parent >= 0)], env=ENVIRONMENT
            )
        self.hello = json.loads(self.orders.recv(4096))

    def order(self, module: str, room: Path, complaints: int) -> tuple[socket.socket, socket.socket]:
        channel, its_channel = socket.socketpair()
        life, its_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life.settimeout(20)
        place = os.open(room, os.O_RDONLY)
        with its_channel, its_life:
            said = json.dumps({"module": module, "room": True, "files": 0}).encode()
            socket.send_fds(self.orders, [said], [its_channel.fileno(), its_life.fileno(), complaints, place])
        os.close(place)
        return channel, life


@pytest.fixture
def resident() -> Iterator[Resident]:
    resident = Resident()
    yield resident
    resident.orders.close()
    assert resident.process.wait(10) == 0


def _end(resident: Resident, tmp_path: Path, body: str) -> tuple[dict[str, int], str]:
    (tmp_path / "short.py").write_text(f"def main():\n    {body}\n")
    complaints = os.memfd_create("complaints")
    channel, life = resident.order("short", tmp_path, complaints)
    with channel, life:
        news = json.loads(life.recv(4096))
    written = os.pread(complaints, 10_000, 0).decode()
    os.close(complaints)
    assert 0 < news.pop("cpu_s") < 20
    return news, written


def test_every_end_of_a_child_is_reported(resident: Resident, tmp_path: Path) -> None:
    assert _end(resident, tmp_path, "pass") == ({"code": 0}, "")
    news, written = _end(resident, tmp_path, "raise ValueError('no good')")
    assert (news, written.splitlines()[-1]) == ({"code": 1}, "ValueError: no good")
    assert _end(resident, tmp_path, "print('heard')") == ({"code": 0}, "heard\n")
    assert _end(resident, tmp_path, "import os; os.abort()")[0] == {"code": -6}
    assert _end(resident, tmp_path, "raise SystemExit(0)")[0] == {
        "code": 1
    }  # nobody leaves without saying that it is done


def _ends(pid: int) -> bool:
    """Whether this process is gone, or only waits to be reaped, within ten seconds."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_what_a_child_started_goes_with_it(resident: Resident, tmp_path: Path) -> None:
    sleeper = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    _, written = _end(resident, tmp_path, sleeper)
    assert _ends(int(written))


def test_no_child_outlives_it(tmp_path: Path) -> None:
    resident = Resident()
    (tmp_path / "long.py").write_text(
        "def main():\n    import os, time\n    print(os.getpid(), flush=True)\n    time.sleep(60)\n"
    )
    complaints = os.memfd_create("complaints")
    channel, life = resident.order("long", tmp_path, complaints)
    with channel, life:
        while not (written := os.pread(complaints, 100, 0)):
            time.sleep(0.01)
        resident.orders.close()
        assert resident.process.wait(10) == 0
        assert _ends(int(written))
    os.close(complaints)


def test_it_ends_with_the_process_that_it_serves_even_if_others_hold_its_socket() -> None:
    with subprocess.Popen(["sleep", "60"]) as served:
        watched = os.pidfd_open(served.pid)
        resident = Resident(parent=watched)
        os.close(watched)
        served.kill()
    assert resident.process.wait(10) == 0
    resident.orders.close()


def test_an_order_without_its_descriptors_starts_nothing_and_harms_nothing(resident: Resident, tmp_path: Path) -> None:
    life, its_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    life.settimeout(20)
    with life, its_life:
        said = json.dumps({"module": "short", "room": False, "files": 3}).encode()
        socket.send_fds(resident.orders, [said], [its_life.fileno()])
    assert _end(resident, tmp_path, "pass") == ({"code": 0}, "")


def test_what_cannot_be_imported_is_said_instead_of_a_greeting() -> None:
    lame = Resident("json", "nobody_has_this")
    assert lame.hello == {"fault": "ModuleNotFoundError: No module named 'nobody_has_this'"}
    assert lame.process.wait(10) == 0
    lame.orders.close()


def test_the_greeting_says_what_lies_around_all_children(resident: Resident) -> None:
    assert resident.hello["around"] in (["no_network"], [])


def test_it_has_one_thread_with_all_decoders_imported() -> None:
    whole = Resident("embeddings.decoder", "embeddings.transcoder", "detectors.c2pa_probe")
    assert len(list(Path(f"/proc/{whole.process.pid}/task").iterdir())) == 1
    whole.orders.close()
    assert whole.process.wait(10) == 0
