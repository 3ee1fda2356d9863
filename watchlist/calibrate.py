"""Put a calibration into a stored watchlist: signed, audited and replaced in one step like everything in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from embeddings.records import ModelPack
from watchlist import store
from watchlist.calibration import Calibration, with_look_alike
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.generations import Change
from watchlist.records import Modality
from watchlist.store import StoredWatchlist


def keep_calibration(
    directory: Path, calibration: Calibration, *, by: str, now: datetime, pack: ModelPack | None = None
) -> None:
    """Use this calibration from now on, in place of an older one of its modality, whose declared look-alikes are kept. ``pack``
    gave the scores; without it only its label is compared.

    Raises ``WatchlistInvalid`` if the watchlist is absent or of another model pack; ``OSError`` passes through.
    """

    def edit(stored: StoredWatchlist) -> StoredWatchlist:
        if stored.pack != calibration.pack:
            raise WatchlistInvalid(
                f"the calibration was made with the model pack {calibration.pack}, but {directory} "
                + (f"was built with {stored.pack}: calibrate with that" if stored.pack else "holds nobody: enrol first")
            )
        if pack is not None and (foreign := stored.foreign_to(pack)) is not None:
            raise WatchlistInvalid(f"{directory} {foreign}: calibrate with that pack")
        new = calibration
        for person_id, score in _of(stored, calibration.modality):
            new = with_look_alike(new, person_id, score)
        return _with(stored, new)

    detail = (
        f"{calibration.mated} mated and {calibration.non_mated} non-mated comparisons of {calibration.people} people "
        f"({calibration.source}), FPIR {calibration.fpir:g}"
    )
    record = Change(at=now, by=by, action="calibrate", subject=calibration.modality.value, detail=detail)
    store.change(directory, edit, record=record)


def declare_look_alike(
    directory: Path, person_id: str, score: float, *, modality: Modality, by: str, now: datetime
) -> None:
    """Raise the person's threshold because somebody who is not enrolled scores ``score`` against them at best. Only the
    score is kept.

    Raises ``PersonUnknown``, ``WatchlistInvalid`` if the modality is not calibrated, ``ValueError`` for a score that is not
    finite.
    """

    def edit(stored: StoredWatchlist) -> StoredWatchlist:
        if person_id not in {person.person_id for person in stored.persons}:
            raise PersonUnknown(f"nobody in {directory} has the id {person_id!r}: `qalqan watchlist list` shows who is")
        for one in stored.calibrations:
            if one.modality is modality:
                return _with(stored, with_look_alike(one, person_id, score))
        raise WatchlistInvalid(
            f"the {modality.value}s of {directory} are not calibrated: run `qalqan watchlist calibrate` first"
        )

    record = Change(at=now, by=by, action="declare look-alike", subject=person_id, detail=modality.value)
    store.change(directory, edit, record=record)


def _with(stored: StoredWatchlist, calibration: Calibration) -> StoredWatchlist:
    others = [one for one in stored.calibrations if one.modality is not calibration.modality]
    return replace(stored, calibrations=tuple(sorted([*others, calibration], key=lambda one: one.modality)))


def _of(stored: StoredWatchlist, modality: Modality) -> tuple[tuple[str, float], ...]:
    """The look-alikes declared so far."""
    return next((one.look_alikes for one in stored.calibrations if one.modality is modality), ())
