"""Landing pages as scams build them, and pages that fight back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from tests.fakes.serving import Answer, Asked, Fake, page, redirect

OFFER = """<!DOCTYPE html><html lang="az"><head><meta charset="utf-8"><title>SOCAR Qazanc</title></head>
<body style="height:3000px"><h1>Balansınız: <span id="b">250</span> AZN</h1>
<form action="/never" method="post"><input name="tel" type="tel"><input name="card" autocomplete="cc-number"></form>
<script>setInterval(() => { const b = document.getElementById('b'); b.textContent = +b.textContent + 1; }, 50);</script>
</body></html>"""


HONEST = """<!DOCTYPE html><html lang="az"><head><meta charset="utf-8"><title>Bağ evi</title></head>
<body><h1>Bağ evi</h1><p>Evdə gül becərmək üçün torpaq, işıq və su haqqında qısa məsləhətlər.</p></body></html>"""
"""What a page that sorts its visitors shows to those whom it does not want."""

ICON = b"\x89PNG\r\n\x1a\n" + bytes(20)


def late_picture(*, after_s: float) -> Iterator[bytes]:
    """A tall picture that takes its time."""
    yield b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='2500'>"
    time.sleep(after_s)
    yield b"</svg>"


class Landing(Fake):
    """One path per behaviour; ``/never`` is where forms post to, and must never be asked for."""

    def answer(self, asked: Asked) -> Answer:
        html = {
            "/plain": OFFER,
            "/meta": "<html><head><meta http-equiv='refresh' content='0; url=/js'></head><body>…</body></html>",
            "/js": "<html><body><script>location.href = '/plain?from=js'</script></body></html>",
            "/js-round": "<html><body><script>location.href = '/js-about'</script></body></html>",
            "/js-about": "<html><body><script>location.href = '/js-round'</script></body></html>",
            "/wall": "<html><body><form action='/never'><input name=u><input type=password></form></body></html>",
            "/login": "<html><body>please log in</body></html>",
            "/popup": "<html><body><p>popup</p><script>window.open('/plain?popup=1')</script></body></html>",
            "/alerts": "<html><body><p>won</p><script>for (let i = 0; i < 3; i++) alert('you won ' + i)</script></body></html>",
            "/liar": "<html><body><script>Object.defineProperty(Element.prototype, 'outerHTML',"
            " {get: () => ({slice: () => 7})})</script>words</body></html>",
            "/busy": "<html><body><p>busy</p><script>setTimeout(() => { while (true) {} }, 50)</script></body></html>",
            "/js-inside": "<html><body><script>location.href = 'http://169.254.169.254/latest/'</script></body></html>",
            "/image-inside": "<html><body><p>here</p><img src='http://169.254.169.254/pixel.png'></body></html>",
            "/late": "<html><body><p>late</p><img src='/late.svg'></body></html>",
            "/later": "<html><body><p>later</p><img src='/later.svg'></body></html>",
            "/captcha": "<html><body><div class='g-recaptcha'>prove it</div></body></html>",
        }
        if asked.path in html:
            return page(html[asked.path])
        if asked.path == "/sorted":
            return page(OFFER if "Mobile" in asked.headers.get("user-agent", "") else HONEST)
        answers = {
            "/favicon.ico": Answer(media_type="image/png", body=ICON),
            "/hop": redirect("/meta"),
            "/round": redirect("/about"),
            "/about": redirect("/round"),
            "/to-login": redirect("/login?next=/hop"),
            "/to-ssh": redirect("http://127.0.0.1:22/"),
            "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
            "/to-https": redirect("https://127.0.0.1/"),
            "/gone": page("<html><body>gone</body></html>", status=404),
            "/forbidden": page("<html><body>no</body></html>", status=403),
            "/setup.exe": Answer(
                media_type="application/octet-stream",
                headers={"Content-Disposition": "attachment; filename=setup.exe"},
                body=b"MZ" + bytes(100),
            ),
            "/late.svg": Answer(media_type="image/svg+xml", body=late_picture(after_s=1.5)),
            "/later.svg": Answer(media_type="image/svg+xml", body=late_picture(after_s=6.0)),
            "/endless": Answer(body=itertools.chain([b"<html><body>"], itertools.repeat(b"<p>more</p>" * 1000))),
        }
        return answers.get(asked.path, Answer(status=404))
