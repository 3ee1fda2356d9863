"""A crawl of eight ads with clips of a few seconds: small enough to be run many times over, and killed.

The pages are the demo's; one person is enrolled, so the other faces and voices belong to people who match nobody.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from embeddings.packs import load_pack
from qalqan.clock import utc_now
from qalqan.demo.advertisers import CHANNEL
from qalqan.demo.protected import BRANDS_TOML, HOSTS
from tests.e2e.demo_run import ROOT
from tests.e2e.own_home import own_home
from tests.media import SPEECH, portrait, say, swaying, write_clip, write_picture
from watchlist.brands import import_brands
from watchlist.enrol import EnrolmentRequest, approve, enrol

ENROLLED = "aysel-quliyeva"
HERS = ("aysel-kk.mp4", "aysel-ru.mp4")
STRANGERS = ("gulnar-az-bordered.mp4", "gulnar-still.jpg", "gulnar-en.mp4")
WATCHED = ("http://video.example/watch/1", "http://video.example/watch/2")
CLIP_FRAMES = 40
TICK_MS = 86_400_000
"""The balances on its pages stand still: what is read in a screenshot must not depend on when it was taken."""

GONE_WITHIN_S = 60.0


def make_media(directory: Path) -> Path:
    """Every file that the crawl of ``small_config`` will ask for, all different."""
    faces = {name: portrait("astronaut") for name in HERS} | {name: portrait("hopper") for name in STRANGERS}
    for number, (name, face) in enumerate(faces.items()):
        if name.endswith(".jpg"):
            write_picture(directory / name, face)
            continue
        voice = "en+f2" if name in HERS else "en+m7"
        sound = say(directory.parent / f"{name}.wav", voice=voice, text=SPEECH)
        write_clip(directory / name, swaying(face, frames=CLIP_FRAMES + number), sound=sound)
    nobody = portrait("astronaut")[200:, :80].copy()
    write_picture(directory / "coffee.jpg", nobody)
    write_clip(directory / "cat.mp4", swaying(nobody, frames=10))
    return directory


def make_watchlist(directory: Path) -> Path:
    """The astronaut's face and the voice ``+f2`` under one name, approved by two people; the demo's brands."""
    made = directory.parent / "enrolment"
    face, now = portrait("astronaut"), utc_now()
    request = EnrolmentRequest(
        person_id=ENROLLED,
        names=("Aysel Quliyeva",),
        legal_basis="written request no. 1",
        purpose="find ads that misuse her likeness",
        requested_by="requester",
        expires_at=now + timedelta(days=300),
        images=(write_picture(made / "a.png", face), write_picture(made / "b.png", face[:, ::-1].copy())),
        audio=(say(made / "own.wav", voice="en+f2"),),
        footage=(),
        adult_confirmed=True,
        provenance="press office",
    )
    enrol(directory, request, pack=load_pack("open"), now=now)
    for approver in ("first", "second"):
        approve(directory, ENROLLED, by=approver, now=now)
    brands = made / "brands.toml"
    brands.write_text(BRANDS_TOML, encoding="utf-8")
    import_brands(directory, brands, by="first", now=now)
    return directory


def small_config(path: Path, *, port: int, watchlist: Path) -> Path:
    """One channel and two watch pages; ``port`` is the demo server's."""
    pins = "\n".join(f'[[egress.allow]]\nhost = "{host}"\nport = 80\nconnect = "127.0.0.1:{port}"' for host in HOSTS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"""\
data_dir = "run"

[crawl]
name = "small"
legal_decision = "Test: our own fake library on loopback"
delay_s = 0.05

[egress]
timeout_s = 30

{pins}

[[source]]
connector = "video_page"
urls = {list(WATCHED)}

[[source]]
connector = "telegram_preview"
base_url = "http://tg.example"
channels = ["{CHANNEL}"]

[watchlist]
directory = "{watchlist}"
""")
    return path


@dataclass(frozen=True)
class Job:
    """``qalqan run`` in a process group of its own. ``root`` holds its configuration, data, output, temporary files and home."""

    root: Path
    process: subprocess.Popen[bytes]

    def ended(self, *, within_s: float) -> bool:
        """Whether the job came to its end by itself; fails the test if that end was an error."""
        try:
            code = self.process.wait(timeout=within_s)
        except subprocess.TimeoutExpired:
            return False
        assert code == 0, f"the job ended with {code}:\n{(self.root / 'printed.txt').read_text()}"
        return True

    def kill(self) -> None:
        """SIGKILL for the whole group; then nothing that the job started may live on."""
        started = _descendants(self.process.pid)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + GONE_WITHIN_S
        while alive := {pid: name for pid, name in started.items() if _name(pid) == name}:
            assert time.monotonic() < deadline, f"killed, but these live on: {alive}"
            time.sleep(0.05)


def start_job(root: Path, config: Path) -> Job:
    """Start ``qalqan run CONFIG``."""
    environment = own_home(root)
    with (root / "printed.txt").open("ab") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "qalqan", "run", str(config)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    return Job(root=root, process=process)


def _descendants(pid: int) -> dict[int, str]:
    """Process number → command line of everything that a process started, at any depth."""
    parents = {int(path.name): _parent(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return {one: name for one in found - {pid} if (name := _name(one))}


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _name(pid: int) -> str:
    """The command line; empty for a process that is gone or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
