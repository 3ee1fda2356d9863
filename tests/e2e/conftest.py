"""The demo, run once for all tests of this room."""

from __future__ import annotations

import pytest

from tests.e2e.demo_run import DemoRun, copy_world, run_demo


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """``qalqan demo --once`` from nothing but perhaps ready-made media, with its own home and folder for temporary files."""
    root = tmp_path_factory.mktemp("demo")
    run = DemoRun(root=root, directory=root / "world", printed=root / "printed.txt")
    copy_world(run.directory)
    run_demo(run.directory, root=root, printed=run.printed)
    return run
