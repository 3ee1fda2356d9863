from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.world import Looking, open_looking


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    """The fakes, a proxy and a browser, once per test module."""
    with open_looking(tmp_path_factory.mktemp("egress")) as looking:
        yield looking
