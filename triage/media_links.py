"""Signed links to the media origin: each opens one file, for a while, without a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
}
"""All that the media origin ever serves, by the ending of the name in the link."""

ENDINGS = {media_type: ending for ending, media_type in MEDIA_TYPES.items()}
LIFETIME = timedelta(hours=2)

_SHA256 = r"[0-9a-f]{64}"
_DERIVATIVE = re.compile(rf"derivatives/{_SHA256}/(?:thumb\.jpg|proxy\.mp4|landing\.jpg|face-[0-9a-z_-]{{1,128}}\.jpg)")
_REFERENCE = re.compile(rf"references/{_SHA256}\.(?:jpg|png|webp|mp4)")


def is_servable(path: str) -> bool:
    """Whether a path has one of the shapes that are ever served; nothing else is signed and nothing else is opened."""
    return bool(_DERIVATIVE.fullmatch(path) or _REFERENCE.fullmatch(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLinks:
    """Makes and opens links. ``origin`` is the media origin as a browser sees it (``http://127.0.0.1:8601``)."""

    origin: str
    secret: str
    clock: Callable[[], datetime]

    def url(self, path: str) -> str:
        """A link to ``derivatives/<sha256>/<name>`` or ``references/<sha256>.<ending>``; ``ValueError`` for anything else."""
        if not is_servable(path):
            raise ValueError(f"{path!r} is nothing that the media origin serves")
        expires = int((self.clock() + LIFETIME).timestamp())
        token = self._serializer().dumps({"path": path, "expires": expires})
        return f"{self.origin}/{token}/{path.rsplit('/', 1)[1]}"

    def path(self, token: str) -> str:
        """The path that a token stands for; ``PermissionError`` if it is forged or has expired."""
        try:
            content = self._serializer().loads(token)
        except BadSignature as error:
            raise PermissionError("This link was not made by the console.") from error
        if content["expires"] < self.clock().timestamp():
            raise PermissionError("This link has expired; reload the case.")
        path = content["path"]
        if not isinstance(path, str) or not is_servable(path):
            raise PermissionError("This link was not made by the console.")
        return path

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="qalqan media link")
