"""``qalqan demo``: its options here, its whole run in tests/e2e."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from qalqan.commands.demo import _open_server

QALQAN = str(Path(sys.executable).with_name("qalqan"))


def test_two_demos_have_two_ports(tmp_path: Path) -> None:
    with _open_server(tmp_path, canary_port=1) as first, _open_server(tmp_path, canary_port=1) as second:
        assert first.port != second.port


def test_words_too_many_and_unknown_options_stop_it_before_anything_is_made(tmp_path: Path) -> None:
    for argument, sentence in (("now", "one word too many"), ("--fast", "knows the option --fast")):
        command = [QALQAN, "demo", argument]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode in {1, 2}
        assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []
