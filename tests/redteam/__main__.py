"""Makes a set of scam and honest ads with known truth, for ``qalqan evaluate candidates``.

    python -m tests.redteam OUT --ads 500 --seed 1 [--fixtures DIR | --invented] [--texts second|first|both] [--films 100]

The words come from one half of the ideas of the lure corpus, and the set's configuration names weights of the lure classifier
that learned from the other half. With --texts both they come from the whole corpus, which the classifier that comes with Qalqan
has learned.

Without --fixtures the development media is taken where it lies (QALQAN_FIXTURES), and the demo's invented people where it does
not. A set that is made of development media shows real people: keep it on the machine.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.lure_corpus import HALVES
from tests.redteam.fixtures import fixtures
from tests.redteam.invented import invented
from tests.redteam.making import make_set
from tests.redteam.material import Material
from tests.train_lure import trained_on


def main() -> None:
    """Make a set and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for the set; what an earlier run left there is deleted")
    parser.add_argument("--ads", type=int, default=500)
    parser.add_argument("--films", type=int, default=100, help="how many films to make; stills are made besides")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", choices=(*HALVES, "both"), default=HALVES[1], help="whose ideas the ads say")
    parser.add_argument("--fixtures", type=Path, help="folder of the development media")
    parser.add_argument("--invented", action="store_true", help="nobody real: the demo's people")
    asked = parser.parse_args()
    for name in ("watchlist", "media", "run"):
        shutil.rmtree(asked.out / name, ignore_errors=True)
    command = shlex.join(["python", "-m", "tests.redteam", *sys.argv[1:]])
    truth = make_set(
        asked.out,
        _material(asked.fixtures, asked.out / "enrolment", invented_only=asked.invented),
        ads=asked.ads,
        films=asked.films,
        seed=asked.seed,
        halves=HALVES if asked.texts == "both" else (asked.texts,),
        lure_weights=None if asked.texts == "both" else trained_on(_other(asked.texts)),
        command=command,
        now=datetime.now(UTC),
    )
    wanted = sum(ad.flag for ad in truth.ads)
    print(f"{truth.description}; {wanted} should be flagged, {len(truth.ads) - wanted} should not")
    print(f"now: qalqan evaluate candidates {asked.out}")


def _other(half: str) -> str:
    return next(one for one in HALVES if one != half)


def _material(place: Path | None, scratch: Path, *, invented_only: bool) -> Material:
    usual = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if invented_only or (place is None and not usual.is_dir()):
        return invented(scratch)
    return fixtures(place or usual, scratch)


if __name__ == "__main__":
    main()
