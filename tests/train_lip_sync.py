"""Measure how well ``lip_sync`` tells a mouth that makes the speech from one that does not, and write its calibration.

    python -m tests.train_lip_sync [--check]

On the development media (``QALQAN_FIXTURES``): real films with their own sound against the same films with another's speech, with
their own sound a second late, and with the mouth of another moment. Each person is judged by a calibration that has learned from
the others. A small classifier of agreement, delay, phone classes and lip kinematics (``tests.lip_classifier``) is judged in the
same way. Copies at low bitrates and sound that is a little late count as genuine: nobody was dubbed by that. Generated lips are
measured apart. Where the pack marks lips all of it is measured three times: by flow, darkness and relief of the mouth, by these
and the points together, and by the points alone, which are shown and not used. ``--check`` writes nothing. The bands and regions
that are measured were chosen on these clips too, as was that the points join the other curves: all numbers are optimistic by an
unknown amount.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.lip_agreement import lip_agreement
from detectors.lip_features import NAMES, POINT_NAMES, lip_features
from detectors.lip_kinematics import lip_kinematics
from detectors.lip_model import DATA, POINTS_DATA
from detectors.lip_points import on_points, with_points
from detectors.lip_sync import STILL
from detectors.mouth_motion import MouthMotion
from detectors.validation import weight_left
from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.film_variants import read_sound
from tests.lip_classifier import Windows, calibrated, described, held_out_cllr, held_out_scores, learned
from tests.lip_clips import (
    Sound,
    Source,
    Window,
    dubbed,
    frozen,
    generated,
    late,
    noisy,
    other_mouth,
    reencoded,
    silent,
    speaking,
    windows,
)
from watchlist.calibration import fit
from watchlist.error_rates import area_under_curve, cllr, det_curve, equal_error_rate
from watchlist.records import Modality

Numbers = NDArray[np.float64]

COPIES = (("re-encoded 100 kb/s", 100_000, 480), ("re-encoded 40 kb/s, 160 lines", 40_000, 160))
GENUINE = ("as filmed", "re-encoded 100 kb/s", "re-encoded 40 kb/s, 160 lines", "sound 0.2 s late")
ALTERED = ("another's speech", "own sound 1 s late", "mouth of another moment", "silent film, another's speech")
APART = ("own sound 0.6 s late", "own sound under noise as loud", "generated lips")
ROUNDS = 1000
WELL_ABOVE_CHANCE = 0.8
LEAST_PEOPLE = 10
"""Lower end of the interval of the AUC, and people with genuine film, from which the method gets any weight."""

PICTURE, BOTH, POINTS = "flow, darkness and relief", "flow, darkness, relief and points", "points alone"
"""By what a mouth is measured."""

WRITTEN = {PICTURE: DATA, BOTH: POINTS_DATA}
"""The file of each measure that ``lip_sync`` uses."""

SOURCE = "{clips} clips of {people} people who speak English to the camera (python -m tests.train_lip_sync)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A window with its score, the higher the more altered, and its ``lip_features``; both None where the mouth does not move or
    the sound does not vary. ``measure`` is one of PICTURE, BOTH and POINTS."""

    measure: str
    kind: str
    person: str
    clip: str
    score: float | None
    features: tuple[float, ...] | None


def judged(kind: str, seen: Sequence[Window | None]) -> list[Judged]:
    """The scores of windows, of each by every measure that there is."""
    return [
        _judged(kind, window, measure, mouth)
        for window in seen
        if window is not None and window.sound is not None
        for measure, mouth in mouths(window)
    ]


def mouths(window: Window) -> Iterator[tuple[str, MouthMotion]]:
    """How the mouth moves, by each measure."""
    yield PICTURE, window.mouth
    if window.lips is not None:
        both = with_points(window.mouth, window.lips)
        yield BOTH, both
        yield POINTS, replace(both, movement=on_points(window.mouth, window.lips)[1])


def _judged(kind: str, window: Window, measure: str, mouth: MouthMotion) -> Judged:
    assert window.sound is not None
    agreement = lip_agreement(mouth, window.sound) if window.mouth.amplitude >= STILL else None
    return Judged(
        measure=measure,
        kind=kind,
        person=window.source.person,
        clip=window.source.clip,
        score=None if agreement is None else -agreement.deviations,
        features=None if agreement is None else tuple(lip_features(agreement, lip_kinematics(mouth)).tolist()),
    )


def collect(place: Path) -> tuple[list[Judged], list[Window], list[Window]]:
    """Everything judged; the real windows and the generated ones, without their pictures."""
    pack = load_pack("open")
    sources = speaking(place)
    sounds = {source.clip: read_sound(source.sound or source.film) for source in sources}
    strangers = [read_sound(path) for path in sorted((place / "wavefake/LJSpeech").glob("*1.wav"))]
    made = [window.slim() for source in generated(place) for window in windows(source, pack)]
    found = judged("generated lips", made)
    real: list[Window] = []
    for source in sources:
        others = [sound for clip, sound in sounds.items() if clip != source.clip] + strangers
        judgements, seen = of_film(source, pack, others)
        found += judgements
        real += seen
    mute = [window.slim() for source in silent(place, per_person=1) for window in windows(source, pack)]
    everyone = [*sounds.values(), *strangers]
    found += judged("silent film, another's speech", [one for window in mute for one in dubbed(window, everyone)])
    return found, [*real, *mute], made


def of_film(source: Source, pack: LoadedPack, others: Sequence[Sound]) -> tuple[list[Judged], list[Window]]:
    """A real film as it is and as a forger would change it; its windows."""
    seen = windows(source, pack)
    turned = [*seen[1:], *seen[:1]] if len(seen) > 1 else []
    pasted = [other_mouth(one, giver, pack) for one, giver in zip(seen, turned, strict=False)]
    found = judged("as filmed", seen)
    with tempfile.TemporaryDirectory() as scratch:
        for name, rate, lines in COPIES:
            found += judged(name, reencoded(source, pack, Path(scratch), bit_rate=rate, height=lines))
    found += judged("sound 0.2 s late", [late(window, 0.2) for window in seen])
    found += judged("own sound 0.6 s late", [late(window, 0.6) for window in seen])
    found += judged("own sound under noise as loud", [noisy(window) for window in seen])
    found += judged("own sound 1 s late", [late(window, 1.0) for window in seen])
    found += judged("another's speech", [one for window in seen for one in dubbed(window, others)])
    found += judged("mouth of another moment", pasted)
    found += judged("mouth frozen", [frozen(window, pack) for window in seen])
    return found, [window.slim() for window in seen]


def scores(found: Sequence[Judged], kinds: Sequence[str], *, clips: Sequence[str] | None = None) -> Numbers:
    """Scores of some kinds; with ``clips``, of those clips, as often as each is named."""
    usable = [one for one in found if one.kind in kinds and one.score is not None]
    if clips is None:
        return np.array([one.score for one in usable], dtype=np.float64)
    by_clip: dict[str, list[float]] = {}
    for one in usable:
        by_clip.setdefault(one.clip, []).append(one.score or 0.0)
    return np.array([score for clip in clips for score in by_clip.get(clip, [])], dtype=np.float64)


def false_alarms(altered: Numbers, genuine: Numbers) -> float:
    """Share of genuine windows called altered where nine in ten altered ones are."""
    return float((genuine >= np.quantile(altered, 0.1)).mean())


def measures(altered: Numbers, genuine: Numbers) -> tuple[float, float, float]:
    """AUC, EER and FPR at 90 % TPR."""
    curve = det_curve(altered, genuine)
    return area_under_curve(curve), equal_error_rate(curve), false_alarms(altered, genuine)


def intervals(found: Sequence[Judged], kinds: Sequence[str], rng: np.random.Generator) -> list[tuple[float, float]]:
    """95 % intervals of the measures when clips are drawn again with replacement."""
    usable = [one for one in found if one.score is not None]
    genuine_clips = sorted({one.clip for one in usable if one.kind in GENUINE})
    altered_clips = sorted({one.clip for one in usable if one.kind in kinds})
    drawn = []
    for _ in range(ROUNDS):
        altered = scores(usable, kinds, clips=rng.choice(altered_clips, len(altered_clips)).tolist())
        genuine = scores(usable, GENUINE, clips=rng.choice(genuine_clips, len(genuine_clips)).tolist())
        drawn.append(measures(altered, genuine))
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def calibrate(found: Sequence[Judged], source: str) -> Mapping[str, float]:
    """A calibration of the judged windows; people of whom there is genuine film count, the others do not."""
    people = len({one.person for one in found if one.kind in GENUINE})
    fitted = fit(
        scores(found, ALTERED),
        scores(found, GENUINE),
        modality=Modality.FACE,
        pack="lip_sync",
        people=max(2, people),
        source=source,
    )
    return {
        "slope": fitted.slope,
        "intercept": fitted.intercept,
        "log10_lr_low": fitted.log10_lr_low,
        "log10_lr_high": fitted.log10_lr_high,
    }


def log10_ratios(values: Numbers, calibration: Mapping[str, float]) -> Numbers:
    """As ``ScoreCalibration`` gives them."""
    free = (calibration["intercept"] + calibration["slope"] * values) / np.log(10)
    bounded: Numbers = np.clip(free, calibration["log10_lr_low"], calibration["log10_lr_high"])
    return bounded


def held_out(found: Sequence[Judged]) -> tuple[Numbers, Numbers]:
    """log10 LR of altered and genuine windows, each by a calibration that has learned from other people only."""
    people = sorted({one.person for one in found if one.kind in GENUINE})
    altered, genuine = [], []
    for person in people:
        calibration = calibrate([one for one in found if one.person != person], "")
        own = [one for one in found if one.person == person]
        altered.append(log10_ratios(scores(own, ALTERED), calibration))
        genuine.append(log10_ratios(scores(own, GENUINE), calibration))
    return np.concatenate(altered), np.concatenate(genuine)


def report(found: Sequence[Judged]) -> dict[str, float]:
    """Print what was reached; the numbers that are kept."""
    rng = np.random.default_rng(1)
    genuine = scores(found, GENUINE)
    people = len({one.person for one in found if one.kind in GENUINE})
    print(
        f"{len(genuine)} genuine windows of {people} people; scores are minus the standard deviations above shifted sound"
    )
    print(f"{'kind':32}{'clips':>6}{'windows':>8}{'none':>6}{'median':>8}   AUC, EER, FPR at 90 % TPR (95 % intervals)")
    for kind in (*GENUINE, *ALTERED, *APART, "mouth frozen"):
        own = [one for one in found if one.kind == kind]
        values = scores(own, (kind,))
        if not len(own):
            continue
        without = sum(one.score is None for one in own)
        line = f"{kind:32}{len({one.clip for one in own}):6}{len(own):8}{without:6}"
        if len(values):
            line += f"{np.median(values):8.2f}"
            if kind not in GENUINE:
                line += "   " + _row(measures(values, genuine), intervals(found, (kind,), rng))
        print(line)
    all_measures, all_intervals = measures(scores(found, ALTERED), genuine), intervals(found, ALTERED, rng)
    print(f"{'all altered':60}   {_row(all_measures, all_intervals)}")
    altered_lr, genuine_lr = held_out(found)
    cost = cllr(altered_lr, genuine_lr)
    print(
        f"held out by person: Cllr {cost:.3f} bits; LR at least 2 of {(altered_lr >= np.log10(2)).mean():.1%} of the altered"
    )
    print(f"  and of {(genuine_lr >= np.log10(2)).mean():.1%} of the genuine windows; at most 1/2 of", end=" ")
    print(
        f"{(altered_lr <= -np.log10(2)).mean():.1%} of the altered and {(genuine_lr <= -np.log10(2)).mean():.1%} of the genuine"
    )
    whole = calibrate(found, "")
    altered_lr, genuine_lr = log10_ratios(scores(found, ALTERED), whole), log10_ratios(genuine, whole)
    print(
        f"as written, not held out: LR at least 2 of {(altered_lr >= np.log10(2)).mean():.1%} of the altered", end=" "
    )
    print(f"and {(genuine_lr >= np.log10(2)).mean():.1%} of the genuine windows; at most 1/2 of", end=" ")
    print(
        f"{(altered_lr <= -np.log10(2)).mean():.1%} of the altered and {(genuine_lr <= -np.log10(2)).mean():.1%} of the genuine"
    )
    low, high = all_intervals[0]
    return {"auc": all_measures[0], "auc_low": low, "auc_high": high, "cllr": cost, "people": people}


def windows_of(found: Sequence[Judged]) -> Windows:
    """What the classifier learns from: the kinds that count as genuine or altered."""
    usable = [(one, one.features) for one in found if one.features is not None and one.kind in (*GENUINE, *ALTERED)]
    return Windows(
        values=np.array([features for _, features in usable]),
        altered=np.array([one.kind in ALTERED for one, _ in usable]),
        people=np.array([one.person for one, _ in usable]),
        names=NAMES if usable[0][0].measure == PICTURE else POINT_NAMES,
    )


def _row(values: Sequence[float], spans: Sequence[tuple[float, float]]) -> str:
    return "  ".join(f"{value:.3f} ({low:.3f}-{high:.3f})" for value, (low, high) in zip(values, spans, strict=True))


def kinematics(measure: str, real: Sequence[Window], made: Sequence[Window]) -> None:
    """Print how well the lips' movement alone tells generated from filmed mouths, feature by feature."""
    ours, theirs = (
        np.stack([lip_kinematics(dict(mouths(window))[measure]).features() for window in seen]) for seen in (real, made)
    )
    names = POINT_NAMES[-5:][: ours.shape[1]]
    print(f"lip kinematics alone: {len(theirs)} generated windows of 2 films against {len(ours)} filmed ones")
    for column, name in enumerate(names):
        area = area_under_curve(det_curve(theirs[:, column], ours[:, column]))
        each = [
            area_under_curve(
                det_curve(theirs[np.array([w.source.clip == clip for w in made]), column], ours[:, column])
            )
            for clip in sorted({window.source.clip for window in made})
        ]
        print(f"  {name:12} AUC {area:.3f} (by film {', '.join(f'{one:.3f}' for one in each)})")
    print("  two generated films cannot train a classifier: these numbers are shown and weigh nothing")


def written(found: Sequence[Judged], kept: Mapping[str, float]) -> str:
    """The TOML file."""
    clips = len({one.clip for one in found if one.kind in GENUINE})
    source = SOURCE.format(clips=clips, people=int(kept["people"]))
    calibration = calibrate(found, source)
    trusted = kept["auc_low"] >= WELL_ABOVE_CHANCE and kept["people"] >= LEAST_PEOPLE
    values = {
        **calibration,
        "cllr": kept["cllr"],
        "auc": kept["auc"],
        "auc_low": kept["auc_low"],
        "auc_high": kept["auc_high"],
        "weight": weight_left(kept["cllr"]) if trusted else 0.0,
    }
    lines = [
        "# Written by python -m tests.train_lip_sync; do not edit.",
        f'source = "{source}"',
        f"people = {int(kept['people'])}",
    ]
    lines += [f"{name} = {value:.6f}" for name, value in values.items()]
    return "\n".join([*lines, *_classifier_lines(windows_of(found), source)]) + "\n"


def _classifier_lines(windows: Windows, source: str) -> list[str]:
    """The table of the classifier; nothing where it could not be calibrated."""
    print("\n".join(described(windows)))
    try:
        calibration = calibrated(windows, held_out_scores(windows), source=source)
    except ValueError:
        return []
    fitted = learned(windows)
    columns = {"centre": fitted.centre, "spread": fitted.spread, "weights": fitted.weights}
    numbers = {
        "bias": fitted.bias,
        "slope": calibration.slope,
        "intercept": calibration.intercept,
        "log10_lr_low": calibration.log10_lr_low,
        "log10_lr_high": calibration.log10_lr_high,
        "cllr": held_out_cllr(windows),
    }
    return [
        "",
        "[classifier]",
        f'source = "{source}"',
        "names = [" + ", ".join(f'"{name}"' for name in windows.names) + "]",
        *(f"{name} = [" + ", ".join(f"{value:.6f}" for value in column) + "]" for name, column in columns.items()),
        *(f"{name} = {value:.6f}" for name, value in numbers.items()),
    ]


def main() -> None:
    """Measure, calibrate on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure only")
    chosen = parser.parse_args()
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    if not place.is_dir():
        raise SystemExit(f"no development media at {place}: set QALQAN_FIXTURES")
    found, real, made = collect(place)
    for measure in (PICTURE, BOTH, POINTS):
        own = [one for one in found if one.measure == measure]
        if not own:
            print(f"\nnot measured by {measure}: lips are not marked here (infra/setup.sh installs what does)")
            continue
        print(f"\n== by {measure}")
        kept = report(own)
        kinematics(measure, real, made)
        text = written(own, kept)
        if measure in WRITTEN:
            print(text)
        if measure in WRITTEN and not chosen.check:
            (Path(__file__).parents[1] / "detectors" / "data" / WRITTEN[measure]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
