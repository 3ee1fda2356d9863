"""Judged ads, made by hand: a small set with three decisions right and two wrong, and a larger one that can be ranked."""

from __future__ import annotations

from typing import Any

from pipelines.evaluation_decisions import Judged
from pipelines.records import AxisState
from tests.factories import make_ad, make_ad_truth, make_assessment, make_axes, make_candidate

NO, YES, CANNOT_TELL = AxisState.NO, AxisState.YES, AxisState.CANNOT_TELL


def judged(number: int, *, flag: bool, flagged: bool, axes: dict[str, AxisState] | None = None, **truth: Any) -> Judged:
    """One ad; ``axes`` are what was read where that differs from the usual: likeness and lure yes, the rest no or unknown."""
    ad = make_ad(source_ad_id=str(number), title="SOCAR", body=f"Ayda {number} AZN <b>qazanc</b>")
    return Judged(
        truth=make_ad_truth(ad_id=ad.ad_id, flag=flag, **truth),
        ad=ad,
        assessment=make_assessment(
            ad_id=ad.ad_id,
            flagged=flagged,
            axes=make_axes(**(axes or {})),
            why="A lure that uses a protected person's likeness.",
        ),
        candidate=make_candidate(ad_id=ad.ad_id, priority=10 * number) if flagged else None,
    )


def small_set() -> list[Judged]:
    """Two found, one missed because no lure was read; one rightly left alone, one flagged by mistake."""
    honest: dict[str, Any] = {
        "kind": "warning",
        "lure": NO,
        "language": "ru",
        "text_kind": "warning",
        "creative": "other.mp4",
    }
    return [
        judged(1, flag=True, flagged=True),
        judged(2, flag=True, flagged=True, language="ru"),
        judged(3, flag=True, flagged=False, axes={"lure": NO}, language="ru"),
        judged(4, flag=False, flagged=False, axes={"lure": NO}, **honest),
        judged(5, flag=False, flagged=True, **honest),
    ]


def many_ads() -> list[Judged]:
    """Two languages with eight ads of either kind each: of the wanted ones of the second language one half was missed."""
    ads = []
    for number in range(16):
        language = "az" if number % 2 else "ru"
        found = language == "az" or number % 4 == 0
        axes = {} if found else {"lure": CANNOT_TELL}
        ads.append(
            judged(2 * number, flag=True, flagged=found, axes=axes, language=language, creative=f"{number // 2}.mp4")
        )
        ads.append(
            judged(
                2 * number + 1,
                flag=False,
                flagged=False,
                axes={"lure": NO},
                kind="warning",
                lure=NO,
                language=language,
                creative=None,
            )
        )
    return ads
