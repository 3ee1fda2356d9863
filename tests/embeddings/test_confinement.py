"""The child's side of the sandbox: what it has given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.errors import ChildStopped
from embeddings.sandbox import Budget, Message, converse

BUDGET = Budget(wall_s=20.0, cpu_s=5, memory_bytes=600 << 20, file_bytes=4096, answer_bytes=1 << 20)


def _run(tmp_path: Path, body: str) -> list[Message]:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (tmp_path / "patient.py").write_text(
        "from embeddings.confinement import confine\n\n\ndef main():\n    request, answers, level = confine()\n"
        + lines
        + "    answers.send('done')\n",
        encoding="utf-8",
    )
    return list(converse("patient", {}, BUDGET, room=tmp_path))


def test_the_level_reached_is_stated_and_true(tmp_path: Path) -> None:
    (message,) = _run(tmp_path, "answers.send('level', level=level, status=open('/proc/self/status').read())")
    levels = message.facts["level"].split("+")
    assert levels[:2] == ["rlimits", "no_new_privs"]
    assert "NoNewPrivs:\t1" in message.facts["status"]


def test_without_network_not_even_loopback_answers(tmp_path: Path) -> None:
    body = """\
import socket
try:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    answers.send("net", level=level, error="none")
except OSError as error:
    answers.send("net", level=level, error=str(error.errno))"""
    (message,) = _run(tmp_path, body)
    if "no_network" not in message.facts["level"]:
        pytest.skip("this kernel lets no unprivileged process give up its network; the level says so")
    assert message.facts["error"] == "101"


def test_the_environment_is_scrubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QALQAN_TEST_SECRET", "hidden")
    (message,) = _run(tmp_path, "import os\nanswers.send('env', names=sorted(os.environ))")
    assert "QALQAN_TEST_SECRET" not in message.facts["names"]
    assert "HOME" not in message.facts["names"]


def test_files_cannot_grow_and_memory_ends(tmp_path: Path) -> None:
    body = f"""\
try:
    with open({str(tmp_path / "grown")!r}, "wb") as stream:
        stream.write(b"x" * 100000)
    answers.send("grown")
except OSError:
    answers.send("too_large")
try:
    bytearray(1 << 30)
    answers.send("plenty")
except MemoryError:
    answers.send("too_much")"""
    assert [message.kind for message in _run(tmp_path, body)] == ["too_large", "too_much"]


def test_endless_work_ends(tmp_path: Path) -> None:
    with pytest.raises(ChildStopped, match="processor time"):
        _run(tmp_path, "while True: pass")
