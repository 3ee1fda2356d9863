"""How often a copy of genuine film is found, how often strange film is taken for it, how often what was changed is told right.

    python -m tests.alignment_rates [--films 8] [--unrelated 1000] [--clips 100] [--sounds 8] [--only PART …]

Everything on the development media, all films enrolled as if of one person, so that every suspect is sought in all of them.
Films are few, and several show one person: intervals (Wilson, 95 %) count trials, which are not independent. Nothing is kept.
Of the strange windows ``--clips`` are files, encoded as the red team's ads are and run through the whole detector; each takes
several seconds of one processor, and the output says how many. The rest are faces cut from the same films, with noise, put into
the search for film alone, at some hundredths of a second each.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from detectors.film_alignment import FaceSeries
from detectors.genuine_source import GenuineSource
from detectors.records import Finding
from detectors.searched_film import locate_in
from detectors.sound_alignment import hear
from detectors.source_verdicts import SAME_SOUND, picture_verdict, sound_verdict
from detectors.subject import CreativeSubject
from detectors.validation import ScoreCalibration
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.records import FaceTrack
from tests.alignment_media import (
    PERSON_ID,
    POOR,
    Copy,
    Enrolled,
    Piece,
    copies,
    encoded,
    enrolled,
    for_a_while,
    no_higher,
    other_mouths,
    passing_mouths,
    same_scene,
    sources,
    spread,
)
from tests.factories import make_match, make_person
from tests.film_variants import Film, accompanied, cropped, excerpt, mirrored, read_film, read_sound, sped, write_film
from tests.strange_clips import strange_clips
from watchlist.calibration import bounds, logistic
from watchlist.error_rates import cllr
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery
from watchlist.records import Match

PARTS = ("sounds", "mouths", "copies", "swaps", "unrelated")
RATE_HZ = 16_000
HALF = "second half "
HALVED = 6 * RATE_HZ
"""Samples from which on a sound is also tried with its second half replaced."""
RIGHT_PLACE_S = 0.35
"""How far the film's time may lie from the truth where an aligned stretch begins."""

FOUND_SHARE = 0.5
"""Share of a piece that must be aligned to count as found."""

BESIDE = "Twitch1"
"""What split screens show besides."""

RECALL = RIGHT = 0.95
"""Targets: pieces found, and mouths and sounds told right where aligned. Of strange clips none may be aligned."""

UNRELATED = 1000

NEAR_S = 2.0
"""The same film, farther than this from a window, is strange to it."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=8, help="of how many films copies and forgeries are made")
    parser.add_argument("--unrelated", type=int, default=1000, help="how many strange windows are sought")
    parser.add_argument(
        "--clips", type=int, default=100, help="how many of these are encoded files, for the whole detector"
    )
    parser.add_argument("--sounds", type=int, default=8, help="how many speakers' sounds are replaced")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some parts alone")
    asked = parser.parse_args()
    media = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    with tempfile.TemporaryDirectory() as scratch:
        rates = Rates(media, Path(scratch), films=asked.films)
        parts: dict[str, Callable[[], None]] = {
            "sounds": lambda: rates.sounds(asked.sounds),
            "mouths": rates.mouths,
            "copies": rates.copies,
            "swaps": rates.swaps,
            "unrelated": lambda: rates.unrelated(asked.unrelated, clips=min(asked.clips, asked.unrelated)),
        }
        for name, measure in parts.items():
            if name in asked.only:
                measure()
        rates.calibration()


class Rates:
    """The measurements, each of which prints its own result."""

    def __init__(self, media: Path, scratch: Path, *, films: int) -> None:
        self._media, self._scratch, self._count = media, scratch, films
        self._pack = load_pack("open")
        self._person = make_person(person_id=PERSON_ID)
        self._beside = read_film(media / f"dfl_real/{BESIDE}.mp4", seconds=8)
        self._sources = sources(media)
        self._bank: dict[str, Enrolled] = {}
        self._honest: list[Gap] = []
        self._forged: list[Gap] = []
        self._kept: list[Gap] = []
        self._replaced: list[Gap] = []

    def copies(self) -> None:
        """Recall under every condition, and what is said about honest mouths and sounds."""
        self._enrol()
        print("\nCOPIES: pieces found / pieces; honest copies called otherwise", flush=True)
        found: dict[str, list[bool]] = {}
        picture: Counter[str] = Counter()
        sound: Counter[str] = Counter()
        recut, seconds, media_s = Counter[str](), 0.0, 0.0
        for source in spread(self._sources, self._count):
            film = source.read()
            for copy in copies(film, self._beside):
                began = process_time()
                findings, stretches = self._examined(copy)
                seconds, media_s = seconds + process_time() - began, media_s + copy.film.seconds
                own = self._bank[source.name].footage
                hits = [_hit(piece, stretches, own) for piece in copy.pieces]
                found.setdefault(copy.name, []).extend(hits)
                said = Counter(finding.claim for finding in findings)
                picture += Counter({claim: n for claim, n in said.items() if claim in PICTURE_CLAIMS})
                sound += Counter({claim: n for claim, n in said.items() if claim in SOUND_CLAIMS})
                self._honest += self._gaps(source.name, stretches)
                recut[f"{copy.name}: {'recut' if said['recut'] else 'not recut'}"] += 1
                strays = [one for one in stretches if not _true(one, copy.pieces, own) and not self._shows_beside(one)]
                note = f"; WRONG PLACE {strays[0].observation}" if strays else ""
                if not all(hits) or strays:
                    print(f"  {source.name}, {copy.name}: {sum(hits)} of {len(hits)} {dict(said)}{note}", flush=True)
            so_far = [hit for hits in found.values() for hit in hits]
            print(f"  {source.name} done: {sum(so_far)} of {len(so_far)} so far; {dict(picture)}", flush=True)
        for name, hits in found.items():
            print(f"  {name:32s} {_rate(sum(hits), len(hits))}")
        every = [hit for hits in found.values() for hit in hits]
        print(f"  {'all conditions':32s} {_rate(sum(every), len(every))}")
        for name, hits in found.items():
            if sum(hits) < RECALL * len(hits):
                print(f"  below {RECALL:.0%} under {name}", flush=True)
        _print_target("recall over all conditions", sum(every), len(every), RECALL, _lost(found))
        print(f"  honest pictures: {dict(picture)}; honest sounds: {dict(sound)}")
        print(f"  {dict(sorted(recut.items()))}")
        print(f"  processor time of decoding, faces and this detector: {seconds / media_s:.2f} s per second of suspect")

    def _shows_beside(self, one: Finding) -> bool:
        """Whether a stretch was rightly found in the film that the split screen shows besides."""
        beside = [film.footage.sha256 for name, film in self._bank.items() if same_scene(name, BESIDE)]
        return one.reference_sha256 in beside

    def unrelated(self, count: int, *, clips: int) -> None:
        """Strange clips: so many files through the whole detector, and windows of arrays through the search for the rest."""
        self._enrol()
        false = self._strange_files(clips)
        false += self._strange_windows(count - clips)
        parts = (
            f"{clips} encoded files through the whole detector, {count - clips} windows of arrays through the search"
        )
        print(f"\nUNRELATED, all: false alignments {_rate(false, count)}; {parts}")
        wanted = f"  Target, no false alignment among {UNRELATED:,} strange clips: "
        if false:
            print(f"{wanted}MISSED by {false}: each is named above, with what agreed", flush=True)
        elif count < UNRELATED:
            print(f"{wanted}not shown by {count}", flush=True)
        else:
            print(f"{wanted}met", flush=True)

    def _strange_files(self, count: int) -> int:
        """Encoded files, sought in every film but that of their own scene, with every face in them taken for the person
        enrolled: a face that is not recognised would not even be looked for. Returns how many were aligned."""
        wrong, recognised, spent, media_s = 0, 0, 0.0, 0.0
        kinds: Counter[str] = Counter()
        scenes: Counter[str] = Counter()
        for clip in strange_clips(self._sources, self._media, self._scratch, count=count):
            films = [
                one.footage for name, one in self._bank.items() if not (clip.scene and same_scene(name, clip.scene))
            ]
            began = process_time()
            media = decode(clip.path)
            seen = see_faces(media, self._pack)
            recognised += bool(self._gallery.match_faces(seen.samples))
            subject = CreativeSubject(
                media=media,
                faces=seen.samples,
                voices=(),
                matches=tuple(_taken_for(sample.track) for sample in seen.samples),
                gallery=Gallery.of(self._pack.manifest, persons=[self._person], footage=films),
                pack=self._pack,
                paths=seen.paths,
            )
            findings = list(GenuineSource().examine(subject))
            spent, media_s = spent + process_time() - began, media_s + (media.creative.duration_s or 0.0)
            kinds[clip.kind if seen.samples else f"{clip.kind}, no face found"] += 1
            found = [one for one in findings if one.claim in PICTURE_CLAIMS or one.claim == "recut"]
            wrong += bool(found)
            scenes[clip.kind] += any(one.claim == "scene_found" for one in findings)
            if found:
                print(f"  FALSE: {clip.name}, {clip.kind}, {clip.condition}: {found[0].observation}", flush=True)
        print(f"\nUNRELATED, encoded files: false alignments {_rate(wrong, count)}")
        print(f"  {dict(kinds)}; {recognised} would have been recognised as somebody enrolled")
        print(
            f"  a whole scene was named as alike, of which nothing is claimed, in {sum(scenes.values())}: {dict(+scenes)}"
        )
        if count:
            print(
                f"  processor time of decoding, faces and this detector: {spent / count:.1f} s for a clip, "
                f"{spent / media_s:.2f} s per second of it",
                flush=True,
            )
        return wrong

    def _strange_windows(self, count: int) -> int:
        """Windows of one film, as arrays with noise, neither encoded nor decoded, sought in all other films and in the other
        moments of the same one. Returns how many were aligned."""
        rng = np.random.default_rng(7)
        names = [source.name for source in self._sources]
        false, windows, seconds = [], 0, 0.0
        while windows < count:
            name = names[windows % len(names)]
            own = self._bank[name].footage
            length_s, start_s = float(rng.uniform(2.4, 6.0)), float(rng.uniform(0, max(0.1, own.times_s[-1] - 2.4)))
            inside = (own.times_s >= start_s) & (own.times_s <= start_s + length_s)
            windows += 1
            if inside.sum() < 12:
                continue
            strange = [one.footage for other, one in self._bank.items() if not same_scene(other, name)]
            strange += _around(own, start_s - NEAR_S, start_s + length_s + NEAR_S)
            began = process_time()
            noise = rng.normal(0, 2, own.faces[inside].shape)
            faces = np.clip(own.faces[inside] + noise, 0, 255).astype(np.uint8)
            found = locate_in(FaceSeries(times_s=own.times_s[inside] - start_s, faces=faces), strange)
            seconds += process_time() - began
            false += [(name, start_s, one) for one in found]
            if windows % 100 == 0:
                print(f"  {windows} windows, {len(false)} false", flush=True)
            if found:
                print(f"  FALSE: {name} from {start_s:.1f} s: {found[0].shift} {found[0].agreement}", flush=True)
        wrong = len({(name, start_s) for name, start_s, _ in false})
        print(f"\nUNRELATED, windows of arrays: false alignments {_rate(wrong, windows)}")
        if windows:
            print(f"  processor time of the search: {1000 * seconds / windows:.0f} ms for a window", flush=True)
        return wrong

    def swaps(self) -> None:
        """The other half of each pair: the same scene with another face, which must not count as the film's own."""
        self._enrol()
        said: Counter[str] = Counter()
        for source in self._sources:
            if source.paired:
                path = write_film(source.read(swapped=True), self._scratch / "swap.mp4")
                swap = enrolled(path, self._pack).footage
                found = locate_in(FaceSeries(times_s=swap.times_s, faces=swap.faces), self._footage())
                claims = {picture_verdict(one.agreement).claim for one in found} or {"not_aligned"}
                said += Counter(claims)
                if claims - {"not_aligned"}:
                    print(f"  {source.name}: {sorted(claims)} {found[0].agreement}", flush=True)
        total = sum(said.values())
        print(
            f"\nSWAPPED FACES against their own scene: {dict(said)}; called the same {_rate(said['same_as_genuine'], total)}"
        )

    def mouths(self) -> None:
        """Mouths that were generated (one real lip-synced film) or taken from another moment."""
        self._enrol()
        print("\nMOUTHS: called regenerated, where aligned", flush=True)
        said: dict[str, Counter[str]] = {
            kind: Counter()
            for kind in ("lip-synced", "of another moment", "lip-synced for a while", "other for a while")
        }
        for copy in self._lip_synced():
            said["lip-synced"] += self._mouth(copy, "kim_7s_raw")
        for copy in self._passing():
            said["lip-synced for a while"] += self._mouth(copy, "kim_7s_raw")
        for source in spread(self._sources, self._count):
            for copy in other_mouths(source.read(), self._pack):
                said["of another moment"] += self._mouth(copy, source.name)
            for copy in passing_mouths(source.read(), self._pack):
                said["other for a while"] += self._mouth(copy, source.name)
        for kind, claims in said.items():
            aligned_ones = sum(claims.values()) - claims["not_aligned"]
            right = claims["mouth_regenerated"]
            print(f"  {kind}: {dict(claims)}; right {_rate(right, aligned_ones)}")
            _print_target(f"mouths {kind}, where aligned", right, aligned_ones, RIGHT, _otherwise(claims))

    def sounds(self, count: int) -> None:
        """Speech of one speaker: kept, drowned in music, sped; or other words, other speakers and clones put in its place."""
        print("\nSOUNDS at the aligned time: what is said", flush=True)
        said: dict[tuple[str, str], Counter[str]] = {}
        for name, own, kinds in self._spoken(count):
            for kind, truth, sound, speed in kinds:
                film = Film(
                    pictures=[np.zeros((64, 64, 3), dtype=np.uint8)] * round(len(sound) / 1600), rate=10, sound=sound
                )
                heard_sound = decode(write_film(film, self._scratch / "sound.mp4", **POOR)).sound  # type: ignore[arg-type]
                assert heard_sound is not None
                heard = hear(heard_sound, own, speed=speed, pack=self._pack, enough=SAME_SOUND)
                claim = sound_verdict(heard).claim if heard else "sound_not_compared"
                said.setdefault((kind, truth), Counter())[claim] += 1
                if heard and not kind.startswith(HALF):
                    gap = Gap(film=name, gap=-heard.sound.correlation, face_px=0, seconds=heard.sound.seconds)
                    (self._kept if truth == "sound_as_genuine" else self._replaced).append(gap)
                if claim != truth and heard:
                    print(f"  {name}, {kind}: {claim}; {heard}", flush=True)
        for (kind, truth), claims in said.items():
            total = sum(claims.values())
            print(f"  {kind:32s} {dict(claims)}; right {_rate(claims[truth], total)}")
        right = sum(claims[truth] for (_, truth), claims in said.items())
        wrong = sum(claims[WRONG[truth]] for (_, truth), claims in said.items())
        every = sum(sum(claims.values()) for claims in said.values())
        print(
            f"  right {_rate(right, every)}, wrong {_rate(wrong, every)}, the rest cannot tell",
            flush=True,
        )
        missed = {
            f"{kind} ({claim})": n
            for (kind, truth), claims in said.items()
            for claim, n in claims.items()
            if claim != truth
        }
        _print_target("sounds at the aligned time", right, every, RIGHT, _most(missed))

    def _spoken(
        self, count: int
    ) -> Iterator[tuple[str, NDArray[np.float32], list[tuple[str, str, NDArray[np.float32], float]]]]:
        """Speakers with six seconds of their own sound and what is heard instead: (kind, truth, sound, speed)."""
        folders = sorted((self._media / "resemblyzer/librispeech").iterdir())[:count]
        speech = {
            folder.name: np.concatenate([read_sound(file) for file in sorted(folder.glob("*.flac"))[:3]])
            for folder in folders
        }
        real = sorted((self._media / "resemblyzer/trump_real").glob("*.mp3"))
        clone = read_sound(sorted((self._media / "resemblyzer/trump_fake").glob("*.mp3"))[0])
        names, six, three = list(speech), 6 * RATE_HZ, 3 * RATE_HZ
        for place, name in enumerate(names):
            own, later, other = speech[name][:six], speech[name][six : 2 * six], speech[names[place - 1]][:six]
            yield name, own, _kinds(own, [("other words, same speaker", later), ("another speaker", other)])
            yield name, own[:three], _kinds(own[:three], [("another speaker", other[:three])], prefix="3 s: ")
        for file in real[:2]:
            sound = read_sound(file)[10 * RATE_HZ :]
            yield file.stem, sound[:six], _kinds(sound[:six], [("clone", clone[5 * RATE_HZ : 5 * RATE_HZ + six])])

    def _lip_synced(self) -> Iterator[Copy]:
        film = read_film(self._media / "wav2lip_gfpgan/kim_lip_synced.mp4", seconds=7.2, part=no_higher)
        whole: list[Piece] = [(0.0, 7.2, 0.0, 7.2)]
        yield Copy(name="as it is", film=film, encoding={"bit_rate": 2_000_000}, pieces=whole)
        yield Copy(name="200 kb/s", film=film, encoding=POOR, pieces=whole)
        yield Copy(name="cropped", film=cropped(film, share=0.1), encoding=POOR, pieces=whole)
        yield Copy(name="mirrored", film=mirrored(film), encoding=POOR, pieces=whole)
        yield Copy(name="sped 5 %", film=sped(film, rate=1.05), encoding=POOR, pieces=whole)
        yield Copy(name="its end", film=excerpt(film, 3.0, 7.2), encoding=POOR, pieces=whole)

    def _passing(self) -> Iterator[Copy]:
        """A film with a second and a half of its lip-synced version."""
        film, synced = (
            read_film(self._media / "wav2lip_gfpgan" / name, seconds=7.2, part=no_higher)
            for name in ("kim_7s_raw.mp4", "kim_lip_synced.mp4")
        )
        whole: list[Piece] = [(0.0, 7.2, 0.0, 7.2)]
        for start_s in (1.0, 3.0, 5.0):
            changed = for_a_while(film, synced, start_s=start_s)
            yield Copy(name=f"from {start_s:g} s, 200 kb/s", film=changed, encoding=POOR, pieces=whole)

    def calibration(self) -> None:
        """What the two numbers that decide weigh, as far as they were measured."""
        if self._honest and self._forged:
            _print_calibration("the gap between upper face and mouth", self._forged, self._honest)
            sizes = [gap.face_px for gap in (*self._honest, *self._forged)]
            print(f"  faces from {min(sizes)} px", flush=True)
        if self._replaced:
            _print_calibration("minus the correlation of the sounds", self._replaced, self._kept)

    def _gaps(self, film: str, stretches: Sequence[Finding]) -> list[Gap]:
        return [
            Gap(
                film=film, gap=one.measurement, face_px=self._face_px, seconds=(one.end_s or 0.0) - (one.start_s or 0.0)
            )
            for one in stretches
            if one.measurement is not None and one.claim != "face_differs"
        ]

    def _mouth(self, copy: Copy, name: str) -> Counter[str]:
        findings, stretches = self._examined(copy)
        self._forged += self._gaps(name, stretches)
        claims = [one.claim for one in findings if one.claim in PICTURE_CLAIMS or one.claim == "not_aligned"]
        if claims != ["mouth_regenerated"]:
            print(
                f"  {name}, {copy.name}: {[(one.claim, one.measurement, one.observation) for one in findings]}",
                flush=True,
            )
        return Counter(claims)

    def _examined(self, copy: Copy) -> tuple[list[Finding], list[Finding]]:
        """What the detector says about a suspect, and what of it tells an aligned stretch."""
        media = decode(encoded(copy, self._scratch / "suspect.mp4"))
        seen = see_faces(media, self._pack)
        gallery = self._gallery
        subject = CreativeSubject(
            media=media,
            faces=seen.samples,
            voices=(),
            matches=tuple(gallery.match_faces(seen.samples)),
            gallery=gallery,
            pack=self._pack,
            paths=seen.paths,
        )
        self._face_px = min((sample.track.size_px for sample in seen.samples), default=0)
        findings = list(GenuineSource().examine(subject))
        return findings, [one for one in findings if one.claim in PICTURE_CLAIMS]

    def _enrol(self) -> None:
        if self._bank:
            return
        for source in self._sources:
            path = write_film(source.read(), self._scratch / "film.mp4") if source.paired else source.path
            self._bank[source.name] = enrolled(path, self._pack)
        vectors = np.concatenate([one.vectors for one in self._bank.values()])
        self._gallery = Gallery.of(
            self._pack.manifest, persons=[self._person], face_vectors={PERSON_ID: vectors}, footage=self._footage()
        )
        seconds = sum(len(one.footage.times_s) for one in self._bank.values()) / 10
        print(f"{len(self._bank)} films enrolled, {seconds:.0f} s with a face", flush=True)

    def _footage(self) -> tuple[GenuineFootage, ...]:
        return tuple(one.footage for one in self._bank.values())


PICTURE_CLAIMS = ("same_as_genuine", "mouth_regenerated", "mouth_unclear", "face_differs")
SOUND_CLAIMS = ("sound_as_genuine", "sound_unclear", "sound_replaced", "voice_replaced")
WRONG = {"sound_as_genuine": "voice_replaced", "voice_replaced": "sound_as_genuine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The number that decides about one stretch of a suspect made of ``film`` (or of a speaker), higher where altered;
    ``face_px`` is the smallest face in the suspect."""

    film: str
    gap: float
    face_px: int
    seconds: float


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


def _kinds(
    own: NDArray[np.float32], others: Sequence[tuple[str, NDArray[np.float32]]], *, prefix: str = ""
) -> list[tuple[str, str, NDArray[np.float32], float]]:
    quick = sped(Film(pictures=[np.zeros((2, 2, 3), dtype=np.uint8)], rate=10, sound=own), rate=1.1).sound
    assert quick is not None
    kept = [
        ("own sound", own, 1.0),
        ("own sound, music 10 dB softer", _with_music(own, 10), 1.0),
        ("own sound, music as loud", _with_music(own, 0), 1.0),
        ("own sound, speed 110 %", quick, 1.1),
    ]
    replaced = [(kind, sound, 1.0) for kind, sound in others if len(sound) == len(own)]
    replaced += [(f"{HALF}{kind}", _half(own, sound), 1.0) for kind, sound, _ in list(replaced) if len(own) >= HALVED]
    replaced += [(f"{kind}, music 10 dB softer", _with_music(sound, 10), 1.0) for kind, sound, _ in list(replaced)]
    return [
        *((prefix + kind, "sound_as_genuine", sound, speed) for kind, sound, speed in kept),
        *((prefix + kind, "voice_replaced", sound, speed) for kind, sound, speed in replaced),
    ]


def _half(own: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound up to its middle, then the other."""
    middle = len(own) // 2
    return np.concatenate([own[:middle], other[middle:]])


def _with_music(sound: NDArray[np.float32], ratio_db: float) -> NDArray[np.float32]:
    film = accompanied(Film(pictures=[np.zeros((2, 2, 3), dtype=np.uint8)], rate=10, sound=sound), ratio_db=ratio_db)
    assert film.sound is not None
    return film.sound


def _taken_for(track: FaceTrack) -> Match:
    """A face, whoever's, as if it had been recognised."""
    return make_match(
        creative_sha256=track.creative_sha256,
        person_id=PERSON_ID,
        track=track.track,
        start_s=track.start_s,
        end_s=track.end_s,
        best_s=track.best_s,
        region=track.region,
    )


def _hit(piece: Piece, stretches: Sequence[Finding], film: GenuineFootage) -> bool:
    """Whether enough of the piece was found in its film at its time."""
    found_s = 0.0
    for one in stretches:
        if _true(one, [piece], film):
            found_s += max(0.0, min(piece[1], one.end_s or 0.0) - max(piece[0], one.start_s or 0.0))
    return found_s >= FOUND_SHARE * (piece[1] - piece[0])


def _true(one: Finding, pieces: Sequence[Piece], film: GenuineFootage) -> bool:
    """Whether the start of an aligned stretch shows what one of the pieces shows there."""
    assert one.start_s is not None
    assert one.end_s is not None
    assert one.reference_start_s is not None
    for start_s, end_s, film_start_s, film_end_s in pieces:
        pace = (film_end_s - film_start_s) / (end_s - start_s)
        truth_s = film_start_s + (one.start_s - start_s) * pace
        inside = min(end_s, one.end_s) - max(start_s, one.start_s)
        if one.reference_sha256 == film.sha256 and inside > 0 and abs(truth_s - one.reference_start_s) <= RIGHT_PLACE_S:
            return True
    return False


def _around(film: GenuineFootage, start_s: float, end_s: float) -> list[GenuineFootage]:
    """The film before and after a stretch."""
    sides = (film.times_s < start_s, film.times_s > end_s)
    return [
        replace(
            film, sha256=f"{number}{film.sha256[1:]}", times_s=film.times_s[side], faces=film.faces[side], marks=None
        )
        for number, side in enumerate(sides)
        if side.sum() >= 12
    ]


def _print_target(what: str, hits: int, trials: int, wanted: float, why: str) -> None:
    """Met, or missed by how much and why, or not measured."""
    demanded = f"  Target, {what}: at least {wanted:.0%}: "
    if not trials:
        print(f"{demanded}not measured, there were none", flush=True)
    elif hits >= wanted * trials:
        print(f"{demanded}met ({hits / trials:.1%})", flush=True)
    else:
        print(
            f"{demanded}MISSED by {100 * (wanted - hits / trials):.1f} points ({hits / trials:.1%}): {why}", flush=True
        )


def _lost(found: Mapping[str, Sequence[bool]]) -> str:
    """Under which conditions most pieces were lost."""
    return f"lost most under {_most({name: len(hits) - sum(hits) for name, hits in found.items()})}"


def _otherwise(claims: Counter[str]) -> str:
    """What was said instead of what is right."""
    return f"called {_most({claim: n for claim, n in claims.items() if claim not in ('mouth_regenerated', 'not_aligned')})}"


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


if __name__ == "__main__":
    main()
