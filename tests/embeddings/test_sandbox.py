"""The parent's side of the sandbox: budgets are kept, nonsense and death are named, nothing is left running."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest

from embeddings.errors import ChildStopped
from embeddings.sandbox import Budget, Message, converse


def _budget(**changes: float) -> Budget:
    values: dict[str, float] = {
        "wall_s": 20.0,
        "cpu_s": 10,
        "memory_bytes": 1 << 30,
        "file_bytes": 1 << 16,
        "answer_bytes": 1 << 20,
    }
    return Budget(**(values | changes))  # type: ignore[arg-type]


def _child(tmp_path: Path, body: str) -> str:
    """A module for the child, given as the expression that ``converse`` imports it with: a real process runs it."""
    (tmp_path / "patient.py").write_text(
        "from embeddings.confinement import confine\n\n\ndef main():\n    request, answers, level = confine()\n"
        + textwrap.indent(textwrap.dedent(body), "    "),
        encoding="utf-8",
    )
    return "patient"


def _talk(tmp_path: Path, body: str, **budget: float) -> list[Message]:
    module = _child(tmp_path, body)
    return list(converse(module, {"greeting": "hello"}, _budget(**budget), room=tmp_path))


def test_the_child_gets_the_request_and_answers_with_lines_and_bytes(tmp_path: Path) -> None:
    said = _talk(tmp_path, "answers.send('echo', b'\\0\\n{' * 1000, of=request['greeting'])\nanswers.send('done')")
    assert [(message.kind, message.facts["of"], message.body) for message in said] == [
        ("echo", "hello", b"\0\n{" * 1000)
    ]


def test_prints_of_libraries_do_not_disturb_the_answer(tmp_path: Path) -> None:
    said = _talk(tmp_path, "print('noise', flush=True)\nanswers.send('one')\nanswers.send('done')")
    assert [message.kind for message in said] == ["one"]


@pytest.mark.parametrize(
    ("body", "budget", "reason"),
    [
        ("import time\ntime.sleep(60)", {"wall_s": 1.0}, "longer than 1 seconds"),
        ("while True: pass", {"cpu_s": 1}, "processor time"),
        ("answers.send('big', b'x' * 100000)\nanswers.send('done')", {"answer_bytes": 50000}, "more than 50000 bytes"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", {}, "crashed on it .SIGSEGV"),
        ("raise RuntimeError('broken inside')", {}, "broken inside"),
        ("answers._stream.write(b'not json\\n')\nanswers._stream.flush()\nimport time\ntime.sleep(9)", {}, "nonsense"),
        ("answers._stream.write(b'[1]\\n')\nanswers._stream.flush()\nimport time\ntime.sleep(9)", {}, "nonsense"),
        ("answers._stream.write(b'{\"bytes\": -4}\\n')\nanswers._stream.flush()", {}, "nonsense"),
        ("pass", {}, "exit code 0"),
    ],
)
def test_a_child_that_misbehaves_is_stopped_and_the_reason_named(
    tmp_path: Path, body: str, budget: dict[str, float], reason: str
) -> None:
    started = time.monotonic()
    with pytest.raises(ChildStopped, match=reason):
        _talk(tmp_path, body, **budget)
    assert time.monotonic() - started < 15


def test_what_was_said_before_the_end_is_kept(tmp_path: Path) -> None:
    module = _child(tmp_path, "answers.send('first')\nimport os\nos._exit(3)")
    talk = converse(module, {}, _budget(), room=tmp_path)
    assert next(talk).kind == "first"
    with pytest.raises(ChildStopped, match="exit code 3"):
        next(talk)


def test_the_whole_process_group_is_gone_afterwards(tmp_path: Path) -> None:
    said = _talk(tmp_path, "import os\nanswers.send('pid', number=os.getpid())\nanswers.send('done')")
    assert not Path(f"/proc/{said[0].facts['number']}").exists()
