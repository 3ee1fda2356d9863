"""``qalqan packs``: the model packs, their licences and whether their files are what their manifests say."""

from __future__ import annotations

import typer
from rich.console import Console

app = typer.Typer(help="List and verify model packs.", no_args_is_help=True)


@app.command("list")
def list_packs() -> None:
    """Every pack with its models, licences and thresholds. Example: qalqan packs list"""
    from embeddings.packs import PACKS, manifest

    console = Console()
    for name in PACKS:
        pack = manifest(name)
        console.print(f"{pack.label}: {pack.licence_note}", highlight=False)
        console.print(
            f"  face {pack.face_metric}, {pack.face_dimension}-d, threshold {pack.face_threshold}", highlight=False
        )
        console.print(
            f"  voice {pack.voice_metric}, {pack.voice_dimension}-d, threshold {pack.voice_threshold}", highlight=False
        )
        console.print(f"  validated on: {pack.validated_on}", highlight=False)
        for file in pack.files:
            console.print(f"  {file.role}: {file.name} ({file.licence})", highlight=False)


@app.command("verify")
def verify(name: str = typer.Argument("open", help="The pack.")) -> None:
    """Check every file of a pack against the SHA-256 in its manifest. Example: qalqan packs verify open"""
    from embeddings.packs import verify_pack

    verify_pack(name)
    print(f"{name}: every file is there and is what the manifest says")
