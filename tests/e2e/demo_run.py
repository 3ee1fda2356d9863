"""The whole demo as a person runs it: one command in a process of its own, and then what it left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from detectors.records import Finding
from evidence.records import Ad, Capture, CaptureKind
from evidence.tables import read_records
from pipelines.records import Assessment, Candidate
from tests.e2e.own_home import own_home

ROOT = Path(__file__).resolve().parent.parent.parent
WORLD = "QALQAN_E2E_WORLD"
"""Folder of a world that was built before; its media is copied and what is out of date in it is made anew."""

ENDS_WITHIN_S = 3000.0


@dataclass(frozen=True)
class DemoRun:
    """What one run of the demo printed and wrote. ``root`` holds everything, its home and temporary files too."""

    root: Path
    directory: Path
    printed: Path

    @property
    def data(self) -> Path:
        """Everything that the run wrote."""
        return self.directory / "run"

    @property
    def crawl(self) -> Path:
        """The records of the crawl."""
        return self.data / "crawls" / "demo"

    @property
    def screen(self) -> Path:
        """The records of the screening."""
        return self.data / "screens" / "demo"

    @cached_property
    def truth(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The right answers by source and number there; only tests read them."""
        ads = json.loads((self.directory / "truth.json").read_text())["ads"]
        return {(ad["source"], ad["source_ad_id"]): ad for ad in ads}

    @cached_property
    def config(self) -> dict[str, Any]:
        """The configuration file of the run."""
        return tomllib.loads((self.directory / "demo.toml").read_text())

    @cached_property
    def ads(self) -> dict[str, Ad]:
        """Every ad that was found, by its id."""
        return {ad.ad_id: ad for ad in read_records(self.crawl / "ads.parquet", Ad)}

    @cached_property
    def captures(self) -> dict[str, list[Capture]]:
        """Every attempt to capture, by ad."""
        by_ad: dict[str, list[Capture]] = defaultdict(list)
        for capture in read_records(self.crawl / "captures.parquet", Capture):
            by_ad[capture.ad_id].append(capture)
        return by_ad

    @cached_property
    def assessments(self) -> dict[str, Assessment]:
        """What was concluded about each ad."""
        return {item.ad_id: item for item in read_records(self.screen / "assessments.parquet", Assessment)}

    @cached_property
    def candidates(self) -> dict[str, Candidate]:
        """The candidates, by ad."""
        return {item.ad_id: item for item in read_records(self.screen / "candidates.parquet", Candidate)}

    @cached_property
    def findings(self) -> list[Finding]:
        """Every finding on an ad or a creative."""
        return read_records(self.screen / "findings.parquet", Finding)

    def expected(self, what: str) -> dict[str, dict[str, Any]]:
        """The right answers of all ads that should be flagged, not be flagged, or make trouble, by ad id."""
        by_key = {(ad.source, ad.source_ad_id): ad.ad_id for ad in self.ads.values()}
        return {by_key[key]: ad for key, ad in self.truth.items() if ad["expect"] == what}

    def media_of(self, ad_id: str) -> list[str]:
        """SHA-256 of the media that was captured for an ad."""
        return [c.body.sha256 for c in self.captures[ad_id] if c.kind is CaptureKind.MEDIA and c.body is not None]

    def claims(self, ad_id: str) -> set[str]:
        """The claims that some finding on an ad or its media supports."""
        media = self.media_of(ad_id)
        about = [f for f in self.findings if f.ad_id == ad_id or f.creative_sha256 in media]
        return {finding.claim for finding in about if finding.bearing == "supports"}


def run_demo(directory: Path, *, root: Path, printed: Path) -> None:
    """``qalqan demo --once`` with a home in ``root``; what it prints is added to ``printed``. Fails the test if the command
    fails."""
    command = [sys.executable, "-m", "qalqan", "demo", "--once", "--directory", str(directory)]
    with printed.open("ab") as out:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**own_home(root), "COLUMNS": "160"},
            timeout=ENDS_WITHIN_S,
        )
    assert done.returncode == 0, f"the demo ended with {done.returncode}:\n{printed.read_text()}"


def copy_world(directory: Path) -> None:
    """Take over media that an earlier run of the demo made, with the stamps by which the demo knows whether it is fresh."""
    world = Path(os.environ.get(WORLD) or ROOT / "demo-data")
    for folder in ("media", "enrolment"):
        if (world / folder).is_dir():
            shutil.copytree(world / folder, directory / folder, symlinks=True)
