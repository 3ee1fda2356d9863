"""The resident process as its parent sees it: shared by threads, started anew when it dies, never left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from embeddings.bubblewrap import PROGRAM_PATH
from embeddings.errors import ChildStopped, DecoderUnavailable
from embeddings.sandbox import converse
from embeddings.spawner import PACKAGES, Spawner
from tests.patients import LIMITS, need_bubblewrap, talk, write

ECHO = "answers.send('echo', of=request['number'])\nanswers.send('done')"


@pytest.fixture(params=[PROGRAM_PATH, ""], ids=["bubblewrap", "plain"])
def spawner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    if request.param:
        need_bubblewrap(tmp_path_factory.mktemp("needed"), request.param)
    spawner = Spawner(modules=(), programs=request.param)
    yield spawner
    spawner.close()


def _echo(room: Path, spawner: Spawner, number: int) -> int:
    (message,) = converse("patient", {"number": number}, LIMITS, room=room, spawner=spawner)
    return int(message.facts["of"])


def _kill(pids: Iterable[int]) -> None:
    """Who goes with one that was killed before them, as those in a process namespace do with its first, is gone already."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _gone(pid: int) -> bool:
    """Whether this process has ended; one that only waits to be reaped by somebody else has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found


def test_one_resident_process_serves_many_requests_and_threads(tmp_path: Path, spawner: Spawner) -> None:
    write(tmp_path, ECHO)
    first = (_echo(tmp_path, spawner, 1), spawner.pid)
    with ThreadPoolExecutor(max_workers=6) as several:
        said = list(several.map(lambda number: _echo(tmp_path, spawner, number), range(40)))
    assert said == list(range(40))
    assert first == (1, spawner.pid)


def test_a_crash_of_a_child_harms_no_other(tmp_path: Path, spawner: Spawner) -> None:
    with pytest.raises(ChildStopped, match="SIGSEGV"):
        talk(tmp_path, "import ctypes\nctypes.string_at(0)", spawner=spawner)
    before = spawner.pid
    write(tmp_path, ECHO)
    assert _echo(tmp_path, spawner, 7) == 7
    assert spawner.pid == before


def test_one_that_was_killed_is_replaced_unnoticed_and_leaves_no_zombie(tmp_path: Path, spawner: Spawner) -> None:
    write(tmp_path, ECHO)
    assert _echo(tmp_path, spawner, 1) == 1
    killed = spawner.pid
    assert killed is not None
    _kill([*_descendants(killed), killed])
    assert _echo(tmp_path, spawner, 2) == 2
    assert spawner.pid != killed
    assert not Path(f"/proc/{killed}").exists()


def test_a_conversation_that_dies_with_it_says_so(tmp_path: Path, spawner: Spawner) -> None:
    module = write(tmp_path, "answers.send('here')\nimport time\ntime.sleep(60)")
    said = converse(module, {}, LIMITS, room=tmp_path, spawner=spawner)
    assert next(said).kind == "here"
    assert spawner.pid is not None
    started = _descendants(spawner.pid)
    # The resident first: it would report a child that dies before it
    _kill([spawner.pid, *started])
    with pytest.raises(ChildStopped, match="process that starts decoders was killed"):
        next(said)


def test_a_conversation_that_is_dropped_ends_its_child(tmp_path: Path, spawner: Spawner) -> None:
    module = write(tmp_path, "answers.send('here')\nimport time\ntime.sleep(60)")
    said = converse(module, {}, LIMITS, room=tmp_path, spawner=spawner)
    assert next(said).kind == "here"
    assert spawner.pid is not None
    busy = _descendants(spawner.pid)
    said.close()
    assert len(_descendants(spawner.pid)) == len(busy) - 1


def test_a_forked_process_starts_its_own_and_leaves_its_parents_alone(tmp_path: Path, spawner: Spawner) -> None:
    write(tmp_path, ECHO)
    assert _echo(tmp_path, spawner, 1) == 1
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(tell, f"{_echo(tmp_path, spawner, 2)} {spawner.pid}".encode())
            spawner.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    number, its = os.read(told, 100).split()
    os.close(told)
    os.close(tell)
    assert (int(number), int(its) == spawner.pid) == (2, False)
    assert _echo(tmp_path, spawner, 3) == 3


def test_a_library_that_is_not_installed_is_a_fault_of_the_installation(tmp_path: Path) -> None:
    lame = Spawner(modules=("embeddings.decoder_of_nothing",))
    with pytest.raises(DecoderUnavailable, match=r"ModuleNotFoundError.*decoder_of_nothing.*install Qalqan again"):
        list(converse("embeddings.decoder", {}, LIMITS, spawner=lame))
    assert lame.pid is None
    (tmp_path / "needy.py").write_text("import a_library_that_nobody_has\n")
    with pytest.raises(DecoderUnavailable, match="a_library_that_nobody_has"):
        list(converse("needy", {}, LIMITS, room=tmp_path))
    with pytest.raises(DecoderUnavailable, match="no_such_room"):
        list(converse("no_such_room", {}, LIMITS))


PARENT = """
import sys, threading, time
from pathlib import Path
from embeddings.sandbox import converse
from embeddings.spawner import Spawner
from tests.patients import LIMITS
spawner = Spawner(modules=(), programs=sys.argv[1])
def busy():
    for message in converse("patient", {}, LIMITS, room=Path(sys.argv[2]), spawner=spawner):
        print(message.kind, flush=True)
for _ in range(2):
    threading.Thread(target=busy).start()
"""


@pytest.mark.parametrize("programs", [PROGRAM_PATH, ""], ids=["bubblewrap", "plain"])
def test_a_parent_that_is_killed_leaves_no_process_and_no_file_behind(tmp_path: Path, programs: str) -> None:
    if programs:
        need_bubblewrap(tmp_path, programs)
    write(tmp_path, "answers.send('here')\nimport time\ntime.sleep(60)")
    aside = tmp_path / "temporary"
    aside.mkdir()
    command = [sys.executable, "-c", PARENT, programs, str(tmp_path)]
    environment = {"TMPDIR": str(aside), "PYTHONPATH": str(PACKAGES), "PATH": os.environ["PATH"]}
    before = set(Path(tempfile.gettempdir()).iterdir())
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=PACKAGES) as parent:
        assert parent.stdout is not None
        assert [parent.stdout.readline(), parent.stdout.readline()] == [b"here\n"] * 2
        family = _descendants(parent.pid)
        assert len(family) >= 3
        parent.kill()
    assert _within(10.0, lambda: all(_gone(pid) for pid in family))
    assert list(aside.iterdir()) == []
    assert not [path for path in set(Path(tempfile.gettempdir()).iterdir()) - before if "bwrap" in path.name]


def test_a_thread_that_started_it_may_end(tmp_path: Path, spawner: Spawner) -> None:
    write(tmp_path, ECHO)
    with ThreadPoolExecutor(max_workers=1) as brief:
        assert brief.submit(_echo, tmp_path, spawner, 1).result() == 1
    started = spawner.pid
    time.sleep(0.05)
    assert _echo(tmp_path, spawner, 2) == 2
    assert spawner.pid == started


def test_where_bubblewrap_refuses_it_does_without_and_says_so(tmp_path: Path) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/log\necho 'No permissions' >&2\nexit 1\n")
    refusing.chmod(0o755)
    spawner = Spawner(modules=(), programs=str(tmp_path))
    with capture_logs() as said:
        for _ in range(2):
            (message,) = talk(tmp_path, "answers.send('level', level=level)\nanswers.send('done')", spawner=spawner)
            assert message.facts["level"].startswith("rlimits+no_new_privs")
            spawner.close()
    assert (tmp_path / "log").read_text() == "asked\n" * 2
    assert [one["why"] for one in said] == ["No permissions"]
    assert "without bubblewrap" in said[0]["event"]


def test_where_bubblewrap_fails_once_it_is_asked_again(tmp_path: Path) -> None:
    program = shutil.which("bwrap", path=PROGRAM_PATH)
    need_bubblewrap(tmp_path, PROGRAM_PATH)
    wavering = tmp_path / "bwrap"
    wavering.write_text(f'#!/bin/sh\nmkdir {tmp_path}/failed 2>/dev/null && exit 1\nexec {program} "$@"\n')
    wavering.chmod(0o755)
    spawner = Spawner(modules=(), programs=str(tmp_path))
    with capture_logs() as said:
        (message,) = talk(tmp_path, "answers.send('level', level=level)\nanswers.send('done')", spawner=spawner)
    spawner.close()
    assert said == []
    assert message.facts["level"].startswith("bubblewrap+")
