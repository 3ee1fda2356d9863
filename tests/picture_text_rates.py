"""How much of what is written in pictures is read, per language and style, and what it costs.

    python -m tests.picture_text_rates [FILM ...]

Captions of ``tests.written_pictures`` on two portraits in three sizes; then the cost, for twenty seconds of captions that change
all the time and for each film named. The environment variable ``TESSDATA_PREFIX`` names another folder of models. Nothing is
kept.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from embeddings.line_reading import READERS, read_lines
from embeddings.media import decode
from embeddings.picture_text import PictureReader
from embeddings.tessdata import find_tessdata
from embeddings.text_boxes import TextFinder, open_finder
from embeddings.text_strips import strips
from tests.media import Picture, write_clip
from tests.written_pictures import CAPTIONS, Style, written

SIZES = ((640, 360, 30), (640, 360, 20), (360, 640, 26))


def shares(finder: TextFinder) -> Iterator[tuple[str, Style, float]]:
    """(language, style, share of the words that were read exactly) of each picture."""
    for style in Style:
        for language, lines in CAPTIONS.items():
            for number, (width, height, px) in enumerate(SIZES):
                on = ("hopper", "astronaut")[number % 2]
                picture = written(lines, width=width, height=height, px=px, style=style, on=on)
                yield language, style, _share(lines, _read(finder, picture))


def _read(finder: TextFinder, picture: Picture) -> str:
    told, problem = read_lines([strips(picture, box) for box in finder.find(picture)])
    if problem is not None:
        raise SystemExit(problem)
    return " ".join(text.text for text in told)


def _share(wanted: Sequence[str], read: str) -> float:
    words = " ".join(wanted).split()
    return sum(word in read.split() for word in words) / len(words)


def _cpu_s() -> float:
    """Processor time of this process, and, once they have ended, of those that it started."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(time.ru_utime + time.ru_stime for time in times)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films", nargs="*", type=Path)
    options = parser.parse_args()
    tessdata = find_tessdata()
    if isinstance(tessdata, str):
        raise SystemExit(tessdata)
    finder = open_finder()
    before = _cpu_s()
    found = list(shares(finder))
    READERS.close()
    print(f"Tesseract {tessdata.models}; share of words read exactly, mean of {len(SIZES)} pictures")
    for style in Style:
        row = [
            f"{language} {_mean([share for one, how, share in found if (one, how) == (language, style)]):.2f}"
            for language in CAPTIONS
        ]
        print(f"{style:8} " + "  ".join(row))
    print(
        f"all {_mean([share for *_, share in found]):.3f}; {(_cpu_s() - before) / len(found):.2f} s of processor a picture"
    )
    reader = PictureReader(finder, tessdata)
    with tempfile.TemporaryDirectory() as folder:
        for path in (_changing(Path(folder) / "changing captions.mp4"), *options.films):
            media = decode(path)
            before = _cpu_s()
            lines = reader.read_media(media).lines
            READERS.close()
            spent, length = _cpu_s() - before, media.creative.duration_s or 0.0
            print(
                f"{path.name}: {len(lines)} lines, {spent:.2f} s of processor, models loaded anew, {length:.1f} s of film"
            )


def _changing(path: Path) -> Path:
    """Twenty seconds in which two other lines stand every two and a half seconds, on a portrait that moves."""
    lines = [line for captions in CAPTIONS.values() for line in captions]
    pictures = [
        np.roll(
            written(lines[2 * (n // 25) :][:2], width=640, height=640, px=34, style=Style.OUTLINE, on="astronaut"),
            n % 7,
            axis=1,
        )
        for n in range(200)
    ]
    return write_clip(path, pictures, side_px=640)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
