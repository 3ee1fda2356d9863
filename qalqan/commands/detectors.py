"""``qalqan detectors``: what examines ads and their media, on what it was validated, and what it weighs."""

from __future__ import annotations

import os
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import load_config

if TYPE_CHECKING:
    from detectors.network_facts import NetworkManifest

app = typer.Typer(help="List detectors and check pretrained networks.", no_args_is_help=True)


@app.command("list")
def list_detectors(
    config: str = typer.Argument("", help="The configuration file, for the networks that it names."),
) -> None:
    """Every detector with its version, on what it was validated or why it was not, and what it weighs at most.

    Example: qalqan detectors list   or   qalqan detectors list crawl.toml
    """
    from detectors.networks import known_manifest

    console = Console(soft_wrap=True)
    networks = load_config(Path(config), now=utc_now()).detectors.networks if config else ()
    for line in [*_built_in(), *(line for path in networks for line in _network(known_manifest(path)))]:
        console.print(line, highlight=False, markup=False)


@app.command("verify")
def verify(
    directories: list[Path] = typer.Argument(help="Directories with a detector.toml."),  # noqa: B008
) -> None:
    """Check the files of networks against their SHA-256, open them, and ask each once.

    Example: qalqan detectors verify networks/face-swaps
    """
    from detectors.networks import load_networks, load_text_networks

    opened = [(one.name, one.version) for one in load_networks(directories)]
    opened += [(one.name, one.version) for one in load_text_networks(directories)]
    for name, version in opened:
        print(f"{name}@{version}: its files and answers are what the manifest says")


@app.command("fetch")
def fetch(
    directories: list[Path] = typer.Argument(help="Directories with a detector.toml that names an [origin]."),  # noqa: B008
) -> None:
    """Fetch what is missing of networks from the repository and commit that their manifests pin; the only command that does.

    Example: qalqan detectors fetch networks/zero-shot

    HF_ENDPOINT names another hub than the public one. Files whose SHA-256 differs are not kept.
    """
    from detectors.network_origin import fetch_files
    from detectors.networks import known_manifest

    for directory in directories:
        manifest = known_manifest(directory)
        fetched = fetch_files(manifest, endpoint=os.environ.get("HF_ENDPOINT"))
        print(f"{manifest.label}: {len(fetched)} of its {len(manifest.files)} files fetched, the others are there")


def _built_in() -> list[str]:
    from detectors.tables import AD_DETECTORS, DETECTORS

    lines = []
    for name, target in DETECTORS.items():
        examines = "ads" if name in AD_DETECTORS else "media"
        module = pkgutil.resolve_name(target.partition(":")[0])
        summary = (module.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
        detector = pkgutil.resolve_name(target)()
        lines.append(f"{name}@{detector.version} (examines {examines}): {summary}")
        lines += [
            f"  {one.words}; weight: {f'at most {one.weight:.2f}' if one.weight else '0'}" for one in detector.declared
        ]
    return lines


def _network(manifest: NetworkManifest) -> list[str]:
    from detectors.network_detector import version_of

    validated, calibration = manifest.validated, manifest.calibration
    if calibration is None:
        weight = "0: not calibrated"
    elif manifest.conditions.languages and manifest.text is None:
        weight = "0: it is calibrated for languages, and which one is spoken is not determined"
    else:
        measured = f"Cllr {calibration.cllr:g} bits on {calibration.source}"
        weight = f"{calibration.weight:.2f} inside its conditions ({measured}), else 0"
    shown = (
        f"examines media, is shown: {manifest.pictures.shown.value}"
        if manifest.pictures is not None
        else "examines media, is shown: sound"
        if manifest.text is None
        else "examines ads, is shown: texts, zero-shot"
        if manifest.text.hypotheses
        else "examines ads, is shown: texts"
    )
    name, means = f"{manifest.family}.{manifest.name}@{version_of(manifest)}", manifest.output.means.value
    return [
        f"{name} ({shown}): “{', '.join(manifest.output.altered)}” means {means}",
        f"  validated on: {validated.words if validated is not None else 'nothing'}",
        f"  weight: {weight}",
        *(f"  {file.role}: {file.name} ({file.licence}), SHA-256 {file.sha256}" for file in manifest.files),
    ]
