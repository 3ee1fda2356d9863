"""Train the voice networks, measure them on speakers and generators that they have not heard, calibrate, and write them.

    python -m tests.train_voice [--check] [--packages FOLDER] [--sounds FOLDER] [--rows FILE]

Each family of generators is judged by networks that learned from none of it, and from none of the speakers they are tested on.
What may only be judged (``tests.voice_corpus``) is judged by networks that learned from all the rest. The calibration is fitted
on all those judgements; for what is printed, each family is weighed by a calibration that was fitted without it. ``--packages``
and ``--sounds`` say where the optional voices and announcements are, ``--rows`` keeps what the front ends gave for the next run.
Without the development media (``QALQAN_FIXTURES``) nothing can be trained.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.voice_front_ends import WINDOW_S
from detectors.voice_networks import PLACE
from tests.voice_corpus import REAL
from tests.voice_nets import Numbers, as_onnx, ensemble, take_scores
from tests.voice_table import Table, Texts, gathered, kept, opened
from watchlist.calibration import Calibration, fit
from watchlist.error_rates import area_under_curve, cllr, det_curve, equal_error_rate
from watchlist.records import Modality

FOLDS = 3
ROUNDS = 300
SEED = 20260101
NEURAL = ("kokoro", "piper", "wavefake vocoder", "cloned voice")
"""Families that the calibration's weight is measured on: what makes voices for fraud today."""
TELEPHONE = "telephone 8 kHz"
WRITE = Path(__file__).resolve().parent.parent / "detectors" / "data" / PLACE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Scores of takes that the judging networks knew neither by speaker nor by generator, for one ``family``."""

    family: str
    generated: Numbers
    real: Numbers
    generated_channel: Texts
    real_channel: Texts


def judged_unseen(table: Table) -> tuple[list[Judged], dict[str, float]]:
    """Every family that may be learned from, left out in turn, on speakers left out in turn; then what may only be judged.
    Also each front end's own AUC over all of it."""
    known = table.part(table.learned)
    fold = np.array([int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS for name in known.speaker])
    speakers = sorted({name for name, family in zip(known.speaker, known.family, strict=True) if family == REAL})
    for number, name in enumerate(speakers):
        fold[known.speaker == name] = number % FOLDS
    found, alone = [], {name: (list[Numbers](), list[Numbers]()) for name in table.views}
    for family in sorted(set(known.family) - {REAL}):
        parts: list[tuple[Numbers, Texts]] = []
        real: list[tuple[Numbers, Texts]] = []
        for held in range(FOLDS):
            nets = ensemble(known.part((known.family != family) & (fold != held)))
            for side, which in ((parts, family), (real, REAL)):
                tested = known.part((known.family == which) & (fold == held))
                if len(tested.take):
                    side.append(take_scores(nets, tested))
                    for name, net in nets.items():
                        alone[name][which == REAL].append(take_scores({name: net}, tested)[0])
        found.append(_judged(family, parts, real))
    nets = ensemble(known)
    strange = table.part(~table.learned)
    if len(strange.take):
        real_side = [take_scores(nets, strange.part(strange.family == REAL))]
        for family in sorted(set(strange.family) - {REAL}):
            found.append(_judged(family, [take_scores(nets, strange.part(strange.family == family))], real_side))
    aucs = {name: auc(np.concatenate(both[0]), np.concatenate(both[1])) for name, both in alone.items()}
    return found, aucs


def _judged(family: str, generated: Sequence[tuple[Numbers, Texts]], real: Sequence[tuple[Numbers, Texts]]) -> Judged:
    return Judged(
        family=family,
        generated=np.concatenate([scores for scores, _ in generated]),
        real=np.concatenate([scores for scores, _ in real]),
        generated_channel=np.concatenate([channels for _, channels in generated]),
        real_channel=np.concatenate([channels for _, channels in real]),
    )


def auc(generated: Numbers, real: Numbers) -> float:
    """The chance that a generated take scores higher than a real one."""
    return area_under_curve(det_curve(generated, real))


def false_rate(generated: Numbers, real: Numbers) -> float:
    """The share of real takes at or above the threshold that finds nine in ten of the generated ones."""
    return float((real >= np.quantile(generated, 0.1)).mean())


def calibrated(judged: Sequence[Judged], *, people: int, source: str) -> Calibration:
    """Families count the same, whatever the number of their takes. Raises ``ValueError`` where generated speech does not score
    higher."""
    most = max(len(one.generated) for one in judged)
    generated = np.concatenate([np.resize(one.generated, most) for one in judged])
    real = np.concatenate([one.real for one in judged])
    return fit(generated, real, modality=Modality.VOICE, pack="voice", people=people, source=source)


def cost_without(one: Judged, judged: Sequence[Judged], *, people: int) -> tuple[Numbers, Numbers]:
    """log10 LR of the generated and real takes of a family, by a calibration that was fitted on the other families."""
    try:
        other = calibrated([each for each in judged if each.family != one.family], people=people, source="others")
    except ValueError:
        return np.zeros(len(one.generated)), np.zeros(len(one.real))
    return other.log10_lr(one.generated), other.log10_lr(one.real)


def interval(values: Sequence[float]) -> str:
    """The middle 95 % of what resampling gave."""
    return f"[{np.percentile(values, 2.5):.2f}, {np.percentile(values, 97.5):.2f}]"


def report(judged: Sequence[Judged], *, people: int) -> dict[str, float]:
    """Print every family, poor ones included; the Cllr of each."""
    rng, costs = np.random.default_rng(SEED), {}
    print(f"{'held out':20}{'takes':>12}{'AUC':>20}{'EER':>20}{'FPR at 90% TPR':>20}{'Cllr':>20}")
    for one in judged:
        ratios = cost_without(one, judged, people=people)
        drawn: list[tuple[float, float, float, float]] = []
        for round_ in range(ROUNDS + 1):
            g = (
                np.arange(len(one.generated))
                if round_ == 0
                else rng.integers(0, len(one.generated), len(one.generated))
            )
            r = np.arange(len(one.real)) if round_ == 0 else rng.integers(0, len(one.real), len(one.real))
            curve = det_curve(one.generated[g], one.real[r])
            rates = area_under_curve(curve), equal_error_rate(curve), false_rate(one.generated[g], one.real[r])
            drawn.append((*rates, cllr(ratios[0][g], ratios[1][r])))
        columns = [f"{drawn[0][at]:.2f} {interval([row[at] for row in drawn[1:]])}" for at in range(4)]
        print(f"{one.family:20}{len(one.generated):5} / {len(one.real):4}" + "".join(f"{text:>20}" for text in columns))
        costs[one.family] = drawn[0][3]
    return costs


def by_channel(judged: Sequence[Judged]) -> None:
    """Print the AUC of each channel over all families, of telephones too, which the product does not take."""
    print("AUC by channel, all families together, networks that learned from telephones as well:")
    for channel in sorted(set(np.concatenate([one.real_channel for one in judged]))):
        parts = [
            (one.generated[one.generated_channel == channel], one.real[one.real_channel == channel]) for one in judged
        ]
        generated, real = (np.concatenate(side) for side in zip(*parts, strict=True))
        print(f"  {channel:22}{auc(generated, real):.2f} ({len(generated)} / {len(real)})")


def manifest(files: Mapping[str, bytes], calibration: Calibration | None, *, cost: float, source: str) -> str:
    """The text of ``detector.toml``."""
    lines = [
        'name = "voice_spectrum"',
        'version = "2"',
        'family = "voice_spectrum"',
        "",
    ]
    for role, data in files.items():
        lines += [
            "[[files]]",
            f'role = "{role}"',
            f'name = "{role}.onnx"',
            f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
            'licence = "Apache-2.0; learned from LibriSpeech (CC BY 4.0) and speech made of it or by free programs"',
            "",
        ]
    lines += [
        "[sound]",
        "rate_hz = 16000",
        f"window_s = {WINDOW_S}",
        f"step_s = {WINDOW_S}",
        'short = "refuse"',
        "",
        "[output]",
        'form = "logit"',
        'labels = ["recorded", "generated"]',
        'altered = ["generated"]',
        'means = "synthetic"',
        "",
        "[validated]",
        f'data_set = "{source}; mean Cllr {cost:.2f} bits, where 1 says nothing"',
        'codec = "none, MP3, AAC, Opus; with music 10 dB below"',
        'bitrate = "48 to 128 kb/s"',
        'language = "mostly English; announcements in Spanish, French, Italian and Russian"',
        'face_size = "none"',
        "",
        "[conditions]",
        'codecs = ["pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "flac", "mp3", "mp3float", "aac", "opus"]',
        'languages = ["en", "es", "fr", "it", "ru"]',
        "min_bitrate_kbps = 48.0",
        "max_bitrate_kbps = 128.0",
        f"min_speech_s = {WINDOW_S}",
        "min_bandwidth_hz = 5000.0",
        "",
        "[cost]",
        "max_windows = 16",
        "batch = 16",
    ]
    if calibration is not None:
        lines += [
            "",
            "[calibration]",
            f'source = "{source}"',
            f"slope = {calibration.slope:.6g}",
            f"intercept = {calibration.intercept:.6g}",
            f"log10_lr_low = {calibration.log10_lr_low:.4f}",
            f"log10_lr_high = {calibration.log10_lr_high:.4f}",
            f"cllr = {cost:.4f}",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Gather, measure, train on everything that may be learned from, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure only")
    parser.add_argument(
        "--packages", type=Path, help="folder into which the packages with neural voices were installed"
    )
    parser.add_argument("--sounds", type=Path, help="folder with the announcements of asterisk-core-sounds-*-g722")
    parser.add_argument("--rows", type=Path, help="file to keep the rows of the front ends in, or to take them from")
    chosen = parser.parse_args()
    fixtures = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    if chosen.rows is None or not chosen.rows.is_file():
        if not (fixtures / "resemblyzer" / "librispeech").is_dir():
            sys.exit(
                f"NO REAL SPEECH: {fixtures} is absent; set QALQAN_FIXTURES to the development media, nothing was trained"
            )
        if chosen.packages is not None:
            sys.path.append(str(chosen.packages))
        table = gathered(fixtures, packages=chosen.packages, sounds=chosen.sounds)
        if chosen.rows is not None:
            kept(table, chosen.rows)
    else:
        table = opened(chosen.rows)
    heard = table.part(table.channel != TELEPHONE)
    people = len(set(heard.speaker[heard.family == REAL]))
    families = sorted(set(heard.family) - {REAL})
    source = (
        f"{people} speakers and {len(families)} families of generators, each unseen in training ({', '.join(families)})"
    )
    print(f"{len(heard.take)} windows of {len(set(heard.take))} takes; {source}")
    judged, alone = judged_unseen(heard)
    costs = report(judged, people=people)
    print("AUC of each front end alone, families left out: " + ", ".join(f"{n} {v:.2f}" for n, v in alone.items()))
    by_channel(judged_unseen(table)[0])
    neural = [costs[family] for family in NEURAL if family in costs]
    cost = max(float(np.mean(list(costs.values()))), float(np.mean(neural)) if neural else 1.0)
    print(f"mean Cllr {np.mean(list(costs.values())):.3f}, of neural and cloned voices {np.mean(neural):.3f}", end="")
    print(f": weight {max(0.0, 1 - cost):.3f}")
    if chosen.check:
        return
    calibration = calibrated(judged, people=people, source=source) if cost < 1 else None
    nets = ensemble(heard.part(heard.learned))
    files = {name: as_onnx(net) for name, net in nets.items()}
    WRITE.mkdir(exist_ok=True)
    for name, data in files.items():
        (WRITE / f"{name}.onnx").write_bytes(data)
    (WRITE / "detector.toml").write_text(manifest(files, calibration, cost=cost, source=source), encoding="utf-8")
    print(f"wrote {len(files)} networks, {sum(map(len, files.values()))} bytes, to {WRITE}")


if __name__ == "__main__":
    main()
