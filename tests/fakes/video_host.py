"""Watch pages and media files: good ones, and every way in which a file can be bad."""

from __future__ import annotations

import gzip
import itertools

from tests.fakes.serving import Answer, Asked, Fake, page, redirect

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(4000)
"""Enough of an MP4 for a downloader, which does not look inside."""


def watch_page(src: str) -> Answer:
    """A page with one ``<video>``."""
    return page(
        f"""<!DOCTYPE html><html><head><title>Xəbər</title><meta property="og:title" content="SOCAR platforması">
<meta property="og:description" content="Gündə 300 AZN qazanın"><meta name="author" content="Xəbər TV"></head>
<body><a href="/home">home</a><a href="http://offer.example/plain">Qeydiyyat</a>
<video><source src="{src}" type="video/mp4"></video></body></html>"""
    )


class VideoHost(Fake):
    """``/ok/…`` files; ``/watch/…`` pages; ``/empty.mp4``, ``/text.mp4``, ``/cut.mp4``, ``/endless.mp4``, ``/bomb.mp4``,
    ``/gone.mp4``, ``/forbidden.mp4``, ``/to-ssh.mp4``, ``/to-metadata.mp4``, ``/loop``, ``/wall.mp4``."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/ok/"):
            kind = "image/jpeg" if asked.path.endswith(".jpg") else "video/mp4"
            return Answer(media_type=kind, body=MP4 + asked.path.encode())
        if asked.path.startswith("/watch/"):
            return self._watch(asked.path.removeprefix("/watch/"))
        answers = {
            "/empty.mp4": Answer(media_type="video/mp4"),
            "/text.mp4": Answer(media_type="text/plain", body=b"this is no film"),
            "/cut.mp4": Answer(media_type="video/mp4", headers={"Content-Length": "9000"}, body=MP4),
            "/endless.mp4": Answer(media_type="video/mp4", body=itertools.repeat(bytes(65_536))),
            "/bomb.mp4": Answer(
                media_type="video/mp4", headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(50_000_000))
            ),
            "/forbidden.mp4": Answer(status=403),
            "/to-ssh.mp4": redirect("http://127.0.0.1:22/"),
            "/to-metadata.mp4": redirect("http://169.254.169.254/latest/meta-data/"),
            "/loop": redirect("/loop"),
            "/wall.mp4": redirect("/login?next=wall"),
            "/login": page("please log in"),
            "/moved.mp4": redirect("/ok/moved.mp4"),
        }
        return answers.get(asked.path, Answer(status=404))

    def _watch(self, name: str) -> Answer:
        sources = {
            "good": "/ok/film.mp4",
            "inside": "http://127.0.0.1:22/film.mp4",
            "endless": "/endless.mp4",
            "refused": "/forbidden.mp4",
        }
        if name == "nothing":
            return page("<html><body><p>Nothing plays here.</p></body></html>")
        return watch_page(sources[name]) if name in sources else Answer(status=404)
