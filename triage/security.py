"""The console's front gate: which hosts and origins are answered, how large a request may be, and the headers of every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_MAX_BYTES = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD"})


def console_policy(media_origin: str) -> str:
    """The Content-Security-Policy of every console page: nothing inline, nothing from elsewhere but media."""
    return "; ".join(
        (
            "default-src 'none'",
            f"img-src 'self' {media_origin}",
            f"media-src {media_origin}",
            "style-src 'self'",
            "script-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


class FrontGate:
    """ASGI middleware. Requests for another host name (DNS rebinding), state changes from another origin, and oversized
    requests are refused before any of our code sees them; no answer leaves without the security headers."""

    def __init__(self, app: ASGIApp, *, origin: str, media_origin: str) -> None:
        self.app = app
        self.origin = origin
        self.host = urlsplit(origin).netloc
        self.headers = {
            "Content-Security-Policy": console_policy(media_origin),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        }
        if origin.startswith("https://"):
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        if headers.get("host") != self.host:
            return PlainTextResponse(f"The console answers at {self.origin}/ only; open it there.\n", 421)
        if method in SAFE_METHODS:
            return None
        if not self._own(headers):
            return PlainTextResponse("This was sent from another site and was not done.\n", 403)
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return PlainTextResponse("The request must say how long it is.\n", 411)
        if len(length) > 9 or int(length) > REQUEST_MAX_BYTES:
            return PlainTextResponse("The request is too large.\n", 413)
        return None

    def _own(self, headers: Headers) -> bool:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        # Under our no-referrer policy a browser calls even our own forms' origin "null", and vouches for them in Sec-Fetch-Site
        return origin in {None, self.origin} or (origin == "null" and site == "same-origin")
