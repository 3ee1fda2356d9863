"""Sealed media over HTTP: opened in memory while they are sent, whole or the one range that a player asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from watchlist.sealing import SealedFile

AT_ONCE = 1 << 20
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def sealed_response(sealed: SealedFile, request: Request, *, media_type: str, name: str) -> Response:
    """The content of ``sealed``; 206 for a range that is in it, 416 for one that is not, everything for several ranges."""
    size = sealed.size_bytes
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": f'inline; filename="{name}"'}
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    status, start, end = 200, 0, size
    if asked is not None and any(asked.groups()):
        status, (start, end) = 206, _bounds(asked[1], asked[2], size)
        if start >= end:
            return PlainTextResponse("There is no such range.\n", 416, headers={"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(None, status, headers=headers, media_type=media_type)
    return StreamingResponse(_pieces(sealed, start, end), status, headers=headers, media_type=media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Start and end (exclusive) of ``first-last``; without ``first``, of the ``last`` bytes."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size


def _pieces(sealed: SealedFile, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, AT_ONCE):
        yield sealed.read(at, min(AT_ONCE, end - at))
