"""A calibration in a stored watchlist: in use once kept, refused for another pack, gone for those who are removed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_enrolment, make_model_pack, make_person, sha
from watchlist import store
from watchlist.calibrate import declare_look_alike, keep_calibration
from watchlist.calibration import Calibration, fit
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.generations import Change
from watchlist.index import COSINE, EUCLIDEAN, Space
from watchlist.records import Modality
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPACES = {Modality.FACE: Space(4, EUCLIDEAN), Modality.VOICE: Space(3, COSINE)}


def calibration(*, modality: Modality = Modality.FACE, pack: str = "tiny@1", seed: int = 3) -> Calibration:
    rng = np.random.default_rng(seed)
    mated, non_mated = rng.normal(0.7, 0.1, size=100), rng.normal(0.1, 0.1, size=900)
    return fit(mated, non_mated, modality=modality, pack=pack, people=40, source="drawn")


def stored(directory: Path) -> Path:
    people = tuple(make_person(person_id=name) for name in ("anar", "leyla"))
    enrolments = tuple(
        make_enrolment(person_id=person.person_id, enrolled_at=NOW, expires_at=NOW + timedelta(days=9))
        for person in people
    )
    watchlist = StoredWatchlist(
        pack="tiny@1",
        spaces=SPACES,
        persons=people,
        enrolments=enrolments,
        vectors={Modality.FACE: {"anar": np.ones((1, 4), dtype=np.float32)}},
    )
    record = Change(at=NOW, by="Rena", action="enrol", subject="anar", detail="")
    store.change(directory, lambda _: watchlist, record=record)
    return directory


def test_kept_read_back_replaced_and_audited(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    keep_calibration(directory, calibration(), by="Rena", now=NOW)
    keep_calibration(directory, calibration(modality=Modality.VOICE), by="Rena", now=NOW)
    newer = calibration(seed=4)
    keep_calibration(directory, newer, by="Rena", now=NOW)
    assert store.read(directory).calibrations == (newer, calibration(modality=Modality.VOICE))
    line = json.loads((directory / "audit.jsonl").read_text().splitlines()[-1])
    assert (line["action"], line["subject"], line["by"]) == ("calibrate", "face", "Rena")
    assert "100 mated and 900 non-mated comparisons of 40 people (drawn), FPIR 0.01" in line["detail"]


def test_another_pack_or_an_empty_watchlist_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    with pytest.raises(WatchlistInvalid, match=r"made with the model pack other@2, but .* was built with tiny@1"):
        keep_calibration(directory, calibration(pack="other@2"), by="Rena", now=NOW)
    record = Change(at=NOW, by="Rena", action="enrol", subject="anar", detail="")
    store.change(directory, lambda was: replace(was, pack_files=sha("others")), record=record)
    with pytest.raises(WatchlistInvalid, match="built with other files of the model pack tiny@1"):
        keep_calibration(directory, calibration(), by="Rena", now=NOW, pack=make_model_pack(name="tiny"))
    assert store.read(directory).calibrations == ()
    with pytest.raises(WatchlistInvalid, match="holds nobody: enrol first"):
        keep_calibration(tmp_path / "absent", calibration(), by="Rena", now=NOW)
    assert not (tmp_path / "absent").exists()


def test_declared_look_alikes_outlive_a_new_calibration_but_not_their_person(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    told = {"modality": Modality.FACE, "by": "Rena", "now": NOW}
    with pytest.raises(WatchlistInvalid, match="are not calibrated: run `qalqan watchlist calibrate` first"):
        declare_look_alike(directory, "anar", 0.5, **told)  # type: ignore[arg-type]
    keep_calibration(directory, calibration(), by="Rena", now=NOW)
    declare_look_alike(directory, "anar", 0.5, **told)  # type: ignore[arg-type]
    declare_look_alike(directory, "leyla", 0.4, **told)  # type: ignore[arg-type]
    with pytest.raises(PersonUnknown, match="has the id 'nobody'"):
        declare_look_alike(directory, "nobody", 0.5, **told)  # type: ignore[arg-type]
    keep_calibration(directory, calibration(seed=5), by="Rena", now=NOW)
    assert store.read(directory).calibrations[0].look_alikes == (("anar", 0.5), ("leyla", 0.4))
    record = Change(at=NOW, by="Rena", action="remove", subject="leyla", detail="")
    store.change(
        directory,
        lambda held: replace(held, persons=held.persons[:1], enrolments=held.enrolments[:1]),
        record=record,
    )
    assert store.read(directory).calibrations[0].look_alikes == (("anar", 0.5),)


def test_a_calibration_that_was_altered_is_refused(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    keep_calibration(directory, calibration(), by="Rena", now=NOW)
    manifest = directory / "generations/000002/manifest.json"
    manifest.write_text(manifest.read_text().replace('"fpir": 0.01', '"fpir": 0.99'))
    with pytest.raises(WatchlistInvalid, match="was altered"):
        store.read(directory)
