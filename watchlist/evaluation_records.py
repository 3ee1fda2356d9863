"""What an evaluation found, for ``evaluation.json`` and the report. No vector and no picture is part of it."""

from __future__ import annotations

from dataclasses import dataclass

from watchlist.evaluation_set import LeftOut
from watchlist.records import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share in [0, 1] with its 95 % interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """TPR at the lowest threshold whose FMR is at most ``fmr_wanted``; ``note`` says what so many comparisons cannot show."""

    fmr_wanted: float
    threshold: float
    fmr: Rate
    tpr: Rate
    measurable: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionResult:
    """One condition. ``not_found`` of the ``suspects`` had no face or speech that was found in it: their comparisons count
    as no match. ``tpr_at_clean`` and ``fmr_at_clean`` are at the threshold of FMR 1e-3 in clean material. ``loss_points``
    is TPR at FMR 1e-3 lost against clean for faces, EER gained for voices, in percentage points, over the same pairs."""

    name: str
    summary: str
    suspects: int
    not_found: int
    mated: int
    non_mated: int
    eer: Rate
    points: tuple[Point, ...]
    tpr_at_clean: Rate
    fmr_at_clean: Rate
    cllr_min: float
    loss_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """FMR and FNMR along the thresholds, thinned to what a drawing needs."""

    name: str
    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How many clean comparisons have a score between ``edges[i]`` and ``edges[i + 1]``."""

    edges: tuple[float, ...]
    mated: tuple[int, ...]
    non_mated: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetResult:
    """All conditions on a part of the pairs, such as those with faces of at least 60 px."""

    name: str
    conditions: tuple[ConditionResult, ...]
    skipped: tuple[str, ...]
    """Sentences about conditions that could not be evaluated."""
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """Mated pairs whose smaller face (or shorter speech) lies in [low, high), and TPR at the clean threshold of FMR 1e-3."""

    low: float
    high: float | None
    mated: int
    tpr: Rate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdInUse:
    """A threshold that the product works with, and how often single comparisons err at it here."""

    where: str
    threshold: float
    fmr: Rate
    fnmr: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikeRow:
    """The share of comparisons of look-alikes, and of other different people, that match at a threshold."""

    where: str
    threshold: float
    look_alikes: Rate
    others: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikes:
    """Comparisons of people whom the set calls look-alikes, ``pairs_of_people`` of them; they are in no other rate of single
    comparisons."""

    pairs_of_people: int
    comparisons: int
    rows: tuple[LookAlikeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryRow:
    """FPIR(N, T), and FNIR(N, R, T) where one or the best five people of a search are returned, for one gallery size N that was
    measured: the mean over all galleries of so many people of the set."""

    gallery_size: int
    fpir: Rate
    fnir_rank_1: Rate
    fnir_rank_5: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRow:
    """FPIR per video: the share of videos of so many ``tracks``, each of another stranger, that show a match with anybody of a
    gallery of all others, ``gallery_size`` people."""

    tracks: int
    gallery_size: int
    fpir: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Searches in a gallery of ``gallery_size`` people. ``extrapolated`` where the set has fewer people than that: then FPIR
    is computed from smaller galleries as if people were independent. ``galleries`` and ``videos`` never are."""

    gallery_size: int
    measured_with: int
    extrapolated: bool
    threshold: float
    where: str
    fpir: Rate
    fnir: Rate
    galleries: tuple[GalleryRow, ...]
    videos: tuple[VideoRow, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured. ``cllr`` (bits) is that of likelihood ratios fitted on other people than they are tested on, None for
    the reason in ``cllr_note``. ``look_alikes`` is None where the set names none. ``possible_non_mated`` pairs there were to draw
    from. Of ``subsets`` the last is the one that demands are made of."""

    subsets: tuple[SubsetResult, ...]
    histogram: Histogram
    sizes: tuple[SizeRow, ...]
    thresholds: tuple[ThresholdInUse, ...]
    look_alikes: LookAlikes | None
    identification: tuple[Identification, ...]
    cllr: float | None
    cllr_note: str | None
    possible_non_mated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityResult:
    """One modality: what was found, and the figures or, as the end of a sentence, why there are none."""

    modality: Modality
    items: int
    files: int
    people: int
    people_with_several: int
    median_size: float
    figures: Figures | None
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the project demands of a figure, and what was reached; ``missed_by`` is empty where it was met. ``why`` says, as the
    end of a sentence, what it was missed by or, where it was met, why that is not certain; None if there is nothing to say.
    ``not_shown`` says, as the end of a sentence, what is too small a set for the target: then it is not met, and ``missed_by`` is
    what is lacking in the little that was measured, empty where nothing is."""

    what: str
    wanted: str
    reached: str
    met: bool
    missed_by: str
    why: str | None
    not_shown: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All of it, with what is needed to run it again."""

    source: str
    description: str
    made_at: str
    qalqan: str
    pack: str
    pack_licence: str
    pack_validated_on: str
    pack_files: tuple[tuple[str, str], ...]
    command: str
    seed: int
    min_face_px: int
    modalities: tuple[ModalityResult, ...]
    targets: tuple[Target, ...]
    left_out: tuple[LeftOut, ...]
    in_part: tuple[LeftOut, ...]
    limits: tuple[str, ...]
