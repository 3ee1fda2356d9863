"""The child's side of the sandbox: what it has given up, tried from inside, at each level that this machine reaches."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import landlock, seccomp
from embeddings.bubblewrap import PROGRAM_PATH
from embeddings.spawner import Spawner
from tests.patients import levels, need_bubblewrap, talk

ATTEMPT = """
import ctypes, os, signal, socket
def attempt(name, deed):
    try:
        answers.send(name, level=level, went=str(deed()))
    except OSError as error:
        answers.send(name, level=level, went=None, why=str(error))
"""


@pytest.fixture(scope="module", params=[PROGRAM_PATH, ""], ids=["bubblewrap", "plain"])
def spawner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    if request.param:
        need_bubblewrap(tmp_path_factory.mktemp("needed"), request.param)
    spawner = Spawner(modules=(), programs=request.param)
    yield spawner
    spawner.close()


def _attempts(tmp_path: Path, spawner: Spawner, lines: str, **request: object) -> dict[str, str | None]:
    said = talk(tmp_path, f"{ATTEMPT}\n{lines}\nanswers.send('done')", spawner=spawner, request=request)
    return {message.kind: message.facts["went"] for message in said}


def test_the_level_states_what_this_machine_allows(tmp_path: Path, spawner: Spawner) -> None:
    reached = levels(tmp_path, spawner)
    at = reached.index("rlimits")
    assert reached[at + 1] == "no_new_privs"
    assert reached[:at] in ([], ["bubblewrap"])
    assert (f"landlock{landlock.supported()}" in reached) == (landlock.supported() > 0)
    assert ("seccomp" in reached) == (platform.machine() in seccomp._CALLS)
    assert ("nobody" in reached) == (os.geteuid() == 0 and "bubblewrap" not in reached)


def test_no_file_can_be_opened_made_or_changed(tmp_path: Path, spawner: Spawner) -> None:
    if not any(word.startswith("landlock") for word in levels(tmp_path, spawner)):
        pytest.skip("this kernel has no Landlock; the level says so")
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    went = _attempts(
        tmp_path,
        spawner,
        """
attempt("read", lambda: open(request["secret"]).read())
attempt("system", lambda: open("/etc/passwd").read())
attempt("library", lambda: open(os.__file__).read())
attempt("itself", lambda: open("/proc/self/maps").read())
attempt("list", lambda: os.listdir("/usr"))
attempt("write", lambda: open(request["secret"] + ".new", "w"))
attempt("temporary", lambda: open("/tmp/left", "w"))
attempt("delete", lambda: os.unlink(request["secret"]))
attempt("link", lambda: os.symlink("/etc", "/tmp/link"))
""",
        secret=str(secret),
    )
    assert len(went) == 9
    assert set(went.values()) == {None}
    assert secret.read_text() == "secret"


def test_nothing_can_be_connected_not_even_on_this_machine(tmp_path: Path, spawner: Spawner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0qalqan-test-{os.getpid()}")
        abstract.listen()
        went = _attempts(
            tmp_path,
            spawner,
            """
attempt("tcp", lambda: socket.socket().connect(("127.0.0.1", request["port"])))
attempt("udp", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", request["port"])))
attempt("unix", lambda: socket.socket(socket.AF_UNIX).connect(request["abstract"]))
""",
            port=server.getsockname()[1],
            abstract=abstract.getsockname().decode(),
        )
    if not {"no_network", "seccomp"} & set(levels(tmp_path, spawner)):
        pytest.skip("this kernel lets no unprivileged process give up its network; the level says so")
    assert went == {"tcp": None, "udp": None, "unix": None}


def test_neither_programs_nor_processes_can_be_started_nor_others_touched(tmp_path: Path, spawner: Spawner) -> None:
    if "seccomp" not in levels(tmp_path, spawner):
        pytest.skip("this machine has no filter of system calls for us; the level says so")
    went = _attempts(
        tmp_path,
        spawner,
        """
libc = ctypes.CDLL(None, use_errno=True)
def called(*arguments):
    if libc.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "no")
attempt("fork", os.fork)
attempt("program", lambda: os.execv("/bin/true", ["true"]))
attempt("parent", lambda: os.kill(request["parent"], 0))
attempt("group", lambda: os.killpg(os.getppid(), 0))
attempt("everybody", lambda: os.kill(-1, 0))
attempt("mode", lambda: os.fchmod(0, 0o777))
attempt("namespace", lambda: called(request["unshare"], 0x10000000))
attempt("itself", lambda: os.kill(os.getpid(), 0))
""",
        parent=os.getpid(),
        unshare={"x86_64": 272, "aarch64": 97}[os.uname().machine],
    )
    assert went.pop("itself") == "None"
    assert len(went) == 7
    assert set(went.values()) == {None}


def test_what_was_handed_over_can_be_used(tmp_path: Path, spawner: Spawner) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(b"what is in it")
    body = """
import os
os.pwrite(request["out"], os.pread(request["source"], 100, 0).upper(), 0)
answers.send("done")
"""
    with source.open("rb") as given, out.open("w+b") as taken:
        talk(tmp_path, body, spawner=spawner, files={"source": given.fileno(), "out": taken.fileno()})
    assert out.read_bytes() == b"WHAT IS IN IT"


def test_nothing_else_is_open_in_the_child(tmp_path: Path, spawner: Spawner) -> None:
    body = """
import os
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
answers.send("open", numbers=[number for number in range(200) if is_open(number)])
answers.send("done")
"""
    with (tmp_path / "given").open("w+b") as given:
        (message,) = talk(tmp_path, body, spawner=spawner, files={"given": given.fileno()})
    # 0-2 and the given one, and the copy of the channel over which this very answer comes
    assert message.facts["numbers"] == [0, 1, 2, 3, 4]


def test_the_environment_is_scrubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QALQAN_TEST_SECRET", "hidden")
    fresh = Spawner(modules=())
    (message,) = talk(
        tmp_path, "import os\nanswers.send('env', names=sorted(os.environ))\nanswers.send('done')", spawner=fresh
    )
    fresh.close()
    assert "QALQAN_TEST_SECRET" not in message.facts["names"]
    assert "HOME" not in message.facts["names"]


def test_files_cannot_grow_and_memory_ends(tmp_path: Path, spawner: Spawner) -> None:
    body = """
import os
try:
    os.pwrite(request["out"], b"x" * 100000, 1 << 15)
    written = os.pwrite(request["out"], b"x" * 100000, 1 << 16)
    answers.send("grown")
except OSError:
    answers.send("too_large")
try:
    bytearray(1 << 30)
    answers.send("plenty")
except MemoryError:
    answers.send("too_much")
answers.send("done")
"""
    with (tmp_path / "grown").open("w+b") as out:
        said = talk(tmp_path, body, spawner=spawner, files={"out": out.fileno()})
    assert [message.kind for message in said] == ["too_large", "too_much"]
    assert (tmp_path / "grown").stat().st_size == 1 << 16
