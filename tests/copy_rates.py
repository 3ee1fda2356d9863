"""How often a copy is not recognised and how often a forgery passes for a copy, on the development media.

    python -m tests.copy_rates [--films 6] [--seconds 6] [--long 0]

Prints one line per film and change, then the rates. Nothing is kept. ``--long 120`` judges one long film of so many seconds
instead.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from embeddings.fingerprints import CreativePrint, read_prints
from embeddings.glimpses import most_unlike
from embeddings.registration import differences, place, standing_difference
from embeddings.sameness import same_creative
from embeddings.sound_prints import compare_sounds
from tests.film_variants import (
    RATE_HZ,
    Film,
    Picture,
    captioned,
    cropped,
    lengthened,
    mirrored,
    pale_caption,
    read_film,
    read_sound,
    spliced,
    squared,
    voiced,
    write_film,
)
from tests.long_films import captioned_for, inserted, long_film, with_other_lips

POOR: Mapping[str, object] = {"bit_rate": 200_000, "height": 360, "sound_bit_rate": 48_000}
MP3: Mapping[str, object] = {**POOR, "sound_codec": "libmp3lame"}


def copies(film: Film) -> Iterator[tuple[str, Film, Mapping[str, object]]]:
    """(name, film, encoding) of what must be recognised."""
    yield "re-encoded 200 kb/s, AAC 48 kb/s", film, {**POOR}
    yield "re-encoded 200 kb/s, MP3 48 kb/s", film, {**MP3}
    yield "resized to 240 lines", film, {"height": 240}
    yield "square, black bars", squared(film), {**POOR}
    yield "square, white bars", squared(film, colour=(255, 255, 255)), {**POOR}
    yield "cropped 2 %", cropped(film, share=0.02), {**POOR}
    yield "cropped 5 %", cropped(film, share=0.05), {**POOR}
    yield "cropped 5 % at a corner", cropped(film, share=0.05, top=1.0, left=0.0), {**POOR}
    yield "mirrored", mirrored(film), {**POOR}
    yield "mirrored, cropped 3 %, square", squared(cropped(mirrored(film), share=0.03)), {**POOR}


def forgeries(film: Film, other_voice: Film) -> Iterator[tuple[str, Film, Mapping[str, object]]]:
    """(name, film, encoding) of what must not pass."""
    assert other_voice.sound is not None
    yield "caption over half of it", captioned(film), {}
    yield "pale caption, 40 % black", pale_caption(film, share=0.4), {}
    yield "pale caption, 40 % black, 200 kb/s", pale_caption(film, share=0.4), {**POOR}
    yield "pale caption, 40 % black, cropped 4 %", cropped(pale_caption(film, share=0.4), share=0.04), {}
    yield "small pale caption, 40 % black", pale_caption(film, share=0.4, size=840, level=0.3), {}
    yield "small pale caption, 20 % black", pale_caption(film, share=0.2, size=840), {}
    yield "small pale caption, 25 % white", pale_caption(film, share=0.25, size=840, level=0.3, white=True), {}
    yield "pale caption for a fifth of it, 40 % black", pale_caption(film, share=0.4, first=0.4, last=0.6), {}
    yield "1 s longer", lengthened(film, seconds=1.0), {}
    yield "another voice", voiced(film, other_voice.sound), {}
    if film.sound is not None:
        for seconds in (2.0, 1.0, 0.5):
            yield (
                f"{seconds:g} s of other words",
                spliced(film, other_voice.sound, at_s=0.3 * film.seconds, seconds=seconds),
                {},
            )
        yield "sound removed", Film(pictures=film.pictures, rate=film.rate), {}


def long_copies(film: Film) -> Iterator[tuple[str, Film, Mapping[str, object]]]:
    """The same of a long film; fewer, since each takes its time."""
    yield "long, re-encoded 200 kb/s, AAC 48 kb/s", film, {**POOR, "height": 240}
    yield "long, MPEG-4, MP3", film, {"codec": "mpeg4", "bit_rate": 500_000, "sound_codec": "libmp3lame"}
    yield "long, square, black bars", squared(film), {**POOR}
    yield "long, mirrored, cropped 4 %", cropped(mirrored(film), share=0.04), {"bit_rate": 400_000}


def long_forgeries(film: Film, media: Path) -> Iterator[tuple[str, Film, Mapping[str, object]]]:
    """The same of a long film, changed for a little while."""
    where_s, what_s = 0.55 * film.seconds, 0.2 * film.seconds
    for seconds in (2.0, 1.0, 0.5):
        changed = inserted(film, at_s=where_s, seconds=seconds, from_s=what_s)
        yield f"long, another shot for {seconds:g} s", changed, {**POOR, "height": 240}
    for seconds in (2.0, 0.5):
        changed = captioned_for(film, at_s=where_s, seconds=seconds)
        yield f"long, a caption for {seconds:g} s", changed, {**POOR, "height": 240}
    for seconds in (5.0, 2.0):
        yield f"long, other lips for {seconds:g} s", with_other_lips(film, media, seconds=seconds), {}
    assert film.sound is not None
    for seconds in (3.0, 1.0, 0.5):
        changed = spliced(film, film.sound[RATE_HZ:], at_s=where_s, seconds=seconds)
        yield f"long, {seconds:g} s of other words", changed, {}


def left(picture: Picture) -> Picture:
    return picture[:, : picture.shape[1] // 2]


def right(picture: Picture) -> Picture:
    return picture[:, picture.shape[1] // 2 :]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=6, help="how many of the face-swap pairs")
    parser.add_argument("--seconds", type=float, default=6.0, help="how much of each film")
    parser.add_argument(
        "--long", type=float, default=0.0, metavar="S", help="judge one long film of so many seconds instead"
    )
    asked = parser.parse_args()
    media = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[2] / "shared" / "fixtures"))
    with tempfile.TemporaryDirectory() as scratch:
        rates = Rates(media, Path(scratch), films=asked.films, seconds=asked.seconds)
        if asked.long:
            rates.run_long(seconds=asked.long)
        else:
            rates.run()


class Rates:
    """Counts of one measurement."""

    def __init__(self, media: Path, scratch: Path, *, films: int, seconds: float) -> None:
        self._media, self._scratch, self._films, self._seconds = media, scratch, films, seconds
        self._wrong: dict[str, list[bool]] = {}
        self._print_ms: list[float] = []

    @property
    def passed_for_copies(self) -> int:
        """How many forgeries were taken for copies."""
        return sum(sum(wrong) for name, wrong in self._wrong.items() if name.startswith("forgery"))

    def forgeries_only(self) -> None:
        """Judge the real forgeries alone."""
        for path in self._pairs():
            original = self._encoded(read_film(path, seconds=self._seconds, part=left), {})
            self._judge_swap(path, original)
        self._judge_lips()

    def run(self) -> None:
        """Measure everything, then print the rates."""
        voice = Film(pictures=(), rate=1, sound=read_sound(self._media / "styletalk/wav/Obama_clip1.wav"))
        for path in self._pairs():
            print(f"\n{path.name} (no sound)")
            original = self._judge_all(read_film(path, seconds=self._seconds, part=left), voice)
            self._judge_swap(path, original)
        for name in ("face_recognition/short_hamilton_clip.mp4", "wav2lip_gfpgan/kim_7s_raw.mp4"):
            print(f"\n{name}")
            self._judge_all(read_film(self._media / name, seconds=self._seconds), voice)
        self._judge_lips()
        self._report()

    def run_long(self, *, seconds: float) -> None:
        """Measure with one long film, then print the rates."""
        film = long_film(self._media, seconds=seconds)
        print(f"\none film of {film.seconds:.0f} s")
        original = self._encoded(film, {})
        for name, changed, encoding in long_copies(film):
            self._judge(name, original, self._encoded(changed, encoding), same=True)
        for name, changed, encoding in long_forgeries(film, self._media):
            self._judge(name, original, self._encoded(changed, encoding), same=False)
        self._report()

    def _pairs(self) -> list[Path]:
        pairs = sorted((self._media / "dfl_pairs").glob("*.mp4"))
        return pairs[:: max(1, len(pairs) // self._films)][: self._films]

    def _judge_swap(self, path: Path, original: CreativePrint) -> None:
        swapped = read_film(path, seconds=self._seconds, part=right)
        self._judge("face swapped", original, self._encoded(swapped, {}), same=False)
        self._judge("face swapped, 200 kb/s", original, self._encoded(swapped, POOR), same=False)
        self._judge("face swapped, cropped 5 %", original, self._encoded(cropped(swapped, share=0.05), {}), same=False)

    def _judge_lips(self) -> None:
        print("\nlip-synced")
        raw = read_film(self._media / "wav2lip_gfpgan/kim_7s_raw.mp4", seconds=self._seconds)
        synced = read_film(self._media / "wav2lip_gfpgan/kim_lip_synced.mp4", seconds=self._seconds)
        original = self._encoded(raw, {})
        self._judge("lips and voice", original, self._encoded(synced, {}), same=False)
        assert raw.sound is not None
        self._judge("lips alone", original, self._encoded(voiced(synced, raw.sound), {}), same=False)

    def _judge_all(self, film: Film, voice: Film) -> CreativePrint:
        original = self._encoded(film, {})
        for name, changed, encoding in copies(film):
            self._judge(name, original, self._encoded(changed, encoding), same=True)
        for name, changed, encoding in forgeries(film, voice):
            self._judge(name, original, self._encoded(changed, encoding), same=False)
        return original

    def _encoded(self, film: Film, encoding: Mapping[str, object]) -> CreativePrint:
        path = write_film(film, self._scratch / "film.mp4", **encoding)  # type: ignore[arg-type]
        began = time.perf_counter()
        found = read_prints(path)
        self._print_ms.append(1000 * (time.perf_counter() - began))
        return found

    def _judge(self, name: str, original: CreativePrint, other: CreativePrint, *, same: bool) -> None:
        found = same_creative(original, other)
        wrong = (found is not None) is not same
        self._wrong.setdefault(f"{'copy' if same else 'forgery'}: {name}", []).append(wrong)
        verdict = f"{'WRONG' if wrong else 'right'}  {name}: {'copy' if found else 'other'}"
        print(f"  {verdict}; {_margins(original, other)}", flush=True)

    def _report(self) -> None:
        print("\nchange                                              wrong  of")
        for name, wrong in self._wrong.items():
            print(f"{name:50s} {sum(wrong):6d} {len(wrong):3d}")
        for kind, words in (("copy", "copies not recognised"), ("forgery", "forgeries taken for copies")):
            counted = [wrong for name, all_of in self._wrong.items() if name.startswith(kind) for wrong in all_of]
            print(f"{words}: {sum(counted)} of {len(counted)}")
        print(
            f"time of a print: {sorted(self._print_ms)[len(self._print_ms) // 2]:.0f} ms (median, child's start included)"
        )


def _margins(original: CreativePrint, other: CreativePrint) -> str:
    """What the decision rests on, also where it was taken for another reason."""
    both = min(len(original.frames), len(other.frames))
    ours, theirs = original.thumbnails[:both], other.thumbnails[:both]
    placed = [(place(ours, flipped), flipped) for flipped in (theirs, theirs[:, :, ::-1])]
    apart = min(
        (differences(ours, flipped, placement) for placement, flipped in placed), key=lambda values: values.mean()
    )
    standing = min((standing_difference(ours, flipped, placement) for placement, flipped in placed))
    words = f"picture differs by {apart.mean():.1f} levels, {apart.max():.1f} at most, {standing:.1f} standing"
    heard = original.sound and other.sound and compare_sounds(original.sound, other.sound)
    if min(len(original.glimpses), len(other.glimpses)):
        shown = (original.glimpses, original.glimpsed_s)
        unlike = min(
            most_unlike(*shown, glimpses, other.glimpsed_s, placement)
            for (placement, _), glimpses in zip(placed, (other.glimpses, other.glimpses[:, :, ::-1]), strict=True)
        )
        words += f"; glimpses by {unlike:.1f} levels at most"
    if heard:
        words += (
            f"; sound by {100 * heard.bit_error:.0f} % of bits, {100 * heard.worst_bit_error:.0f} % at worst, "
            f"{heard.difference_db:.1f} dB, {heard.worst_difference_db:.1f} dB at worst"
        )
    return words


if __name__ == "__main__":
    main()
