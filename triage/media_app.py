"""The media origin: hostile pictures and films on their own origin, by signed links; never a page, never a cookie."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.cases import Shelf
from triage.media_links import MEDIA_TYPES
from triage.sealed_response import sealed_response

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def resource_policy(origin: str) -> str:
    """Which pages may embed what this origin serves: those of the same site.

    A bare address or a single-label name belongs to no site, and browsers then refuse even the console on the next port;
    there the signature and the short life of a link are what keeps others out.
    """
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "same-site" if "." in host else "cross-origin"
    return "cross-origin"


class MediaGate:
    """ASGI middleware: one host name, the headers above on every answer, and never a cookie out."""

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self.app = app
        self.host = urlsplit(origin).netloc
        self.headers = {**HEADERS, "Cross-Origin-Resource-Policy": resource_policy(origin)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                del headers["set-cookie"]
            await send(message)

        fits = Headers(scope=scope).get("host") == self.host
        await (self.app if fits else PlainTextResponse("Wrong host.\n", 421))(scope, receive, send_with_headers)


def create_media_app(shelf: Shelf) -> Starlette:
    """The application that serves working copies and references of ``shelf`` to whoever holds a link."""

    def serve(request: Request) -> Response:
        try:
            path = shelf.links.path(request.path_params["token"])
        except PermissionError as error:
            return PlainTextResponse(f"{error}\n", 403)
        kind, rest = path.split("/", 1)
        sealed = shelf.book.open(Path(rest).stem) if kind == "references" else None
        file = None if kind == "references" else _derivative(shelf, rest)
        ending, name = Path(path).suffix, Path(path).name
        if ending in MEDIA_TYPES and Path(request.path_params["name"]).suffix == ending:
            if sealed is not None:
                return sealed_response(sealed, request, media_type=MEDIA_TYPES[ending], name=name)
            if file is not None:
                inline = "inline"
                return FileResponse(
                    file, media_type=MEDIA_TYPES[ending], content_disposition_type=inline, filename=name
                )
        return PlainTextResponse("There is no such file.\n", 404)

    app = Starlette(routes=[Route("/{token}/{name}", serve, methods=["GET"])])
    app.add_middleware(MediaGate, origin=shelf.links.origin)
    return app


def _derivative(shelf: Shelf, rest: str) -> Path | None:
    """A working copy by its path below the shelf; None if it is gone, a link, or outside its directory."""
    file = shelf.derivatives / rest
    inside = file.resolve().is_relative_to(shelf.derivatives.resolve())
    return file if inside and file.is_file() else None
