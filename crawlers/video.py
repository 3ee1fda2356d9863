"""Media of watch pages by yt-dlp, in a process of its own with limits, its own home, and no way out but the egress proxy."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crawlers import video_job
from crawlers.addresses import objection
from crawlers.fetch import Fetched
from evidence.records import Outcome

TOOL = f"yt-dlp/{version('yt-dlp')}"
_MEDIA_TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLimits:
    """Caps for one download; ``memory_bytes`` is address space of the process, ``timeout_s`` wall clock."""

    max_bytes: int = 80 * 2**20
    max_duration_s: float = 900.0
    timeout_s: float = 180.0
    memory_bytes: int = 2 * 2**30


def fetch_video(url: str, *, proxy_url: str, limits: VideoLimits, referer: str | None = None) -> Fetched:
    """The first thing that the page plays, as one file; never raises for what pages, servers or yt-dlp do.

    ``redirect_chain`` is the page and, where it differs, the address of the media.
    """
    if (why_not := objection(url)) is not None:
        return _ended(url, refused=True, reason=why_not, status=None)
    with tempfile.TemporaryDirectory(prefix="qalqan-video-") as directory:
        job = {
            "url": url,
            "referer": referer,
            "proxy_url": proxy_url,
            "directory": directory,
            "max_bytes": limits.max_bytes,
            "max_duration_s": limits.max_duration_s,
            "timeout_s": limits.timeout_s,
            "memory_bytes": limits.memory_bytes,
        }
        result = _run(job, directory=directory, timeout_s=limits.timeout_s)
        if "path" not in result:
            return _ended(url, **result)
        media_url = str(result["media_url"])
        return Fetched(
            outcome=Outcome.CAPTURED,
            reason=None,
            final_url=media_url,
            redirect_chain=tuple(dict.fromkeys((url, media_url))),
            status=200,
            media_type=_MEDIA_TYPES[result["extension"]],
            data=Path(result["path"]).read_bytes(),
        )


def _run(job: dict[str, Any], *, directory: str, timeout_s: float) -> dict[str, Any]:
    process = subprocess.Popen(
        [sys.executable, "-I", str(Path(video_job.__file__).resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=directory,
        env=_environment(directory),
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(json.dumps(job).encode(), timeout=timeout_s)
    except subprocess.TimeoutExpired:
        return {"refused": False, "reason": f"not complete within {timeout_s:g} s", "status": None}
    finally:
        _end(process)
    try:
        result: dict[str, Any] = json.loads(output)
    except ValueError:
        reason = f"the download process ended with exit status {process.returncode} and no result"
        return {"refused": False, "reason": reason, "status": None}
    return result


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _environment(directory: str) -> dict[str, str]:
    """Nothing of ours: no proxy settings, no exceptions to proxies, no home with configuration or cookies, no plugins.

    And no programs: for some streams yt-dlp would start ffmpeg or rtmpdump, which do not keep to the proxy.
    """
    return {
        "PATH": f"{directory}/no-programs",
        "LANG": "C.UTF-8",
        "HOME": directory,
        "TMPDIR": directory,
        "XDG_CONFIG_HOME": directory,
        "XDG_CACHE_HOME": directory,
        "YTDLP_NO_PLUGINS": "1",
    }


def _ended(url: str, *, refused: bool, reason: str, status: int | None) -> Fetched:
    return Fetched(
        outcome=Outcome.BLOCKED if refused else Outcome.FAILED,
        reason=reason,
        final_url=url,
        redirect_chain=(url,),
        status=status,
        media_type=None,
        data=None,
    )
