"""The pages of all evaluations are set in one way."""

from __future__ import annotations

import pytest
from jinja2 import TemplateNotFound

from watchlist.report_page import report_template


def test_the_head_is_shared_and_holds_no_script() -> None:
    page = report_template("pipelines", "report_head.html").render(title="Errors & rates")
    assert "<title>Errors &amp; rates</title>" in page
    assert "<style>" in page
    assert "<script" not in page


def test_figures_are_written_as_at_the_terminal() -> None:
    template = report_template("watchlist", "report_head.html").environment.from_string(
        "{{ 0.987 | percent }} {{ 12345 | count }} {{ 'one word' | sentence }} {{ '<b>' }}"
    )
    assert template.render() == "98.7 % 12,345 One word &lt;b&gt;"


def test_a_template_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        report_template("watchlist", "nothing.html")
