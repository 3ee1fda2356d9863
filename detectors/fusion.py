"""All detectors of alteration together: one likelihood ratio with its interval, or why there is none.

What it is worth was measured on items that the fit had not seen (``qalqan evaluate detectors``); without such a measurement, or
for an item that is not of the kind that was measured, it says "not calibrated" and the observations stand for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from detectors.finding import Method, finding, screen_command
from detectors.fusion_model import Fusion, unpacked
from detectors.measures import measured, words_of
from detectors.records import Axis, Bearing, Finding
from detectors.validation import Conditions, untold, why_outside
from embeddings.errors import PackInvalid, PackMissing
from embeddings.records import Creative, MediaKind
from watchlist.verbal import SPEAKS_FROM, strength

METHOD = "fusion"
VERSION = "2"
CLAIM = "alteration_weighed"
SHIPPED = "fusion.json"

INNOCENT = (
    "Dubbing, translation or a voice-over.",
    "A beauty or face filter, or sharpening by an editing program.",
    "Strong compression, or a copy of a copy.",
)
MOST_NAMED = 3


WHOSE = "what was measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Of a creative in which somebody was recognised: the height of the largest of these faces, None where there are only voices;
    the languages that a transcriber heard in it, empty where nobody speaks and None where they were not determined."""

    face_px: int | None
    spoken: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFusion:
    """A fusion and the SHA-256 of the file that it was read from."""

    fusion: Fusion
    sha256: str


def read_fusion(path: Path | None) -> LoadedFusion | None:
    """The fusion of a file; without one, the one that comes with Qalqan, or None where none does.

    Raises ``PackMissing`` if the file is not there and ``PackInvalid`` if it is no fusion.
    """
    if path is None:
        shipped = files("detectors") / "data" / SHIPPED
        if not shipped.is_file():
            return None
        data = shipped.read_bytes()
    else:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise PackMissing(f"the fusion {path} cannot be read ({error.strerror}): correct its path") from error
    try:
        fusion, sha256 = unpacked(data)
    except ValueError as error:
        raise PackInvalid(
            f"the fusion {path or SHIPPED} is none ({error}): make it with `qalqan evaluate detectors`"
        ) from error
    return LoadedFusion(fusion=fusion, sha256=sha256)


def weigh(
    creative: Creative, findings: Sequence[Finding], loaded: LoadedFusion | None, *, recognised: Recognised | None
) -> Finding | None:
    """What the findings about one creative weigh together; None where nothing is loaded or nobody was ``recognised``."""
    if loaded is None or recognised is None:
        return None
    fusion = loaded.fusion
    numbers = measured(findings)
    outside = _outside(creative, fusion.conditions, recognised)
    if outside is not None:
        return _made(
            creative,
            loaded,
            observation=f"Not calibrated: what the detectors say together is not known, because {outside}.",
            inside=False,
        )
    ratio = fusion.ratio(numbers)
    if ratio is None:
        names = ", ".join(sorted({part.measure.partition(".")[0] for part in fusion.fit.parts}))
        return _made(
            creative,
            loaded,
            observation=f"Cannot tell: none of the detectors whose errors were measured together ({names}) could judge this.",
            inside=None,
        )
    if fusion.conditions.languages and recognised.spoken is None:
        (unknown,) = untold(creative, Conditions(languages=fusion.conditions.languages), voice=False, whose=WHOSE)
        return _made(
            creative,
            loaded,
            observation=f"Not calibrated for a language that is not known. {unknown} In these: {_words(fusion, numbers, ratio)}",
            inside=None,
            limits=(unknown,),
        )
    return _made(creative, loaded, observation=_words(fusion, numbers, ratio), inside=True, ratio=ratio)


def _outside(creative: Creative, conditions: Conditions, recognised: Recognised) -> str | None:
    """Why a creative is not of the kind that was measured; None if it is, as far as that can be told."""
    if recognised.face_px is not None and recognised.face_px < conditions.min_face_px:
        return f"the face is {recognised.face_px} px high, and {WHOSE} takes {conditions.min_face_px} px and more"
    strange = sorted((recognised.spoken or frozenset()) - set(conditions.languages)) if conditions.languages else []
    if strange:
        return f"{', '.join(strange)} is spoken, and {WHOSE} takes {', '.join(conditions.languages)}"
    return why_outside(creative, conditions, voice=creative.kind is MediaKind.AUDIO, whose=WHOSE)


def _words(fusion: Fusion, numbers: dict[str, float], ratio: tuple[float, float, float]) -> str:
    value, low, high = ratio
    side = "" if max(value, 1 / value) < SPEAKS_FROM else " for alteration" if value > 1 else " against alteration"
    said = sorted(
        (
            (part.weight * float(part.log_lr(np.array([numbers[part.measure]]))[0]), part.measure)
            for part in fusion.fit.parts
            if part.measure in numbers
        ),
        key=lambda pair: -abs(pair[0]),
    )
    named = "; ".join(
        f"{words_of(name)} speaks {'for' if worth > 0 else 'against'} it" for worth, name in said[:MOST_NAMED] if worth
    )
    silent = sum(part.measure not in numbers for part in fusion.fit.parts)
    missing = f" {silent} of {len(fusion.fit.parts)} measures could not be taken." if silent else ""
    return (
        f"Together the detectors give a likelihood ratio of {value:.3g} (95 % interval {low:.3g} to {high:.3g}): "
        f"{strength(value)}{side}. What counts most: {named or 'nothing that was measured'}.{missing}"
    )


def _made(
    creative: Creative,
    loaded: LoadedFusion,
    *,
    observation: str,
    inside: bool | None,
    ratio: tuple[float, float, float] | None = None,
    limits: Sequence[str] = (),
) -> Finding:
    fusion = loaded.fusion
    bearing, value = Bearing.INCONCLUSIVE, None if ratio is None else ratio[0]
    if value is not None and max(value, 1 / value) >= SPEAKS_FROM:
        bearing = Bearing.SUPPORTS if value > 1 else Bearing.AGAINST
    return finding(
        method=Method(name=METHOD, version=VERSION, validated_on=fusion.validated.words, model_sha256=loaded.sha256),
        axis=Axis.ALTERATION,
        bearing=bearing,
        claim=CLAIM,
        observation=observation,
        modality="media",
        creative_sha256=creative.sha256,
        measurement=value,
        unit=None if value is None else "likelihood ratio",
        inside_validation=inside,
        likelihood_ratio=value,
        interval=None if ratio is None else ratio[1:],
        weight=fusion.weight if bearing is not Bearing.INCONCLUSIVE else 0.0,
        quality_limits=(_measured_on(fusion), *limits),
        innocent_explanations=INNOCENT,
        reproduce=screen_command(creative.sha256),
    )


def _measured_on(fusion: Fusion) -> str:
    return (
        f"Measured on {fusion.items} items of {fusion.groups} independent groups ({fusion.source}): Cllr {fusion.cllr:.2f} bits "
        "on items that the fit had not seen (0 is perfect, 1 says nothing)."
    )
