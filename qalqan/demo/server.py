"""One loopback server for all hosts of the demo, told apart by the ``Host`` header.

Everything it serves is harmless by itself: forms send nothing, pages ask for nothing outside the demo. Two media addresses
redirect to places that a crawler must refuse (a local port, the metadata address of clouds), one page to the canary.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from qalqan.demo.ads import META_ADS, POSTS, WATCH_PAGES
from qalqan.demo.advert import LOOPBACK_URL, METADATA_URL, WALLED_QUERY, DemoAd
from qalqan.demo.advertisers import CHANNEL
from qalqan.demo.cdn import media_url, signature
from qalqan.demo.library import STARTED_AT, connection, embedded, found, graphql, node, offset_of
from qalqan.demo.listener import Handler, Hit, Listener, Reply
from qalqan.demo.pages import Page, landing_pages

PAGE_SIZE = 12
POSTS_PER_PAGE = 3
LSD = "AVqDemoLsd"
NOT_FOUND = Reply(status=404, body=b"<!doctype html><title>404</title><h1>404</h1>")
TICK_MS = 400
MEDIA_TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg"}


class DemoServer(Listener):
    """The demo's web. ``media`` is the folder that ``build_world`` filled; the balances on its pages grow every ``tick_ms``.
    Raises ``OSError`` where the port is taken."""

    def __init__(
        self,
        media: Path,
        *,
        port: int = 0,
        canary_port: int | None = None,
        page_size: int = PAGE_SIZE,
        tick_ms: int = TICK_MS,
    ) -> None:
        server = self
        self.media = media
        self.canary_port = canary_port
        self.page_size = page_size
        self.tick_ms = tick_ms
        self.pages = landing_pages()
        self.templates = Environment(
            loader=PackageLoader("qalqan.demo"), autoescape=select_autoescape(), undefined=StrictUndefined
        )

        class DemoHandler(Handler):
            def answer(self, method: str, host: str, target: str) -> Reply:
                server.hits.append(Hit(method=method, host=host, path=target))
                return server.reply(host, target, form=self.form() if method == "POST" else {})

        super().__init__(DemoHandler, port=port)

    def reply(self, host: str, target: str, *, form: dict[str, list[str]]) -> Reply:
        """What a host answers to a path with its query."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        page = self.pages.get((host, parts.path))
        if page is not None:
            return self._page(host, parts.path, page)
        match host:
            case "adlibrary.example":
                return self._library(parts.path, query, form)
            case "tg.example":
                return self._channel(parts.path, query)
            case "video.example":
                return self._watch(parts.path)
            case "cdn.example":
                return self._media(parts.path, query)
            case "go.example":
                return self._redirector(parts.path)
            case "login.example":
                return self._login(parts.path)
        return NOT_FOUND

    def _render(self, template: str, **values: object) -> Reply:
        return Reply(body=self.templates.get_template(template).render(**values).encode())

    def _page(self, host: str, path: str, page: Page) -> Reply:
        return self._render(page.template, page=page, host=host, path=path, tick_ms=self.tick_ms)

    def _login(self, path: str) -> Reply:
        if path == "/login/":
            return self._render("login.html")
        return Reply(status=302, location=f"/login/?next={quote(path)}")

    def _library(self, path: str, query: dict[str, str], form: dict[str, list[str]]) -> Reply:
        if path == "/api/graphql/":
            return self._more(form)
        if path == "/login/":
            return self._render("login.html")
        if path != "/ads/library/":
            return NOT_FOUND
        asked = query.get("q", "")
        if asked == WALLED_QUERY:
            return Reply(status=302, location=f"/login/?next={quote('/ads/library/')}")
        if "id" in query:
            return self._one_ad(query["id"])
        ads = found(asked)
        main = {"search_results_connection": connection(ads, offset=0, size=self.page_size)}
        return self._render(
            "library.html", payload=embedded(main), count=len(ads), lsd=LSD, page_size=self.page_size, query=asked
        )

    def _one_ad(self, ad_id: str) -> Reply:
        one = next((node(ad) for ad in found_by_id(ad_id)), None)
        main = {"deeplink_ad_archive_result": {"deeplink_ad_archive": one}}
        return self._render("library.html", payload=embedded(main), count=1, lsd=LSD, page_size=1, query="")

    def _more(self, form: dict[str, list[str]]) -> Reply:
        """The paging call of the library's own script."""
        try:
            variables = json.loads(form["variables"][-1])
            offset = offset_of(variables["cursor"])
        except (KeyError, ValueError):
            return Reply(
                status=400,
                body=b'{"errors":[{"code":1675012,"message":"bad variables"}]}',
                media_type="text/javascript",
            )
        if form.get("lsd") != [LSD]:
            return Reply(
                status=400, body=b'{"errors":[{"code":1357004,"message":"lsd"}]}', media_type="text/javascript"
            )
        ads = found(str(variables.get("queryString", "")))
        main = {"search_results_connection": connection(ads, offset=offset, size=self.page_size)}
        return Reply(body=graphql(main).encode(), media_type="text/javascript; charset=utf-8")

    def _channel(self, path: str, query: dict[str, str]) -> Reply:
        if path != f"/s/{CHANNEL}":
            name = path.removeprefix("/s/")
            return (
                Reply(status=302, location=f"/{name}")
                if path.startswith("/s/")
                else Reply(body=b"<title>Telegram</title>")
            )
        before = query.get("before", "")
        posts = [post for post in POSTS if not before.isdigit() or post.number < int(before)]
        shown = posts[-POSTS_PER_PAGE:]
        earlier = shown[0].number if len(posts) > len(shown) else None
        views = [_post(post) for post in shown]
        return self._render("channel.html", channel=CHANNEL, title="Qazanc Demo", posts=views, before=earlier)

    def _watch(self, path: str) -> Reply:
        for ad in WATCH_PAGES:
            if path == f"/watch/{ad.number}" and ad.media is not None:
                return self._render("watch.html", ad=ad, media=media_url(ad.media))
        return NOT_FOUND

    def _media(self, path: str, query: dict[str, str]) -> Reply:
        if path == "/to/ssh":
            return Reply(status=302, location=LOOPBACK_URL)
        if path == "/to/metadata":
            return Reply(status=302, location=METADATA_URL)
        file = path.removeprefix("/v/")
        if query.get("oh") != signature(file):
            return Reply(status=403, body=b"URL signature mismatch", media_type="text/plain")
        local = self.media / file
        if "/" in file or not local.is_file():
            return NOT_FOUND
        return Reply(body=local.read_bytes(), media_type=MEDIA_TYPES[local.suffix])

    def _redirector(self, path: str) -> Reply:
        """A tracker: HTTP redirect, then meta refresh, then the article; or a redirect to the canary."""
        if path == "/r/1":
            return Reply(status=302, location="http://go.example/m/1")
        if path == "/m/1":
            return self._render("refresh.html", target="http://azxeber-24.example/xeber/prezident-platforma?sub1=chain")
        if path == "/canary" and self.canary_port is not None:
            return Reply(status=302, location=f"http://127.0.0.1:{self.canary_port}/")
        return NOT_FOUND


def found_by_id(ad_id: str) -> list[DemoAd]:
    """The library's ad of an id, or nothing."""
    return [ad for ad in META_ADS if ad.source_ad_id == ad_id]


def _post(ad: DemoAd) -> dict[str, object]:
    """A post as the channel's template wants it."""
    address = media_url(ad.media) if ad.media else None
    is_video = ad.media is not None and ad.media.endswith(".mp4")
    return {
        "id": ad.source_ad_id,
        "title": ad.title,
        "body": ad.body,
        "link": ad.link,
        "video": address if is_video else None,
        "photo": None if is_video else address,
        "views": f"{ad.number / 10:.1f}K",
        "at": datetime.fromtimestamp(STARTED_AT + 3600 * ad.number, tz=UTC).isoformat(),
    }
