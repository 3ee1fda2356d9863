"""Model packs: which there are, what their manifests say, whether their files are the right ones, and loading them.

A pack is chosen by name (``open``) or by the path of a directory that holds a ``pack.toml`` and the files it names.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import importlib.util
import pkgutil
from dataclasses import dataclass
from pathlib import Path

import structlog

from embeddings.crash_dumps import no_crash_dumps
from embeddings.errors import PackInvalid, PackMissing
from embeddings.pack_manifest import parse_manifest
from embeddings.records import POINTS_ROLE, ModelPack, PackFile
from embeddings.samples import LoadedPack

PACKS = {
    "open": "embeddings:manifests/open.toml",
}
"""Pack name → the manifest that comes with us, as ``package:file``."""

MANIFEST = "pack.toml"
"""What the manifest of a directory is called."""

PUBLISHED_INSIGHTFACE = (
    "the face models that InsightFace publishes may be used for non-commercial research only; "
    "for anything else hold a licence of your own for these weights"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Code that runs one kind of model: its ``factory`` takes the manifest and the verified files by role."""

    factory: str
    roles: tuple[str, ...]
    caution: str | None = None


FACE_FAMILIES = {
    "dlib": Family(factory="embeddings.dlib_faces:load", roles=("face_landmarks", "face_vectors")),
    "insightface": Family(
        factory="embeddings.insightface_faces:load",
        roles=("face_detector", "face_vectors"),
        caution=PUBLISHED_INSIGHTFACE,
    ),
}
VOICE_FAMILIES = {
    "resemblyzer": Family(
        factory="embeddings.resemblyzer_voices:load",
        roles=("voice_vectors", "speech_activity"),
    ),
    "transformers": Family(
        factory="embeddings.transformers_voices:load",
        roles=("voice_vectors", "voice_config", "voice_features", "speech_activity"),
    ),
}
"""What a manifest may name as ``face_family`` and ``voice_family``."""

POINTS_FACTORY = "embeddings.face_mesh:load"
"""What marks the lids and lips of faces, in a pack of any family that names a file for them."""


def manifest(name: str) -> ModelPack:
    """The facts of one pack, by name or directory; the names of a directory's own files come back as whole paths.

    ``PackMissing`` if there is no such pack, ``PackInvalid`` if its manifest is wrong.
    """
    if name in PACKS:
        package, _, file = PACKS[name].partition(":")
        text = importlib.resources.files(package).joinpath(file).read_text(encoding="utf-8")
        return _known(parse_manifest(text, where=f"{package}/{file}"), where=f"{package}/{file}")
    place = Path(name).expanduser() / MANIFEST
    if not place.is_file():
        raise PackMissing(
            f"there is no model pack {name!r}: the packs that come with us are {', '.join(PACKS)}; a directory is a pack "
            f"when it holds a {MANIFEST} (`qalqan packs describe DIR` drafts one)"
        )
    try:
        text = place.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PackInvalid(f"the manifest {place} is not UTF-8 text; write it anew") from error
    pack = _known(parse_manifest(text, where=str(place), directory=place.parent.resolve()), where=str(place))
    if pack.name in PACKS:
        raise PackInvalid(
            f"the manifest {place} takes the name {pack.name!r}, which comes with us; choose another name"
        )
    return pack


def _known(pack: ModelPack, *, where: str) -> ModelPack:
    """The same pack, its families being known ones and every file that they need being named."""
    for what, named, families in (
        ("face_family", pack.face_family, FACE_FAMILIES),
        ("voice_family", pack.voice_family, VOICE_FAMILIES),
    ):
        if named not in families:
            raise PackInvalid(f"the manifest {where} names the {what} {named!r}; use one of {', '.join(families)}")
        absent = [role for role in families[named].roles if role not in {file.role for file in pack.files}]
        if absent:
            raise PackInvalid(
                f"the manifest {where} names no file for {', '.join(absent)}, which {named} needs; add it"
            )
    return pack


def caution(pack: ModelPack) -> str | None:
    """What whoever chooses this pack has to be told about its weights, or None."""
    return FACE_FAMILIES[pack.face_family].caution


def verify_file(file: PackFile) -> Path:
    """Where a weight file lies, its bytes checked; ``PackMissing`` if it is absent, ``PackInvalid`` if it differs.

    The package that holds it is located but never imported: some of these packages cannot be imported any more.
    """
    path = _locate(file)
    found = file_sha256(path)
    if found != file.sha256:
        advice = (
            "reinstall the pinned version of the package that holds it" if file.package else "put the right file there"
        )
        raise PackInvalid(
            f"{path} has SHA-256 {found[:12]}…, the manifest states {file.sha256[:12]}…; it is not used: {advice}"
        )
    return path


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
    """Every file of a pack by its role, all hashes checked, without optional ones that are absent. Raises as ``verify_file``.

    A pack that calls for caution is named in the log, once per process.
    """
    pack = manifest(name)
    _be_cautious(pack.label, caution(pack))
    return {file.role: verify_file(file) for file in pack.files if not file.optional or is_there(file)}


def is_there(file: PackFile) -> bool:
    """Whether a weight file is installed, be it the right one or not."""
    try:
        _locate(file)
    except PackMissing:
        return False
    return True


@functools.cache
def _be_cautious(label: str, words: str | None) -> None:
    if words is not None:
        structlog.get_logger().warning(words, pack=label)


def load_pack(name: str) -> LoadedPack:
    """The pack, ready for use; loaded once per process. Nothing is downloaded; a file whose hash differs is refused.

    From now on no image of this process's memory is written when it crashes: it is about to hold vectors.
    """
    no_crash_dumps()
    return _loaded(name if name in PACKS else str(Path(name).expanduser().absolute()))


@functools.cache
def _loaded(name: str) -> LoadedPack:
    pack = manifest(name)
    files = verify_pack(name)
    faces = pkgutil.resolve_name(FACE_FAMILIES[pack.face_family].factory)(pack, files)
    voices = pkgutil.resolve_name(VOICE_FAMILIES[pack.voice_family].factory)(pack, files)
    points = pkgutil.resolve_name(POINTS_FACTORY)(pack, files[POINTS_ROLE]) if POINTS_ROLE in files else None
    return LoadedPack(manifest=pack, faces=faces, voices=voices, points=points)
