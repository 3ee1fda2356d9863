"""Model packs: which there are, what their manifests say, whether their files are the right ones, and loading them."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import importlib.util
import pkgutil
import tomllib
from pathlib import Path

import cattrs

from embeddings.errors import PackInvalid, PackMissing
from embeddings.records import ModelPack, PackFile
from embeddings.samples import LoadedPack
from evidence.tables import from_row

PACKS = {
    "open": "embeddings.open_pack:load",
}
"""Pack name → ``module:factory``. A factory takes the manifest and its verified files by role, and returns the loaded pack."""

METRICS = ("euclidean", "cosine")


def manifest(name: str) -> ModelPack:
    """The facts of one pack; ``PackMissing`` if there is no such pack, ``PackInvalid`` if its manifest is wrong."""
    if name not in PACKS:
        raise PackMissing(f"there is no model pack {name!r}; the packs are: {', '.join(PACKS)}")
    text = importlib.resources.files("embeddings").joinpath("manifests", f"{name}.toml").read_text(encoding="utf-8")
    return parse_manifest(text, where=f"embeddings/manifests/{name}.toml")


def parse_manifest(text: str, *, where: str) -> ModelPack:
    """The pack that a manifest's TOML describes; ``PackInvalid`` names the place and the fault."""
    try:
        row = tomllib.loads(text)
        row["files"] = [{"package": None, **file} for file in row.get("files", [])]
        pack = from_row(ModelPack, row)
    except (ValueError, TypeError, cattrs.BaseValidationError) as error:
        raise PackInvalid(f"the manifest {where} cannot be read ({error}); correct it or reinstall qalqan") from error
    for metric in (pack.face_metric, pack.voice_metric):
        if metric not in METRICS:
            raise PackInvalid(f"the manifest {where} names the metric {metric!r}; use one of {', '.join(METRICS)}")
    if not pack.files or any(len(file.sha256) != 64 or not file.licence for file in pack.files):
        raise PackInvalid(f"the manifest {where} has no files, or a file without SHA-256 or licence; complete it")
    return pack


def verify_file(file: PackFile) -> Path:
    """Where a weight file lies, its bytes checked; ``PackMissing`` if it is absent, ``PackInvalid`` if it differs.

    The package that holds it is located but never imported: some of these packages cannot be imported any more.
    """
    path = _locate(file)
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        raise PackInvalid(
            f"{path} has SHA-256 {found[:12]}…, the manifest states {file.sha256[:12]}…; "
            "reinstall the pinned version of the package that holds it"
        )
    return path


def _locate(file: PackFile) -> Path:
    if file.package is None:
        path = Path(file.name)
        advice = "put the file there"
    else:
        advice = f"install it with: pip install {file.package.replace('_', '-')}"
        spec = importlib.util.find_spec(file.package)
        if spec is None or not spec.submodule_search_locations:
            raise PackMissing(f"the package {file.package}, which holds {file.name}, is not installed; {advice}")
        path = Path(spec.submodule_search_locations[0]) / file.name
    if not path.is_file():
        raise PackMissing(f"the model file {path} is not there; {advice}")
    return path


def verify_pack(name: str) -> dict[str, Path]:
    """Every file of a pack by its role, all hashes checked; raises as ``verify_file`` does."""
    return {file.role: verify_file(file) for file in manifest(name).files}


@functools.cache
def load_pack(name: str) -> LoadedPack:
    """The pack, ready for use; loaded once per process. Nothing is downloaded; a file whose hash differs is refused."""
    files = verify_pack(name)
    pack: LoadedPack = pkgutil.resolve_name(PACKS[name])(manifest(name), files)
    return pack
