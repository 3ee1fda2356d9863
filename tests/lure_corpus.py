"""The lure corpus for training and tests: its texts, its folds and the disguises that scams put on.

    python -m tests.lure_corpus

prints how many texts and patterns there are.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from detectors.lure_features import features, prepare

PLACE = Path(__file__).resolve().parent.parent / "detectors" / "data" / "lure_corpus"
COLUMNS = ("id", "language", "label", "group", "text")
FOLDS = 5
HALVES = ("first", "second")
"""Of the ideas: what was mended while the errors on the first were read can be checked on the second."""
FIRST_LATER = 61
"""Ideas from this number on were written after the mistakes on earlier ones had been looked at."""

EVERY = 11
"""Of so many texts one is read for ``features_sha256``: all of them take longer than a test may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusText:
    """One text. ``group`` names the idea that it says; texts of one idea, also in other languages, share a fold."""

    id: str
    language: str
    label: str
    group: str
    text: str

    @property
    def fold(self) -> int:
        """0..``FOLDS`` − 1, the same for the whole group; ideas of one class are spread evenly."""
        return self.number % FOLDS

    @property
    def half(self) -> str:
        """In which of the ``HALVES`` its idea is."""
        return HALVES[(self.number + 1) % 2]

    @property
    def number(self) -> int:
        """Of the idea within its label."""
        return int(self.group.rsplit("-", 1)[1])


def read_corpus(place: Path = PLACE) -> list[CorpusText]:
    """Every text of every language. Raises ``ValueError`` naming file and line where a row is not as the data card says."""
    texts = []
    for path in sorted(place.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if lines[0].split("\t") != list(COLUMNS):
            raise ValueError(f"{path.name}: the first line must name the columns {COLUMNS}")
        for number, line in enumerate(lines[1:], start=2):
            cells = line.split("\t")
            if len(cells) != len(COLUMNS) or not all(cell.strip() for cell in cells):
                raise ValueError(f"{path.name}:{number}: expected {len(COLUMNS)} filled columns, found {len(cells)}")
            texts.append(CorpusText(**dict(zip(COLUMNS, cells, strict=True))))
    return texts


def corpus_sha256(place: Path = PLACE) -> str:
    """SHA-256 of the corpus files, one after the other in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(place.glob("*.tsv")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def features_sha256(place: Path = PLACE) -> str:
    """SHA-256 of the word list and of the n-grams and cues in every eleventh text: it changes with the list and the folding."""
    digest = hashlib.sha256((place.parent / "lure.toml").read_bytes())
    for text in read_corpus(place)[::EVERY]:
        seen = features(prepare(text.text))
        digest.update(seen.buckets.tobytes() + seen.occurring.tobytes())
    return digest.hexdigest()


_LOOK_ALIKES = {
    **dict(zip("aeopcyxiAEOPCTHKMBX", "аеорсухіАЕОРСТНКМВХ", strict=True)),
    **dict(zip("аеорсухіАЕОРСТНКМВХ", "aeopcyxiAEOPCTHKMBX", strict=True)),
}
_LEET = {**dict(zip("oieasOIEAS", "0134501345", strict=True)), "а": "@", "о": "0", "з": "3", "О": "0", "б": "6"}
_OTHER_SCRIPT = {**_LOOK_ALIKES, "t": "т", "k": "к", "m": "м", "n": "п", "b": "в", "т": "t", "к": "k", "м": "m"}


def look_alikes(text: str, rng: random.Random) -> str:
    """A third of the letters that have a twin in the other script, exchanged."""
    return _exchange(text, _LOOK_ALIKES, rng, share=0.33)


def zero_width(text: str, rng: random.Random) -> str:
    """Invisible characters after a fifth of the letters."""
    return "".join(
        a + (rng.choice("\u200b\u200c\u2060\u00ad") if a.isalpha() and rng.random() < 0.2 else "") for a in text
    )


def leet(text: str, rng: random.Random) -> str:
    """Digits for about a third of the letters that have one."""
    return _exchange(text, _LEET, rng, share=0.33)


def mixed_script(text: str, rng: random.Random) -> str:
    """Two letters in three of every fourth word from the other script, where it has something similar."""
    return " ".join(_exchange(w, _OTHER_SCRIPT, rng, share=0.66) if rng.random() < 0.25 else w for w in text.split(" "))


def set_apart(text: str, rng: random.Random) -> str:
    """Letters of every fourth longer word set apart, by spaces or points."""
    mark = rng.choice(" .-")
    return " ".join(
        mark.join(word) if len(word) > 4 and word.isalpha() and rng.random() < 0.25 else word
        for word in text.split(" ")
    )


DISGUISES: Mapping[str, Callable[[str, random.Random], str]] = {
    "look-alikes": look_alikes,
    "zero width": zero_width,
    "leet": leet,
    "mixed script": mixed_script,
    "set apart": set_apart,
}


def _exchange(text: str, twins: Mapping[str, str], rng: random.Random, *, share: float) -> str:
    return "".join(twins[letter] if letter in twins and rng.random() < share else letter for letter in text)


def main() -> None:
    """Print texts and patterns per language and label."""
    corpus = read_corpus()
    labels = sorted({text.label for text in corpus})
    print(f"{len(corpus)} texts; per label: texts/patterns")
    for language in sorted({text.language for text in corpus}):
        here = [text for text in corpus if text.language == language]
        texts = Counter(text.label for text in here)
        patterns = Counter(label for label, _ in {(text.label, text.group) for text in here})
        print(f"{language}: {len(here):4}  " + "  ".join(f"{one} {texts[one]}/{patterns[one]}" for one in labels))


if __name__ == "__main__":
    main()
