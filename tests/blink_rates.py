"""Count the blinks of real people by points on their lids and by the darkness of their irises, and compare.

    python -m tests.blink_rates

On the development media (``QALQAN_FIXTURES``): every film of one speaking person, and one film each of the people in the pairs
(left halves, which are as filmed), in windows of six seconds. Nobody has counted these blinks by eye: where both ways agree is
printed, not which of them is right. The share of the usual eye-aspect ratio below which an eye counts as closed was chosen here.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.eye_aperture import Blink, eye_aperture
from detectors.eye_aspect import eye_aspect
from detectors.marked_face import marked
from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.lip_clips import Source, silent, speaking, windows

NEAR_S = 0.1
"""Two blinks nearer to each other than this are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Of one film: blinks by darkness, by points, and those that both saw."""

    seconds: float
    dark: int
    aspect: int
    both: int


def counted(source: Source, pack: LoadedPack) -> Counted:
    """The blinks of a film's windows."""
    found = []
    for window in windows(source, pack):
        if window.flow is None or pack.points is None:
            continue
        seen = marked(window.flow, pack.points)
        if isinstance(seen, str):
            continue
        dark = eye_aperture(window.flow, convention=pack.manifest.face_landmarks).blinks
        aspect = eye_aspect(seen).blinks
        found.append((window.flow.seconds, len(dark), len(aspect), shared(dark, aspect)))
    seconds, dark_count, aspect_count, both = (sum(column) for column in zip(*found, strict=True)) if found else [0] * 4
    return Counted(seconds=seconds, dark=int(dark_count), aspect=int(aspect_count), both=int(both))


def shared(ones: Sequence[Blink], others: Sequence[Blink]) -> int:
    """How many of the first are among the second."""
    return sum(
        any(one.start_s - NEAR_S <= other.end_s and other.start_s - NEAR_S <= one.end_s for other in others)
        for one in ones
    )


def main() -> None:
    """Print the counts."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    if not place.is_dir():
        raise SystemExit(f"no development media at {place}: set QALQAN_FIXTURES")
    pack = load_pack("open")
    if pack.points is None:
        raise SystemExit("points on lids are not installed: infra/setup.sh installs them")
    print(f"{'film':24}{'seconds':>8}{'by darkness':>13}{'by points':>11}{'by both':>9}")
    everything = []
    for source in [*speaking(place), *silent(place, per_person=1)]:
        one = counted(source, pack)
        everything.append(one)
        print(f"{source.clip:24}{one.seconds:8.1f}{one.dark:13}{one.aspect:11}{one.both:9}")
    seconds = sum(one.seconds for one in everything)
    dark, aspect, both = (sum(getattr(one, name) for one in everything) for name in ("dark", "aspect", "both"))
    print(f"{'all':24}{seconds:8.1f}{dark:13}{aspect:11}{both:9}")
    print(
        f"{both / max(dark, 1):.0%} of the blinks by darkness are among those by points, "
        f"{both / max(aspect, 1):.0%} of those by points are among the others"
    )


if __name__ == "__main__":
    main()
