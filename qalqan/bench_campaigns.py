"""How fast and how rightly many ads are joined into campaigns: a made world in which it is known who belongs together.

Campaigns rotate few creatives, texts (with changed words), sounds, domains, pages and accounts among many ads. Honest
advertisers have their own page, domain and creatives. Beside that many share what says nothing: the tag manager of a builder of
pages, a theme, an icon, a middleman, library music; and a few honest ones use the same stock picture, which joins them wrongly.
The world is made, and its shares are invented: the figures are about speed, and about rules that let clusters collapse or fall
apart, not about real ads.
"""

from __future__ import annotations

import functools
import hashlib
import random
import resource
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow.feather import read_table, write_feather

from detectors.subject import LandingPage
from embeddings.sound_prints import ITEM_S
from evidence.records import AccessMode, Ad, BlobRef, Capture, CaptureKind, Outcome, content_id
from pipelines.campaigns_graph import find_campaigns
from pipelines.scripts import Script, script_of_words
from pipelines.sound_tracks import track_of
from pipelines.trait_tables import sharded
from pipelines.traits import AdTraits, Trait, TraitKind, traits_of
from qalqan.clock import utc_now
from qalqan.machine import cpu_seconds, machine

PART = 10_000
LARGEST = 20_000
COMPARED = 100_000
"""A world of so many ads is compared with one of a tenth of them: Beam's own start takes longer than joining fewer."""
HONEST = 0.4
"""Of all ads."""
_READ = 100
_TEXT = (
    "qazanc sərmayə platforma gündəlik sabit gəlir bank neft şirkət ölkə vətəndaş rəsmi yeni layihə proqram pul hesab "
    "sadə sürətli zəmanət qeydiyyat forma ekspert məsləhət ödəniş kart mükafat imkan tərəfdaş istifadəçi"
)
_WORDS = tuple(_TEXT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """What was measured. Precision and recall are of pairs of ads: of those joined, how many belong together; and the reverse.
    ``making_s`` is the time that making the world takes, ``tables_s`` and ``beam_s`` what joining it takes: laying the traits out
    as tables, and the job in Beam; ``cpu_seconds`` is of both. ``per_ad`` says how many times the processor time for one ad is
    that in a world a tenth as large: 1 where the work is in proportion; None where that was not measured."""

    ads: int
    planted: int
    found: int
    common: int
    precision: float
    recall: float
    tables_s: float
    beam_s: float
    cpu_seconds: float
    per_ad: float | None
    making_s: float
    peak_mb: float
    reading_ms: float
    again_kept: int | None

    @property
    def seconds(self) -> float:
        """What joining took by the clock."""
        return self.tables_s + self.beam_s


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """``owner[i]`` is whose ad number i is; owners below ``campaigns`` are campaigns, the others honest advertisers."""

    owner: NDArray[np.int64]
    size: NDArray[np.int64]
    campaigns: int
    seed: int


def measure_campaigns(ads: int, *, seed: int, again: bool, tell: Callable[[str], None]) -> CampaignFigures:
    """Make a world of so many ads and find its campaigns, ``again`` in a second run that knows the first."""
    tenth = _joined(ads // 10, seed=seed, again=False, tell=tell) if ads >= COMPARED else None
    found = _joined(ads, seed=seed, again=again, tell=tell)
    if tenth is None:
        return found
    return replace(found, per_ad=found.cpu_seconds / found.ads / (tenth.cpu_seconds / tenth.ads))


def _joined(ads: int, *, seed: int, again: bool, tell: Callable[[str], None]) -> CampaignFigures:
    world = make_world(ads, seed=seed)
    tell(
        f"Making the traits of {ads} ads of {world.campaigns} campaigns and {len(world.size) - world.campaigns} others"
    )
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        watch, start = _Watch(), perf_counter()
        parts = [_laid_out(world, first, directory / "made" / f"{first}", watch) for first in range(0, ads, PART)]
        making_s, reading_ms = perf_counter() - start - watch.seconds, _reading_ms()
        # What was only needed to make the world is not part of the memory that joining takes
        _script.cache_clear()
        _sound.cache_clear()
        tell("Joining them in Beam, in this process")
        job = _Watch()
        with job:
            found = find_campaigns(
                parts, read_part, out_dir=directory / "first", registry_dir=directory / "registry", now=utc_now()
            )
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        precision, recall = agreement(found.campaigns, world)
        kept = None
        if again:
            tell("Joining them again, with the first run known")
            second = find_campaigns(
                parts, read_part, out_dir=directory / "second", registry_dir=directory / "registry", now=utc_now()
            )
            kept = int(pc.sum(pc.is_in(*(one.campaigns["campaign_id"] for one in (found, second)))).as_py() or 0)
    return CampaignFigures(
        ads=ads,
        planted=int((world.size > 1).sum()),
        found=len(found.campaigns),
        common=len(found.common),
        precision=precision,
        recall=recall,
        tables_s=watch.seconds,
        beam_s=job.seconds,
        cpu_seconds=watch.cpu_seconds + job.cpu_seconds,
        per_ad=None,
        making_s=making_s,
        peak_mb=peak_mb,
        reading_ms=reading_ms,
        again_kept=kept,
    )


class _Watch:
    """Adds up the time of what it surrounds, by the clock and of the processor."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0

    def __enter__(self) -> None:
        self._began = (perf_counter(), cpu_seconds())

    def __exit__(self, *_: object) -> None:
        self.seconds += perf_counter() - self._began[0]
        self.cpu_seconds += cpu_seconds() - self._began[1]


def _laid_out(world: World, first: int, directory: Path, watch: _Watch) -> Path:
    """The ads with numbers from ``first`` as tables in a folder, one for each shard."""
    directory.mkdir(parents=True)
    ads = list(made_ads((world, first, min(first + PART, len(world.owner)))))
    with watch:
        tables = sharded(ads)
    for shard, rows in tables:
        write_feather(rows, directory / f"{shard}.arrow", compression="lz4")
    return directory


def read_part(directory: Path) -> Iterator[tuple[int, pa.Table]]:
    """The tables of a part, by shard."""
    for path in sorted(directory.glob("*.arrow")):
        yield int(path.stem), read_table(path, memory_map=False)


def print_campaigns(figures: CampaignFigures, *, tell: Callable[[str], None]) -> None:
    """The figures in sentences, with the machine they were made on."""
    facts = machine()
    tell(f"{figures.ads} made ads on {facts.processor}, {facts.cores} cores, load {facts.load} when it ended")
    tell(
        f"joined and named in {figures.seconds:.0f} s ({figures.cpu_seconds:.0f} s of processor time): {figures.tables_s:.0f} s "
        f"to lay the traits out as tables, {figures.beam_s:.0f} s in Beam; {figures.peak_mb:.0f} MB of memory at most"
    )
    tell(f"making the world took {figures.making_s:.0f} s more, which no crawl needs")
    if figures.per_ad is not None:
        tell(f"an ad takes {figures.per_ad:.2f} times the processor time that one of {figures.ads // 10} ads takes")
    tell(f"{figures.found} campaigns found, {figures.planted} planted; {figures.common} traits too common to join")
    tell(f"pairs of ads: precision {figures.precision:.4f}, recall {figures.recall:.4f}")
    tell(f"reading the traits of an ad with a landing page of 20 kB: {figures.reading_ms:.1f} ms")
    if figures.again_kept is not None:
        tell(f"in a second run {figures.again_kept} of {figures.found} campaigns kept their id")


def make_world(ads: int, *, seed: int) -> World:
    """Campaigns of 2 to ``LARGEST`` ads, most of them small; honest advertisers of 1 to 12."""
    rng = np.random.default_rng(seed)
    most = min(LARGEST, max(2, ads // 10))
    campaigns = _sizes(np.minimum(2 + rng.pareto(0.9, size=ads) * 4, most), total=ads - int(HONEST * ads))
    honest = _sizes(1 + rng.geometric(0.35, size=ads).clip(max=12) - 1.0, total=int(HONEST * ads))
    size = np.concatenate([campaigns, honest])
    owner = rng.permutation(np.repeat(np.arange(len(size)), size))
    return World(owner=owner, size=size, campaigns=len(campaigns), seed=seed)


def made_ads(part: tuple[World, int, int]) -> Iterator[AdTraits]:
    """The ads of the world with numbers in [start, stop); the same at every call."""
    world, start, stop = part
    rng = np.random.default_rng([world.seed, start])
    draws = rng.random((stop - start, 12))
    for number in range(start, stop):
        owner = int(world.owner[number])
        chance = draws[number - start].tolist()
        make = _campaign_ad if owner < world.campaigns else _honest_ad
        publisher, traits = make(owner, int(world.size[owner]), chance, world)
        shown = {(trait.kind, trait.value): trait for trait in (*traits, *_noise(chance))}
        yield AdTraits(ad_id=ad_id(number), publisher=publisher, traits=tuple(shown.values()))


def ad_id(number: int) -> str:
    """As long as real ones."""
    return hashlib.sha256(f"ad {number}".encode()).hexdigest()


def agreement(campaigns: pa.Table, world: World) -> tuple[float, float]:
    """(precision, recall) over pairs of ads, of campaigns as ``CAMPAIGN_SCHEMA``; 1 where there is no pair to judge."""
    names = pa.array([ad_id(number) for number in range(len(world.owner))])
    lists = campaigns["ad_ids"].combine_chunks()
    owner = world.owner[pc.index_in(lists.flatten(), value_set=names).to_numpy()]
    home = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    together = _pairs(np.unique(home * len(world.size) + owner, return_counts=True)[1])
    joined, planted = _pairs(np.bincount(home)), _pairs(world.size)
    return together / joined if joined else 1.0, together / planted if planted else 1.0


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes.astype(np.int64) * (sizes.astype(np.int64) - 1) // 2).sum())


def _sizes(drawn: NDArray[np.float64], *, total: int) -> NDArray[np.int64]:
    sizes = drawn.astype(np.int64)
    enough = int(np.searchsorted(np.cumsum(sizes), total)) + 1
    sizes = sizes[:enough]
    sizes[-1] -= int(sizes.sum()) - total
    return sizes[sizes > 0]


def _campaign_ad(owner: int, size: int, chance: list[float], world: World) -> tuple[str, list[Trait]]:
    page = f"page-{owner}-{int(chance[0] * (1 + size // 6))}"
    script = _script(world.seed, owner, int(chance[1] * (1 + size // 30)), int(chance[2] * 5))
    traits = [
        _trait(TraitKind.PAGE, page),
        _trait(TraitKind.CREATIVE, f"creative-{owner}-{int(chance[3] * (1 + size // 8))}"),
        Trait(kind=TraitKind.SCRIPT, value=script.digest, shown=script.beginning, sketch=script.sketch),
        _trait(TraitKind.DOMAIN, f"domain-{owner}-{int(chance[4] * (1 + size // 10))}.example"),
        _trait(TraitKind.SKELETON, f"kit-{owner % 400}"),
    ]
    if chance[5] < 0.5:
        traits.append(_trait(TraitKind.TRACKER, f"meta_pixel:{owner}-{int(chance[5] * 2 * (1 + size // 200))}"))
    if chance[7] < 0.5:
        # One voice-over under many films, each cut and encoded anew
        traits.append(_sound(world.seed, owner, int(chance[3] * (1 + size // 12)), int(chance[1] * 4)))
    if chance[6] < 0.2:
        traits.append(_trait(TraitKind.CONTACT, f"t.me/contact-{owner}"))
    return page, traits


def _honest_ad(owner: int, size: int, chance: list[float], world: World) -> tuple[str, list[Trait]]:
    page = f"page-{owner}"
    script = _script(world.seed, owner, 0, 0)
    stock = f"stock-{int(chance[3] * 1e9) % max(1, len(world.owner) // 1000)}"
    creative = stock if chance[7] < 0.01 else f"creative-{owner}-{int(chance[3] * size)}"
    sounds = [_sound(world.seed, owner, 0, 0)] if chance[7] > 0.7 else []
    return page, [
        *sounds,
        _trait(TraitKind.PAGE, page),
        _trait(TraitKind.CREATIVE, creative),
        Trait(kind=TraitKind.SCRIPT, value=script.digest, shown=script.beginning, sketch=script.sketch),
        _trait(TraitKind.DOMAIN, f"honest-{owner}.example"),
        _trait(TraitKind.TRACKER, f"ga4:G-{owner}"),
    ]


def _noise(chance: list[float]) -> Iterator[Trait]:
    """What many share who have nothing else in common."""
    if 0.6 < chance[7] < 0.62:
        yield _sound(0, -1, int(chance[7] * 1000) - 600, int(chance[8] * 4))
    if chance[8] < 0.03:
        yield _trait(TraitKind.TRACKER, "tag_manager:GTM-BUILDER")
    if chance[9] < 0.3:
        yield _trait(TraitKind.SKELETON, f"theme-{int(chance[9] * 100)}")
    if chance[10] < 0.1:
        yield _trait(TraitKind.FAVICON, f"default-{int(chance[10] * 50)}")
    if chance[11] < 0.03:
        yield _trait(TraitKind.REDIRECT, f"middleman-{int(chance[11] * 300)}.example")


def _trait(kind: TraitKind, value: str) -> Trait:
    return Trait(kind=kind, value=value, shown=value)


@functools.lru_cache(maxsize=1_000_000)
def _sound(seed: int, owner: int, recording: int, variant: int) -> Trait:
    """A recording of 40 seconds under a film; variants begin elsewhere and have other bits in a third of their items."""
    items = round(40 / ITEM_S)
    chroma = np.random.default_rng([seed, owner + 1, recording]).integers(0, 2**32, size=items, dtype=np.uint32)
    if variant:
        rng = np.random.default_rng([seed, owner + 1, recording, variant])
        other = rng.integers(0, 2**32, size=2 * items, dtype=np.uint32)
        kept = rng.random(items) > 1 / 3
        chroma = np.concatenate([other[: 10 * variant], np.where(kept, chroma, other[items:])])
    track = track_of(chroma)
    if track is None:
        raise AssertionError("forty seconds are enough for a sound track")
    return Trait(kind=TraitKind.SOUND, value=track.digest, shown=track.digest[:12], sketch=track.sketch)


@functools.lru_cache(maxsize=1_000_000)
def _script(seed: int, owner: int, text: int, variant: int) -> Script:
    """A text of 40 words; its variants differ in one word."""
    rng = random.Random(f"{seed} {owner} {text}")
    words = [
        f"{_WORDS[place]}{owner % 97}" if place % 3 == 0 else _WORDS[place]
        for place in rng.choices(range(len(_WORDS)), k=40)
    ]
    if variant:
        words[20] = f"başqa{'abcde'[variant]}"
    found = script_of_words(words)
    if found is None:
        raise AssertionError("forty words are enough for a script")
    return found


def _reading_ms() -> float:
    """Median time to read the traits of one ad."""
    ad, landing = _example()
    took = []
    for number in range(_READ):
        # A page that was read before would be remembered
        page = LandingPage(capture=landing.capture, html=f"{landing.html}<!-- {number} -->", text=landing.text)
        start = perf_counter()
        traits_of(ad, landings=[page], creatives=["0" * 64])
        took.append(perf_counter() - start)
    return float(np.median(took)) * 1000


def _example() -> tuple[Ad, LandingPage]:
    rows = "".join(f"<section><h2>{word}</h2><p>{' '.join(_WORDS)}</p></section>" for word in _WORDS * 2)
    html = f"<html><head><script>fbq('init','123456789012399')</script></head><body>{rows}</body></html>"
    url = "https://example-invest.example/start"
    none = BlobRef(sha256="0" * 64, size_bytes=0, media_type="text/html")
    now = utc_now()
    ad = Ad(
        ad_id=content_id("bench", "1"), source="bench", source_ad_id="1", access_mode=AccessMode.ANALYST_IMPORT,
        observed_at=now, query="", page_id="1", page_name=None, page_url=None, title=None, body=" ".join(_WORDS),
        cta_text=None, link_url=url, link_caption=None, ad_url=None, platforms=(), media_urls=(), is_active=None,
        started_at=None, ended_at=None, reach=None, raw=none,
    )  # fmt: skip
    capture = Capture(
        capture_id=content_id("bench", "2"), ad_id=ad.ad_id, kind=CaptureKind.LANDING, outcome=Outcome.CAPTURED, reason=None,
        captured_at=now, tool="bench", requested_url=url, final_url=url, redirect_chain=(), status=200, body=none, text=None,
        screenshot=None, har=None,
    )  # fmt: skip
    return ad, LandingPage(capture=capture, html=html, text=" ".join(_WORDS) * 8)
