"""On what the comparison with genuine film was measured, what a stretch must be like to be inside of that, what numbers weigh.

The films are few and some of them are those on which the thresholds were chosen: the ratios are bounded by their number, and no
weight is claimed. ``python -m tests.alignment_rates`` prints what stands here.
"""

from __future__ import annotations

from collections.abc import Sequence

from detectors.film_alignment import Alignment
from detectors.records import Bearing
from detectors.sound_alignment import Heard
from detectors.source_verdicts import Verdict
from detectors.subject import CreativeSubject
from detectors.validation import Conditions, Declaration, NotValidated, ScoreCalibration, Validated, untold, why_outside
from embeddings.records import MediaKind
from watchlist.records import Match

PICTURE_VALIDATED = Validated(
    data_set="clips of the development media and one lip-synced film (tests.alignment_rates)",
    codec="H.264",
    bitrate="100 kb/s to 2.2 Mb/s, sound included",
    language="not examined",
    face_size="from 75 px",
)
PICTURE_CONDITIONS = Conditions(codecs=("h264",), min_bitrate_kbps=100, max_bitrate_kbps=2200, min_face_px=75)

SOUND_VALIDATED = Validated(
    data_set="LibriSpeech speakers and cloned speech of the development media (tests.alignment_rates)",
    codec="AAC",
    bitrate="48 kb/s",
    language="English",
    face_size="not examined",
)
SOUND_CONDITIONS = Conditions(codecs=("aac",), languages=("en",), min_bitrate_kbps=48, max_bitrate_kbps=48)

MOUTH: ScoreCalibration | None = None
"""Of the gap between upper face and mouth; None while too few films were measured to fit it."""

SOUND = ScoreCalibration(
    source="python -m tests.alignment_rates",
    slope=5.674,
    intercept=2.851,
    log10_lr_low=-0.829,
    log10_lr_high=0.795,
    cllr=0.280,
)
"""Of minus the correlation of the sounds."""

LEAST_S = 2.7
"""Seconds of the shortest stretches that were measured."""

WHOSE = "this comparison"
COMMAND = "python -m tests.alignment_rates"

PICTURE_DECLARED = Declaration(of="aligned pictures and films cut anew", on=PICTURE_VALIDATED, command=COMMAND)
SOUND_DECLARED = Declaration(of="the sound at the aligned time", on=SOUND_VALIDATED, command=COMMAND)
REST_DECLARED = Declaration(
    of="scenes that are alike as a whole, and films to which nothing was aligned",
    on=NotValidated(why="how often a scene is found or missed was not measured"),
    command=None,
)


def picture_outside(subject: CreativeSubject, match: Match, alignment: Alignment) -> str | None:
    """Why an aligned picture is not of the kind that was measured; None if it is."""
    return _too_small(subject, match) or _too_short(alignment) or _outside(subject, PICTURE_CONDITIONS, voice=False)


def recut_outside(subject: CreativeSubject, pieces: Sequence[tuple[Match, Alignment]]) -> str | None:
    """The same for a film cut anew; its pieces may be as short as any that align."""
    small = (_too_small(subject, match) for match, _ in pieces)
    return next((why for why in small if why), None) or _outside(subject, PICTURE_CONDITIONS, voice=False)


def sound_outside(subject: CreativeSubject, alignment: Alignment) -> str | None:
    """The same for its sound."""
    return _too_short(alignment) or _outside(subject, SOUND_CONDITIONS, voice=True)


def sound_untold(subject: CreativeSubject) -> tuple[str, ...]:
    """Of what about the sound it cannot be told whether it is of the kind that was measured, in sentences."""
    return untold(subject.media.creative, SOUND_CONDITIONS, voice=True, whose=WHOSE)


def mouth_ratio(verdict: Verdict, gap: float) -> float | None:
    """What the gap weighs for a mouth that was generated; None where no claim about it is made, or while it is not calibrated."""
    return None if MOUTH is None or verdict.bearing is Bearing.INCONCLUSIVE else MOUTH.likelihood_ratio(gap)


def sound_ratio(verdict: Verdict, heard: Heard | None) -> float | None:
    """What the correlation weighs for a sound that was put in, in what was measured; None where no claim about it is made, and
    for a part of a stretch, which was not calibrated."""
    if heard is None or heard.apart or verdict.bearing is Bearing.INCONCLUSIVE:
        return None
    return SOUND.likelihood_ratio(-heard.sound.correlation)


def limits(why: str | None, others: Sequence[str]) -> tuple[str, ...]:
    """What limits a finding, with the reason why it lies outside of what was measured."""
    return (*others, *(() if why is None else (f"Outside of what was measured: {why}.",)))


def _too_small(subject: CreativeSubject, match: Match) -> str | None:
    sizes = [sample.track.size_px for sample in subject.faces if sample.track.track == match.track]
    if sizes and sizes[0] < PICTURE_CONDITIONS.min_face_px:
        return f"the face is {sizes[0]} px high, and {WHOSE} takes {PICTURE_CONDITIONS.min_face_px} px and more"
    return None


def _too_short(alignment: Alignment) -> str | None:
    seconds = alignment.agreement.end_s - alignment.agreement.start_s
    if seconds < LEAST_S:
        return f"the stretch lasts {seconds:.1f} s, and {WHOSE} takes {LEAST_S:g} s and more"
    return None


def _outside(subject: CreativeSubject, conditions: Conditions, *, voice: bool) -> str | None:
    creative = subject.media.creative
    return why_outside(creative, conditions, voice=voice, whose=WHOSE) if creative.kind is MediaKind.VIDEO else None
