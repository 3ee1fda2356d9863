"""The script that anybody would write first: what ``qalqan bench`` measures the job against.

Every ad on its own: two frames a second, detect and embed every face on every one of them, embed every window of speech,
compare everything with every reference vector. No sandbox, no memory of creatives, no tracking, no choice of frames. It uses
the models of the job; ``published`` has the networks run as their authors' library does it, which is what such a script would
call, and without it they run as in the job, so that nothing but the way of working differs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from embeddings.media import DEFAULT_LIMITS
from embeddings.packs import verify_file
from embeddings.samples import SAMPLE_RATE_HZ, FaceEmbedder, LoadedPack
from embeddings.speech import windows
from pipelines.stopwatch import Stopwatch
from watchlist.records import Modality
from watchlist.store import read

Vectors = NDArray[np.float32]

FRAMES_PER_S = DEFAULT_LIMITS.frames_per_s
MAX_FRAMES = DEFAULT_LIMITS.max_frames
MAX_SIDE_PX = DEFAULT_LIMITS.max_side_px
MAX_SOUND_S = DEFAULT_LIMITS.max_sound_s
"""The job's own caps. The script stops at the cap where the job spreads its frames over the whole film, which is in the
script's favour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the script did with one ad's media: wall and processor time, and how much there was to do."""

    seconds: float
    cpu_s: float
    frames: int
    faces: int
    windows: int
    recognised: tuple[str, ...]
    """The ids of the people whose face or voice it found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class References:
    """Every reference vector of a modality as one array (n, d), and whose each row is."""

    vectors: Vectors
    owners: tuple[str, ...]


def references(watchlist_dir: Path) -> dict[Modality, References]:
    """All that is enrolled, read once; whether an enrolment is active is not asked."""
    stored = read(watchlist_dir)
    return {
        modality: References(
            vectors=np.concatenate(list(people.values())),
            owners=tuple(person_id for person_id, rows in people.items() for _ in rows),
        )
        for modality, people in stored.vectors.items()
        if people
    }


class DlibsOwn:
    """A ``FaceEmbedder`` whose vectors come from dlib's own function, one face at a time; all else is the pack's."""

    def __init__(self, faces: FaceEmbedder, *, weights: Path) -> None:
        import dlib

        self.detect, self.look_closer, self.locate = faces.detect, faces.look_closer, faces.locate
        self.align, self.chip = faces.align, faces.chip
        self._network = dlib.face_recognition_model_v1(str(weights))

    def embed(self, chips: Sequence[NDArray[np.uint8]]) -> Vectors:
        """Vectors (n, 128) of crops of (150, 150, 3)."""
        rows = [list(self._network.compute_face_descriptor(chip)) for chip in chips]
        return np.array(rows, dtype=np.float32).reshape(-1, 128)


def published(pack: LoadedPack) -> LoadedPack:
    """The pack with its networks run by their authors' library, where the job runs them otherwise."""
    if pack.manifest.face_family != "dlib":
        return pack
    weights = verify_file(pack.manifest.file("face_vectors"))
    return replace(pack, faces=DlibsOwn(pack.faces, weights=weights))


def look_at(path: Path, *, pack: LoadedPack, known: Mapping[Modality, References], watch: Stopwatch) -> Look:
    """Decode, detect, embed and compare the media of one ad; the stages have the names that they have in the job.

    Raises what PyAV raises for media that cannot be read.
    """
    began, spent = time.perf_counter(), time.process_time()
    with watch.stage("decode"):
        frames, sound = _frames(path), _sound(path)
    faces: list[Vectors] = []
    with watch.stage("faces"):
        for pixels in frames:
            found = pack.faces.detect(pixels)
            if found:
                faces.extend(pack.faces.embed([pack.faces.chip(pixels, face) for face in found]))
    with watch.stage("voices"):
        voices = [] if sound is None else _voices(sound, pack)
    facts = pack.manifest
    with watch.stage("match"):
        people = _compare(faces, known.get(Modality.FACE), metric=facts.face_metric, threshold=facts.face_threshold)
        people |= _compare(
            voices, known.get(Modality.VOICE), metric=facts.voice_metric, threshold=facts.voice_threshold
        )
    return Look(
        seconds=time.perf_counter() - began,
        cpu_s=time.process_time() - spent,
        frames=len(frames),
        faces=len(faces),
        windows=len(voices),
        recognised=tuple(sorted(people)),
    )


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame is decoded, and one is kept each 1/``FRAMES_PER_S`` seconds until there are ``MAX_FRAMES``."""
    kept: list[NDArray[np.uint8]] = []
    with av.open(str(path)) as container:
        if not container.streams.video:
            return kept
        stream = container.streams.video[0]
        stream.thread_type = "NONE"  # as in the job
        for frame in container.decode(stream):
            if (frame.time or 0.0) * FRAMES_PER_S >= len(kept):
                kept.append(_pixels(frame))
            if len(kept) == MAX_FRAMES:
                break
    return kept


def _pixels(frame: Any) -> NDArray[np.uint8]:
    scale = min(1.0, MAX_SIDE_PX / max(frame.width, frame.height))
    pixels: NDArray[np.uint8] = frame.to_ndarray(
        format="rgb24", width=round(frame.width * scale), height=round(frame.height * scale), interpolation="AREA"
    )
    return pixels


def _sound(path: Path) -> NDArray[np.float32] | None:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[NDArray[np.float32]] = []
    wanted = int(MAX_SOUND_S * SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        for frame in container.decode(container.streams.audio[0]):
            pieces += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(frame)]
            if sum(map(len, pieces)) >= wanted:
                break
    return np.concatenate(pieces)[:wanted].astype(np.float32) if pieces else None


def _voices(sound: NDArray[np.float32], pack: LoadedPack) -> list[Vectors]:
    """A vector of each window of speech, one call of the network after the other; the windows are the job's."""
    stretches = [sound[round(a * SAMPLE_RATE_HZ) : round(b * SAMPLE_RATE_HZ)] for a, b in pack.voices.speech(sound)]
    spoken = np.concatenate(stretches) if stretches else sound[:0]
    if len(spoken) < pack.manifest.voice_min_speech_s * SAMPLE_RATE_HZ:
        return []
    cuts = [
        spoken[round(a * SAMPLE_RATE_HZ) : round(b * SAMPLE_RATE_HZ)] for a, b in windows(len(spoken) / SAMPLE_RATE_HZ)
    ]
    return [pack.voices.embed([cut])[0] for cut in cuts if np.any(cut)]


def _compare(vectors: list[Vectors], known: References | None, *, metric: str, threshold: float) -> set[str]:
    """Whose references are alike enough: each vector against each reference, by plain NumPy."""
    if not vectors or known is None:
        return set()
    ours, theirs = np.stack(vectors), known.vectors
    distant = metric == "euclidean"
    scores = 1.0 - np.linalg.norm(ours[:, None] - theirs[None], axis=2) if distant else ours @ theirs.T
    return {known.owners[row] for row in np.nonzero((scores >= threshold).any(axis=0))[0]}
