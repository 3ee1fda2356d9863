"""Media addresses look signed."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from qalqan.demo.cdn import CDN_HOST, media_url, signature


def test_an_address_carries_signature_and_expiry() -> None:
    parts = urlsplit(media_url("a.mp4"))
    fields = parse_qs(parts.query)
    assert (parts.hostname, parts.path) == (CDN_HOST, "/v/a.mp4")
    assert fields["oh"] == [signature("a.mp4")] != [signature("b.mp4")]
    assert int(fields["oe"][0], 16) > 1_900_000_000
