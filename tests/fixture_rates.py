"""What the project demands of faces and voices, measured on the development media: reached, interval, missed by how much and why.

    python -m tests.fixture_rates [--pack DIR …] [--networks] [--only faces|voices]

Each pack is measured beside ``open`` on the same files. ``--networks`` makes a pack of the published detector and recogniser
among the development weights: their ``pack.toml`` is drafted as ``qalqan packs describe`` does it, and nothing of it is kept.

Who somebody is follows from the names of files and folders and from ``deepface/master.csv`` alone. Other pictures of one man are
left out, because the people of that list have no names and he may be one of them; so are the originals beside face swaps, of
whom nobody says who they are, and one photograph in several sizes.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from embeddings.conditions import CLEAN, chosen
from embeddings.pack_draft import draft
from embeddings.packs import MANIFEST, load_pack
from embeddings.samples import LoadedPack
from qalqan.clock import utc_now
from watchlist.evaluation import Asked
from watchlist.evaluation_records import ConditionResult, Evaluation, Point
from watchlist.evaluation_run import run
from watchlist.evaluation_set import read_set
from watchlist.evaluation_targets import DEGRADED, FACE_FMR
from watchlist.evaluation_thresholds import thresholds_in_use
from watchlist.evaluation_wording import interval, percent, verdict
from watchlist.records import Modality

KNN = "face_recognition/knn_examples"
FACES = {
    "alex_lacamoire": (
        "face_recognition/alex-lacamoire.png",
        f"{KNN}/test/alex_lacamoire1.jpg",
        f"{KNN}/train/alex_lacamoire/*",
    ),
    "andrew": ("styletalk/video/andrew_clip_*.mp4",),
    "biden": ("dfl_real/Biden.png", f"{KNN}/train/biden/*"),
    "kim": ("wav2lip_gfpgan/kim_7s_raw.mp4",),
    "kit_harington": (f"{KNN}/test/johnsnow_test1.jpg", f"{KNN}/train/kit_harington/*"),
    "lin-manuel-miranda": ("face_recognition/lin-manuel-miranda.png",),
    "obama": (
        f"{KNN}/test/obama1.jpg",
        f"{KNN}/train/obama/*",
        "dfl_real/Obama_speaking.mp4",
        "styletalk/video/Obama_clip*.mp4",
    ),
    "rose_leslie": (f"{KNN}/train/rose_leslie/*",),
    "twitch": ("dfl_real/Twitch1.mp4",),
}
VOICES = {
    "andrew": ("styletalk/wav/andrew_clip_*.wav",),
    "kim": ("wav2lip_gfpgan/kim_audio.mp3",),
    "LJSpeech": ("wavefake/LJSpeech/*.wav",),
    "obama": ("styletalk/wav/Obama_clip*.wav",),
    "trump": ("resemblyzer/trump_real/*.mp3",),
}
"""Person → files, as patterns, besides the lists of people that come with the media."""

DETECTOR, RECOGNISER = "scrfd_2.5g_bnkps.onnx", "mobilefacenet.onnx"
STATED = {
    'licence = ""  # state it': 'licence = "as MANIFEST.tsv beside it says: for tests only"',
    "# licence_note = .*": 'licence_note = "for tests only"',
    "# face_threshold = .*": "face_threshold = 0.42",
    "# face_min_size_px = .*": "face_min_size_px = 48",
}
"""What a draft leaves to a person. Nothing that is measured here depends on the threshold."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", action="append", default=[], help="also this pack: a directory with a pack.toml")
    parser.add_argument("--networks", action="store_true", help="also the development weights, as a pack")
    parser.add_argument("--only", choices=("faces", "voices"), help="one modality alone")
    asked = parser.parse_args()
    beside = Path(__file__).parents[2] / "shared"
    media = Path(os.environ.get("QALQAN_FIXTURES", beside / "fixtures"))
    weights = Path(os.environ.get("QALQAN_MODELS", beside / "models"))
    modalities = [one for one in Modality if asked.only in (None, f"{one.value}s")]
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        lay_out(media, place)
        names = ["open", *asked.pack]
        if asked.networks:
            names.append(str(drafted(weights, place / "scrfd-mobilefacenet")))
        heard: dict[str, str] = {}
        for modality in modalities:
            first: Evaluation | None = None
            for name in names:
                pack = load_pack(name)
                voices = next(file.sha256 for file in pack.manifest.files if file.role == "voice_vectors")
                if modality is Modality.VOICE and heard.setdefault(voices, pack.manifest.label) != pack.manifest.label:
                    print(f"\n{pack.manifest.label}: its voices are those of {heard[voices]}, measured above")
                    continue
                began = time.process_time()
                found = measured(place / modality.value, pack, modality)
                _print(found, spent_s=time.process_time() - began)
                if first is None:
                    first = found
                elif modality is Modality.FACE:
                    compare(found, first)


def lay_out(media: Path, place: Path) -> None:
    """A folder per modality with a folder per person, as ``qalqan watchlist evaluate`` takes them; links, not copies."""
    listed = read_set(media / "deepface")
    faces = {who: _files(media, patterns) for who, patterns in FACES.items()}
    for path, who in zip(listed.paths, listed.people, strict=True):
        faces.setdefault(f"deepface {Path(who).stem}", []).append(path)
    voices = {who: _files(media, patterns) for who, patterns in VOICES.items()}
    for folder in sorted((media / "resemblyzer/librispeech").iterdir()):
        voices[folder.name] = sorted(folder.iterdir())
    for kind, people in ((Modality.FACE, faces), (Modality.VOICE, voices)):
        for who, paths in people.items():
            folder = place / kind.value / who
            folder.mkdir(parents=True)
            for number, path in enumerate(paths):
                (folder / f"{number:02}-{path.name}").symlink_to(path.resolve())


def _files(media: Path, patterns: Iterable[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(media.glob(pattern))]


def drafted(weights: Path, place: Path) -> Path:
    """A pack of the published detector and recogniser: the draft of its manifest with what a person has to state."""
    place.mkdir(parents=True)
    for name in (DETECTOR, RECOGNISER):
        (place / name).symlink_to((weights / name).resolve())
    text = draft(place)
    for pattern, stated in STATED.items():
        text = re.sub(pattern if pattern.startswith("#") else re.escape(pattern), stated, text)
    (place / MANIFEST).write_text(text, encoding="utf-8")
    return place


def measured(folder: Path, pack: LoadedPack, modality: Modality) -> Evaluation:
    """The evaluation of one modality, as ``qalqan watchlist evaluate`` makes it."""
    return run(
        read_set(folder),
        pack,
        modalities=[modality],
        conditions=chosen(["clean", *DEGRADED[modality]]),
        asked=Asked(min_face_px=60, fpir=0.01, gallery_size=100, seed=0),
        in_use=thresholds_in_use(pack.manifest, None),
        made_at=utc_now(),
        qalqan=importlib.metadata.version("qalqan"),
        command="python -m tests.fixture_rates",
        tell=lambda _: None,
    )


def _print(evaluation: Evaluation, *, spent_s: float) -> None:
    [result] = evaluation.modalities
    print(
        f"\n{evaluation.pack}, {result.modality.value}s: {result.items} of {result.people} people; {spent_s:.0f} s of processor"
    )
    reasons: dict[str, int] = defaultdict(int)
    for one in evaluation.left_out:
        reasons[one.why] += 1
    for why, count in reasons.items():
        print(f"  left out, {count}: {why}")
    if result.figures is None:
        print(f"  nothing could be measured: {result.why_not}")
        return
    clean = result.figures.subsets[-1].conditions[0]
    print(f"  {clean.mated} comparisons of the same person, {clean.non_mated} of different people")
    for target in evaluation.targets:
        print(f"  {target.what}: {target.reached}; demanded {target.wanted}: {verdict(target)}", flush=True)


def compare(found: Evaluation, ours: Evaluation) -> None:
    """Whether the pack's faces are at least as good as those of the first, by TPR at the FMR demanded of both; if not, why."""
    print(f"\n{found.pack} beside {ours.pack}, TPR at FMR {percent(FACE_FMR)}")
    theirs = _conditions(found)
    for name, condition in _conditions(ours).items():
        if name not in theirs:
            continue
        point, other = _point(condition), _point(theirs[name])
        behind = 100 * (point.tpr.rate - other.tpr.rate)
        outcome = "at least as good"
        if behind > 0:
            within = ", which is within its interval" if other.tpr.high >= point.tpr.rate else ""
            outcome = f"missed by {behind:.2f} points{within}: {_why(found, theirs[name])}"
        print(
            f"  {name}: {percent(other.tpr.rate)} ({interval(other.tpr)}) beside {percent(point.tpr.rate)}: {outcome}"
        )


def _why(found: Evaluation, condition: ConditionResult) -> str:
    """What the pack's own target was missed by, where it speaks of this condition; otherwise which pairs lie too low."""
    if condition.name == CLEAN:
        for target in found.targets:
            if target.what.endswith(f"TPR at FMR {percent(FACE_FMR)}") and not target.met and target.why:
                return target.why
    point = _point(condition)
    below = round((1 - point.tpr.rate) * condition.mated)
    why = (
        f"{below} of {condition.mated} comparisons of the same person score below its threshold, {point.threshold:.3f}"
    )
    if condition.not_found:
        why += f"; in {condition.not_found} of {condition.suspects} no face was found, which counts as no match"
    return why


def _conditions(evaluation: Evaluation) -> dict[str, ConditionResult]:
    """Those of large faces, by name."""
    [result] = evaluation.modalities
    return {one.name: one for one in result.figures.subsets[-1].conditions} if result.figures else {}


def _point(condition: ConditionResult) -> Point:
    """TPR at the FMR demanded."""
    return next(point for point in condition.points if point.fmr_wanted == FACE_FMR)


if __name__ == "__main__":
    main()
