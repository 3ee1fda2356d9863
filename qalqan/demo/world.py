"""Builds the demo's world in a folder: media, configuration, people and brands to protect, and the right answers.

Layout: ``media/`` (what adverts show), ``enrolment/`` (genuine pictures, recordings, footage), ``enrolment.json``,
``brands.toml``, ``demo.toml``, ``truth.json``. Only tests and the demo's own summary may read ``truth.json``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from qalqan.demo import animate, creatives, drawing, encoding, media, parts, speech, texts
from qalqan.demo.ads import ALL_ADS
from qalqan.demo.advert import EMPTY_QUERY, QUERIES, WALLED_QUERY
from qalqan.demo.creatives import ADVERTISED, ENROLMENT_CLIPS, PORTRAIT_OF, Recipe
from qalqan.demo.protected import BRANDS_TOML, config_toml, people

MAKERS = (animate, creatives, drawing, encoding, media, parts, speech, texts)
"""The modules that decide what a media file looks and sounds like."""
PACKAGES = ("av", "opencv-python", "pillow", "numpy")
SERVER_PORT = 18700
WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A built world."""

    directory: Path

    @property
    def media(self) -> Path:
        """The folder that ``DemoServer`` serves."""
        return self.directory / "media"

    @property
    def config(self) -> Path:
        """``demo.toml``."""
        return self.directory / "demo.toml"

    @property
    def brands(self) -> Path:
        """``brands.toml``."""
        return self.directory / "brands.toml"

    @property
    def enrolment(self) -> Path:
        """``enrolment.json``."""
        return self.directory / "enrolment.json"

    @property
    def truth(self) -> Path:
        """``truth.json``."""
        return self.directory / "truth.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One file to make."""

    path: Path
    make: Callable[[Path], object]


def build_world(
    directory: Path,
    *,
    now: datetime,
    port: int = SERVER_PORT,
    recipes: Sequence[Recipe] = ADVERTISED,
    clips: Sequence[Recipe] = ENROLMENT_CLIPS,
    tell: Callable[[str], None] = lambda _: None,
) -> World:
    """Makes what is missing or was made by other code, and says so through ``tell``; the rest is left alone.

    ``recipes`` and ``clips`` say which adverts' media and which genuine films to make (tests make few).
    ``now`` sets when the enrolments expire, ``port`` where ``DemoServer`` will listen. Raises ``FileNotFoundError`` naming
    the package or program that is missing, ``OSError`` on a full disk; files are moved into place whole.
    """
    world = World(directory=directory)
    jobs = _jobs(world, recipes, clips)
    stamp = _stamp()
    todo = [job for job in jobs if not _is_fresh(job.path, stamp)]
    if todo:
        tell(f"Making {len(todo)} of {len(jobs)} media files (synthetic, from installed packages) in {directory} …")
    for folder in (world.media, directory / "enrolment"):
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(WORKERS) as workers:
        for done in [workers.submit(_make_whole, job, stamp) for job in todo]:
            done.result()
    _write(world.enrolment, json.dumps(people(now=now), ensure_ascii=False, indent=1))
    _write(world.brands, BRANDS_TOML)
    _write(world.config, config_toml(port=port))
    _write(world.truth, json.dumps(truth(), ensure_ascii=False, indent=1))
    return world


def truth() -> dict[str, object]:
    """The right answers: per ad, and per query of the library."""
    ads = [
        {
            "source": str(ad.source),
            "source_ad_id": ad.source_ad_id,
            "advertiser": ad.advertiser.name,
            "expect": str(ad.expect),
            "kind": ad.kind,
            "person": ad.person,
            "reasons": list(ad.reasons),
            "media": ad.media,
            "link": ad.link,
        }
        for ad in ALL_ADS
    ]
    queries = dict.fromkeys(QUERIES, "answered") | {EMPTY_QUERY: "empty", WALLED_QUERY: "login_wall"}
    return {"ads": ads, "queries": queries}


def _jobs(world: World, recipes: Sequence[Recipe], clips: Sequence[Recipe]) -> list[_Job]:
    folder = world.directory / "enrolment"
    jobs = [_recipe_job(recipe, folder) for recipe in clips]
    jobs += [_recipe_job(recipe, world.media) for recipe in recipes]
    for who in PORTRAIT_OF:
        if who in texts.GENUINE_SPEECH:
            jobs += [_job(folder / name, make) for name, make in media.enrolment_parts(who).items()]
    return jobs


def _recipe_job(recipe: Recipe, folder: Path) -> _Job:
    return _job(folder / recipe.file, lambda path: media.make(recipe, path))


def _job(path: Path, make: Callable[[Path], object]) -> _Job:
    return _Job(path=path, make=make)


def _stamp() -> str:
    """Hash of everything that decides the bytes of a media file."""
    digest = hashlib.sha256()
    for module in MAKERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    for package in PACKAGES:
        digest.update(f"{package}=={version(package)}\n".encode())
    digest.update(sys.platform.encode())
    return digest.hexdigest()


def _stamp_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.made")


def _is_fresh(path: Path, stamp: str) -> bool:
    made = _stamp_path(path)
    return path.is_file() and made.is_file() and made.read_text() == f"{stamp} {path.stat().st_size}"


def _make_whole(job: _Job, stamp: str) -> None:
    """The file appears whole or not at all; its stamp follows it."""
    partial = job.path.with_name(f".{job.path.stem}.part{job.path.suffix}")
    job.make(partial)
    partial.replace(job.path)
    _stamp_path(job.path).write_text(f"{stamp} {job.path.stat().st_size}")


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
