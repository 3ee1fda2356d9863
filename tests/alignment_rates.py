"""How often a copy of genuine film is found, how often strange film is taken for it, how often what was changed is told right.

    python -m tests.alignment_rates --out DIR [--part PART …] [--half held-out] [--films 10] [--conditions NAME …]
                                    [--clips 130] [--windows 900] [--sounds 8]

Everything on the development media, all films enrolled as if of one person, so that every suspect is sought in all of them. No
threshold was chosen on copies of the films (or with the speakers) of the half that is held out: it counts by itself. Films are
few, and several show one person: intervals (Wilson, 95 %) count trials, which are not independent; where a table says "films",
its interval is a bootstrap over films.

Outcomes are written below DIR as they come, and so are the films as they are enrolled: what was stopped goes on where it was,
and what was measured already is only printed. DIR holds faces of real people: keep it outside of the repository.
Of the strange suspects ``--clips`` are files, encoded as the red team's ads are and run through the whole detector. The rest are
faces cut from the same films, with noise, put into the search alone; some of these windows hold too few faces to be sought,
so that a few more are drawn than the target counts.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from detectors.validation import ScoreCalibration
from tests.alignment_ledger import Ledger, Outcome, code_state
from tests.alignment_media import ONE_SCENE, Source, spread
from tests.alignment_trials import NOT_ALIGNED, NOT_HEARD, PICTURE_CLAIMS, SOUND_CLAIMS, Trials
from tests.redteam.conditions import CONDITIONS
from tests.spoken_trials import HALF
from watchlist.calibration import bounds, logistic
from watchlist.error_rates import cllr

PARTS = ("sounds", "mouths", "copies", "swaps", "strange-files", "strange-windows")
HALVES = {"chosen": False, "held-out": True}

RECALL = RIGHT = 0.95
"""Targets, over all conditions and under each: pieces found, and mouths and sounds told right where aligned. Of strange clips
none may be aligned."""

RED_TEAM = frozenset(condition.name for condition in CONDITIONS)

STRANGE = 1000
RESAMPLED = 2000


def main() -> None:
    """Measure what was not measured yet, and print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="where outcomes and enrolled films are kept; nowhere if not given")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=PARTS, help="some parts alone")
    parser.add_argument("--half", nargs="+", choices=tuple(HALVES), default=tuple(HALVES), help="films of these alone")
    parser.add_argument("--films", type=int, default=8, help="of how many films of each half suspects are made")
    parser.add_argument("--conditions", nargs="+", default=[""], help="only conditions whose names begin so")
    parser.add_argument("--clips", type=int, default=130, help="how many strange encoded files")
    parser.add_argument("--windows", type=int, default=900, help="how many strange windows of arrays")
    parser.add_argument("--sounds", type=int, default=8, help="how many speakers' sounds are replaced")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    media = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    with tempfile.TemporaryDirectory() as scratch:
        out = asked.out or Path(scratch) / "out"
        ledger = Ledger(out, state=code_state)
        trials = Trials(media, Path(scratch), ledger=ledger, bank=out / "films")
        chosen = [
            one
            for half in asked.half
            for one in spread([film for film in trials.sources if film.held_out == HALVES[half]], asked.films)
        ]
        parts: dict[str, Callable[[], None]] = {
            "sounds": lambda: trials.sounds(asked.sounds),
            "mouths": lambda: trials.mouths(chosen),
            "copies": lambda: trials.copies(chosen, conditions=asked.conditions),
            "swaps": trials.swaps,
            "strange-files": lambda: trials.strange_files(asked.clips),
            "strange-windows": lambda: trials.strange_windows(asked.windows),
        }
        for name in asked.part:
            parts[name]()
    for held_out in (False, True):
        print(f"\n== {'HELD OUT' if held_out else 'CHOSEN ON'}: films and speakers on which thresholds ", end="")
        print("were not chosen ==" if held_out else "were chosen, or may have been ==")
        print_copies([one for one in ledger.of("copies") if one.held_out == held_out])
        print_told("MOUTHS", [one for one in ledger.of("mouths") if one.held_out == held_out], PICTURE_CLAIMS)
        print_told("SOUNDS", [one for one in ledger.of("sounds") if one.held_out == held_out], SOUND_CLAIMS)
    print("\n== ALL ==")
    print_swaps(ledger.of("swaps"))
    print_strange(ledger, trials.sources)
    print_calibrations(ledger)


def print_copies(outcomes: Sequence[Outcome]) -> None:
    """Recall under every condition, and what is said about honest mouths and sounds."""
    if not outcomes:
        return
    print("\nCOPIES: pieces found; honest pictures and sounds called otherwise")
    short = []
    for who, theirs in (
        ("the red team's conditions", [one for one in outcomes if one.condition in RED_TEAM]),
        ("the other conditions", [one for one in outcomes if one.condition not in RED_TEAM]),
    ):
        names = list(dict.fromkeys(one.condition for one in theirs))
        if not names:
            continue
        print(f"  {who}:")
        for name in names:
            under = [one for one in theirs if one.condition == name]
            claims = Counter(claim for one in under for claim in one.claims)
            odd = {claim: n for claim, n in claims.items() if not claim.endswith("as_genuine") and claim != NOT_HEARD}
            found, of = _found(under)
            print(f"    {name:34s} {_rate(found, of)}: {_met(found, of, RECALL)}{f'; {odd}' if odd else ''}")
            short += [name] * _is_short(found, of, RECALL)
        found, of = _found(theirs)
        print(f"  {who}, all {len(names)}: {_rate(found, of)}: {_met(found, of, RECALL)}")
    _print_short(short, RECALL)
    hits, pieces = _found(outcomes)
    lost = Counter({one.condition: 0 for one in outcomes})
    for one in outcomes:
        lost[one.condition] += one.pieces - one.hits
    films = _by_film([(one.source, one.hits, one.pieces) for one in outcomes])
    print(f"  {'all conditions':34s} {_rate(hits, pieces)}; films {films}")
    _print_target("recall over all conditions", hits, pieces, RECALL, f"lost most under {_most(lost)}")
    every = Counter(claim for one in outcomes for claim in one.claims)
    pictures = sum(every[claim] for claim in PICTURE_CLAIMS)
    sounds = sum(every[claim] for claim in SOUND_CLAIMS)
    print(f"  honest pictures called mouth_regenerated: {_rate(every['mouth_regenerated'], pictures)}", end="")
    print(f"; unclear {every['mouth_unclear']}, face_differs {every['face_differs']}")
    print(
        f"  honest sounds called voice_replaced: {_rate(every['voice_replaced'], sounds)}; unclear {every['sound_unclear']}"
    )
    print(f"  stretches at a wrong place: {_rate(sum(one.strays for one in outcomes), pictures)}")
    cost = sum(one.cpu_s for one in outcomes) / sum(one.media_s for one in outcomes)
    print(f"  processor time of faces and this detector: {cost:.2f} s per second of suspect, decoding not counted")
    for one in outcomes:
        if one.hits < one.pieces or one.strays or "mouth_regenerated" in one.claims or "voice_replaced" in one.claims:
            print(f"    {one.source}, {one.condition}: {one.hits} of {one.pieces}, {one.claims} {one.remark}")


def print_told(what: str, outcomes: Sequence[Outcome], kinds: Sequence[str]) -> None:
    """Of what was changed or kept, how often that is told right where anything could be compared."""
    if not outcomes:
        return
    print(f"\n{what}: told right, where aligned or compared")
    counted: list[tuple[Outcome, str]] = []
    short = []
    for name in dict.fromkeys(one.condition for one in outcomes):
        under = [one for one in outcomes if one.condition == name]
        said = [(one, _said(one, kinds)) for one in under]
        compared = [(one, claim) for one, claim in said if claim not in (NOT_ALIGNED, NOT_HEARD)]
        counted += compared
        right = sum(claim == one.wanted for one, claim in compared)
        verdict = _met(right, len(compared), RIGHT)
        print(f"  {name:44s} {_rate(right, len(compared))}: {verdict}; {dict(Counter(claim for _, claim in said))}")
        short += [name] * _is_short(right, len(compared), RIGHT)
    _print_short(short, RIGHT)
    right = sum(claim == one.wanted for one, claim in counted)
    wrong = [(one, claim) for one, claim in counted if claim != one.wanted]
    opposite = {"voice_replaced", "sound_as_genuine", "same_as_genuine"}
    surely = sum(claim in opposite for _, claim in wrong)
    films = _by_film([(one.source, int(claim == one.wanted), 1) for one, claim in counted])
    print(f"  {'all':44s} {_rate(right, len(counted))}; films {films}; the opposite said {_rate(surely, len(counted))}")
    missed = Counter(f"{one.condition} ({claim})" for one, claim in wrong)
    _print_target(f"{what.lower()} told right", right, len(counted), RIGHT, _most(missed))
    for one, claim in wrong:
        print(f"    {one.source}, {one.condition}: {claim} {one.remark}")


def print_swaps(outcomes: Sequence[Outcome]) -> None:
    """Whether a swapped face passes for the film's own."""
    if not outcomes:
        return
    said = Counter(claim for one in outcomes for claim in set(one.claims))
    same = sum("same_as_genuine" in one.claims for one in outcomes)
    print(f"\nSWAPPED FACES against their own scene: {dict(said)}; called the same {_rate(same, len(outcomes))}")
    for one in outcomes:
        if set(one.claims) - {NOT_ALIGNED}:
            print(f"    {one.source}: {one.claims} {one.remark}")


def print_strange(ledger: Ledger, sources: Sequence[Source]) -> None:
    """False alignments, and on how many independent films that stands."""
    files, windows = ledger.of("strange files"), ledger.of("strange windows")
    sought = [one for one in windows if one.pieces]
    if not files and not sought:
        return
    twice = sum(len(scene & {source.name for source in sources}) - 1 for scene in ONE_SCENE)
    print(f"\nSTRANGE suspects, sought in {len(sources)} films of {len(sources) - twice} scenes")
    for what, outcomes in (("encoded files through the whole detector", files), ("windows of arrays", sought)):
        if outcomes:
            wrong, spent = sum(one.strays > 0 for one in outcomes), sum(one.cpu_s for one in outcomes)
            print(
                f"  {what}: false alignments {_rate(wrong, len(outcomes))}; of {len({one.source for one in outcomes})} films"
            )
            print(f"    processor time {spent / len(outcomes):.2f} s each, decoding not counted")
    kinds = Counter(one.remark.split(",")[0] + (", no face found" if not one.face_px else "") for one in files)
    scenes = Counter(one.remark.split(",")[0] for one in files if "scene_found" in one.claims)
    print(f"  files: {dict(kinds)}")
    print(f"  a whole scene was named as alike, of which nothing is claimed, in {scenes.total()}: {dict(scenes)}")
    print(f"  windows with too few faces, not counted: {len(windows) - len(sought)}")
    false, count = sum(one.strays > 0 for one in (*files, *sought)), len(files) + len(sought)
    print(f"  all: false alignments {_rate(false, count)}")
    shown = "met" if count >= STRANGE else f"not shown, only {count:,} were sought"
    print(
        f"  Target, no false alignment among {STRANGE:,} strange suspects: {f'MISSED by {false}' if false else shown}"
    )
    for one in (*files, *sought):
        if one.strays:
            print(f"    FALSE: {one.source}, {one.condition}: {one.remark}")


def print_calibrations(ledger: Ledger) -> None:
    """What the two numbers that decide weigh, as far as they were measured, by all films and speakers."""
    honest, forged = _gaps(ledger.of("copies")), _gaps(ledger.of("mouths"))
    if honest and forged:
        _print_calibration("the gap between upper face and mouth", forged, honest)
        sizes = [one.face_px for one in (*ledger.of("copies"), *ledger.of("mouths")) if one.scores]
        print(f"  faces from {min(sizes)} px")
    whole = [one for one in ledger.of("sounds") if not one.condition.startswith(HALF)]
    kept = _gaps([one for one in whole if one.wanted == "sound_as_genuine"])
    replaced = _gaps([one for one in whole if one.wanted == "voice_replaced"])
    if kept and replaced:
        _print_calibration("minus the correlation of the sounds", replaced, kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The number that decides about one stretch of a suspect made of ``film`` (or of a speaker), higher where altered."""

    film: str
    gap: float
    seconds: float


def _gaps(outcomes: Sequence[Outcome]) -> list[Gap]:
    return [
        Gap(film=one.source, gap=score, seconds=length_s)
        for one in outcomes
        for score, length_s in zip(one.scores, one.lengths_s, strict=True)
    ]


def _said(one: Outcome, kinds: Sequence[str]) -> str:
    """The claim of one suspect: where it fell into several stretches, the gravest."""
    grave = ("mouth_regenerated", "voice_replaced", *kinds, NOT_HEARD, NOT_ALIGNED)
    return next((claim for claim in grave if claim in one.claims), NOT_ALIGNED)


def _print_calibration(what: str, altered: Sequence[Gap], kept: Sequence[Gap]) -> None:
    """The fit on all films (or speakers), and its cost on those that were left out."""
    fitted = _fitted(altered, kept)
    unseen: tuple[list[float], list[float]] = ([], [])
    for film in sorted({gap.film for gap in (*altered, *kept)}):
        one = _fitted(*([gap for gap in gaps if gap.film != film] for gaps in (altered, kept)))
        for side, gaps in zip(unseen, (altered, kept), strict=True):
            side += [float(np.log10(one.likelihood_ratio(gap.gap))) for gap in gaps if gap.film == film]
    print(f"\nCALIBRATION of {what}: {fitted}")
    for kind, gaps in (("kept", kept), ("altered", altered)):
        values = np.array([gap.gap for gap in gaps])
        print(
            f"  {kind}: {len(values)} stretches of {len({gap.film for gap in gaps})} films or speakers, from "
            f"{min(gap.seconds for gap in gaps):.1f} s; {values.min():.4f} to {values.max():.4f}, median {np.median(values):.4f}"
        )
    print(f"  Cllr on films or speakers that the fit had not seen: {cllr(*unseen):.3f} bits", flush=True)


def _fitted(forged: Sequence[Gap], honest: Sequence[Gap]) -> ScoreCalibration:
    """By logistic regression; independent are films, not stretches."""
    counts = len({gap.film for gap in forged}), len({gap.film for gap in honest})
    altered, kept = (np.array([gap.gap for gap in gaps]) for gaps in (forged, honest))
    slope, intercept = logistic(altered, kept, counts=counts)
    ratios = [(intercept + slope * values) / np.log(10) for values in (altered, kept)]
    low, high = bounds(*ratios, counts=counts)
    return ScoreCalibration(
        source="python -m tests.alignment_rates",
        slope=slope,
        intercept=intercept,
        log10_lr_low=low,
        log10_lr_high=high,
        cllr=cllr(*(np.clip(values, low, high) for values in ratios)),
    )


def _print_target(what: str, hits: int, trials: int, wanted: float, why: str) -> None:
    """Met, or missed by how much and why, or not measured."""
    said = f"  Target, {what}: at least {wanted:.0%}: {_met(hits, trials, wanted)}"
    if trials:
        said += f" ({hits / trials:.1%})"
    print(f"{said}: {why}" if _is_short(hits, trials, wanted) else said, flush=True)


def _met(hits: int, trials: int, wanted: float) -> str:
    if not trials:
        return "not measured, there were none"
    return f"MISSED by {100 * (wanted - hits / trials):.1f} points" if _is_short(hits, trials, wanted) else "met"


def _is_short(hits: int, trials: int, wanted: float) -> bool:
    return hits < wanted * trials


def _print_short(names: Sequence[str], wanted: float) -> None:
    """The conditions under which a target was missed, by name."""
    print(f"  conditions below {wanted:.0%}, {len(names)}: {', '.join(names) or 'none'}")


def _found(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """Pieces that were found, of how many."""
    return sum(one.hits for one in outcomes), sum(one.pieces for one in outcomes)


def _most(counts: Mapping[str, int]) -> str:
    """The three most frequent, with their numbers."""
    ordered = sorted(((count, name) for name, count in counts.items() if count), key=lambda pair: (-pair[0], pair[1]))
    return ", ".join(f"{name} ({count})" for count, name in ordered[:3])


def _rate(hits: int, trials: int) -> str:
    """A share with its Wilson interval at 95 %."""
    if not trials:
        return "none"
    share, z = hits / trials, 1.96
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return f"{hits} of {trials} = {share:.1%} [{low:.1%}, {high:.1%}]"


def _by_film(counts: Sequence[tuple[str, int, int]]) -> str:
    """The interval (95 %) of a share when whole films are drawn anew; ``counts`` are (film, hits, trials)."""
    names = sorted({name for name, _, _ in counts})
    each = np.array(
        [
            [sum(hits for film, hits, _ in counts if film == name), sum(n for film, _, n in counts if film == name)]
            for name in names
        ]
    )
    drawn = np.random.default_rng(3).integers(len(names), size=(RESAMPLED, len(names)))
    sums = each[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / np.maximum(sums[:, 1], 1), [0.025, 0.975])
    return f"{len(names)} [{low:.1%}, {high:.1%}]"


if __name__ == "__main__":
    main()
