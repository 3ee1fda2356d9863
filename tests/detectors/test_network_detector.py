"""A network is shown all the people of a creative in few calls, and each finding holds its own answers."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.network_detector import NetworkDetector
from detectors.network_manifest import read_manifest
from tests.detectors.recognised import PERSON, heard, plain, seen, subject
from tests.detectors.tiny_networks import change_manifest, make_onnx_pictures
from tests.factories import make_person

OTHER = make_person(person_id="another", names=("Another Person",))
FRAMES: dict[str, Any] = {"pictures": {"shown": "frame"}}


class Brightness:
    """A network whose log-odds are the mean value of the picture; it counts how many it was shown together."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, items: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        self.calls.append(len(items))
        means = np.array([item.mean() for item in items], dtype=np.float32)
        return np.stack([np.zeros(len(items), dtype=np.float32), means], axis=1)


def test_people_share_calls_and_keep_their_own_answers(tmp_path: Path) -> None:
    network = Brightness()
    detector = NetworkDetector(read_manifest(make_onnx_pictures(tmp_path, cost={"batch": 4}, **FRAMES)), network)
    pictures = [plain(value) for value in (1, 1, 1, 9, 9, 9)]
    matches = (seen(0.0, 1.0, region=None), seen(1.5, 2.5, region=None, person=OTHER, track=1))
    found = list(detector.examine(subject(*matches, pictures=pictures, people=(PERSON, OTHER), paths=False)))
    assert network.calls == [4, 2]
    assert {one.person_id: one.measurement for one in found} == {PERSON.person_id: 1.0, OTHER.person_id: 9.0}
    assert len({one.finding_id for one in found}) == 2


def test_nobody_and_nothing_to_show_cost_no_call(tmp_path: Path) -> None:
    network = Brightness()
    sections: dict[str, Any] = {**FRAMES, "conditions": {"codecs": ["vp9"]}}
    detector = NetworkDetector(read_manifest(make_onnx_pictures(tmp_path, **sections)), network)
    (nobody,) = detector.examine(subject(pictures=[plain(1)]))
    assert "nobody was recognised" in nobody.observation
    (outside,) = detector.examine(subject(seen(0.0, 1.0, region=None), pictures=[plain(1)], paths=False))
    assert "encoded with h264" in outside.observation
    assert outside.inside_validation is False
    (unseen,) = detector.examine(subject(heard(0.0, 1.0)))
    assert unseen.claim == "network_not_asked"
    assert network.calls == []


def test_the_version_follows_the_manifest(tmp_path: Path) -> None:
    first = NetworkDetector(read_manifest(make_onnx_pictures(tmp_path)), Brightness())
    assert first.name == "onnx_network.tiny"
    assert first.version.endswith(first.manifest.sha256[:12])
    second = NetworkDetector(read_manifest(change_manifest(tmp_path, "scale = 255", "scale = 256")), Brightness())
    assert second.version != first.version
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(first)
