"""The house itself: names, twins, imports, and that importing does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("evidence", "embeddings", "watchlist", "crawlers", "detectors", "pipelines", "triage", "qalqan")
VAGUE = {"util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"}


def home(folder: Path) -> dict[str, str]:
    """The variables that make a folder the home, caches included."""
    caches = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    return {"HOME": str(folder), **caches}


def modules() -> list[Path]:
    """Every Python module of the rooms, relative to the repository."""
    found = (path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in found if not path.name.startswith("__"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_top_level_name_is_provided_by_our_distribution_alone(room: str) -> None:
    providers = packages_distributions().get(room)
    assert providers is not None, f"{room} is not installed: run make setup"
    assert set(providers) == {"qalqan"}, f"{room} is also provided by {sorted(set(providers) - {'qalqan'})}"


def test_setup_lists_every_package_of_ours() -> None:
    code = "import setuptools; setuptools.setup = lambda **k: print(*k['packages']); exec(open('setup.py').read())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = done.stdout.split()
    present = {
        ".".join(path.parent.relative_to(ROOT).parts) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(listed) == present


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_has_its_twin(module: Path) -> None:
    """Records, errors and tables of names are tested by the conformance suite; everything else has a twin."""
    if module.name in {"errors.py", "records.py"}:
        pytest.skip("declarations: covered by tests/conformance/test_schemas.py or by whoever raises them")
    twin = ROOT / "tests" / module.parent / f"test_{module.name.removeprefix('_')}"
    assert twin.exists(), f"{module} has no twin {twin.relative_to(ROOT)}"


@pytest.mark.parametrize("module", modules(), ids=str)
def test_no_room_has_a_name_that_says_nothing(module: Path) -> None:
    assert module.stem not in VAGUE


def test_importing_a_room_loads_no_model_and_starts_nothing(tmp_path: Path) -> None:
    """Importing every module may not read weights, open sockets or create files: libraries neither, as ONNX Runtime's telemetry
    does."""
    names = [".".join(m.with_suffix("").parts) for m in modules() if "demo" not in m.parts and m.stem != "__main__"]
    code = (
        "import sys, importlib, threading\n"
        "opened = []\n"
        "def audit(event, args):\n"
        "    if event == 'open' and isinstance(args[0], str) and args[0].endswith(('.dat', '.onnx', '.pt', '.safetensors')):\n"
        "        opened.append(args[0])\n"
        "    if event == 'socket.bind' and args[1] != ('::1', 0):\n"  # urllib3 asks whether there is IPv6
        "        opened.append(str(args[1]))\n"
        "sys.addaudithook(audit)\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(opened, [t.name for t in threading.enumerate() if t.name.startswith('qalqan')])\n"
    )
    told = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=told | home(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert done.stdout.strip().endswith("[] []"), done.stdout
