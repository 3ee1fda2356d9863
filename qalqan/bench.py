"""How fast the job is, and against what: a synthetic crawl screened twice, then looked at by the straightforward script."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from crawlers.folder import import_media
from embeddings.packs import load_pack
from embeddings.records import Creative
from embeddings.samples import LoadedPack
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.records import DeadLetter
from pipelines.screen import screen
from pipelines.stopwatch import Stopwatch
from pipelines.tools import ScreenSettings, ad_tools, media_tools
from qalqan.bench_campaigns import CampaignFigures, measure_campaigns
from qalqan.bench_copies import CopyResult, screen_copies
from qalqan.demo.ads import ALL_ADS
from qalqan.demo.advert import DemoAd
from qalqan.demo.creatives import ADVERTISED, Recipe, Scene
from qalqan.demo.enrolling import enrol_world
from qalqan.demo.world import World
from qalqan.machine import Machine, cpu_seconds, machine
from qalqan.straightforward import FRAMES_PER_S, MAX_FRAMES, Look, look_at, published, references
from watchlist.records import Match

IN_PROCESS = ("--runner=DirectRunner", "--direct_running_mode=in_memory", "--direct_num_workers=1")
"""One worker in this process: the only place where its stopwatch can be read."""

JOINED = 10_000
"""So many made ads are joined into campaigns, which takes some seconds; ``qalqan bench campaigns`` joins a million."""

BROKEN = (Scene.TRUNCATED, Scene.EMPTY, Scene.TEXT)
SHARED = (Scene.FAKE, Scene.VOICE_OVER)
"""A campaign runs these in many ads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a phase: how long all its runs took together by the clock, which counts what ran side by side twice, and of
    the processor, sandboxed children included (``decoding_s`` are those alone, ``models_s`` are calls of models in this process);
    and how many there were."""

    name: str
    seconds: float
    cpu_s: float
    decoding_s: float
    models_s: float
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the measurement. ``cpu_s`` counts all cores, this process and its ended children; the stages need not add
    up to ``seconds`` or to ``cpu_s``: the rest of that is what no stage covers."""

    name: str
    seconds: float
    cpu_s: float
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchResult:
    """What was measured. ``media_s`` is the length of the media of all ads, ``media_capped_s`` the same with every film
    counted up to ``film_cap_s``, ``matched_s`` that of the creatives in which the job recognised somebody. ``script`` ran the
    networks by their authors' library, ``script_same_runtime`` as the job runs them. ``script_unique_s`` and
    ``script_unique_cpu_s`` are the script's time for each creative once, the mean of the ads that share it."""

    began_at: datetime
    machine: Machine
    pack: str
    torch_threads: int
    ads: int
    creatives: int
    media_s: float
    media_capped_s: float
    matched_s: float
    film_cap_s: float
    references: int
    opening: Phase
    first_sight: Phase
    seen_before: Phase
    creatives_seen_before: int
    dead_letters: int
    candidates: int
    copies: CopyResult
    script: Phase
    script_unique_s: float
    script_unique_cpu_s: float
    script_same_runtime: Phase
    script_frames: int
    script_faces: int
    script_windows: int
    recognised_by_job: int
    recognised_by_script: int
    recognised_by_both: int
    campaigns: CampaignFigures


@dataclass(slots=True)
class _Timer:
    """Filled when the measured block ends."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    stages: list[Stage] = field(default_factory=list)

    def phase(self, name: str) -> Phase:
        return Phase(name=name, seconds=self.seconds, cpu_s=self.cpu_s, stages=tuple(self.stages))


def bench(
    world: World, directory: Path, *, ads: int, pack: str, clock: Callable[[], datetime], tell: Callable[[str], None]
) -> BenchResult:
    """Measure; what an earlier measurement left in ``directory/run`` is removed first, so that nothing is seen before.

    Raises ``ValueError`` for a world without media, and what enrolling and screening raise.
    """
    facts, began_at = machine(), clock()
    run = directory / "run"
    shutil.rmtree(run, ignore_errors=True)
    settings = ScreenSettings(
        crawl_dir=run / "crawl",
        out_dir=run / "screen",
        store_url=str(run / "evidence"),
        watchlist_dir=run / "watchlist",
        cache_dir=run / "analyses",
        campaigns_dir=run / "campaigns",
        pack=pack,
        now=began_at,
    )
    files = lay_out_ads(world, run / "ads", count=ads)
    import_media([run / "ads"], store=EvidenceStore(settings.store_url), directory=settings.crawl_dir, clock=clock)
    tell(f"{len(files)} ads with {len({_sha256(path) for path in files})} unique creatives are laid out and imported.")
    with _timed() as opening:
        loaded = load_pack(pack)
    tell(f"The models of {loaded.manifest.label} are open ({opening.seconds:.1f} s); enrolling the demo's people …")
    enrol_world(world, settings.watchlist_dir, pack=loaded, now=clock())
    with _timed() as opening_tools:
        watches = (media_tools(settings).stopwatch, ad_tools(settings).stopwatch)
    tell("1 of 5: the whole job, every creative at first sight …")
    with _timed(watches) as cold:
        first = screen(settings, beam_args=IN_PROCESS, clock=clock)
    tell(f"        {cold.seconds:.1f} s.  2 of 5: the same again, every creative seen before …")
    with _timed(watches) as warm:
        again = screen(settings, beam_args=IN_PROCESS, clock=clock)
    tell(f"        {warm.seconds:.1f} s.  3 of 5: re-encoded copies of what was seen …")
    copies = screen_copies(_one_of_each(files), settings, beam_args=IN_PROCESS, clock=clock)
    tell(f"        {copies.recognised} of {copies.made} recognised.  4 of 5: the straightforward script, ad by ad …")
    watch, watch_same = Stopwatch(), Stopwatch()
    with _timed((watch,)) as plain:
        looks = _run_script(files, pack=published(loaded), watchlist_dir=settings.watchlist_dir, watch=watch)
    tell(f"        {plain.seconds:.1f} s.  5 of 5: the script again, with the networks run as in the job …")
    with _timed((watch_same,)) as same_runtime:
        _run_script(files, pack=loaded, watchlist_dir=settings.watchlist_dir, watch=watch_same)
    tell(f"        {same_runtime.seconds:.1f} s.\n")
    by_creative = _by_creative(files, looks)
    found_by_job = {match.creative_sha256 for match in read_records(settings.out_dir / "matches.parquet", Match)}
    found_by_script = {sha256 for sha256, same in by_creative.items() if same[0].recognised}
    joined = measure_campaigns(JOINED, seed=1, again=False, tell=tell)
    film_cap_s = MAX_FRAMES / FRAMES_PER_S
    lengths = _lengths(settings, by_creative)
    return BenchResult(
        began_at=began_at,
        machine=facts,
        pack=loaded.manifest.label,
        torch_threads=_torch_threads(),
        ads=first.ads,
        creatives=len(by_creative),
        media_s=sum(lengths),
        media_capped_s=sum(min(length, film_cap_s) for length in lengths),
        matched_s=_matched_s(settings, found_by_job),
        film_cap_s=film_cap_s,
        references=sum(len(known.owners) for known in references(settings.watchlist_dir).values()),
        opening=Phase(
            name="opening models",
            seconds=opening.seconds + opening_tools.seconds,
            cpu_s=opening.cpu_s + opening_tools.cpu_s,
        ),
        first_sight=cold.phase("first sight"),
        seen_before=warm.phase("seen before"),
        creatives_seen_before=again.creatives_seen_before,
        dead_letters=len(read_records(settings.out_dir / "dead_letters.parquet", DeadLetter)),
        candidates=first.candidates,
        copies=copies,
        script=plain.phase("straightforward script"),
        script_unique_s=sum(fmean(look.seconds for look in same) for same in by_creative.values()),
        script_unique_cpu_s=sum(fmean(look.cpu_s for look in same) for same in by_creative.values()),
        script_same_runtime=same_runtime.phase("straightforward script, networks run as in the job"),
        script_frames=sum(look.frames for look in looks),
        script_faces=sum(look.faces for look in looks),
        script_windows=sum(look.windows for look in looks),
        recognised_by_job=len(found_by_job),
        recognised_by_script=len(found_by_script),
        recognised_by_both=len(found_by_job & found_by_script),
        campaigns=joined,
    )


def lay_out_ads(world: World, folder: Path, *, count: int) -> list[Path]:
    """Copy media of the world to ``count`` differently named files with their ads' texts beside them, as ``import_media``
    takes them. Every readable creative gets an ad; then those of the scam campaigns get further ones, in turn.

    Raises ``ValueError`` if the world has no readable media.
    """
    made = [recipe for recipe in ADVERTISED if recipe.scene not in BROKEN and (world.media / recipe.file).is_file()]
    if not made:
        raise ValueError(f"there is no media in {world.media}: leave out --world, or name a folder that has a world")
    again = [recipe for recipe in made if recipe.scene in SHARED] or made
    texts: dict[str, list[DemoAd]] = defaultdict(list)
    for ad in ALL_ADS:
        if ad.media is not None:
            texts[ad.media].append(ad)
    folder.mkdir(parents=True)
    return [
        _lay_out(recipe, world.media, folder / f"{number:03}-{recipe.file}", texts[recipe.file])
        for number, recipe in enumerate(itertools.islice(itertools.chain(made, itertools.cycle(again)), count))
    ]


def _lay_out(recipe: Recipe, media: Path, path: Path, ads: Sequence[DemoAd]) -> Path:
    shutil.copyfile(media / recipe.file, path)
    if ads:
        path.with_suffix(".txt").write_text(f"{ads[0].title}\n{ads[0].body}\n", encoding="utf-8")
    return path


def _one_of_each(files: Sequence[Path]) -> list[Path]:
    """The first file of each creative."""
    return list({_sha256(path): path for path in reversed(files)}.values())[::-1]


def _run_script(files: Sequence[Path], *, pack: LoadedPack, watchlist_dir: Path, watch: Stopwatch) -> list[Look]:
    known = references(watchlist_dir)
    return [look_at(path, pack=pack, known=known, watch=watch) for path in files]


@contextmanager
def _timed(watches: Sequence[Stopwatch] = ()) -> Iterator[_Timer]:
    """Wall and processor time of a block, and what the stopwatches gained during it."""
    before = [
        (
            dict(watch.seconds),
            dict(watch.cpu_s),
            dict(watch.children_cpu_s),
            dict(watch.models_cpu_s),
            dict(watch.runs),
        )
        for watch in watches
    ]
    timer, began, spent = _Timer(), time.perf_counter(), cpu_seconds()
    yield timer
    timer.seconds, timer.cpu_s = time.perf_counter() - began, cpu_seconds() - spent
    for watch, (seconds, cpu_s, decoding_s, models_s, runs) in zip(watches, before, strict=True):
        timer.stages += [
            Stage(
                name=name,
                seconds=now - seconds.get(name, 0.0),
                cpu_s=watch.cpu_s[name] - cpu_s.get(name, 0.0),
                decoding_s=watch.children_cpu_s[name] - decoding_s.get(name, 0.0),
                models_s=watch.models_cpu_s[name] - models_s.get(name, 0.0),
                runs=watch.runs[name] - runs.get(name, 0),
            )
            for name, now in watch.seconds.items()
            if watch.runs[name] > runs.get(name, 0)
        ]


def _by_creative(files: Sequence[Path], looks: Sequence[Look]) -> dict[str, list[Look]]:
    found: dict[str, list[Look]] = defaultdict(list)
    for path, look in zip(files, looks, strict=True):
        found[_sha256(path)].append(look)
    return found


def _lengths(settings: ScreenSettings, uses: Mapping[str, Sequence[Any]]) -> list[float]:
    """Seconds of media of every ad; a picture has none."""
    creatives = read_records(settings.out_dir / "creatives.parquet", Creative)
    return [creative.duration_s or 0.0 for creative in creatives for _ in uses[creative.sha256]]


def _matched_s(settings: ScreenSettings, found: Collection[str]) -> float:
    """Seconds of the creatives in which somebody was recognised, each once."""
    creatives = read_records(settings.out_dir / "creatives.parquet", Creative)
    return sum(creative.duration_s or 0.0 for creative in creatives if creative.sha256 in found)


def _torch_threads() -> int:
    import torch  # late: opening the models is what pays for importing it

    return int(torch.get_num_threads())


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
