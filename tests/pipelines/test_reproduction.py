"""The command of a finding is whole: everything that was not as it comes is in it, and quoted."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from detectors.records import Finding
from evidence.records import AccessMode
from pipelines.reproduction import Origin, of_ad, of_creative
from pipelines.tools import ScreenSettings
from tests.factories import make_ad, make_finding, sha

DATA = Path("/srv/qalqan/data")
ONE, OTHER = sha("one"), sha("other")
FOUND = make_finding(creative_sha256=ONE)


def settings(**changes: object) -> ScreenSettings:
    plain = ScreenSettings(
        crawl_dir=DATA / "crawls" / "daily",
        out_dir=DATA / "screens" / "daily",
        store_url=str(DATA / "evidence"),
        watchlist_dir=DATA.parent / "watchlist",
        cache_dir=DATA / "analyses",
        campaigns_dir=DATA / "campaigns",
        pack="open",
        now=datetime(2026, 11, 1, tzinfo=UTC),
        origin=Origin(data_dir=DATA, config=DATA.parent / "crawl.toml", crawl="daily-2026-11-01"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def command(found: Finding, **changes: object) -> str:
    (made,) = of_creative([found], settings(**changes), sha256=ONE, copy_of=None)
    assert replace(made, reproduce=found.reproduce) == found
    return made.reproduce


def test_of_a_creative_its_evidence_is_screened_again() -> None:
    blob = f"evidence/blobs/sha256/{ONE[:2]}/{ONE}"
    assert command(FOUND) == f"qalqan screen {blob} --data repeated --watchlist ../watchlist --pack open"


def test_pack_networks_speech_and_fusion_are_named_and_quoted() -> None:
    said = command(
        FOUND,
        pack=str(DATA / "own pack"),
        networks=(DATA / "networks" / "swaps", DATA.parent / "voices"),
        speech=DATA / "speech",
        fusion=DATA.parent / "fusion.json",
    )
    words = shlex.split(said)
    options = list(zip(words[3::2], words[4::2], strict=True))
    assert ("--pack", "own pack") in options
    assert [value for name, value in options if name == "--network"] == ["networks/swaps", "../voices"]
    assert {("--speech", "speech"), ("--fusion", "../fusion.json")} <= set(options)


def test_what_a_copy_took_over_begins_with_its_original() -> None:
    (made,) = of_creative([FOUND], settings(), sha256=ONE, copy_of=OTHER)
    first, second = made.reproduce.split("; ")
    assert OTHER in first
    assert ONE in second


def test_of_an_ad_its_crawl_is_screened_again() -> None:
    ad = make_ad()
    (made,) = of_ad([make_finding(ad_id=ad.ad_id)], settings(), ad=ad)
    words = shlex.split(made.reproduce, comments=True)
    assert words == ["qalqan", "screen", "--config", "../crawl.toml", "--crawl", "daily-2026-11-01"]
    assert made.reproduce.endswith(f"# then look for the ad {ad.ad_id}")


def test_of_own_media_what_the_evidence_keeps_is_screened_again() -> None:
    path = Path("/home/somebody/my films/it's a film; rm.mp4")
    ad = make_ad(access_mode=AccessMode.ANALYST_IMPORT, media_urls=(path.as_uri(),))
    own = settings(origin=Origin(data_dir=DATA, config=None, crawl="own-media"))
    (made,) = of_ad([make_finding(ad_id=ad.ad_id)], own, ad=ad)
    assert shlex.split(made.reproduce, comments=True)[:4] == ["qalqan", "screen", "--again", ad.ad_id]
    assert "somebody" not in made.reproduce


def test_no_command_says_where_its_first_reader_keeps_things(tmp_path: Path) -> None:
    home = Path("/home/somebody")
    said = command(
        FOUND,
        pack=str(home / "own pack"),
        networks=(home / "one" / "swaps", home / "two" / "voices"),
        watchlist_dir=home / "it's $HOME",
        speech=home / "speech",
        fusion=home / "fusion.json",
    )
    assert "somebody" not in said
    there = {name: str(tmp_path) for name in ("PACK", "NETWORK1", "NETWORK2", "WATCHLIST", "SPEECH", "FUSION")}
    words = words_of(said, there)
    options = list(zip(words[2::2], words[3::2], strict=True))
    assert ("--watchlist", f"{tmp_path}/it's $HOME") in options
    assert ("--pack", f"{tmp_path}/own pack") in options
    assert [value for name, value in options if name == "--network"] == [f"{tmp_path}/swaps", f"{tmp_path}/voices"]
    assert {("--speech", f"{tmp_path}/speech"), ("--fusion", f"{tmp_path}/fusion.json")} <= set(options)
    unsaid = subprocess.run(["/bin/sh", "-c", said], capture_output=True, text=True, env={"PATH": ""})
    assert unsaid.returncode != 0
    assert "WATCHLIST: is to name the folder that holds it" in unsaid.stderr


def words_of(said: str, variables: dict[str, str]) -> list[str]:
    """The arguments that a shell makes of a command."""
    shown = said.replace("qalqan", "printf '%s\\n'", 1)
    done = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, env=variables, check=True)
    return done.stdout.splitlines()


def test_a_file_that_is_called_like_an_option_is_none() -> None:
    said = command(FOUND, watchlist_dir=DATA / "--config=other")
    assert "./--config=other" in shlex.split(said)


def test_without_an_origin_it_stays_as_the_detector_said() -> None:
    assert command(FOUND, origin=None) == FOUND.reproduce
    ad = make_ad()
    assert list(of_ad([FOUND], settings(origin=None), ad=ad)) == [FOUND]
