"""Which of Tesseract's languages are installed, and where. Nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = ("Latin", "Cyrillic")
"""Models of a whole script, Azerbaijani and Kazakh letters included. Together they read our languages better than those below,
in less time (``python -m tests.picture_text_rates``)."""

LANGUAGES = ("aze", "tur", "eng", "rus", "kaz", "aze_cyrl")
"""Read with where the scripts are not installed."""

PLACES = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")
VARIABLE = "TESSDATA_PREFIX"
ADVICE = "install tesseract-ocr-script-latn and tesseract-ocr-script-cyrl (infra/setup.sh does)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tessdata:
    """A folder with models, and those of them to read with, as Tesseract wants them named (``Latin+Cyrillic``)."""

    folder: Path
    models: str


def find_tessdata() -> Tessdata | str:
    """The models that are installed, or why there are none to read with, as a part of a sentence."""
    if importlib.util.find_spec("tesserocr") is None:
        return "Tesseract is missing: install Qalqan again with all that it depends on"
    folders = [folder for folder in _folders() if folder.is_dir()]
    for wanted in (SCRIPTS, LANGUAGES):
        for folder in folders:
            present = [name for name in wanted if (folder / f"{name}.traineddata").is_file()]
            if present and (wanted is LANGUAGES or len(present) == len(wanted)):
                return Tessdata(folder=folder, models="+".join(present))
    return f"Tesseract is missing its languages: {ADVICE}"


def _folders() -> Iterator[Path]:
    own = os.environ.get(VARIABLE)
    if own:
        yield Path(own)
    yield from map(Path, PLACES)
