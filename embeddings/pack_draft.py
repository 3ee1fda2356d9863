"""A first draft of the manifest for a directory of networks: what can be computed is filled in, what a person has to state
is not.

A network's own shapes are read here and only here, to save typing. A draft is not a pack: it is refused until licence and
thresholds are stated, and loading compares what it says with the networks again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.errors import PackInvalid, PackMissing
from embeddings.packs import FACE_FAMILIES, MANIFEST, PUBLISHED_INSIGHTFACE, file_sha256, manifest
from embeddings.records import LEAST_FACE_PX, PackFile

VOICE_FILES = {
    "voice_vectors": "model.safetensors",
    "voice_config": "config.json",
    "voice_features": "preprocessor_config.json",
}
FACE_ROLES = {"detection": "face_detector", "recognition": "face_vectors"}
"""What insightface says that a network does → its role in a pack."""


def draft(directory: Path) -> str:
    """The text of a ``pack.toml`` for this directory: faces of insightface, voices of transformers, the open pack's for the rest.

    ``PackMissing`` if it holds neither, ``PackInvalid`` if it holds two networks for one role.
    """
    if not directory.is_dir():
        raise PackMissing(f"{directory} is not a directory; name the one that holds the networks")
    faces, voices = _faces(directory), _voices(directory)
    if not faces and not voices:
        raise PackMissing(
            f"{directory} holds no face networks (*.onnx, a detector and a recogniser) and no speaker network "
            f"({', '.join(VOICE_FILES.values())}); put the files there"
        )
    ours = manifest("open")
    files = [*_own(faces, directory), *_own(voices, directory)]
    theirs = {role for role in FACE_FAMILIES[ours.face_family].roles if faces} | (
        {"voice_vectors"} if voices else set()
    )
    lent = [file for file in ours.files if file.role not in theirs]
    lines = [
        f"# A draft for {directory}: state what is commented out, read the rest, and save it there as {MANIFEST}.",
        f'name = "{_name(directory)}"',
        'version = "1"',
        "# licence_note =  # in one sentence: who may use these networks, for what",
        'providers = ["CPUExecutionProvider"]',
        "threads = 1",
        "",
        *_face_facts(faces),
        "",
        *_voice_facts(voices),
        "",
        'validated_on = "not validated"',
        *(line for file in files for line in file),
        *(line for file in lent for line in _lent(file)),
    ]
    return "\n".join(lines) + "\n"


def _faces(directory: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Role → file and the facts of its network."""
    paths = sorted(directory.glob("*.onnx"))
    if not paths:
        return {}
    from embeddings.insightface_networks import describe

    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path in paths:
        task, facts = describe(path)
        role = FACE_ROLES.get(task or "")
        if role is None:
            continue
        if role in found:
            raise PackInvalid(f"{found[role][0].name} and {path.name} in {directory} both are a {role}; keep one there")
        found[role] = (path, facts)
    absent = sorted(set(FACE_ROLES.values()) - set(found))
    if absent:
        raise PackMissing(f"{directory} holds no network for {', '.join(absent)}; put it there")
    return found


def _voices(directory: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    places = {role: directory / name for role, name in VOICE_FILES.items()}
    if not all(path.is_file() for path in places.values()):
        return {}
    facts: dict[str, Any] = {"rate_hz": _number(places["voice_features"], "sampling_rate")}
    return {role: (path, facts if role == "voice_vectors" else {}) for role, path in places.items()}


def _number(path: Path, fact: str) -> int:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))[fact])
    except (ValueError, KeyError, TypeError) as error:
        raise PackInvalid(f"{path} does not state {fact}; it is not the configuration of a speaker network") from error


def _face_facts(faces: Mapping[str, tuple[Path, dict[str, Any]]]) -> list[str]:
    ours = manifest("open")
    if not faces:
        return [
            f'face_family = "{ours.face_family}"',
            f'face_landmarks = "{ours.face_landmarks}"',
            f"face_dimension = {ours.face_dimension}",
            f'face_metric = "{ours.face_metric}"',
            f"face_threshold = {ours.face_threshold}",
            f"face_min_size_px = {ours.face_min_size_px}",
        ]
    return [
        f"# Mind: {PUBLISHED_INSIGHTFACE}.",
        'face_family = "insightface"',
        'face_landmarks = "eye_centres"',
        f"face_dimension = {faces['face_vectors'][1]['dimension']}",
        'face_metric = "cosine"',
        "# face_threshold =  # the cosine from which two faces count as one person",
        f"# face_min_size_px =  # the height of the smallest face for which that was measured, at least {LEAST_FACE_PX}",
    ]


def _voice_facts(voices: Mapping[str, tuple[Path, dict[str, Any]]]) -> list[str]:
    ours = manifest("open")
    if not voices:
        return [
            f'voice_family = "{ours.voice_family}"',
            f"voice_dimension = {ours.voice_dimension}",
            f'voice_metric = "{ours.voice_metric}"',
            f"voice_threshold = {ours.voice_threshold}",
            f"voice_min_speech_s = {ours.voice_min_speech_s}",
        ]
    return [
        'voice_family = "transformers"',
        f"voice_dimension = {_number(voices['voice_config'][0], 'xvector_output_dim')}",
        'voice_metric = "cosine"',
        "# voice_threshold =  # the cosine from which two voices count as one person",
        "# voice_min_speech_s =  # the least speech for which that was measured",
    ]


def _own(found: Mapping[str, tuple[Path, dict[str, Any]]], directory: Path) -> list[list[str]]:
    return [
        [
            "",
            "[[files]]",
            f'role = "{role}"',
            f'name = "{path.relative_to(directory)}"',
            f'sha256 = "{file_sha256(path)}"',
            'licence = ""  # state it',
            *(f"{fact} = {value}" for fact, value in facts.items() if fact != "dimension"),
        ]
        for role, (path, facts) in found.items()
    ]


def _lent(file: PackFile) -> list[str]:
    facts = {"input_px": file.input_px, "mean": file.mean, "std": file.std, "rate_hz": file.rate_hz}
    return [
        "",
        "[[files]]",
        f'role = "{file.role}"',
        f'name = "{file.name}"',
        f'package = "{file.package}"',
        f'sha256 = "{file.sha256}"',
        f'licence = "{file.licence}"',
        *(f"{fact} = {value}" for fact, value in facts.items() if value is not None),
        *(["optional = true"] if file.optional else []),
    ]


def _name(directory: Path) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in directory.resolve().name)
    return kept.strip("-").lower() or "own"
