"""What a text network's answer becomes: weighed by the manifest's calibration alone, not asked outside of its languages."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.network_manifest import read_manifest
from detectors.records import Bearing
from detectors.text_network import TextNetwork
from pipelines.records import AxisState
from pipelines.score import axis_readings
from tests.detectors.subjects import landing, subject
from tests.detectors.tiny_networks import CALIBRATION, make_text_checkpoint
from tests.factories import make_ad

LURE_BODY = "Everybody who joins our money club today gets a free account and a personal manager."


def network(
    place: Path, odds: float = 3.0, *, seen: list[str] | None = None, takes: int = 1000, **sections: Any
) -> TextNetwork:
    """A network that gives these log-odds to every text in which ``money`` stands, and their opposite to others."""

    return TextNetwork(read_manifest(make_text_checkpoint(place, **sections)), Purse(odds, seen, takes=takes))


@dataclass
class Purse:
    """Knows one word, and ``takes`` so many letters at once."""

    odds: float
    seen: list[str] | None
    takes: int

    def windows(self, text: str) -> list[tuple[int, int]]:
        return [(at, min(at + self.takes, len(text))) for at in range(0, len(text), self.takes)]

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.seen is not None:
            self.seen.extend(texts)
        return np.array([[0.0, self.odds if "money" in text else -self.odds] for text in texts], dtype=np.float32)


def test_without_calibration_it_weighs_nothing(tmp_path: Path) -> None:
    (found,) = network(tmp_path).examine(subject(make_ad(title=None, body=LURE_BODY, cta_text=None)))
    assert (found.claim, found.bearing, found.weight) == ("network_not_calibrated", Bearing.INCONCLUSIVE, 0)
    assert "not calibrated" in found.observation
    assert found.measurement == pytest.approx(3.0)


def test_a_calibrated_answer_makes_a_lure(tmp_path: Path) -> None:
    ad = subject(make_ad(title=None, body=LURE_BODY, cta_text=None))
    (found,) = network(tmp_path, calibration=CALIBRATION).examine(ad)
    assert (found.claim, found.bearing, found.weight) == ("network_lure", Bearing.SUPPORTS, 0.75)
    assert [LURE_BODY[span.start : span.end] for span in found.spans] == [LURE_BODY]
    lure = axis_readings(matches=(), findings=[found], gallery=ad.gallery, unread=())[2]
    assert lure.state is AxisState.YES
    assert lure.summary.startswith(found.observation)


def test_a_calibrated_answer_speaks_against_one_too(tmp_path: Path) -> None:
    ad = subject(make_ad(title=None, body="Fresh bread and cakes every morning.", cta_text=None))
    (found,) = network(tmp_path, calibration=CALIBRATION).examine(ad)
    assert (found.claim, found.bearing) == ("network_no_lure", Bearing.AGAINST)


def test_one_luring_stretch_among_many_makes_the_answer(tmp_path: Path) -> None:
    body = "Bread and cakes. " * 60 + "Send money now to the baker." + " Cakes and bread." * 60
    (found,) = network(tmp_path).examine(subject(make_ad(title=None, body=body, cta_text=None)))
    assert found.measurement == pytest.approx(3.0)
    assert all("money" in body[span.start : span.end] for span in found.spans)


def test_no_more_stretches_than_the_manifest_allows(tmp_path: Path) -> None:
    seen: list[str] = []
    body = "Bread and cakes. " * 600
    (found,) = network(tmp_path, seen=seen, cost={"max_windows": 3}).examine(
        subject(make_ad(title=None, body=body, cta_text=None))
    )
    assert len(seen) == 3
    assert "stretches were not read" in found.quality_limits[0]


def test_harmless_words_before_a_lure_that_is_not_read_speak_against_nothing(tmp_path: Path) -> None:
    body = "Bread and cakes. " * 200 + "Send money now to the baker."
    asked = network(tmp_path, calibration=CALIBRATION, cost={"max_windows": 3})
    (found,) = asked.examine(subject(make_ad(title=None, body=body, cta_text=None)))
    assert (found.claim, found.bearing, found.likelihood_ratio) == ("network_undecided", Bearing.INCONCLUSIVE, None)
    assert found.inside_validation is False
    (told,) = asked.examine(subject(make_ad(title=None, body=f"Send money. {body}", cta_text=None)))
    assert (told.claim, told.inside_validation) == ("network_lure", False)
    assert "the highest of 3 answers" in told.quality_limits[1]


def test_what_a_network_does_not_take_at_once_is_read_in_pieces(tmp_path: Path) -> None:
    seen: list[str] = []
    body = "Bread and cakes every morning for you. Send money now. Cakes and bread in the evening."
    (found,) = network(tmp_path, seen=seen, takes=20).examine(subject(make_ad(title=None, body=body, cta_text=None)))
    assert "".join(seen) == body
    assert found.measurement == pytest.approx(3.0)
    assert [body[span.start : span.end] for span in found.spans] == ["end money now. Cakes"]
    (cut,) = network(tmp_path, takes=20, cost={"max_windows": 2}).examine(
        subject(make_ad(title=None, body=body, cta_text=None))
    )
    assert "Not all was read: 3 of its 5 stretches were not read." in cut.observation


def test_pages_are_read_each_by_itself(tmp_path: Path) -> None:
    ad = subject(
        make_ad(body="Bread and cakes"), landing(text="Send money to us all"), landing(text="Send money to us all")
    )
    own, *pages = network(tmp_path).examine(ad)
    assert own.measurement == pytest.approx(-3.0)
    assert [page.measurement for page in pages] == pytest.approx([3.0, 3.0])
    assert pages[0].modality == "page"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "there are no words"),
        ("Money!", "it has only 5 letters"),
        (
            "Купите свежий хлеб и пирожные каждое утро в нашем магазине.",
            "its language is ru, and this network takes en",
        ),
    ],
)
def test_it_says_why_it_was_not_asked(tmp_path: Path, body: str | None, why: str) -> None:
    ad = subject(make_ad(title=None, body=body, cta_text=None))
    (found,) = network(tmp_path, conditions={"languages": ["en"]}).examine(ad)
    assert found.claim == "network_not_asked"
    assert f"cannot tell because {why}" in found.observation


def test_no_number_is_no_answer(tmp_path: Path) -> None:
    (found,) = network(tmp_path, float("nan")).examine(subject(make_ad(body=LURE_BODY)))
    assert found.claim == "network_undecided"


def test_it_is_opened_in_the_worker_and_never_sent(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(network(tmp_path))
