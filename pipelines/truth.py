"""What is true of the ads of an evaluation: ``truth.json``, written by whoever made them or judged them by hand.

It lies beside the configuration of the set and holds ``{"description": …, "command": …, "ads": [AdTruth, …]}``. Nothing of the
job reads it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from detectors.records import Axis
from evidence.tables import from_json, placing, to_json
from pipelines.records import AxisState

FILE = "truth.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What was done to a creative (``face_swapped``, ``mouth_regenerated``, ``voice_replaced``, ``voice_cloned``) and when; None
    where it lasts from the beginning, or to the end."""

    what: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFilm:
    """The film from which a creative was cut: ``speed`` 1.05 means that it was made 5 % faster."""

    name: str
    start_s: float
    end_s: float
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AdTruth:
    """The right answers about one ad. ``flag``: a person should look at it.

    The four axes are right answers too: an official page that leads to a stranger's domain is rightly ``cannot_tell`` on
    ``source``. The words are what results are broken down by: ``kind`` says what the ad is, ``text_kind`` is a label of the lure
    corpus, ``text_set`` the set that the text was drawn from, ``disguise`` how its spelling was obfuscated, ``publisher`` and
    ``landing`` what kinds of page they are, ``landing_facts`` what that page has, ``generator`` the software that made what is
    not genuine. ``faces`` and ``voices`` are protected people's, as they are meant to be taken; bystanders are not named.
    """

    ad_id: str
    flag: bool
    kind: str
    likeness: AxisState
    alteration: AxisState
    lure: AxisState
    source: AxisState
    language: str
    text_kind: str
    text_set: str
    disguise: str | None
    publisher: str
    landing: str
    landing_facts: tuple[str, ...]
    creative: str | None
    condition: str
    generator: str | None
    faces: tuple[str, ...]
    voices: tuple[str, ...]
    brands: tuple[str, ...]
    alterations: tuple[Alteration, ...]
    film: SourceFilm | None

    def answer(self, axis: Axis) -> AxisState:
        """The right answer on one axis."""
        return {
            Axis.LIKENESS: self.likeness,
            Axis.ALTERATION: self.alteration,
            Axis.LURE: self.lure,
            Axis.SOURCE: self.source,
        }[axis]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A whole set: what it is in words, the command that makes it again, and the right answers. ``learned_from`` names the
    detectors whose weights learned from its media or its words."""

    description: str
    command: str
    ads: tuple[AdTruth, ...]
    learned_from: tuple[str, ...] = ()


def write_truth(truth: Truth, directory: Path) -> Path:
    """Write ``truth.json``, atomically. Raises ``OSError``."""
    path = directory / FILE
    with placing(path) as partial:
        partial.write_text(json.dumps(to_json(truth), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_truth(directory: Path) -> Truth:
    """The right answers of a set. Raises ``FileNotFoundError``, and ``ValueError`` naming what is wrong in the file."""
    path = directory / FILE
    if not path.is_file():
        raise FileNotFoundError(f"there is no {FILE} in {directory}: without the right answers nothing can be measured")
    try:
        truth = from_json(Truth, json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path} does not hold right answers: {error}") from error
    ids = [ad.ad_id for ad in truth.ads]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{path} answers for an ad more than once: leave one answer for each")
    return truth
