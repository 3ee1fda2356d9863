"""Logs are JSON lines when nobody sits at a terminal."""

from __future__ import annotations

import json
import subprocess
import sys


def test_json_lines_without_a_terminal() -> None:
    code = "import structlog; from qalqan.logs import configure_logs; configure_logs();"
    code += "structlog.get_logger().info('crawled', ads=3)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert (line["event"], line["ads"], line["level"]) == ("crawled", 3, "info")
    assert line["timestamp"].endswith("Z")
    assert done.stdout == ""


def test_a_stream_that_was_closed_meanwhile_is_not_written_to() -> None:
    code = "import io, sys, structlog; from qalqan.logs import configure_logs; terminal = sys.stderr; sys.stderr = io.StringIO();"
    code += "configure_logs(); sys.stderr.close(); sys.stderr = terminal; structlog.get_logger().warning('said')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr)["event"] == "said"
