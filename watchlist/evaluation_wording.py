"""The figures of an evaluation in words for people, the same at the terminal and in the report."""

from __future__ import annotations

from watchlist.evaluation_records import LookAlikes, ModalityResult, Rate, Target


def headline(result: ModalityResult) -> str:
    """The result in one or two sentences for somebody in a hurry."""
    if result.figures is None:
        return f"Nothing could be measured: {result.why_not}."
    subset = result.figures.subsets[-1]
    clean = subset.conditions[0]
    point = next(point for point in clean.points if point.fmr_wanted == 1e-3)
    if point.measurable:
        where = "where one in a thousand comparisons of different people matches"
    else:
        where = f"at a threshold that none of the {clean.non_mated:,} comparisons of different people reaches"
    worst = max(subset.conditions, key=lambda condition: condition.loss_points)
    sentence = (
        f"Of {clean.mated:,} comparisons of the same person, {percent(point.tpr.rate)} match {where} "
        f"(95 % interval: {interval(point.tpr)}). Equal error rate: {percent(clean.eer.rate)} ({interval(clean.eer)})."
    )
    if worst.loss_points > 0.005:
        sentence += f" The most costly condition is {worst.name}: {points(worst.loss_points)} points."
    return sentence


def look_alikes_in_words(alike: LookAlikes) -> str:
    """How often look-alikes match at the thresholds, in one sentence."""
    rates = "; ".join(
        f"{percent(row.look_alikes.rate)} ({interval(row.look_alikes)}) {row.where}" for row in alike.rows
    )
    return f"Of {alike.comparisons:,} comparisons of {alike.pairs_of_people} pairs of look-alikes match: {rates}."


def verdict(target: Target) -> str:
    """``met``, or by how much it was missed, and why or how certain that is; of too small a set, that this is not shown."""
    if target.not_shown is not None:
        words = f"not shown by {target.not_shown}"
        if target.missed_by:
            words += f"; {target.missed_by} short here"
        return words if target.why is None else f"{words}: {target.why}"
    if target.met:
        return "met" if target.why is None else f"met, {target.why}"
    missed = f"missed by {target.missed_by}"
    return missed if target.why is None else f"{missed}: {target.why}"


def percent(share: float) -> str:
    """``98.7 %``; more digits where the share is tiny."""
    value = 100 * share
    digits = 1 if value >= 1 or value == 0 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f} %"


def interval(rate: Rate) -> str:
    """``90.7 to 100.0 %``."""
    return f"{percent(rate.low).removesuffix(' %')} to {percent(rate.high)}"


def points(value: float) -> str:
    """Percentage points with one digit; what rounds to nothing has no sign."""
    words = f"{value:.1f}"
    return "0.0" if words == "-0.0" else words


def printable(words: str) -> str:
    """Names from outside without characters that control a terminal or turn the reading direction."""
    return "".join(char if char.isprintable() else "�" for char in words)
