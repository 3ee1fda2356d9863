"""A process that crashes leaves no image of its memory."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import crash_dumps
from embeddings.crash_dumps import no_crash_dumps
from embeddings.packs import load_pack


def _allow_dumps() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_a_process_that_crashes_leaves_no_image_of_its_memory(tmp_path: Path) -> None:
    dumping = "import os, resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)"
    crash = f"import sys; sys.path.insert(0, {str(Path(crash_dumps.__file__).parent.parent)!r}); {dumping}; "
    crash += "from embeddings.crash_dumps import no_crash_dumps; no_crash_dumps(); os.abort()"
    done = subprocess.run([sys.executable, "-c", crash], cwd=tmp_path, capture_output=True)
    assert done.returncode == -signal.SIGABRT
    assert list(tmp_path.glob("*core*")) == []


def test_whoever_opens_a_pack_writes_no_image() -> None:
    """Every command that makes vectors opens one: screening, enrolment, import, evaluation, calibration, measuring detectors."""
    for _ in range(2):  # also where it had been opened before
        _allow_dumps()
        load_pack("open")
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    no_crash_dumps()


@pytest.mark.skipif(
    not crash_dumps.FILTER.exists(), reason="no coredump_filter in /proc: what a collector gets is not known"
)
def test_what_collects_images_gets_none_of_the_memory_of_such_a_process_or_its_children() -> None:
    no_crash_dumps()
    child = subprocess.run(["cat", crash_dumps.FILTER], capture_output=True, text=True, check=True)
    for seen in (crash_dumps.FILTER.read_text(), child.stdout):
        assert int(seen, 16) == 0
