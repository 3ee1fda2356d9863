"""``qalqan packs``: the model packs, their licences, whether their files are the right ones, and a draft for one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

if TYPE_CHECKING:
    from embeddings.records import ModelPack

app = typer.Typer(help="List, verify and describe model packs.", no_args_is_help=True)


@app.command("list")
def list_packs(
    directory: str = typer.Argument("", help="Only this directory with a pack.toml."),
) -> None:
    """Every pack that comes with us, or one directory, with its models, licences and thresholds.

    Example: qalqan packs list   or   qalqan packs list ~/packs/buffalo
    """
    from embeddings.packs import PACKS, manifest

    console = Console(soft_wrap=True)
    for name in [directory] if directory else PACKS:
        for line in _lines(manifest(name)):
            console.print(line, highlight=False, markup=False)


def _lines(pack: ModelPack) -> list[str]:
    from embeddings.packs import caution

    careful = caution(pack)
    face = f"{pack.face_family}, {pack.face_metric}, {pack.face_dimension}-d, threshold {pack.face_threshold}"
    voice = f"{pack.voice_family}, {pack.voice_metric}, {pack.voice_dimension}-d, threshold {pack.voice_threshold}"
    return [
        f"{pack.label}: {pack.licence_note}",
        *([f"  mind: {careful}"] if careful else []),
        f"  face {face}, at least {pack.face_min_size_px} px",
        f"  voice {voice}, at least {pack.voice_min_speech_s:g} s",
        f"  runs on: {', '.join(pack.providers)}, {pack.threads} thread(s) each",
        f"  validated on: {pack.validated_on}",
        *(f"  {file.role}{' (optional)' * file.optional}: {file.name} ({file.licence})" for file in pack.files),
    ]


@app.command("verify")
def verify(name: str = typer.Argument("open", help="The pack: its name, or a directory with a pack.toml.")) -> None:
    """Check every file of a pack against the SHA-256 in its manifest. Example: qalqan packs verify open"""
    from embeddings.packs import manifest, verify_pack

    found = verify_pack(name)
    absent = [file for file in manifest(name).files if file.role not in found]
    print(f"{name}: every file{' that it needs' if absent else ''} is there and is what the manifest says")
    for file in absent:
        print(f"  {file.role} ({file.name}) is not: eyes and lips are measured without points")


@app.command("describe")
def describe(
    directory: str = typer.Argument(
        help="A directory with InsightFace *.onnx files, or a speaker network of transformers."
    ),
) -> None:
    """Draft a pack.toml for a directory of networks; licences and thresholds are left for you to state.

    Example: qalqan packs describe ~/.insightface/models/buffalo_l > draft.toml
    """
    from embeddings.pack_draft import draft

    print(draft(Path(directory).expanduser()), end="")
