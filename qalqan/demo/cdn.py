"""Signed-looking addresses of the demo's media, in the way of large networks: without its signature an address gives nothing."""

from __future__ import annotations

import hashlib

CDN_HOST = "cdn.example"
EXPIRES_HEX = "77359400"
"""``oe``: expiry in hexadecimal Unix seconds."""


def signature(file: str) -> str:
    """What ``oh`` must be for a file."""
    return hashlib.sha256(f"demo cdn: {file}".encode()).hexdigest()[:32]


def media_url(file: str) -> str:
    """The address under which the demo serves a media file."""
    return f"http://{CDN_HOST}/v/{file}?oh={signature(file)}&oe={EXPIRES_HEX}"
