"""Whoever doubts a finding can make it again: the command that it names, as it stands, gives the same finding."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from detectors.fusion import CLAIM
from detectors.fusion_model import packed
from detectors.records import Finding
from evidence.tables import read_records
from pipelines.reproduction import RESULTS
from qalqan.errors import DONE, PARTLY
from tests.detectors.test_fusion_model import made
from tests.detectors.tiny_networks import make_onnx_pictures
from tests.e2e.demo_run import DemoRun

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1800)]

OWN = Path("screens", "own-media", "findings.parquet")
TEXT = "Gündə 300 AZN qazanc zəmanətlidir! SOCAR. İlk depozit 250 AZN, qeydiyyatdan keçin."


def shell(command: str, *, directory: Path, **folders: Path) -> None:
    """What a person does who pastes the command into a terminal, in ``directory``; ``qalqan`` is the one that is tested.
    ``folders`` are variables by which the command asks for what lies elsewhere."""
    done = subprocess.run(
        command,
        shell=True,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            **{name: str(folder) for name, folder in folders.items()},
        },
    )
    assert done.returncode in (DONE, PARTLY), done.stderr


def what_was_said(findings: Iterable[Finding]) -> dict[str, tuple[str, str, str]]:
    return {found.finding_id: (found.method, found.claim, found.bearing) for found in findings}


Key = tuple[str, str, str, str, float | None, float | None]


def measured(findings: Iterable[Finding]) -> dict[Key, list[float]]:
    """What was said of which part by which method → what was measured. Not by id, which does not tell a name that is withheld:
    own media without a lure name nobody."""
    said: dict[Key, list[float]] = {}
    for found in findings:
        key = (found.method, found.claim, found.bearing, found.modality, found.start_s, found.end_s)
        said.setdefault(key, []).extend([] if found.measurement is None else [found.measurement])
    return said


def assert_same(findings: list[Finding], again: list[Finding]) -> None:
    assert findings
    first, second = measured(findings), measured(again)
    assert first.keys() == second.keys()
    for key, numbers in first.items():
        assert sorted(second[key]) == pytest.approx(sorted(numbers), rel=1e-3, abs=1e-6), key


def about(findings: Iterable[Finding], *, ad: bool) -> list[Finding]:
    """Those about an ad, or those about a creative."""
    return [found for found in findings if (found.ad_id is not None) is ad]


def of_the_same(asked: Iterable[Finding], again: Iterable[Finding]) -> list[Finding]:
    """Those of ``again`` that are about the same ad or creative: commands that were run before left theirs beside them."""
    subjects = {(found.ad_id, None if found.ad_id else found.creative_sha256) for found in asked}
    return [found for found in again if (found.ad_id, None if found.ad_id else found.creative_sha256) in subjects]


def test_the_command_of_a_creative_gives_its_findings_again(demo_run: DemoRun) -> None:
    fakes = [f.creative_sha256 for f in demo_run.findings if f.claim == "mouth_regenerated" and f.bearing == "supports"]
    sha256 = min(filter(None, fakes))
    findings = [found for found in demo_run.findings if found.creative_sha256 == sha256 and found.ad_id is None]
    (command,) = {found.reproduce for found in findings}
    shell(command, directory=demo_run.data)
    assert_same(findings, of_the_same(findings, read_records(demo_run.data / RESULTS / OWN, Finding)))


def test_the_command_of_an_ad_gives_its_findings_again(demo_run: DemoRun) -> None:
    findings = [found for found in demo_run.findings if found.ad_id is not None]
    before = what_was_said(findings)
    assert len({found.reproduce for found in findings}) == len({found.ad_id for found in findings})
    shell(min(found.reproduce for found in findings), directory=demo_run.data)
    again = read_records(demo_run.screen / "findings.parquet", Finding)
    assert what_was_said([found for found in again if found.ad_id is not None]) == before


@pytest.fixture
def own(demo_run: DemoRun, tmp_path: Path) -> tuple[Path, list[Finding]]:
    """The data folder and the findings of a person who screened a picture of theirs, with a network and a fusion."""
    media = tmp_path / "my media"
    media.mkdir()
    still = min(demo_run.directory.glob("media/*still*.jpg"))
    (media / "it's mine.jpg").write_bytes(still.read_bytes())
    (media / "it's mine.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "network").mkdir()
    make_onnx_pictures(tmp_path / "network")
    (tmp_path / "fusion.json").write_bytes(packed(made()))
    watchlist = demo_run.data / "watchlist"
    options = f"--watchlist {watchlist} --data data --network network --fusion fusion.json"
    shell(f"qalqan screen 'my media' {options}", directory=tmp_path)
    shutil.rmtree(media)  # whoever repeats it has the data folder, not the files of its first reader
    return tmp_path / "data", read_records(tmp_path / "data" / OWN, Finding)


def test_the_commands_of_own_media_name_network_and_fusion_and_nobodys_folders(
    own: tuple[Path, list[Finding]], demo_run: DemoRun
) -> None:
    data, findings = own
    enrolled = demo_run.data
    assert not any(str(folder) in found.reproduce for found in findings for folder in (data.parent, enrolled))
    assert "onnx_network.tiny" in {found.method for found in findings}
    assert CLAIM in {found.claim for found in findings}
    for ad in (False, True):
        asked = about(findings, ad=ad)
        (command,) = {found.reproduce for found in asked}
        assert "${WATCHLIST:?" in command
        shell(command, directory=data, WATCHLIST=enrolled)
        assert_same(asked, of_the_same(asked, read_records(data / RESULTS / OWN, Finding)))
