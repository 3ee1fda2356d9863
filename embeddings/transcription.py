"""Speech written down by a model that the configuration names: a directory with a ``speech.toml`` and the files it names.

No model comes with us. Nothing is downloaded, weights are safetensors only, every file's SHA-256 is checked before it is
opened.
"""

from __future__ import annotations

import dataclasses
import pkgutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackInvalid, PackMissing
from embeddings.pack_manifest import LABEL_PART, file_faults, file_row
from embeddings.packs import verify_file
from embeddings.picture_text import Written
from embeddings.records import PackFile
from evidence.tables import from_row

MANIFEST = "speech.toml"
ROLES = ("weights", "config", "features", "generation", "tokenizer")

SPEECH_FAMILIES = {"transformers_whisper": "embeddings.whisper_transcriber:load"}
"""What a manifest may name as its ``family``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechModel:
    """The facts of a speech model, all from its manifest.

    It may decide for one of ``languages`` (as it names them itself, such as ``az``). Of one creative ``max_speech_s`` of speech
    are written down, with ``max_tokens`` for each half minute. ``validated_on`` says on what its word errors were measured.
    """

    name: str
    version: str
    family: str
    languages: tuple[str, ...]
    max_speech_s: float
    max_tokens: int
    threads: int
    validated_on: str
    files: tuple[PackFile, ...]

    @property
    def label(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"


class Transcriber(Protocol):
    """Writes speech down. Holds a network: one for each process, never pickled."""

    label: str

    def write_down(
        self, sound: NDArray[np.float32], intervals: Sequence[tuple[float, float]], *, source_sha256: str
    ) -> Written:
        """What is said in the ``intervals`` (start_s, end_s) of mono 16 kHz sound, with times and language."""
        ...


def speech_model(directory: Path) -> SpeechModel:
    """The facts of the model in ``directory``, the names of its files as whole paths. Raises ``PackMissing``, ``PackInvalid``."""
    place = directory.expanduser().absolute() / MANIFEST
    if not place.is_file():
        raise PackMissing(
            f"there is no {place}: a directory is a speech model when it holds a {MANIFEST} and the files it names"
        )
    try:
        row = tomllib.loads(place.read_text(encoding="utf-8"))
        _same_names(row)
        row["files"] = [_file(file, place.parent) for file in row["files"]]
        model = from_row(SpeechModel, row)
    except (ValueError, TypeError, AttributeError) as error:
        raise PackInvalid(f"the manifest {place} cannot be read: {error}; correct it") from error
    faults = [*_faults(model), *(fault for file in model.files for fault in file_faults(file))]
    if faults:
        raise PackInvalid(f"the manifest {place} {faults[0]}; correct it")
    return model


def open_transcriber(directory: Path) -> Transcriber:
    """The model in ``directory``, ready for use in this process. Raises as ``speech_model``."""
    model = speech_model(directory)
    files = {file.role: verify_file(file) for file in model.files}
    transcriber: Transcriber = pkgutil.resolve_name(SPEECH_FAMILIES[model.family])(model, files)
    return transcriber


def _same_names(row: dict[str, Any]) -> None:
    stated, wanted = set(row), {field.name for field in dataclasses.fields(SpeechModel)}
    if wanted - stated:
        raise ValueError(f"it does not state {', '.join(sorted(wanted - stated))}")
    if stated - wanted:
        raise ValueError(f"it states {', '.join(sorted(stated - wanted))}, which nothing here reads")


def _file(file: dict[str, Any], directory: Path) -> dict[str, Any]:
    absent = {"input_px": None, "mean": None, "std": None, "rate_hz": None}
    return absent | file_row(file, directory)


def _faults(model: SpeechModel) -> list[str]:
    found = [
        f"has {part!r} in its name or version; use letters, digits, dot, dash, underscore"
        for part in (model.name, model.version)
        if not LABEL_PART.fullmatch(part)
    ]
    if model.family not in SPEECH_FAMILIES:
        found.append(f"names the family {model.family!r}; use one of {', '.join(SPEECH_FAMILIES)}")
    if sorted(file.role for file in model.files) != sorted(ROLES):
        found.append(f"does not name one file each for {', '.join(ROLES)}")
    if not model.languages:
        found.append("names no languages")
    if not 1 <= model.max_speech_s <= 3600 or not 1 <= model.max_tokens <= 440 or model.threads < 1:
        found.append("states a max_speech_s, max_tokens or threads that cannot be kept")
    if not model.validated_on.strip():
        found.append('leaves validated_on empty; write what is known, or "not measured"')
    return found
