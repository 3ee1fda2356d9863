"""So much processor time and no more for one detector and one subject; what it did not get to say it names.

A detector that is at work inside of NumPy, OpenCV or ONNX Runtime cannot be interrupted in a worker's thread, so the time is
looked at between its findings: whoever goes beyond it is not asked for the next one. What one finding may cost is bounded by what
is looked at (``MAX_SEARCHED_S``, ``MAX_SPEECH_S``, ``LONGEST_TEXT``, ``[cost]`` of a network); children have their own budgets.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from detectors.finding import Method, Named, finding, screen_command
from detectors.lure_text import ad_command
from detectors.records import Bearing, Finding

CAP_S = 120.0
"""Processor seconds, where the configuration says nothing else: many times what any detector takes."""

CUT_SHORT = "examination_cut_short"


def within(
    detector: Named,
    findings: Iterable[Finding],
    *,
    cap_s: float,
    ad_id: str | None = None,
    creative_sha256: str | None = None,
    clock: Callable[[], float] = time.thread_time,
) -> list[Finding]:
    """The findings as far as ``cap_s`` of this thread's processor time goes; one that says so where there may be more.

    ``findings`` are what ``examine`` returned, and the subject is one of ``ad_id`` and ``creative_sha256``."""
    began, made = clock(), []
    for found in findings:
        made.append(found)
        if clock() - began > cap_s:
            made.append(_cut_short(detector, made[-1], cap_s=cap_s, ad_id=ad_id, creative_sha256=creative_sha256))
            break
    return made


def _cut_short(
    detector: Named, last: Finding, *, cap_s: float, ad_id: str | None, creative_sha256: str | None
) -> Finding:
    return finding(
        method=Method(name=detector.name, version=detector.version, validated_on=last.validated_on),
        axis=last.axis,
        bearing=Bearing.INCONCLUSIVE,
        claim=CUT_SHORT,
        observation=f"Whether {detector.name} would find more: cannot tell because it took longer than {cap_s:g} s.",
        modality=last.modality,
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        reproduce=screen_command(creative_sha256) if creative_sha256 is not None else ad_command(ad_id or ""),
    )
