"""The set on which detectors of alteration are evaluated, made of the development media.

    python -m tests.judged_set OUT [--clips 200]        then        qalqan evaluate detectors OUT

Real face swaps beside their originals, a lip-synced film beside its original, a generated talking head, vocoded and cloned speech
beside real speech, and genuine film under a voice that is not its own; each twice, well and poorly encoded. From many of them
detectors have learned: the table says which, and the evaluation warns. OUT holds faces and
voices of real people: it is for measuring, and not to be shown or kept.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.film_variants import RATE_HZ, Film, Picture, read_film, read_sound, voiced, write_film

SECONDS = 6.0
SPEECH_S = 10.0
ENCODINGS = {"good": {"bit_rate": 900_000}, "poor": {"bit_rate": 200_000, "height": 360, "sound_bit_rate": 48_000}}
NOT_WHOLLY_SWAPPED = ("Ava_de_Addario_0", "Tim_Chrys_2")
"""Two people are in these, and only one of them was swapped."""

FACES = ("face_blend",)
FILMED = ("face_blend", "lip_sync")
SPOKEN = ("voice_spectrum",)
"""Detectors whose weights or calibration learned from such items: ``tests.train_face_blend`` (swaps and their originals, films),
``tests.train_lip_sync`` (films with their sound), ``tests.train_voice`` (LibriSpeech)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One item before it is encoded: film, or sound alone."""

    name: str
    altered: bool
    group: str
    film: Film | None = None
    sound: NDArray[np.float32] | None = None
    generator: str = ""
    language: str = ""
    footage: Path | None = None
    learned_from: tuple[str, ...] = ()


def sources(fixtures: Path) -> Iterator[Source]:
    """Every item that the development media give."""
    yield from _swaps(fixtures / "dfl_pairs")
    yield from _lip_synced(fixtures / "wav2lip_gfpgan")
    yield from _talking_heads(fixtures / "styletalk")
    for name in ("dfl_real/Obama_speaking.mp4", "dfl_real/Twitch1.mp4", "face_recognition/short_hamilton_clip.mp4"):
        path = fixtures / name
        yield Source(
            name=path.stem,
            altered=False,
            group=path.stem,
            film=read_film(path, seconds=SECONDS),
            language="en",
            learned_from=FACES,
        )
    yield from _speech(fixtures)


def _swaps(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.glob("*.mp4")):
        if path.stem in NOT_WHOLLY_SWAPPED:
            continue
        target = path.stem.rpartition("_")[0]
        yield Source(
            name=f"{path.stem}-original",
            altered=False,
            group=target,
            film=read_film(path, seconds=SECONDS, part=_left),
            learned_from=FACES,
        )
        yield Source(
            name=f"{path.stem}-swap",
            altered=True,
            group=target,
            film=read_film(path, seconds=SECONDS, part=_right),
            generator="face swap (DeepFaceLab)",
            learned_from=FACES,
        )


def _left(picture: Picture) -> Picture:
    return picture[:, : picture.shape[1] // 2]


def _right(picture: Picture) -> Picture:
    return picture[:, picture.shape[1] // 2 :]


def _lip_synced(folder: Path) -> Iterator[Source]:
    raw, synced = folder / "kim_7s_raw.mp4", folder / "kim_lip_synced.mp4"
    yield Source(
        name="kim-raw",
        altered=False,
        group="kim",
        film=read_film(raw, seconds=SECONDS),
        footage=raw,
        language="en",
        learned_from=FILMED,
    )
    yield Source(
        name="kim-lip-synced",
        altered=True,
        group="kim",
        film=read_film(synced, seconds=SECONDS),
        generator="lip sync (Wav2Lip + GFPGAN)",
        footage=raw,
        language="en",
    )


def _talking_heads(folder: Path) -> Iterator[Source]:
    films = sorted((folder / "video").glob("*.mp4"))
    speech = {path.stem: read_sound(folder / "wav" / f"{path.stem}.wav") for path in films}
    for number, path in enumerate(films):
        film = replace(read_film(path, seconds=SECONDS), sound=speech[path.stem][: round(SECONDS * RATE_HZ)])
        yield Source(
            name=path.stem,
            altered=False,
            group=path.stem,
            film=film,
            footage=path,
            language="en",
            learned_from=FILMED,
        )
        others = speech[films[(number + 1) % len(films)].stem]
        yield Source(
            name=f"{path.stem}-other-voice",
            altered=True,
            group=path.stem,
            film=voiced(film, others[2 * RATE_HZ : round((2 + SECONDS) * RATE_HZ)]),
            generator="another's speech (made)",
            footage=path,
            language="en",
            learned_from=FILMED,
        )
    whole = read_film(folder / "demo.mp4", seconds=24.0)
    for number in range(4):
        yield Source(
            name=f"styletalk-{number}",
            altered=True,
            group="styletalk demo",
            film=_excerpt(whole, start_s=SECONDS * number),
            generator="talking head (StyleTalk)",
            language="en",
        )


def _excerpt(film: Film, *, start_s: float) -> Film:
    pictures = film.pictures[round(start_s * film.rate) : round((start_s + SECONDS) * film.rate)]
    sound = None if film.sound is None else film.sound[round(start_s * RATE_HZ) : round((start_s + SECONDS) * RATE_HZ)]
    return Film(pictures=pictures, rate=film.rate, sound=sound)


def _speech(fixtures: Path) -> Iterator[Source]:
    resemblyzer = fixtures / "resemblyzer"
    for kind, altered in (("trump_real", False), ("trump_fake", True)):
        for path in sorted((resemblyzer / kind).iterdir()):
            sound = read_sound(path)[10 * RATE_HZ :]
            for number in range(3):
                piece = sound[round(number * SPEECH_S * RATE_HZ) : round((number + 1) * SPEECH_S * RATE_HZ)]
                if len(piece) >= 0.8 * SPEECH_S * RATE_HZ:
                    yield Source(
                        name=f"{kind}-{path.stem}-{number}",
                        altered=altered,
                        group=path.stem,
                        sound=piece,
                        generator="cloned voice (as labelled)" if altered else "",
                        language="en",
                    )
    for speaker in sorted((resemblyzer / "librispeech").iterdir()):
        for path in sorted(speaker.glob("*.flac"))[:3]:
            sound = read_sound(path)[: round(SPEECH_S * RATE_HZ)]
            yield Source(
                name=path.stem, altered=False, group=speaker.name, sound=sound, language="en", learned_from=SPOKEN
            )
    for kind, altered in (("LJSpeech", False), ("generated", True)):
        for path in sorted((fixtures / "wavefake" / kind).glob("*.wav")):
            yield Source(
                name=path.stem,
                altered=altered,
                group="LJSpeech",
                sound=read_sound(path),
                generator="vocoder (WaveFake)" if altered else "",
                language="en",
            )


def write_set(fixtures: Path, out: Path, *, clips: int | None = None) -> int:
    """Encode the items into ``out`` with their ``items.csv``; returns how many there are."""
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, source in enumerate(sources(fixtures)):
        if clips is not None and number >= clips:
            break
        for quality, encoding in ENCODINGS.items():
            name = f"{source.name}-{quality}.{'mp4' if source.film else 'm4a'}"
            if source.film is not None:
                write_film(source.film, out / name, **encoding)  # type: ignore[arg-type]
            elif source.sound is not None:
                write_sound(source.sound, out / name, bit_rate=128_000 if quality == "good" else 48_000)
            rows.append(
                {
                    "file": name,
                    "altered": "yes" if source.altered else "no",
                    "group": source.group,
                    "generator": source.generator,
                    "language": source.language,
                    "footage": "" if source.footage is None else os.path.relpath(source.footage, out),
                    "voice": "",
                    "learned_from": " ".join(source.learned_from),
                }
            )
    with (out / "items.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def write_sound(sound: NDArray[np.float32], path: Path, *, bit_rate: int) -> Path:
    """An M4A with AAC."""
    with av.open(str(path), "w", format="ipod") as out:
        voice = out.add_stream("aac", rate=RATE_HZ, layout="mono")
        voice.bit_rate = bit_rate
        whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None]), format="fltp", layout="mono")
        whole.sample_rate, whole.pts = RATE_HZ, 0
        resampler = av.AudioResampler(format=voice.format.name, layout="mono", rate=RATE_HZ, frame_size=1024)
        for piece in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(voice.encode(piece))
        out.mux(voice.encode(None))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--clips", type=int, help="stop after so many, to try it")
    asked = parser.parse_args()
    fixtures = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    if not fixtures.is_dir():
        sys.exit(f"the development media are not at {fixtures}: set QALQAN_FIXTURES to where they are")
    print(f"{write_set(fixtures, asked.out, clips=asked.clips)} files in {asked.out}")


if __name__ == "__main__":
    main()
