"""How the pages of all evaluations are set: from the templates of a room, with figures written as at the terminal."""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from watchlist.evaluation_wording import interval, percent, points, printable, verdict


def report_template(room: str, name: str) -> Template:
    """A template of the room; it may set a ``title`` and include ``report_head.html``, as the pages of all evaluations do."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(room), PackageLoader("watchlist")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=percent,
        verdict=verdict,
        interval=interval,
        points=points,
        printable=printable,
        count=lambda number: f"{number:,}",
        sentence=lambda words: words[:1].upper() + words[1:],
    )
    return environment.get_template(name)
