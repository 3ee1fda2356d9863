"""A link opens one file, for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import sha
from tests.triage.conftest import Clock
from triage.media_links import LIFETIME, MediaLinks, is_servable

PATH = f"derivatives/{sha('creative')}/proxy.mp4"


def links(clock: Clock, secret: str = "one") -> MediaLinks:
    return MediaLinks(origin="http://127.0.0.1:1", secret=secret, clock=clock)


def token_of(url: str) -> str:
    return url.split("/")[3]


def test_a_link_opens_what_it_was_made_for_until_it_expires() -> None:
    clock = Clock()
    token = token_of(links(clock).url(PATH))
    assert links(clock).path(token) == PATH
    clock.move(LIFETIME + timedelta(seconds=2))
    with pytest.raises(PermissionError, match="expired"):
        links(clock).path(token)


def test_a_forged_link_opens_nothing() -> None:
    clock = Clock()
    token = token_of(links(clock, secret="another").url(PATH))
    for forged in (token, token[:-2], "", "x.y"):
        with pytest.raises(PermissionError, match="not made"):
            links(clock).path(forged)


@pytest.mark.parametrize(
    "path",
    [
        "derivatives/../secret/thumb.jpg",
        f"derivatives/{sha('a')}/page.html",
        f"derivatives/{sha('a')}/../../x.jpg",
        f"derivatives/{sha('a')}/face-../x.jpg",
        f"references/{sha('a')}",
        f"references/{sha('a')}.svg",
        f"derivatives/{sha('a')}/thumb.jpg\n",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_ever_signed(path: str) -> None:
    assert not is_servable(path)
    with pytest.raises(ValueError, match="nothing that the media origin serves"):
        links(Clock()).url(path)
