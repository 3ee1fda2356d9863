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
