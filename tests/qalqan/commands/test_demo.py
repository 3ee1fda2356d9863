"""``qalqan demo``: its options here, its whole run in tests/e2e."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from qalqan.commands.demo import _free_port

QALQAN = str(Path(sys.executable).with_name("qalqan"))


def test_a_busy_port_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        assert _free_port(busy) not in {0, busy}


def test_words_too_many_and_unknown_options_stop_it_before_anything_is_made(tmp_path: Path) -> None:
    for argument, sentence in (("now", "one word too many"), ("--fast", "knows the option --fast")):
        command = [QALQAN, "demo", argument]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode in {1, 2}
        assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []
