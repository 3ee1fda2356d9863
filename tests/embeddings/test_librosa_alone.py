"""What numba compiles for a package is compiled by one process, however many begin at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings.librosa_alone import alone

PACKAGE = """
import numba

@numba.guvectorize(["void(float32[:], float32[:])", "void(float64[:], float64[:])"], "(n)->(n)", cache=True)
def doubled(numbers, out):
    for place in range(numbers.shape[0]):
        out[place] = 2 * numbers[place]
"""

PROCESS = """
import itertools, sys
import numpy as np
from numba.core.bytecode import FunctionIdentity
from embeddings.librosa_alone import alone

# What is compiled is named after this count. Halves of two compilations fit where two processes count alike, and crash where not.
FunctionIdentity._unique_ids = itertools.count(int(sys.argv[1]))
print("begins", flush=True)
sys.stdin.readline()
with alone("compiled_once"):
    from compiled_once import doubled
assert doubled(np.ones(3, np.float32)).tolist() == [2, 2, 2]
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    place = tmp_path / "packages"
    place.mkdir()
    (place / "compiled_once.py").write_text(PACKAGE)
    return place


def test_of_processes_that_begin_at_once_one_compiles(package: Path) -> None:
    paths = os.pathsep.join([str(package), str(Path.cwd())])
    begin = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        for count in (10_000, 20_000, 30_000)
    ]
    for process in begin:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
    for process in begin:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait(120) for process in begin] == [0, 0, 0]
    for process in begin:
        process.communicate()

    kept = list((package / "__pycache__").glob("*.nbc"))
    assert len(kept) == 4  # two types, each in two halves
    compiled_by = {
        int(count) // 10_000 for path in kept for count in re.findall(rb"doubledB\d+v(\d+)", path.read_bytes())
    }
    assert len(compiled_by) == 1
    assert compiled_by < {1, 2, 3}


def test_a_package_that_is_missing_is_told_by_its_import() -> None:
    with alone("no_such_package"), pytest.raises(ModuleNotFoundError, match="no_such_package"):
        __import__("no_such_package")
