"""What a process inside bubblewrap sees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import bubblewrap
from embeddings.spawner import PACKAGES

OURS = [f"{place}/" for place in (PACKAGES, sys.prefix, sys.base_prefix)]
"""What the decoders are imported from: the folders on the way there exist inside, wherever this is checked out."""


def _inside(body: str) -> list[str]:
    line = bubblewrap.command(PACKAGES)
    if line is None or subprocess.run([*line, "/bin/true"], capture_output=True).returncode != 0:
        pytest.skip("bubblewrap is not installed here, or may not work; the level says so")
    start = f"import sys; sys.path.insert(0, {str(PACKAGES)!r})\n{body}"
    done = subprocess.run([*line, sys.executable, "-I", "-c", start], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_our_decoders_can_be_imported_and_nothing_beside_them_is_there(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    told = _inside(f"""
import os
import embeddings.decoder
ours = {OURS!r}
places = [{str(secret)!r}, "/etc/passwd", "/etc/shadow", "/proc/1", "/sys", "/home", "/var", {str(PACKAGES / "pyproject.toml")!r}]
places = [place for place in places if not any(one.startswith(place + "/") for one in ours)]
print(*[place for place in places if os.path.exists(place)], "end")
""")
    assert told == ["end"]


def test_it_is_alone_without_network_and_can_write_nowhere_but_in_an_empty_folder() -> None:
    told = _inside(f"""
import os, socket
ours = {OURS!r}
inside = [name for name in os.listdir("/tmp") if not any(one.startswith("/tmp/" + name + "/") for one in ours)]
print(os.getpid() < 5, inside, [name for _, name in socket.if_nameindex()])
for place in ({str(PACKAGES / "embeddings")!r}, "/usr", "/", os.path.dirname(os.__file__)):
    try:
        open(place + "/new", "w")
        print("written")
    except OSError:
        print("denied")
""")
    assert told == ["True", "[]", "['lo']", "denied", "denied", "denied", "denied"]
