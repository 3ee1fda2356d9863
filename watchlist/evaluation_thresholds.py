"""The thresholds that the product works with: the model pack's own, and those of a calibrated watchlist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embeddings.records import ModelPack
from watchlist import store
from watchlist.errors import WatchlistInvalid
from watchlist.records import Modality
from watchlist.thresholds import video_threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """A threshold, and by what it was set."""

    where: str
    threshold: float


def thresholds_in_use(manifest: ModelPack, watchlist: Path | None) -> Mapping[Modality, tuple[InUse, ...]]:
    """The pack's, and where a watchlist is given and calibrated that of a video with one face or voice against everybody
    who is enrolled in it.

    Raises ``WatchlistInvalid`` if the watchlist is absent, damaged or of another pack; ``OSError`` passes through.
    """
    own = {Modality.FACE: manifest.face_threshold, Modality.VOICE: manifest.voice_threshold}
    found = {
        modality: [InUse(where=f"model pack {manifest.label}", threshold=threshold)]
        for modality, threshold in own.items()
    }
    if watchlist is not None:
        stored = store.read(watchlist)
        built = stored.foreign_to(manifest) if stored.pack else "holds nobody"
        if built is not None:
            raise WatchlistInvalid(
                f"the watchlist {watchlist} {built}: its thresholds say nothing about {manifest.label}; name another one"
            )
        for calibration in stored.calibrations:
            vectors = stored.vectors.get(calibration.modality, {})
            threshold = video_threshold(
                calibration,
                people=len(vectors),
                references=sum(len(vectors[person_id]) for person_id in vectors),
                tracks=1,
                least=own[calibration.modality],
            )
            said = f"watchlist {watchlist.name} of {len(vectors)}, FPIR {calibration.fpir:g}: {threshold.basis.value}"
            found[calibration.modality].append(InUse(where=said, threshold=threshold.score))
    return {modality: tuple(each) for modality, each in found.items()}
