"""One yt-dlp download, run as a script of its own by ``crawlers.video``: job as JSON on stdin, result as JSON on stdout.

It imports nothing of ours, so that it can run isolated (``python -I``) from any directory, and it limits itself before yt-dlp is
loaded.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXTENSIONS = ("mp4", "webm", "m4a", "mp3", "mkv", "mov", "jpg", "png", "webp")
# One file that holds everything: joining separate tracks would start ffmpeg, one more program that reads hostile bytes.
_FORMAT = "b[height<=?720][ext=mp4]/b[height<=?720]/b/bv*/ba"


def limit_self(job: dict[str, Any]) -> None:
    """Cap memory, file size, processor time and open files of this process and its children."""
    processor_s = int(job["timeout_s"]) + 5
    for which, most in (
        (resource.RLIMIT_AS, int(job["memory_bytes"])),
        (resource.RLIMIT_FSIZE, int(job["max_bytes"]) + 2**20),
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        cap = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (cap, cap))


def download(job: dict[str, Any]) -> dict[str, Any]:
    """Result: ``path``, ``media_url`` and ``extension``, or ``refused`` (bool), ``reason`` (one sentence) and ``status``."""
    import yt_dlp  # only after the limits are set

    try:
        with yt_dlp.YoutubeDL(_options(job)) as downloader:
            info = downloader.extract_info(job["url"], download=True)
    except yt_dlp.utils.MaxDownloadsReached:
        return _problem("the page plays more than it should")
    except yt_dlp.utils.DownloadCancelled as error:
        return _problem(str(error))
    except yt_dlp.utils.YoutubeDLError as error:
        return _explained(error)
    except (OSError, MemoryError) as error:
        return _problem(f"the download ran into its limits ({type(error).__name__}: {error})")
    return _result(info, job)


def _options(job: dict[str, Any]) -> dict[str, Any]:
    from yt_dlp.utils import DownloadCancelled

    def hook(progress: dict[str, Any]) -> None:
        # yt-dlp's own max_filesize believes the Content-Length; this counts.
        if progress.get("downloaded_bytes", 0) > job["max_bytes"]:
            raise DownloadCancelled(f"larger than {job['max_bytes']} bytes")

    def suitable(info: dict[str, Any], *, incomplete: bool) -> str | None:  # noqa: ARG001  yt-dlp's signature
        if info.get("is_live"):
            return "a live stream"
        return "too long" if (info.get("duration") or 0) > job["max_duration_s"] else None

    return {
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "logger": _Silence(),
        "color": "never",
        "format": _FORMAT,
        "noplaylist": True,
        "playlist_items": "1",
        "lazy_playlist": True,
        "max_filesize": job["max_bytes"],
        "socket_timeout": 15,
        "retries": 1,
        "fragment_retries": 1,
        "extractor_retries": 1,
        "file_access_retries": 1,
        "match_filter": suitable,
        # "html5" is the part of the generic extractor that reads <video> elements; no extractor of a platform is let in.
        "allowed_extractors": ["generic", "html5"],
        "enable_file_urls": False,
        "cachedir": False,
        "proxy": job["proxy_url"],
        "http_headers": {"Referer": job["referer"]} if job.get("referer") else {},
        "nocheckcertificate": False,
        "paths": {"home": job["directory"]},
        "outtmpl": "media.%(ext)s",
        "restrictfilenames": True,
        "windowsfilenames": True,
        "trim_file_name": 120,
        "writeinfojson": False,
        "writethumbnail": False,
        "overwrites": True,
        "nopart": False,
        "ignoreerrors": False,
        "usenetrc": False,
        "cookiefile": None,
        "hls_prefer_native": True,
        "postprocessors": [],
        "fixup": "never",
        "progress_hooks": [hook],
    }


def _result(info: dict[str, Any] | None, job: dict[str, Any]) -> dict[str, Any]:
    while info is not None and "entries" in info:
        info = next(iter(info["entries"] or ()), None)
    downloads = (info or {}).get("requested_downloads") or ()
    path = next((item.get("filepath") for item in downloads if item.get("filepath")), None)
    if info is None or path is None or not Path(path).is_file():
        return _problem(f"nothing was downloaded: larger than {job['max_bytes']} bytes, too long or live")
    if Path(path).suffix.lstrip(".").lower() not in EXTENSIONS:
        return _problem(f"the page plays a file of the kind {Path(path).suffix!r}, which is not kept")
    if Path(path).stat().st_size == 0:
        return _problem("empty file: the server sent 0 bytes")
    return {
        "path": path,
        "media_url": info.get("url") or job["url"],
        "extension": Path(path).suffix.lstrip(".").lower(),
    }


def _explained(error: BaseException) -> dict[str, Any]:
    """One sentence for yt-dlp's errors, by what they were caused by."""
    from yt_dlp.networking.exceptions import HTTPError, ProxyError, TransportError
    from yt_dlp.utils import UnsupportedError

    for cause in _causes(error):
        if isinstance(cause, HTTPError):
            return _http_problem(cause)
        if isinstance(cause, ProxyError):
            return _tunnel_problem(str(cause))
        if isinstance(cause, UnsupportedError):
            return _problem("the page plays nothing that yt-dlp recognises")
        if isinstance(cause, TransportError):
            return _problem(f"the transfer broke off ({cause})")
    words = " ".join(str(error).removeprefix("ERROR: ").split())
    if "Sign in" in words or "login" in words.lower():
        return _problem(f"login wall: {words[:200]}", refused=True)
    return _problem(words[:300] or type(error).__name__)


def _http_problem(error: Any) -> dict[str, Any]:
    """An answer with an error status: the server's own, or one of the egress proxy."""
    # Inside TLS only the server speaks, and a hostile one may set this header
    plain = error.response.url.lower().startswith("http:")
    verdict = error.response.headers.get("X-Qalqan-Egress") if plain else None
    if verdict is not None:
        said = "" if error.response.closed else error.response.read(500).decode("utf-8", "replace")
        words = "the egress proxy refused" if verdict == "refused" else "the server could not be reached"
        return _problem(f"{words}: {' '.join(said.split()) or error.response.url}", refused=verdict == "refused")
    refused = error.status in {401, 403, 407, 429, 451}
    return _problem(f"the server answered {error.status}", refused=refused, status=error.status)


def _tunnel_problem(words: str) -> dict[str, Any]:
    """No tunnel through the egress proxy; its status and reason are inside the text of the error."""
    found = re.search(r"Tunnel connection failed: (\d{3}) ([^'\"]*)", words)
    if found is None:
        return _problem(f"the egress proxy could not be used ({words[:200]})")
    if found.group(1) == "403":
        return _problem(f"the egress proxy refused: {found.group(2)}", refused=True)
    return _problem(f"the server could not be reached: {found.group(2)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was caused by, as yt-dlp keeps it, outermost first."""
    seen: set[int] = set()
    while id(error) not in seen:
        yield error
        seen.add(id(error))
        wrapped = getattr(error, "exc_info", None)
        inner = getattr(error, "cause", None) or (wrapped[1] if wrapped and len(wrapped) > 1 else None)
        if isinstance(inner, BaseException):
            error = inner


def _problem(reason: str, *, refused: bool = False, status: int | None = None) -> dict[str, Any]:
    return {"refused": refused, "reason": reason, "status": status}


class _Silence:
    """yt-dlp's messages are not for our output; what matters comes back as a result."""

    def debug(self, message: str) -> None: ...

    def warning(self, message: str) -> None: ...

    def error(self, message: str) -> None: ...


def main() -> None:
    """Read the job, limit ourselves, download, say how it went."""
    job = json.load(sys.stdin)
    limit_self(job)
    json.dump(download(job), sys.stdout)


if __name__ == "__main__":
    main()
