"""All fakes behind one egress proxy, under the host names that their pages use, and the tools that sources look with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.browser import LazyBrowser
from crawlers.egress import AllowedOrigin, EgressPolicy, EgressProxy
from crawlers.fetch import FetchLimits, open_client
from crawlers.sources import Tools
from tests.fakes.fbweb import FbWeb
from tests.fakes.landing import Landing
from tests.fakes.serving import Fake
from tests.fakes.tme import Tme
from tests.fakes.video_host import VideoHost

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LIMITS = FetchLimits(max_bytes=2_000_000, timeout_s=60.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """The running fakes: library ``adlibrary.example``, channels ``tg.example``, files ``cdn.example`` (also as
    ``video.example``), landing pages ``offer.example``."""

    library: FbWeb
    channels: Tme
    files: VideoHost
    pages: Landing
    policy: EgressPolicy

    def open_tools(self, proxy_url: str, browser: LazyBrowser, stack: ExitStack) -> Tools:
        """Tools that look through the given proxy."""
        return Tools(
            http=stack.enter_context(open_client(proxy_url, user_agent="test")),
            browser=browser.get,
            pause=lambda: None,
            clock=lambda: NOW,
            limits=LIMITS,
            user_agent=None,
        )


@contextmanager
def open_world() -> Iterator[World]:
    """Start all fakes; no proxy yet."""
    with FbWeb() as library, Tme() as channels, VideoHost() as files, Landing() as pages:
        hosts: dict[str, Fake] = {
            "adlibrary.example": library,
            "tg.example": channels,
            "cdn.example": files,
            "video.example": files,
            "offer.example": pages,
        }
        allow = tuple(AllowedOrigin(host=host, port=80, connect=fake.address) for host, fake in hosts.items())
        policy = EgressPolicy(allow=allow, max_response_bytes=5_000_000, max_total_bytes=500_000_000, timeout_s=60.0)
        yield World(library=library, channels=channels, files=files, pages=pages, policy=policy)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looking:
    """A world with a proxy in front of it and a browser that starts when it is needed."""

    world: World
    proxy_url: str
    browser: LazyBrowser
    tools: Tools


@contextmanager
def open_looking(directory: Path) -> Iterator[Looking]:
    """Everything that a source or a visit needs; the proxy's log goes to ``directory``."""
    with ExitStack() as stack:
        world = stack.enter_context(open_world())
        proxy = stack.enter_context(EgressProxy(world.policy, directory / "egress.jsonl"))
        browser = stack.enter_context(LazyBrowser(proxy.url))
        tools = world.open_tools(proxy.url, browser, stack)
        yield Looking(world=world, proxy_url=proxy.url, browser=browser, tools=tools)
