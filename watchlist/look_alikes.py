"""How alike somebody who is not enrolled is to one enrolled person, by pictures and recordings that are not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from embeddings.samples import LoadedPack
from watchlist import store
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.index import VectorIndex
from watchlist.records import Modality
from watchlist.references import ReadReference, read_picture, read_recording


def look_alike_scores(
    directory: Path, person_id: str, *, images: Sequence[Path], audio: Sequence[Path], pack: LoadedPack
) -> Mapping[Modality, float]:
    """The best score of these files against the references of that person, per modality for which there are files.

    Nobody else is compared: whom a picture shows is not asked. Raises ``PersonUnknown``, ``WatchlistInvalid`` for a watchlist
    of another pack and for a person without references of the modality, ``EnrolmentRefused`` for a file that does not show
    one face or holds too little speech, ``ValueError`` without files; ``OSError`` passes through.
    """
    if not images and not audio:
        raise ValueError("no file of the look-alike was given: name pictures with --images, recordings with --audio")
    stored = store.read(directory)
    if person_id not in {person.person_id for person in stored.persons}:
        raise PersonUnknown(f"nobody in {directory} has the id {person_id!r}: `qalqan watchlist list` shows who is")
    if stored.pack != pack.manifest.label:
        raise WatchlistInvalid(f"{directory} was built with the model pack {stored.pack}, not {pack.manifest.label}")
    read = {
        Modality.FACE: [read_picture(path, pack) for path in images],
        Modality.VOICE: [read_recording(path, pack) for path in audio],
    }
    found: dict[Modality, float] = {}
    for modality, files in read.items():
        if not files:
            continue
        own = stored.vectors.get(modality, {}).get(person_id)
        if own is None:
            raise WatchlistInvalid(
                f"no {modality.value} of {person_id} is enrolled in {directory}: there is nothing to compare"
            )
        index = VectorIndex.of({person_id: own}, space=stored.spaces[modality], what=modality.value)
        found[modality] = _best(index, files)
    return found


def _best(index: VectorIndex, files: Sequence[ReadReference]) -> float:
    pairs = index.best([np.concatenate([file.vectors for file in files])], what=["the look-alike's files"])
    return max(pair[0] for pair in pairs if pair is not None)
