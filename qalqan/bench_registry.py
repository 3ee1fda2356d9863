"""What it costs to look the creatives of a run up among all that were ever seen.

The known creatives are made: files as a run leaves them, with prints of made films in them, and other hashes and names in each.
Half of the run's creatives are copies of known ones, whose hashes differ in some bits; the others were never seen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import process_time

import cv2
import numpy as np
import pyarrow as pa

from embeddings.fingerprints import PDQ, STEP_S, THUMBNAIL_PX, CreativePrint, pdq_values
from embeddings.hash_index import HASH_BYTES, dealt
from embeddings.records import Creative, Fingerprint, MediaKind, Region
from embeddings.sound_prints import BANDS, HOP_S, ITEM_S, SoundPrint
from pipelines.copies import leaders
from pipelines.copy_registry import IN_A_FILE, CopyRegistry
from pipelines.print_files import open_prints, write_batch
from qalqan.bench_hashes import changed
from qalqan.machine import machine

BITS = 10
"""The hashes of a copy differ in up to so many bits."""

HEIGHT_PX, WIDTH_PX = 640, 360


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFigures:
    """What was measured. ``cpu_s`` is the processor time of one run's look-up, from opening the files to having written down what
    is new; ``empty_cpu_s`` of the same among nothing known. ``private_mb`` is the memory that a process gained by the look-up and
    no file holds."""

    known: int
    hashes: int
    files_gb: float
    fresh: int
    copies: int
    recognised: int
    cpu_s: float
    empty_cpu_s: float
    private_mb: float


def measure_registry(
    known: int, *, moments: int, fresh: int, seed: int, tell: Callable[[str], None]
) -> RegistryFigures:
    """Make a registry of so many films with so many moments each, and decide on ``fresh`` creatives in a process of its own."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        tell(f"Making the prints of {known:,} films with {moments} moments each")
        first = [_made(rng, moments) for _ in range(min(known, IN_A_FILE))]
        registry = CopyRegistry(root / "known")
        registry.add(first)
        (file,) = registry.files()
        for number in range(IN_A_FILE, known, IN_A_FILE):
            _write_others(file.path, number // IN_A_FILE + 1, most=known - number, rng=rng)
        sizes = [path.stat().st_size for path in file.path.parent.iterdir()]
        hashes = sum(len(one.hashes) for one in registry.files())
        chosen = rng.permutation(len(first))[: fresh // 2].tolist()
        asked = [_copy(first[number], rng) for number in chosen]
        asked += [_made(rng, moments) for _ in range(fresh - len(asked))]
        tell(f"Deciding on {fresh} creatives")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            empty_cpu_s, _, _ = pool.submit(_decide, root / "nothing", asked).result()
            cpu_s, private_mb, recognised = pool.submit(_decide, root / "known", asked).result()
        return RegistryFigures(
            known=known,
            hashes=hashes,
            files_gb=sum(sizes) / 1e9,
            fresh=fresh,
            copies=len(chosen),
            recognised=recognised,
            cpu_s=cpu_s,
            empty_cpu_s=empty_cpu_s,
            private_mb=private_mb,
        )


def print_registry(figures: RegistryFigures, *, tell: Callable[[str], None]) -> None:
    """The figures in sentences, with the machine they were made on."""
    facts = machine()
    tell(
        f"{figures.known:,} known creatives with {figures.hashes:,} hashes in {figures.files_gb:.2f} GB of files on "
        f"{facts.processor}, {facts.cores} cores, load {facts.load} when it ended"
    )
    tell(
        f"of {figures.fresh} creatives of a run, {figures.copies} of them copies, {figures.recognised} were recognised"
    )
    tell(
        f"the run's look-up took {figures.cpu_s:.2f} s of the processor, {1000 * figures.cpu_s / figures.fresh:.0f} ms for each "
        f"creative; among nothing known {figures.empty_cpu_s:.2f} s"
    )
    tell(f"it needed {figures.private_mb:.0f} MB of memory of its own")


def _decide(directory: Path, asked: Sequence[CreativePrint]) -> tuple[float, float, int]:
    """Processor seconds, private megabytes gained, copies recognised."""
    before, began = _private_mb(), process_time()
    decisions = leaders(asked, CopyRegistry(directory))
    return process_time() - began, _private_mb() - before, sum(copy is not None for copy in decisions.values())


def _made(rng: np.random.Generator, moments: int) -> CreativePrint:
    """The print of a film with a sound, unlike any other's."""
    sha256, lasts_s = rng.bytes(32).hex(), STEP_S * moments
    coarse = rng.integers(0, 256, (moments, 8, 8), dtype=np.uint8)
    thumbnails = [cv2.resize(one, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_CUBIC) for one in coarse]
    hashes = rng.integers(0, 256, (2, moments, HASH_BYTES), dtype=np.uint8)
    rows = round(lasts_s / HOP_S)
    return CreativePrint(
        creative=_creative(sha256, lasts_s, moments),
        content=Region(left=0.0, top=0.0, width=1.0, height=1.0),
        frames=tuple(
            Fingerprint(
                creative_sha256=sha256, algorithm=PDQ, value=one.tobytes().hex(), quality=100, at_s=STEP_S * number
            )
            for number, one in enumerate(hashes[0])
        ),
        mirrored=hashes[1],
        thumbnails=np.array(thumbnails, dtype=np.uint8),
        probes=rng.integers(0, 256, (40, HASH_BYTES), dtype=np.uint8),
        sound=SoundPrint(
            chroma=rng.integers(0, 2**32, round(lasts_s / ITEM_S), dtype=np.uint32),
            bands=rng.integers(100, 200, (rows, BANDS), dtype=np.uint8),
            length_s=lasts_s,
            silent=False,
        ),
    )


def _creative(sha256: str, lasts_s: float, moments: int) -> Creative:
    return Creative(
        sha256=sha256,
        size_bytes=1_000_000,
        kind=MediaKind.VIDEO,
        container="mp4",
        duration_s=lasts_s,
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        frame_rate=25.0,
        video_codec="h264",
        audio_codec="aac",
        encoder=None,
        has_sound=True,
        frames_sampled=moments,
        problems=(),
        sandbox="none, it is made",
    )


def _copy(one: CreativePrint, rng: np.random.Generator) -> CreativePrint:
    """Another file that shows and says the same."""
    hashes = changed(pdq_values(one.frames), most=BITS, rng=rng)
    sha256 = rng.bytes(32).hex()
    return replace(
        one,
        creative=replace(one.creative, sha256=sha256),
        frames=tuple(
            replace(frame, creative_sha256=sha256, value=value.tobytes().hex())
            for frame, value in zip(one.frames, hashes, strict=True)
        ),
    )


def _write_others(path: Path, number: int, *, most: int, rng: np.random.Generator) -> None:
    """A further file with the same whole prints under other names and hashes: they are never read as a whole, only passed by."""
    batch = open_prints(path).batch.slice(0, most)
    ends = batch.column("hash_end").to_numpy()
    hashes = dealt(rng.integers(0, 256, (int(ends[-1]), HASH_BYTES), dtype=np.uint8))
    others = {
        "sha256": [rng.bytes(32) for _ in range(len(batch))],
        "hashes": [one.tobytes() for one in np.split(hashes, ends[:-1])],
    }
    arrays = [
        pa.array(others[field.name], type=field.type) if field.name in others else batch.column(field.name)
        for field in batch.schema
    ]
    write_batch(path.with_name(f"{number:08d}-made.arrow"), pa.RecordBatch.from_arrays(arrays, schema=batch.schema))


def _private_mb() -> float:
    """Memory of this process that no file holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon:"))
