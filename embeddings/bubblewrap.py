"""The command line that starts a Python process inside bubblewrap, where that is installed.

Inside there is what Python needs, read-only, an empty /tmp, and nothing else: no home, no /proc, no network, no other process.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

PROGRAM_PATH = "/usr/bin:/bin:/usr/local/bin"
INSTALLED = ("site-packages", "dist-packages")
SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")


def command(packages: Path, *, programs: str = PROGRAM_PATH) -> list[str] | None:
    """What to put in front of a command, None where bubblewrap is not installed in one of the folders ``programs``.

    ``packages`` is the folder that our own packages lie in; of a checkout only they are shown, not what lies beside them.
    ``--die-with-parent`` is left out on purpose: it goes by the thread that started it, and threads end before their process.
    """
    program = shutil.which("bwrap", path=programs)
    if program is None:
        return None
    line = [program, "--unshare-all", "--cap-drop", "ALL", "--tmpfs", "/tmp", "--dev", "/dev"]
    for place in SYSTEM:
        if Path(place).is_symlink():
            line += ["--symlink", str(Path(place).readlink()), place]
        elif Path(place).exists():
            line += ["--ro-bind", place, place]
    for shown in dict.fromkeys(_shown(packages)):
        line += ["--ro-bind", shown, shown]
    return [*line, "--remount-ro", "/", "--chdir", "/", "--"]


def _shown(packages: Path) -> Iterator[str]:
    for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix):
        for place in (Path(prefix), Path(prefix).resolve()):
            if not place.is_relative_to("/usr") or place.is_relative_to("/usr/local"):
                yield str(place)
    for place in map(Path, sys.path):  # those that another environment lends this one
        if place.name in INSTALLED and place.is_dir() and not place.is_relative_to("/usr/lib"):
            yield str(place)
    for name in ("evidence", "embeddings", "watchlist", "detectors"):
        if (packages / name).is_dir():
            yield str(packages / name)
