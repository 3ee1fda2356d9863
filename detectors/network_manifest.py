"""The manifest of a pretrained network: ``detector.toml`` in, ``NetworkManifest`` out, or one sentence about what is wrong."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any

import cattrs

from detectors.network_facts import (
    Form,
    Means,
    NetworkManifest,
    Origin,
    PictureInput,
    Pooling,
    Resize,
    Short,
    Shown,
    SoundInput,
    TextInput,
)
from embeddings.errors import PackInvalid, PackMissing
from embeddings.pack_manifest import LABEL_PART, file_faults, file_row
from embeddings.records import MediaKind, PackFile
from embeddings.samples import SAMPLE_RATE_HZ

MANIFEST = "detector.toml"

CHANNELS = ("rgb", "bgr")
LAYOUTS = ("nchw", "nhwc")
SOUND_LAYOUTS = ("nt", "nct")
INTERPOLATIONS = ("nearest", "box", "bilinear", "bicubic", "lanczos")
MAX_INPUT_PX = 2048
MAX_WINDOW_S = 60.0
MAX_TOKENS = 4096


def read_manifest(directory: Path) -> NetworkManifest:
    """The facts of the network in ``directory``, the names of its files as whole paths.

    Raises ``PackMissing`` and ``PackInvalid``.
    """
    place = directory.expanduser().absolute() / MANIFEST
    if not place.is_file():
        raise PackMissing(
            f"there is no {place}: a directory is a network when it holds a {MANIFEST} and the files it names"
        )
    data = place.read_bytes()
    try:
        row = tomllib.loads(data.decode("utf-8"))
        if "sha256" in row or "directory" in row:
            raise ValueError("it states sha256 or directory, which it cannot know")
        row["files"] = [file_row(file, place.parent) for file in row.get("files", ())]
        known = {"sha256": hashlib.sha256(data).hexdigest(), "directory": str(place.parent)}
        manifest = _CONVERTER.structure({**row, **known}, NetworkManifest)
    except cattrs.BaseValidationError as error:
        reason = "; ".join(cattrs.transform_error(error, path=MANIFEST, format_exception=_in_words))
        raise PackInvalid(f"the manifest {place} cannot be read: {reason}; correct it") from error
    except (ValueError, TypeError) as error:
        raise PackInvalid(f"the manifest {place} cannot be read: {error}; correct it") from error
    faults = _faults(manifest)
    if faults:
        raise PackInvalid(f"the manifest {place} {faults[0]}; correct it")
    return manifest


def _faults(manifest: NetworkManifest) -> list[str]:
    found = [
        f"has {part!r} in its name or version; use letters, digits, dot, dash, underscore"
        for part in (manifest.name, manifest.version)
        if not LABEL_PART.fullmatch(part)
    ]
    roles = [file.role for file in manifest.files]
    if not roles or len(set(roles)) < len(roles):
        found.append("names no files, or two for one role")
    found += [fault for file in manifest.files for fault in file_faults(file)]
    if [manifest.pictures, manifest.sound, manifest.text].count(None) != 2:
        found.append("states none or several of [pictures], [sound] and [text]: a network is given one of the three")
    if manifest.pictures is not None:
        found += _picture_faults(manifest.pictures)
    if manifest.sound is not None:
        found += _sound_faults(manifest.sound)
    if manifest.text is not None:
        found += _text_faults(manifest.text, manifest.output.labels)
    if (manifest.text is None) == (manifest.output.means is Means.LURE):
        found.append(f'states means = "{manifest.output.means}"; "lure" goes with [text], and nothing else does')
    if manifest.origin is not None:
        found += _origin_faults(manifest.origin)
    return found + _output_faults(manifest) + _number_faults(manifest)


def _origin_faults(origin: Origin) -> list[str]:
    found = []
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", origin.repository):
        found.append(f'names the repository {origin.repository!r}; write "owner/name"')
    if not re.fullmatch(r"[0-9a-f]{40}", origin.revision):
        found.append(
            f"pins the revision {origin.revision!r}; write the whole commit (40 digits, 0-9 a-f): names can be moved"
        )
    return found


def _picture_faults(pictures: PictureInput) -> list[str]:
    found = []
    for what, value, known in (
        ("channels", pictures.channels, CHANNELS),
        ("layout", pictures.layout, LAYOUTS),
        ("interpolation", pictures.interpolation, INTERPOLATIONS),
    ):
        if value not in known:
            found.append(f"names the {what} {value!r}; use one of {', '.join(known)}")
    if not all(1 <= side <= MAX_INPUT_PX for side in (pictures.width_px, pictures.height_px)):
        found.append(
            f"states an input of {pictures.width_px}×{pictures.height_px} pixels; 1 to {MAX_INPUT_PX} are taken"
        )
    if not all(value > 0 for value in (pictures.scale, *pictures.std)):
        found.append("states a scale or std that is not above zero")
    least = max(pictures.width_px, pictures.height_px)
    if (pictures.resize is Resize.CROP) != (pictures.resize_px is not None):
        found.append('states resize_px without resize = "crop", or the reverse')
    if pictures.resize_px is not None and not least <= pictures.resize_px <= MAX_INPUT_PX:
        found.append(f"states resize_px = {pictures.resize_px}, of which {least} pixels cannot be cut out")
    if not 0 <= pictures.margin <= 2:
        found.append(f"states margin = {pictures.margin:g}, which is a share from 0 to 2")
    if pictures.shown is Shown.FACE_ALIGNED and (
        pictures.width_px != pictures.height_px or pictures.resize is not Resize.STRETCH
    ):
        found.append(
            "shows aligned faces, which are cut out square and at size: make width and height equal, leave resize out"
        )
    return found


def _sound_faults(sound: SoundInput) -> list[str]:
    found = []
    if not 1000 <= sound.rate_hz <= SAMPLE_RATE_HZ:
        found.append(
            f"states rate_hz = {sound.rate_hz}; sound here has {SAMPLE_RATE_HZ} Hz and can be given at that or less"
        )
    if not (0.1 <= sound.window_s <= MAX_WINDOW_S and 0.1 <= sound.step_s <= MAX_WINDOW_S):
        found.append(f"states a window_s or step_s that is not from 0.1 to {MAX_WINDOW_S:g} seconds")
    if sound.layout not in SOUND_LAYOUTS:
        found.append(f"names the layout {sound.layout!r}; use one of {', '.join(SOUND_LAYOUTS)}")
    return found


def _text_faults(text: TextInput, labels: tuple[str, ...]) -> list[str]:
    found = []
    if not 8 <= text.max_tokens <= MAX_TOKENS:
        found.append(f"states max_tokens = {text.max_tokens}; 8 to {MAX_TOKENS} are taken")
    if text.hypotheses and tuple(text.hypotheses) != labels:
        found.append("states [text.hypotheses] for other labels, or in another order, than [output] does")
    if not all(sentence.strip() for sentence in text.hypotheses.values()):
        found.append("leaves a sentence of [text.hypotheses] empty")
    return found


def _output_faults(manifest: NetworkManifest) -> list[str]:
    output, found = manifest.output, []
    labels, altered = set(output.labels), set(output.altered)
    if len(labels) < 2 or len(labels) < len(output.labels):
        found.append("states fewer than two labels, or one twice")
    if not altered or not altered < labels or len(altered) < len(output.altered):
        found.append(f"states as altered {', '.join(output.altered) or 'nothing'}: name some, not all, of its labels")
    if output.form in (Form.LOGIT, Form.PROBABILITY) and (len(labels), len(altered)) != (2, 1):
        found.append(f"states the form {output.form}, one number, which goes with two labels, one of them altered")
    return found


def _number_faults(manifest: NetworkManifest) -> list[str]:
    found = []
    conditions, cost, calibration = manifest.conditions, manifest.cost, manifest.calibration
    if (
        min(conditions.min_face_px, conditions.min_pictures) < 1
        or min(conditions.min_bitrate_kbps, conditions.min_speech_s, conditions.min_bandwidth_hz) < 0
    ):
        found.append("states a minimum below nothing in [conditions]")
    if conditions.max_bitrate_kbps is not None and conditions.max_bitrate_kbps <= conditions.min_bitrate_kbps:
        found.append("states a max_bitrate_kbps in [conditions] that leaves no bitrate")
    if conditions.min_pictures > cost.max_pictures:
        found.append(f"asks for {conditions.min_pictures} pictures and allows {cost.max_pictures}")
    if min(cost.max_appearances, cost.max_pictures, cost.max_windows, cost.batch, cost.threads) < 1 or not (
        0 <= cost.closer_look_s <= MAX_WINDOW_S and cost.providers
    ):
        found.append("states a [cost] that cannot be met")
    if manifest.validated is not None and not all(words.strip() for words in asdict(manifest.validated).values()):
        found.append("leaves something in [validated] empty; write what is known, or 'not measured'")
    if calibration is not None:
        if manifest.validated is None or not calibration.source.strip():
            found.append(
                "states a [calibration] without [validated] or without its source: say what it was measured on"
            )
        if not (calibration.slope > 0 and calibration.cllr >= 0):
            found.append("states a [calibration] whose slope is not above zero, or whose cllr is below")
        if not calibration.log10_lr_low <= 0 <= calibration.log10_lr_high:
            found.append("states bounds of log10_lr that do not enclose zero")
    return found


def _exactly(value: Any, kind: type[Any]) -> Any:
    """TOML has types, so none is turned into another; a whole number is a number all the same."""
    if issubclass(kind, StrEnum):
        return _one_of(value, kind)
    taken = float(value) if kind is float and type(value) is int else value
    if type(taken) is not kind or (kind is float and not math.isfinite(taken)):
        raise ValueError(f"{value!r} is no {WORDS[kind]}")
    return taken


LISTS = (tuple[str, ...], tuple[MediaKind, ...], tuple[float, float, float])
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _items(value: Any, kind: Any) -> tuple[Any, ...]:
    """A list; a lone text would otherwise be taken for the list of its letters."""
    inner = [item for item in kind.__args__ if item is not Ellipsis]
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    if Ellipsis in kind.__args__:
        inner = inner * len(value)
    if len(value) != len(inner):
        raise ValueError(f"{value!r} holds {len(value)} values, not {len(inner)}")
    return tuple(_exactly(item, part) for item, part in zip(value, inner, strict=True))


def _file(value: Any, _: Any) -> PackFile:
    facts: dict[str, Any] = {
        name: fact if fact is None else _exactly(fact, _FILE_TYPES[name]) for name, fact in value.items()
    }
    return PackFile(**facts)


_FILE_TYPES = {
    "role": str,
    "name": str,
    "package": str,
    "sha256": str,
    "licence": str,
    "input_px": int,
    "mean": float,
    "std": float,
    "rate_hz": int,
}


def _one_of(value: Any, kind: type[StrEnum]) -> StrEnum:
    if value not in list(kind):
        raise ValueError(f"{value!r} is none of {', '.join(kind)}")
    return kind(value)


def _in_words(error: BaseException, _: type | None) -> str:
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return f"states {', '.join(sorted(error.extra_fields))}, which nothing here reads,"
    if isinstance(error, AttributeError):
        return "is no table"
    return f"does not state {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in WORDS:
        converter.register_structure_hook(kind, _exactly)
    for choice in (Shown, Resize, Short, Form, Means, Pooling):
        converter.register_structure_hook(choice, _one_of)
    converter.register_structure_hook_func(lambda kind: kind in LISTS, _items)
    converter.register_structure_hook(PackFile, _file)
    return converter


_CONVERTER = _converter()
