"""Drawings of an evaluation: where the scores lie, and the DET and ROC curves of its conditions, as SVG and PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from watchlist.evaluation_rates import LOWEST_DRAWN
from watchlist.evaluation_records import Curve, Figures
from watchlist.records import Modality

TICKS = (1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5)
COLOURS = ("#111111", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195")
"""Told apart by people who do not see all colours (Okabe and Ito 2008); further curves repeat them dashed."""

SIZE_INCHES = (5.2, 4.2)


def drawings(modality: Modality, figures: Figures) -> dict[str, dict[str, bytes]]:
    """Name → ending (``svg``, ``png``) → file, of one modality."""
    curves = figures.subsets[-1].curves
    return {
        f"{modality}-scores": drawn(lambda axes: _scores(axes, figures)),
        f"{modality}-det": drawn(lambda axes: det(axes, curves)),
        f"{modality}-roc": drawn(lambda axes: roc(axes, curves)),
    }


def drawn(draw: Callable[[Any], None]) -> dict[str, bytes]:
    """Ending (``svg``, ``png``) → file of one drawing."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Text stays text, and the same figures give the same bytes
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "qalqan", "font.family": "sans-serif", "font.size": 11}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.grid(color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        draw(axes)
        files = {}
        for ending, metadata in (("svg", {"Date": None, "Creator": None}), ("png", {"Software": None})):
            target = io.BytesIO()
            figure.savefig(target, format=ending, dpi=150, metadata=metadata)
            files[ending] = target.getvalue()
    return files


def _scores(axes: Any, figures: Figures) -> None:
    histogram = figures.histogram
    for counts, colour, label in (
        (histogram.non_mated, "#d55e00", "two different people"),
        (histogram.mated, "#0072b2", "the same person"),
    ):
        share = np.array(counts) / max(1, sum(counts))
        axes.stairs(share, histogram.edges, fill=True, alpha=0.55, color=colour, label=label)
    for threshold in figures.thresholds:
        axes.axvline(
            threshold.threshold, color="#111111", linewidth=1, label=f"threshold in use ({threshold.threshold:g})"
        )
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.set(xlabel="score (higher is more alike)", ylabel="share of the comparisons", ylim=(0, None))
    axes.legend(frameon=False)


def det(
    axes: Any, curves: Sequence[Curve], *, across: str = "false match rate", up: str = "false non-match rate"
) -> None:
    """Both errors of every curve, on normal deviates."""
    for curve, style in _styled(curves):
        axes.plot(*(norm.ppf(np.clip(side, LOWEST_DRAWN, 0.999)) for side in (curve.fmr, curve.fnmr)), **style)
    span = norm.ppf([LOWEST_DRAWN, TICKS[-1]])
    axes.plot(span, span, color="#aaaaaa", linewidth=0.8, linestyle=":")
    places = norm.ppf(TICKS)
    names = [f"{100 * tick:g} %" for tick in TICKS]
    axes.set_xticks(places, names, rotation=45)
    axes.set_yticks(places, names)
    margin = 0.05 * (span[1] - span[0])
    axes.set(
        xlim=(span[0] - margin, span[1]),
        ylim=(span[0] - margin, span[1]),
        xlabel=across,
        ylabel=up,
    )
    axes.legend(frameon=False, loc="upper right")


def roc(axes: Any, curves: Sequence[Curve], *, across: str = "false match rate") -> None:
    """What is found at which false match rate."""
    lowest = 1.0
    for curve, style in _styled(curves):
        fmr, tpr = np.array(curve.fmr), 1 - np.array(curve.fnmr)
        axes.plot(np.clip(fmr, LOWEST_DRAWN, 1), tpr, **style)
        lowest = min(lowest, float(tpr[fmr <= LOWEST_DRAWN * 10].max(initial=0.0)))
    axes.set_xscale("log")
    decades = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    axes.set_xticks(decades, [f"{100 * tick:g} %" for tick in decades])
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.set(
        xlim=(LOWEST_DRAWN, 1),
        ylim=(max(0.0, lowest - 0.1), 1.01),
        xlabel=across,
        ylabel="true positive rate",
    )
    axes.legend(frameon=False, loc="lower right")


def _styled(curves: Sequence[Curve]) -> list[tuple[Curve, dict[str, Any]]]:
    styles = []
    for number, curve in enumerate(curves):
        dashed = number >= len(COLOURS)
        styles.append(
            (
                curve,
                {
                    "color": COLOURS[number % len(COLOURS)],
                    "linewidth": 2.2 if number == 0 else 1.4,
                    "linestyle": "--" if dashed else "-",
                    "label": curve.name,
                    "drawstyle": "steps-post",
                },
            )
        )
    return styles
