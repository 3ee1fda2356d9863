"""What a measurement was made on: processor, Python, the versions of what does the work; and whose account runs a command."""

from __future__ import annotations

import os
import platform
import pwd
import resource
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("qalqan", "apache-beam", "numpy", "pyarrow", "av", "opencv-python", "dlib-bin", "torch", "faiss-cpu")
"""Whose versions can change how long something takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Facts that a reader needs to compare two measurements. ``load`` is the number of busy processes over the last minute
    before the measurement began: above zero, others were at work on this machine too. None where the system does not say."""

    processor: str | None
    cores: int
    system: str
    python: str
    load: float | None
    versions: dict[str, str]


def machine() -> Machine:
    """The facts of this machine, now. Raises ``PackageNotFoundError`` if one of the packages is not installed."""
    return Machine(
        processor=_processor(Path("/proc/cpuinfo")),
        cores=_cores(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        versions={package: version(package) for package in PACKAGES},
    )


def account() -> str:
    """The name of the account under which this process runs, as the system has it; nobody can state another."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def cpu_seconds() -> float:
    """Processor time that this process, its children and theirs have used so far, all cores together; of children that still
    run, such as the one that starts the decoders, too."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ended = sum(usage.ru_utime + usage.ru_stime for usage in spent)
    return ended + sum(_spent(path) for path in Path("/proc/self/task").glob("*/children"))


def _spent(children: Path) -> float:
    """Seconds of the processes that a thread's list of children names, of their ended children, and so on downwards."""
    seconds = 0.0
    try:
        for number in children.read_text().split():
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
            seconds += sum(_spent(path) for path in Path(f"/proc/{number}/task").glob("*/children"))
    except OSError:  # ended meanwhile, or not ours to read: then its time is counted when it ends
        return seconds
    return seconds


def _cores() -> int:
    """The cores that this process may use, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor(cpuinfo: Path) -> str | None:
    if not cpuinfo.is_file():
        return platform.processor() or None
    lines = cpuinfo.read_text(errors="replace").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
