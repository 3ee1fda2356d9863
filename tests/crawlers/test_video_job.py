from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from crawlers import video_job


def job(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    return {
        "url": "http://127.0.0.1:9/nothing",
        "referer": None,
        "proxy_url": "http://127.0.0.1:9",
        "directory": str(tmp_path),
        "max_bytes": 1000,
        "max_duration_s": 60,
        "timeout_s": 20,
        "memory_bytes": 2**31,
    } | changes


def test_the_script_runs_alone_and_answers_in_json(tmp_path: Path) -> None:
    """With a proxy that is not there: the job fails in one sentence, and never goes around the proxy."""
    done = subprocess.run(
        [sys.executable, "-I", video_job.__file__],
        input=json.dumps(job(tmp_path)).encode(),
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
    )
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert result["reason"]
    assert "path" not in result


def test_limits_hold_in_the_process_that_sets_them(tmp_path: Path) -> None:
    script = (
        "import json, resource, runpy, sys\n"
        "module = runpy.run_path(sys.argv[1])\n"
        "module['limit_self'](json.loads(sys.argv[2]))\n"
        "print(json.dumps([resource.getrlimit(r)[0] for r in (resource.RLIMIT_AS, resource.RLIMIT_CORE)]))\n"
        "open('big', 'wb').write(bytes(3_000_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, video_job.__file__, json.dumps(job(tmp_path))],
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert json.loads(done.stdout) == [2**31, 0]
    assert b"File too large" in done.stderr


def test_files_that_media_never_are_are_not_listed() -> None:
    assert not {"exe", "sh", "html", "desktop", "lnk"} & set(video_job.EXTENSIONS)
