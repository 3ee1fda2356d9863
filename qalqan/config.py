"""The configuration file: one TOML for crawl, screening and console. Unknown keys are errors, never ignored."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import cattrs

from crawlers.plan import SecondVisit
from crawlers.sources import SOURCES
from qalqan.errors import ConfigInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedOriginSection:
    """``[[egress.allow]]``: this host and port, pinned to ``connect`` (a literal ``address:port``), and nothing else private."""

    host: str
    port: int
    connect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressSection:
    """``[egress]``: what may leave, and how much of it."""

    allow: tuple[AllowedOriginSection, ...] = ()
    max_response_mb: int = 120
    max_total_mb: int = 5_000
    timeout_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSection:
    """``[crawl]``: the crawl's name and the operator's decision that allows reading public pages by machine.

    ``{date}`` in the name becomes the day (UTC) of the run: a scheduled crawl then starts anew each day, and running it twice on
    one day resumes it. ``second_visit`` says which landing pages are visited once more, as a telephone: ``never``, ``marked``
    (those that show signs of sorting their visitors) or ``always``.
    """

    name: str = "crawl"
    legal_decision: str = ""
    landing: bool = True
    second_visit: SecondVisit = SecondVisit.MARKED
    delay_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSection:
    """``[[source]]``: one connector and what to ask it (``queries``, ``channels`` or ``urls``, as the connector takes them)."""

    connector: str
    base_url: str | None = None
    countries: tuple[str, ...] = ("ALL",)
    queries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    active_status: str = "active"
    max_ads: int = 200

    @property
    def asked(self) -> tuple[str, ...]:
        """What to ask, whatever the connector calls it."""
        return (*self.queries, *self.channels, *self.urls)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistSection:
    """``[watchlist]``: where the people and brands are, relative to the configuration file; ``cap``: so many people may be
    enrolled."""

    directory: Path = Path("data/watchlist")
    cap: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSection:
    """``[screen]``: the model pack; ``speech`` is a directory with a ``speech.toml``, a model that writes speech down, relative
    to the configuration file."""

    pack: str = "open"
    speech: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorsSection:
    """``[detectors]``: directories of pretrained networks, each with a ``detector.toml``; ``feeds`` are files with lists of
    warned-of domains, ``registrations`` one with RDAP or WHOIS answers; ``lure_weights`` were trained by you
    (``python -m tests.train_lure --out``); ``fusion`` is a file that ``qalqan evaluate
    detectors`` made on media like yours. All relative to the configuration file. ``cap_s`` is the processor time that a detector
    gets for one creative or ad; None for what comes with Qalqan."""

    networks: tuple[Path, ...] = ()
    feeds: tuple[Path, ...] = ()
    registrations: Path | None = None
    lure_weights: Path | None = None
    fusion: Path | None = None
    cap_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSection:
    """``[console]``: addresses of the console and of the separate origin that serves hostile media.

    Behind a TLS proxy ``origin`` and ``media_origin`` are what browsers open, such as ``https://console.example`` and
    ``https://media.example``.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    media_port: int = 8766
    origin: str | None = None
    media_origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSection:
    """``[retention]``: for how many days each class of data is kept; 0 keeps it until somebody deletes it by hand.

    ``unflagged_days`` count from the capture of an ad that was screened and not flagged, ``rejected_days`` and
    ``confirmed_days`` from the decision on its case. Ads that wait for a decision, or for screening, are always kept.
    """

    unflagged_days: int = 30
    rejected_days: int = 180
    confirmed_days: int = 0
    analyses_days: int = 90
    screens_days: int = 365
    egress_log_days: int = 180
    expired_people_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole configuration; all paths absolute once loaded."""

    data_dir: Path = Path("data")
    crawl: CrawlSection = field(default_factory=CrawlSection)
    egress: EgressSection = field(default_factory=EgressSection)
    source: tuple[SourceSection, ...] = ()
    watchlist: WatchlistSection = field(default_factory=WatchlistSection)
    screen: ScreenSection = field(default_factory=ScreenSection)
    detectors: DetectorsSection = field(default_factory=DetectorsSection)
    console: ConsoleSection = field(default_factory=ConsoleSection)
    retention: RetentionSection = field(default_factory=RetentionSection)

    @property
    def store_url(self) -> str:
        """Where the evidence is kept."""
        return str(self.data_dir / "evidence")

    @property
    def crawl_dir(self) -> Path:
        """The records of this crawl."""
        return self.data_dir / "crawls" / self.crawl.name

    @property
    def screen_dir(self) -> Path:
        """What the screening of this crawl leaves behind."""
        return self.data_dir / "screens" / self.crawl.name

    @property
    def cache_dir(self) -> Path:
        """Analyses of creatives seen before."""
        return self.data_dir / "analyses"

    @property
    def campaigns_dir(self) -> Path:
        """What is remembered of campaigns: the traits of ads, and the campaigns' names."""
        return self.data_dir / "campaigns"

    @property
    def derivatives_dir(self) -> Path:
        """The console's own working copies."""
        return self.data_dir / "derivatives"

    @property
    def database_url(self) -> str:
        """The console's database."""
        return f"sqlite:///{self.data_dir / 'console.sqlite3'}"


def load_config(path: Path, *, now: datetime) -> Config:
    """Read and check a configuration file as of ``now``. Raises ``FileNotFoundError`` and ``ConfigInvalid``."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no configuration file {path}; see `qalqan crawl --help` for an example")
    try:
        document = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(f"{path} is not valid TOML: {error}") from error
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Path, lambda value, _: Path(str(value)))
    converter.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _texts)
    converter.register_structure_hook_func(lambda kind: kind == tuple[Path, ...], _paths)
    try:
        config = converter.structure(document, Config)
    except cattrs.BaseValidationError as error:
        problems = "; ".join(cattrs.transform_error(error, path=path.name))
        raise ConfigInvalid(f"{path}: {problems}") from error
    _check(config, path)
    base = path.resolve().parent
    return replace(
        config,
        data_dir=base / config.data_dir,
        crawl=replace(config.crawl, name=config.crawl.name.replace("{date}", now.date().isoformat())),
        watchlist=replace(config.watchlist, directory=base / config.watchlist.directory),
        screen=replace(
            config.screen, speech=None if config.screen.speech is None else base / config.screen.speech.expanduser()
        ),
        detectors=DetectorsSection(
            networks=tuple(base / path.expanduser() for path in config.detectors.networks),
            feeds=tuple(base / path.expanduser() for path in config.detectors.feeds),
            registrations=_beside(base, config.detectors.registrations),
            lure_weights=_beside(base, config.detectors.lure_weights),
            fusion=_beside(base, config.detectors.fusion),
            cap_s=config.detectors.cap_s,
        ),
    )


def _beside(base: Path, path: Path | None) -> Path | None:
    return None if path is None else base / path.expanduser()


def _texts(value: object, _: object) -> tuple[str, ...]:
    """A list of texts; a lone text would otherwise be taken for the list of its letters."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'{value!r} is not a list of texts; write ["one", "two"]')
    return tuple(value)


def _paths(value: object, _: object) -> tuple[Path, ...]:
    return tuple(Path(text) for text in _texts(value, _))


def _check(config: Config, path: Path) -> None:
    if not re.fullmatch(r"[\w.{}-]+", config.crawl.name) or config.crawl.name.startswith("."):
        raise ConfigInvalid(
            f"{path}: [crawl] name {config.crawl.name!r} names a folder; use letters, digits, - and _ only"
        )
    for name, origin in (("origin", config.console.origin), ("media_origin", config.console.media_origin)):
        if origin is not None and not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", origin):
            raise ConfigInvalid(
                f"{path}: [console] {name} {origin!r} is no origin; write one such as https://console.example"
            )
    if (config.console.origin is None) != (config.console.media_origin is None):
        raise ConfigInvalid(f"{path}: [console] origin and media_origin go together; state both or neither")
    for source in config.source:
        if source.connector not in SOURCES:
            known = ", ".join(sorted(SOURCES))
            raise ConfigInvalid(f"{path}: there is no connector {source.connector!r}; known are {known}")
        if not source.asked:
            raise ConfigInvalid(f"{path}: the source {source.connector!r} has no queries, channels or urls to ask")
    if config.watchlist.cap < 1:
        raise ConfigInvalid(f"{path}: [watchlist] cap is {config.watchlist.cap}; state how many people may be enrolled")
    if config.detectors.cap_s is not None and not config.detectors.cap_s > 0:
        raise ConfigInvalid(f"{path}: [detectors] cap_s is {config.detectors.cap_s:g}; give seconds above zero")
    for name, days in asdict(config.retention).items():
        if days < 0:
            raise ConfigInvalid(f"{path}: [retention] {name} is {days}; give a number of days, or 0 to keep the data")
    if config.source and not config.crawl.legal_decision:
        raise ConfigInvalid(
            f"{path}: [crawl] legal_decision is empty; write down who decided that these pages may be read by machine, and why"
        )
