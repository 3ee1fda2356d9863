"""Damage many files and decode each of them; print what became of them; exit 1 if one found a fault of ours."""

# ruff: noqa: T201  a command prints

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from embeddings.media import decode
from tests.fuzzing import corpus
from tests.fuzzing.trials import FAULTS, IN_PART, READ, REFUSED, Tally, damaged, run


def main() -> int:
    """Run from the command line."""
    asked = argparse.ArgumentParser(
        prog="python -m tests.fuzzing",
        description=__doc__,
        epilog="example: python -m tests.fuzzing --files 10000 --seed 1",
    )
    asked.add_argument("--files", type=int, default=1000, help="how many files to damage (1000)")
    asked.add_argument("--seed", type=int, default=1, help="another number damages in other ways (1)")
    asked.add_argument("--workers", type=int, default=2, help="how many processes decode at once (2)")
    asked.add_argument("--keep", type=Path, help="a folder to keep the files in that found a fault")
    asked.add_argument("--only", type=int, help="damage and decode only the file of this number")
    given = asked.parse_args()
    tally, started = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seeds = corpus.make(Path(folder) / "seeds")
        print(f"{len(seeds)} seed files; sandbox: {decode(seeds[0]).creative.sandbox}", flush=True)
        numbers = range(given.files) if given.only is None else [given.only]
        for done, trial in enumerate(run(numbers, seeds, Path(folder), seed=given.seed, workers=given.workers), 1):
            tally.add(trial)
            if given.only is not None:
                print(trial)
            if sys.stderr.isatty():
                print(f"\r{done}/{len(numbers)}", end="", file=sys.stderr, flush=True)
        if given.keep is not None:
            given.keep.mkdir(parents=True, exist_ok=True)
            for fault in tally.faults:
                source, data = damaged(fault.number, seeds, seed=given.seed)
                (given.keep / f"{given.seed}-{fault.number}{source.suffix}").write_bytes(data)
    took_s = time.monotonic() - started
    print(f"{len(numbers)} damaged files in {took_s:.0f} s ({len(numbers) / took_s:.0f}/s), seed {given.seed}")
    for outcome in (READ, IN_PART, REFUSED, *FAULTS):
        print(f"{tally.outcomes[outcome]:7} {outcome}")
    print(f"{tally.crashed_decoders:7} decoders crashed inside the sandbox (named as such, counted above)")
    print(f"{tally.slowest_s:7.1f} s was the longest")
    for fault in tally.faults[:50]:
        print(f"fault: {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
