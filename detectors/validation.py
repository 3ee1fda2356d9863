"""On what a detector was measured, what an item must be like to be inside of that, and what a score weighs there.

A detector that was never measured has none of this: it says so and weighs nothing. Outside of its conditions it abstains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from embeddings.records import Creative, MediaKind

KINDS_IN_WORDS = {
    MediaKind.VIDEO: "films",
    MediaKind.IMAGE: "still pictures",
    MediaKind.AUDIO: "sound alone",
}


LOSSLESS = ("flac", "alac", "wavpack")
"""Codecs besides PCM that lose nothing, at whatever bitrate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """On what a detector was measured, in words (``[validated]`` of a network's manifest)."""

    data_set: str
    codec: str
    bitrate: str
    language: str
    face_size: str

    @property
    def words(self) -> str:
        """All of it in one line."""
        return (
            f"{self.data_set} (codec: {self.codec}; bitrate: {self.bitrate}; language: {self.language}; "
            f"face size: {self.face_size})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotValidated:
    """Why it is not known how often a detector errs, as a sentence without its full stop."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a detector states of its errors before it examines anything; one that says several things makes several.

    ``of`` are the findings that it speaks of. ``command`` measures it, or would measure it where that was not done; None where
    nothing in this repository can. ``weight`` in [0, 1] is the most that one of these findings weighs.
    """

    of: str
    on: Validated | NotValidated
    command: str | None
    weight: float = 0.0

    @property
    def validated_on(self) -> str | None:
        """What these findings state as ``validated_on``."""
        return self.on.words if isinstance(self.on, Validated) else None

    @property
    def words(self) -> str:
        """All of it in one line."""
        if isinstance(self.on, Validated):
            return f"{self.of}: validated on {self.on.words}; measured by {self.command}"
        by = f"to measure it: {self.command}" if self.command else "no command measures it"
        return f"{self.of}: not validated: {self.on.why}; {by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an item must be like to be judged, as far as a machine can tell (``[conditions]`` of a network's manifest). Faces are
    measured in the pictures that are looked at, ``min_bandwidth_hz`` in the sound; of ``languages`` nobody here can tell which
    one is spoken, see ``untold``. The codec of a still picture is its format (``jpeg``, ``png``): where ``codecs`` are named and
    none is a still picture's, no still picture is inside. Bitrates are of whole files; they bound codecs that lose something."""

    kinds: tuple[MediaKind, ...] = ()
    codecs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_bitrate_kbps: float = 0.0
    max_bitrate_kbps: float | None = None
    min_face_px: int = 1
    min_pictures: int = 1
    min_speech_s: float = 0.0
    min_bandwidth_hz: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCalibration:
    """What a score of one appearance weighs, as ``watchlist.calibration`` has it (``[calibration]`` of a network's manifest).

    ``log LR = intercept + slope · score`` (natural), then kept within the ``log10_lr`` bounds. ``cllr`` in bits.
    """

    source: str
    slope: float
    intercept: float
    log10_lr_low: float
    log10_lr_high: float
    cllr: float

    def likelihood_ratio(self, score: float) -> float:
        """How many times more such a score is to be expected of what was altered than of what was not."""
        free = (self.intercept + self.slope * score) / math.log(10)
        return float(10 ** min(max(free, self.log10_lr_low), self.log10_lr_high))

    @property
    def weight(self) -> float:
        """See ``weight_left``."""
        return weight_left(self.cllr)


def weight_left(cllr: float) -> float:
    """What the measured error, a log-likelihood-ratio cost in bits, leaves of a whole bit, in [0, 1]."""
    return min(max(1.0 - cllr, 0.0), 1.0)


def codec_of(creative: Creative, *, voice: bool) -> str | None:
    """What encodes the picture (of a still picture its format) or, for ``voice``, the sound."""
    if voice:
        return creative.audio_codec
    return creative.container if creative.kind is MediaKind.IMAGE else creative.video_codec


def why_outside(creative: Creative, conditions: Conditions, *, voice: bool, whose: str) -> str | None:
    """Why a creative as a whole is not what ``whose`` ("this network") was measured on, as the end of "cannot tell because"."""
    if conditions.kinds and creative.kind not in conditions.kinds:
        taken = ", ".join(KINDS_IN_WORDS[kind] for kind in conditions.kinds)
        return f"of {KINDS_IN_WORDS[creative.kind]} nothing was measured, and {whose} takes {taken}"
    codec = codec_of(creative, voice=voice)
    if conditions.codecs and codec not in conditions.codecs:
        return f"it is encoded with {codec or 'an unknown codec'}, and {whose} takes {', '.join(conditions.codecs)}"
    if creative.duration_s and creative.kind is not MediaKind.IMAGE and not _lossless(codec):
        kbps = creative.size_bytes * 8 / creative.duration_s / 1000
        # Of a film's bitrate its sound is a part: that the whole is high says nothing of it
        part = voice and creative.kind is MediaKind.VIDEO
        most = None if part else conditions.max_bitrate_kbps
        if kbps < conditions.min_bitrate_kbps or (most is not None and kbps > most):
            return f"it has {kbps:.0f} kb/s, and {whose} takes {_bitrates(conditions)}"
    return None


def untold(creative: Creative, conditions: Conditions, *, voice: bool, whose: str) -> tuple[str, ...]:
    """Sentences about the conditions of which nobody here can tell whether the item fulfils them; where there are any, whether it
    is inside is not known, and nothing is weighed."""
    found = []
    if conditions.languages:
        found.append(f"Which language is spoken was not determined; {whose} takes {', '.join(conditions.languages)}.")
    bounded = conditions.min_bitrate_kbps or conditions.max_bitrate_kbps
    if voice and bounded and creative.kind is MediaKind.VIDEO and not _lossless(creative.audio_codec):
        found.append(f"The bitrate of the sound by itself was not determined; {whose} takes {_bitrates(conditions)}.")
    return tuple(found)


def _bitrates(conditions: Conditions) -> str:
    least, most = conditions.min_bitrate_kbps, conditions.max_bitrate_kbps
    if most is None:
        return f"{least:g} kb/s and more"
    return f"{least:g} kb/s" if least == most else f"{least:g} to {most:g} kb/s"


def _lossless(codec: str | None) -> bool:
    return codec is not None and (codec in LOSSLESS or codec.startswith("pcm_"))
