"""What the figures of an evaluation do not say, in sentences; those that follow from its numbers come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watchlist.evaluation_records import Figures, ModalityResult
from watchlist.records import Modality

FEW_PEOPLE = 50


def limits(results: Sequence[ModalityResult]) -> tuple[str, ...]:
    """Whole sentences for the report."""
    measured = [result.figures for result in results if result.figures]
    said = [sentence for result in results if result.figures for sentence in _of(result, result.figures)]
    if not any(figures.look_alikes for figures in measured):
        said.append(NO_LOOK_ALIKES)
    return (*said, *ALWAYS)


def _of(result: ModalityResult, figures: Figures) -> Iterable[str]:
    kind = "Faces" if result.modality is Modality.FACE else "Voices"
    if result.people < FEW_PEOPLE:
        yield (
            f"{kind}: these are {result.people} people. On others the figures differ; the intervals say how much they would vary "
            "with other people of the same kind, not with people of another age, skin, language or way of recording."
        )
    clean = figures.subsets[-1].conditions[0]
    finest = [point for point in clean.points if not point.measurable]
    if finest:
        yield (
            f"{kind}: with {clean.non_mated:,} non-mated comparisons an FMR of {100 * finest[0].fmr_wanted:g} % or less cannot "
            "be measured. What stands there is TPR at the lowest threshold without a false match; the true FMR may be up to "
            f"{100 * clean.points[-1].fmr.high:.1f} %."
        )


NO_LOOK_ALIKES = (
    "Non-mated comparisons are of whoever is in the set, not of people who look or sound alike; a relative or a look-alike "
    "matches far more often. Name some in lookalikes.csv or a column of the CSV, and they are measured."
)

ALWAYS = (
    (
        "It is not known which files were made on one day with one camera or microphone. Where they were, the figures are "
        "optimistic: the same light or room makes files alike."
    ),
    (
        "A convincing fake of somebody is meant to match that person, and does. Nothing here says whether a face or a voice "
        "is genuine."
    ),
    (
        "Conditions are applied one at a time, to one frame or recording; real advertising combines them. Of a film a few "
        "frames are used, where the job looks at more and follows the face."
    ),
    "Files in which nothing was found as they are do not count in any rate; what was lost in a condition counts as no match.",
)
