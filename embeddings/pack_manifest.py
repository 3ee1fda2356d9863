"""A pack's manifest: TOML in, ``ModelPack`` out, and everything that is wrong with it in one sentence."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from embeddings.errors import PackInvalid
from embeddings.landmarks import CONVENTIONS
from embeddings.records import LEAST_FACE_PX, POINTS_ROLE, ModelPack, PackFile
from evidence.tables import from_row

METRICS = ("euclidean", "cosine")

LABEL_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Name and version become the name of a folder."""


def parse_manifest(text: str, *, where: str, directory: Path | None = None) -> ModelPack:
    """The pack that a manifest's TOML describes; ``PackInvalid`` names the place and the fault.

    Files that come in no package lie in ``directory``; without one, every file has to name its package or a whole path.
    """
    try:
        row = tomllib.loads(text)
        _same_names(row, ModelPack, what="the manifest")
        row["files"] = [file_row(file, directory) for file in row["files"]]
        pack = from_row(ModelPack, row)
    except (ValueError, TypeError) as error:
        raise PackInvalid(f"the manifest {where} cannot be read: {error}; correct it") from error
    faults = [*_faults(pack), *(fault for file in pack.files for fault in file_faults(file))]
    if faults:
        raise PackInvalid(f"the manifest {where} {faults[0]}; correct it")
    return pack


def _same_names(row: Mapping[str, Any], record: type[ModelPack] | type[PackFile], *, what: str) -> None:
    """``ValueError`` if a required fact is absent, or one is there that nobody reads (a slip of the pen)."""
    fields = dataclasses.fields(record)
    required = [field.name for field in fields if field.default is dataclasses.MISSING]
    absent = [name for name in required if name not in row]
    if absent:
        raise ValueError(f"{what} does not state {', '.join(absent)}")
    unknown = sorted(set(row) - {field.name for field in fields})
    if unknown:
        raise ValueError(f"{what} states {', '.join(unknown)}, which nothing here reads")


def file_row(file: Mapping[str, Any], directory: Path | None) -> dict[str, Any]:
    """What a manifest states of one file, as ``PackFile`` takes it; raises ``ValueError``."""
    row = {"package": None, **file}
    _same_names(row, PackFile, what=f"its file {row.get('role', '')!r}")
    if row["package"] is None and directory is not None:
        name = PurePosixPath(str(row["name"]))
        if name.is_absolute() or ".." in name.parts:
            raise ValueError(f"its file {row['name']} lies outside the directory of its manifest")
        row["name"] = str(directory / name)
    return row


def _faults(pack: ModelPack) -> list[str]:
    found = []
    for part in (pack.name, pack.version):
        if not LABEL_PART.fullmatch(part):
            found.append(f"has {part!r} in its name or version; use letters, digits, dot, dash, underscore")
    for metric in (pack.face_metric, pack.voice_metric):
        if metric not in METRICS:
            found.append(f"names the metric {metric!r}; use one of {', '.join(METRICS)}")
    if pack.face_landmarks not in CONVENTIONS:
        found.append(f"names the face_landmarks {pack.face_landmarks!r}; use one of {', '.join(CONVENTIONS)}")
    if not all(map(math.isfinite, (pack.face_threshold, pack.voice_threshold, pack.voice_min_speech_s))):
        found.append("has a threshold that is no number")
    if min(pack.face_dimension, pack.voice_dimension, pack.threads) < 1:
        found.append("has a dimension or number of threads below one")
    if pack.face_min_size_px < LEAST_FACE_PX:
        found.append(
            f"compares faces of {pack.face_min_size_px} px; face_min_size_px has to be at least {LEAST_FACE_PX}, so that nobody "
            "is compared in the small pictures by which copies are recognised"
        )
    if not pack.providers:
        found.append('names no providers; ["CPUExecutionProvider"] works everywhere')
    roles = [file.role for file in pack.files]
    if not roles or len(set(roles)) < len(roles):
        found.append("names no files, or two for one role")
    return found


def file_faults(file: PackFile) -> list[str]:
    """What is wrong with the facts of one file, each as the end of a sentence about its manifest."""
    found = []
    if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        found.append(f"has no SHA-256 (64 digits, 0-9 a-f) for {file.role}")
    if not file.licence.strip():
        found.append(f"does not state the licence of {file.role}")
    if file.optional and file.role != POINTS_ROLE:
        found.append(f"calls {file.role} optional; only {POINTS_ROLE} may be")
    if file.std is not None and not (math.isfinite(file.std) and file.std > 0 and math.isfinite(file.mean or 0.0)):
        found.append(f"states a normalisation of {file.role} that cannot be computed")
    if any(value is not None and value < 1 for value in (file.input_px, file.rate_hz)):
        found.append(f"states an input_px or rate_hz below one for {file.role}")
    return found
