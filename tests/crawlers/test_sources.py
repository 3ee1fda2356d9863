from __future__ import annotations

import pytest

from crawlers.sources import SOURCES, open_source


def test_every_listed_source_opens() -> None:
    assert {open_source(name).name for name in SOURCES} == set(SOURCES)


def test_an_unknown_source_is_named_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="no source 'myspace'; known are meta_library"):
        open_source("myspace")
