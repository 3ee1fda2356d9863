"""Channel previews in the shape of ``t.me/s/``: pages by ``before``, a redirect where there is no preview."""

from __future__ import annotations

from tests.fakes.serving import Answer, Asked, Fake, page, redirect

PER_PAGE = 3
HEADER = """<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span>Qazanc kanalı</span></div>
<div class="tgme_channel_info_header_username"><a>@qazanc</a></div></div>"""


def post(number: int, *, channel: str = "qazanc") -> str:
    """Every third post has only words; the others a video or a photograph, and a link."""
    text = f"Post {number}: gündə 300 AZN<br>Qeydiyyat"
    media = ""
    if number % 3 == 1:
        media = f'<video class="tgme_widget_message_video" src="http://cdn.example/ok/{number}.mp4"></video>'
        text += f' <a href="?q=%23qazanc">#qazanc</a> <a href="http://offer.example/plain?post={number}">buraya</a>'
    elif number % 3 == 2:
        style = f"width:800px;background-image:url('http://cdn.example/ok/{number}.jpg')"
        media = f'<a class="tgme_widget_message_photo_wrap" style="{style}"></a>'
    return f"""<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="{channel}/{number}">
{media}<div class="tgme_widget_message_text">{text}</div>
<span class="tgme_widget_message_views">1.2K</span>
<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}"><time datetime="2026-11-0{number}T10:00:00+04:00">
</time></a></div></div>"""


class Tme(Fake):
    """Channels: ``qazanc`` (seven posts), ``silent`` (no posts), ``private`` (no preview), ``redesigned``, ``busy`` (429)."""

    def answer(self, asked: Asked) -> Answer:
        channel = asked.path.removeprefix("/s/")
        if not asked.path.startswith("/s/"):
            return page("<html><body>Contact this person</body></html>")
        if channel == "private":
            return redirect("/private")
        if channel == "redesigned":
            return page("<html><body><div class='new'>Everything is different</div></body></html>")
        if channel == "busy":
            return Answer(status=429)
        if channel == "silent":
            return page(HEADER)
        if channel == "qazanc":
            return page(_channel(before=int(asked.query.get("before", "8"))))
        return redirect(f"/{channel}")


def _channel(*, before: int) -> str:
    first = max(before - PER_PAGE, 1)
    posts = "".join(post(number) for number in range(first, before))
    more = f'<a class="tme_messages_more" data-before="{first}" href="?before={first}"></a>' if first > 1 else ""
    return f"<html><body>{HEADER}{more}{posts}</body></html>"
