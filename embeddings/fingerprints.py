"""The fingerprint of a creative: PDQ and a thumbnail of sampled moments (vPDQ: https://github.com/facebook/ThreatExchange),
and the print of its sound. By it a re-encoded, resized, bordered or mirrored copy is recognised (``embeddings.sameness``).

A thumbnail is as high and wide as the lowest face that a model pack may compare (``LEAST_FACE_PX``) and covers the whole
picture: only a face that fills it from edge to edge can reach that. A print holds no vector of a face or voice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.borders import WHOLE, content_box, cut
from embeddings.media import DEFAULT_LIMITS, decode
from embeddings.records import LEAST_FACE_PX, Creative, Fingerprint, MediaKind, Region
from embeddings.samples import DecodedMedia, Frame
from embeddings.sound_prints import SoundPrint, sound_print

STEP_S = 0.39
"""Between two moments of a short film: just so dense that the decoder leaves out no frame (``sampling.SKIP_FROM_STEP_S``)."""

USUAL_MOMENTS = 64

LONG_STEP_S = 1.1
"""Moments of a long film lie no further apart, by more than a frame: it has as many as that takes, and between them glimpses."""

LONGEST_S = 600.0
"""Of what is longer, no copy is recognised. The print of a film of this length takes less than 2 MB."""

SAMPLING = replace(
    DEFAULT_LIMITS,
    frames_per_s=1 / STEP_S,
    max_frames=ceil(LONGEST_S / LONG_STEP_S) + 1,
    usual_frames=USUAL_MOMENTS,
    furthest_apart_s=LONG_STEP_S,
    glimpses_per_s=1 / STEP_S,
    max_glimpses=ceil(LONGEST_S / STEP_S) + 1,
    max_side_px=192,
    max_sound_s=LONGEST_S + 1.0,
    shots=False,
)
"""By the clock alone, and without leaving out frames that fall on it: only then do two encodings show the same instants."""

MAX_MOMENTS = SAMPLING.max_frames
"""As many as ``SAMPLING`` gives: none is left out."""

GLIMPSED_PX = 16

BORDER_MOMENTS = 8
"""A border is one if it is there in this many moments at least."""

HASHED_PX = 64
"""PDQ is taken of the content scaled to this square, the size to which PDQ itself reduces a picture, in a way that is not quite
symmetric: so a mirrored picture has exactly the mirrored hash."""

SOFTENED_PX, THUMBNAIL_PX = 128, LEAST_FACE_PX
PDQ = "pdq"

PROBED_MOMENTS = 2
"""So many moments, spread over the creative, are also hashed cropped and extended, to find cropped copies in an index."""

PROBED_CROP = 0.04
PROBED_SIDES = ((0.5, 0.5), (0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))

MIRRORING = np.where(np.arange(16) % 2 == 0, 1.0, -1.0)
"""PDQ numbers its waves from the shortest to the longest."""

Hashes = NDArray[np.uint8]
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CreativePrint:
    """What a creative looks and sounds like, coarsely.

    ``frames``: PDQ of each moment, in time order, of what is inside ``content`` (the picture without its borders); ``mirrored``
    (n, 32) uint8: PDQ of the mirrored picture; ``thumbnails`` (n, 48, 48) uint8 grey; ``glimpses`` (m, 16, 16) uint8 grey at
    ``glimpsed_s`` (m,) float32, every ``STEP_S`` of a film whose moments lie further apart, else none. ``probes`` (k, 32) uint8:
    hashes under which slightly cropped versions may be found; they are not stored. ``whole``: nothing was damaged, cut or left
    out. ``sound`` is None if there is none or if it cannot be fingerprinted here (``has_sound`` tells which).
    """

    creative: Creative
    content: Region
    frames: tuple[Fingerprint, ...]
    mirrored: Hashes
    thumbnails: NDArray[np.uint8]
    probes: Hashes
    sound: SoundPrint | None
    glimpses: Grey = field(default_factory=lambda: np.empty((0, GLIMPSED_PX, GLIMPSED_PX), dtype=np.uint8))
    glimpsed_s: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))

    @property
    def whole(self) -> bool:
        """Nothing of it was damaged, cut off or left out."""
        return not self.creative.problems


def read_prints(path: Path) -> CreativePrint:
    """The print of a file, decoded small and for this alone. Raises what ``decode`` raises."""
    return fingerprints(decode(path, limits=SAMPLING))


def fingerprints(media: DecodedMedia) -> CreativePrint:
    """The print of decoded media. Prints compare well only if both were sampled alike: see ``read_prints``."""
    creative = media.creative
    moments = _moments(media.frames)
    content = (
        content_box([frame.pixels for frame in moments[:: max(1, len(moments) // BORDER_MOMENTS)]])
        if moments
        else WHOLE
    )
    inside = [cv2.cvtColor(np.ascontiguousarray(cut(frame.pixels, content)), cv2.COLOR_RGB2GRAY) for frame in moments]
    squares = [_square(grey, HASHED_PX) for grey in inside]
    hashed = [pdq(square) for square in squares]
    return CreativePrint(
        creative=creative,
        content=content,
        frames=tuple(
            Fingerprint(
                creative_sha256=creative.sha256,
                algorithm=PDQ,
                value=value.tobytes().hex(),
                quality=quality,
                at_s=frame.at_s if creative.kind is MediaKind.VIDEO else None,
            )
            for frame, (value, _, quality) in zip(moments, hashed, strict=True)
        ),
        mirrored=np.array([mirrored for _, mirrored, _ in hashed], dtype=np.uint8).reshape(-1, 32),
        thumbnails=np.array([_thumbnail(grey) for grey in inside], dtype=np.uint8).reshape(
            -1, THUMBNAIL_PX, THUMBNAIL_PX
        ),
        probes=_probes(squares),
        sound=None if media.sound is None else sound_print(media.sound),
        glimpses=np.array(
            [_square(np.ascontiguousarray(cut(one.pixels, content)), GLIMPSED_PX) for one in media.glimpses],
            dtype=np.uint8,
        ).reshape(-1, GLIMPSED_PX, GLIMPSED_PX),
        glimpsed_s=np.array([one.at_s for one in media.glimpses], dtype=np.float32),
    )


def pdq(grey: Grey) -> tuple[Hashes, Hashes, int]:
    """PDQ of a grey picture and of the same mirrored, (32,) uint8 each, most significant bit first; quality 0..100."""
    import pdqhash

    waves, quality = pdqhash.compute_float(np.repeat(grey[:, :, None], 3, axis=2))
    # In a mirrored picture every second of the 16 horizontal cosine waves changes its sign
    mirrored = (waves.reshape(16, 16) * MIRRORING).reshape(-1)
    return np.packbits(waves > _median(waves)), np.packbits(mirrored > _median(mirrored)), int(quality)


def _median(waves: NDArray[np.float32]) -> np.float32:
    """Of 256 numbers; NumPy's own looks for more than a look-up can wait for."""
    halves = np.partition(waves, (127, 128))
    middle: np.float32 = (halves[127] + halves[128]) / 2
    return middle


def pdq_values(frames: tuple[Fingerprint, ...]) -> Hashes:
    """The hashes of these frames, (n, 32) uint8."""
    joined = b"".join(bytes.fromhex(frame.value) for frame in frames)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, 32)


def _moments(frames: tuple[Frame, ...]) -> list[Frame]:
    """At most ``MAX_MOMENTS`` of the frames: every first, second, fourth … so that two samplings share most of them."""
    every = 1
    while len(frames) > MAX_MOMENTS * every:
        every *= 2
    return list(frames[::every])


def _square(grey: Grey, side: int) -> Grey:
    way = cv2.INTER_AREA if min(grey.shape) >= side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (side, side), interpolation=way), dtype=np.uint8)


def _thumbnail(grey: Grey) -> Grey:
    """Softened first: detail finer than its pixels would come out differently wherever a crop moves the grid."""
    softened = cv2.GaussianBlur(_square(grey, SOFTENED_PX), (0, 0), 1.0)
    return _square(np.asarray(softened, dtype=np.uint8), THUMBNAIL_PX)


def _probes(pictures: list[Grey]) -> Hashes:
    """Hashes of a few moments cropped, and extended at the edges, in the directions of ``PROBED_SIDES``; also mirrored."""
    few = pictures[:: max(1, len(pictures) // PROBED_MOMENTS)][:PROBED_MOMENTS]
    found = []
    for picture in few:
        strip = round(PROBED_CROP * HASHED_PX)
        for down, right in PROBED_SIDES:
            top, left = round(down * strip), round(right * strip)
            inner = picture[top : HASHED_PX - strip + top, left : HASHED_PX - strip + left]
            outer = cv2.copyMakeBorder(picture, top, strip - top, left, strip - left, cv2.BORDER_REPLICATE)
            for probe in (inner, outer):
                value, mirrored, _ = pdq(probe)
                found += [value, mirrored]
    return np.array(found, dtype=np.uint8).reshape(-1, 32)
