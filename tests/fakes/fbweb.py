"""The public Ad Library page and its paging call, in the shape of Meta's; the search term chooses the scenario."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.serving import Answer, Asked, Fake, page, redirect

PER_PAGE = 3
SHELL = """<!DOCTYPE html><html lang="az"><head><title>Ad Library</title>
<script type="application/json">not json at all</script>
<script type="application/json" data-content-len="1" data-sjs>{data}</script></head>
<body style="margin:0"><h1>Ad Library</h1><div id="ads" style="height:2500px"></div>
<script>
let cursor = {cursor}, busy = false;
async function more() {{
  if (!cursor || busy) return;
  busy = true;
  const form = new URLSearchParams({{fb_api_req_friendly_name: 'AdLibrarySearchPaginationQuery', doc_id: '25464068859919530',
    variables: JSON.stringify({{queryString: {query}, cursor: cursor, first: {per_page}}})}});
  const text = await (await fetch('/api/graphql/', {{method: 'POST', body: form}})).text();
  const line = JSON.parse(text.replace('for (;;);', '').split('\\n')[0]);
  const found = line.data && line.data.ad_library_main.search_results_connection;
  cursor = found && found.page_info.has_next_page ? found.page_info.end_cursor : null;
  document.getElementById('ads').style.height = document.getElementById('ads').offsetHeight + 2000 + 'px';
  busy = false;
}}
addEventListener('scroll', () => {{
  if (scrollY + innerHeight > document.documentElement.scrollHeight - 400) more();
}});
</script></body></html>"""


def ad_node(number: int, **changes: Any) -> dict[str, Any]:
    """An AD node with one HD video; ``snapshot`` in ``changes`` is merged into the snapshot."""
    snapshot: dict[str, Any] = {
        "page_id": "100000000000001",
        "page_name": "Fake SOCAR",
        "page_profile_uri": "https://www.facebook.com/fakesocar/",
        "display_format": "VIDEO",
        "title": "SOCAR invest",
        "body": {"text": f"Qazanc 5000 AZN №{number}"},
        "caption": "offer.example",
        "cta_text": "Learn more",
        "cta_type": "LEARN_MORE",
        "link_url": "https://l.facebook.com/l.php?u=http%3A%2F%2Foffer.example%2Fplain&h=AT0",
        "images": [],
        "videos": [
            {
                "video_hd_url": f"http://cdn.example/ok/{number}.mp4",
                "video_sd_url": f"http://cdn.example/sd/{number}.mp4",
                "video_preview_image_url": f"http://cdn.example/preview/{number}.jpg",
            }
        ],
        "cards": [],
    } | changes.pop("snapshot", {})
    return {
        "ad_archive_id": str(number),
        "collation_count": 1,
        "page_id": "100000000000001",
        "page_name": "Fake SOCAR",
        "is_active": True,
        "start_date": 1761955200,
        "end_date": 1763769600,
        "publisher_platform": ["FACEBOOK", "INSTAGRAM"],
        "snapshot": snapshot,
    } | changes


def camel_node(number: int) -> dict[str, Any]:
    """The older spelling of the keys around the snapshot, a body that is a string, an SD video only."""
    snapshot = ad_node(number)["snapshot"] | {
        "body": "Köhnə yazılış",
        "videos": [{"video_hd_url": None, "video_sd_url": f"http://cdn.example/sd/{number}.mp4"}],
    }
    return {
        "adArchiveID": str(number),
        "pageID": "100000000000001",
        "pageName": "Fake SOCAR",
        "isActive": True,
        "startDate": 1761955200,
        "endDate": None,
        "publisherPlatform": ["FACEBOOK"],
        "snapshot": snapshot,
    }


def dco_node(number: int) -> dict[str, Any]:
    """Dynamic creative: templates on top, the real thing on the cards."""
    cards = [
        {
            "title": f"Card {n}",
            "body": f"Gündə {n}00 AZN",
            "link_url": "http://offer.example/plain",
            "cta_text": "Sign up",
            "original_image_url": f"http://cdn.example/ok/{number}-{n}.jpg",
            "resized_image_url": f"http://cdn.example/small/{number}-{n}.jpg",
            "video_hd_url": None,
            "video_sd_url": None,
        }
        for n in (1, 2)
    ]
    template = {"title": "{{product.name}}", "body": {"text": "{{product.description}}"}, "link_url": "{{product.url}}"}
    return ad_node(number, snapshot=template | {"display_format": "DCO", "videos": [], "cards": cards})


def default_nodes() -> list[dict[str, Any]]:
    """Seven ads, so that paging takes three pages; the last has no body at all."""
    return [*(ad_node(n) for n in range(101, 107)), ad_node(107, snapshot={"body": None})]


class FbWeb(Fake):
    """Scenarios by search term: ``challenge``, ``login``, ``ratelimit``, ``latelimit``, ``noads``, ``empty``, ``camel``,
    ``dco``, ``broken``, ``surrogate``, ``stuck``; anything else gives ``nodes`` in pages."""

    def __init__(self, nodes: list[dict[str, Any]] | None = None) -> None:
        super().__init__()
        self.nodes = default_nodes() if nodes is None else nodes

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/ads/library/":
            return self._library(asked)
        if asked.path == "/api/graphql/":
            return self._graphql(asked)
        if asked.path == "/login/":
            return page('<form><input name="email"><input name="pass" type="password"></form>')
        return Answer(status=404)

    def _library(self, asked: Asked) -> Answer:
        query = asked.query.get("q", "")
        if query == "challenge":
            body = b"<script>fetch('/__rd_verify_abc', {method: 'POST'})</script>"
            return Answer(status=403, reason="Client challenge", body=body)
        if query == "login":
            return redirect("/login/?next=library")
        if query == "ratelimit":
            return _shell({"errors": [{"message": "Rate limit exceeded", "code": 1675004}]}, query, cursor=None)
        if query == "noads":
            return _shell(
                {"require": [["ScheduledServerJS", "handle", None, [{"nothing": "here"}]]]}, query, cursor=None
            )
        if "id" in asked.query:
            node = next((n for n in self.nodes if n.get("ad_archive_id") == asked.query["id"]), None)
            return _shell(_relay({"deeplink_ad_archive_result": {"deeplink_ad_archive": node}}), query, cursor=None)
        connection = _connection(self._found(query), 0)
        if query == "stuck":
            return _shell(_relay({"search_results_connection": connection}), query, cursor=None)
        return _shell(_relay({"search_results_connection": connection}), query, cursor=_cursor(connection))

    def _graphql(self, asked: Asked) -> Answer:
        variables = json.loads(parse_qs(asked.body.decode())["variables"][0])
        if variables["queryString"] == "latelimit":
            return _lines({"errors": [{"message": "Rate limit exceeded", "code": 1675004}]})
        connection = _connection(self._found(variables["queryString"]), int(variables["cursor"]))
        return _lines({"data": {"ad_library_main": {"search_results_connection": connection}}}, {"label": "extra"})

    def _found(self, query: str) -> list[dict[str, Any]]:
        special = {
            "empty": [],
            "camel": [camel_node(201)],
            "dco": [dco_node(301)],
            "broken": [ad_node(401, snapshot={}) | {"snapshot": None}, ad_node(402)],
            "surrogate": [ad_node(501, snapshot={"title": "bad \ud800 text"})],
        }
        return special.get(query, self.nodes)


def _connection(nodes: list[dict[str, Any]], start: int) -> dict[str, Any]:
    end = start + PER_PAGE
    return {
        "count": len(nodes),
        "edges": [{"node": {"collated_results": [node]}} for node in nodes[start:end]],
        "page_info": {"end_cursor": str(end), "has_next_page": end < len(nodes)},
    }


def _cursor(connection: dict[str, Any]) -> str | None:
    info = connection["page_info"]
    return str(info["end_cursor"]) if info["has_next_page"] else None


def _relay(main: dict[str, Any]) -> dict[str, Any]:
    """The nesting in which the page embeds its data."""
    result = {"result": {"data": {"ad_library_main": main}}}
    inner = [["RelayPrefetchedStreamCache", "next", [], ["adp_1", {"__bbox": result}]]]
    return {"require": [["ScheduledServerJS", "handle", None, [{"__bbox": {"require": inner}}]]]}


def _shell(data: dict[str, Any], query: str, *, cursor: str | None) -> Answer:
    embedded = json.dumps(data).replace("<", "\\u003c")
    return page(SHELL.format(data=embedded, cursor=json.dumps(cursor), query=json.dumps(query), per_page=PER_PAGE))


def _lines(*documents: dict[str, Any]) -> Answer:
    text = "for (;;);" + "\n".join(json.dumps(document) for document in documents)
    return Answer(media_type="text/html; charset=utf-8", body=text.encode())
