"""The parent's side of the sandbox: budgets are kept, nonsense and death are named, nothing is left running."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embeddings.errors import ChildStopped
from embeddings.sandbox import converse
from tests.patients import LIMITS, talk, write


def test_the_child_gets_the_request_and_answers_with_lines_and_bytes(tmp_path: Path) -> None:
    body = "answers.send('echo', b'\\0\\n{' * 1000, of=request['greeting'])\nanswers.send('done')"
    said = talk(tmp_path, body, request={"greeting": "hello"})
    assert [(message.kind, message.facts["of"], message.body) for message in said] == [
        ("echo", "hello", b"\0\n{" * 1000)
    ]


def test_prints_of_libraries_do_not_disturb_the_answer(tmp_path: Path) -> None:
    said = talk(tmp_path, "print('noise', flush=True)\nanswers.send('one')\nanswers.send('done')")
    assert [message.kind for message in said] == ["one"]


@pytest.mark.parametrize(
    ("body", "limits", "reason"),
    [
        ("import time\ntime.sleep(60)", {"wall_s": 1.0}, "longer than 1 seconds"),
        ("while True: pass", {"cpu_s": 1}, "processor time"),
        ("answers.send('big', b'x' * 100000)\nanswers.send('done')", {"answer_bytes": 50000}, "more than 50000 bytes"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", {}, "crashed on it .SIGSEGV"),
        ("raise RuntimeError('broken \x1b[2J inside')", {}, r"broken �\[2J inside"),
        ("answers._stream.write(b'not json\\n')\nanswers._stream.flush()\nimport time\ntime.sleep(9)", {}, "nonsense"),
        ("answers._stream.write(b'[1]\\n')\nanswers._stream.flush()\nimport time\ntime.sleep(9)", {}, "nonsense"),
        ("answers._stream.write(b'{\"bytes\": -4}\\n')\nanswers._stream.flush()", {}, "nonsense"),
        ("pass", {}, "exit code 0"),
    ],
)
def test_a_child_that_misbehaves_is_stopped_and_the_reason_named(
    tmp_path: Path, body: str, limits: dict[str, Any], reason: str
) -> None:
    started = time.monotonic()
    with pytest.raises(ChildStopped, match=reason):
        talk(tmp_path, body, limits=replace(LIMITS, **limits))
    assert time.monotonic() - started < 15


def test_what_was_said_before_the_end_is_kept(tmp_path: Path) -> None:
    module = write(tmp_path, "answers.send('first')\nimport os\nos._exit(3)")
    said = converse(module, {}, LIMITS, room=tmp_path)
    assert next(said).kind == "first"
    with pytest.raises(ChildStopped, match="exit code 3"):
        next(said)


def test_one_that_never_stops_talking_is_stopped_in_time(tmp_path: Path) -> None:
    with pytest.raises(ChildStopped, match=r"longer than 0\.3 seconds"):
        talk(tmp_path, "while True: answers.send('again')", limits=replace(LIMITS, wall_s=0.3, answer_bytes=1 << 34))


def test_a_request_of_any_size_arrives(tmp_path: Path) -> None:
    body = "answers.send('got', size=len(request['text']))\nanswers.send('done')"
    said = talk(tmp_path, body, request={"text": "x" * 3_000_000})
    assert said[0].facts["size"] == 3_000_000
