"""The listener: ranges, absolute targets, hits, busy ports; the canary counts."""

from __future__ import annotations

import httpx
import pytest

from qalqan.demo.listener import Canary, Handler, Hit, Listener, Reply


class Film(Handler):
    def answer(self, method: str, host: str, target: str) -> Reply:
        if target == "/missing":
            return Reply(status=404)
        if target == "/form":
            return Reply(body=repr(self.form()).encode(), media_type="text/plain")
        return Reply(body=b"0123456789", media_type="video/mp4")


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=2-99", 206, b"23456789", "bytes 2-9/10"),
        ("bytes=20-", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("nonsense", 200, b"0123456789", None),
    ],
)
def test_single_ranges_are_served(asked: str, status: int, body: bytes, content_range: str | None) -> None:
    with Listener(Film, port=0) as listener:
        answer = httpx.get(f"http://127.0.0.1:{listener.port}/a.mp4", headers={"Range": asked})
    assert (answer.status_code, answer.content, answer.headers.get("Content-Range")) == (status, body, content_range)


def test_head_gives_the_length_without_the_body_and_post_its_fields() -> None:
    with Listener(Film, port=0) as listener:
        base = f"http://127.0.0.1:{listener.port}"
        head = httpx.head(f"{base}/a.mp4")
        form = httpx.post(f"{base}/form", data={"a": "1"})
        assert httpx.get(f"{base}/missing").status_code == 404
    assert (head.headers["Content-Length"], head.content) == ("10", b"")
    assert form.text == "{'a': ['1']}"


def test_a_busy_port_is_one_sentence() -> None:
    with Listener(Film, port=0) as listener, pytest.raises(OSError, match=f"{listener.port}.*choose another port"):
        Listener(Film, port=listener.port)


def test_the_canary_counts_who_comes() -> None:
    with Canary() as canary:
        assert canary.hits == []
        httpx.get(f"http://127.0.0.1:{canary.port}/x")
        assert canary.hits == [Hit(method="GET", host="127.0.0.1", path="/x")]
