"""The marks of sorting visitors, in addresses and scripts."""

from __future__ import annotations

from evidence.visitor_sorting import LONGEST_HTML, marked_address, page_sorts_visitors, sorts_visitors

SORTS = "if (!/FBAN|FBAV/.test(navigator.userAgent)) location.replace('/safe')"


def test_the_first_marked_address_is_named() -> None:
    marked = "http://t.example/click.php?key=abc"
    assert marked_address(["http://a.example/?id=1", marked, "http://b.example/?sub_id_3=x"]) == marked
    assert marked_address(["http://b.example/?sub_id_3=x"]) is not None
    assert marked_address(["http://a.example/?fbclid=1", "http://a.example/subid"]) is None


def test_one_script_has_to_look_and_to_send_away() -> None:
    assert sorts_visitors(SORTS)
    assert page_sorts_visitors(f"<p>x<script>1</script><script type=module>{SORTS}</script>")
    apart = "<script>console.log(navigator.userAgent)</script><script>location.replace('/start')</script>"
    assert not page_sorts_visitors(apart)
    assert not page_sorts_visitors(f"<p>{SORTS}</p>")


def test_hostile_pages_are_read_to_their_end_or_the_limit() -> None:
    for page in (
        "<script" * 300_000,
        "<script>" + "location" * 200_000,
        "<script></script>" * 100_000,
        "location.href " * 100_000,
    ):
        assert not page_sorts_visitors(page)
    assert not page_sorts_visitors(" " * LONGEST_HTML + f"<script>{SORTS}</script>")
