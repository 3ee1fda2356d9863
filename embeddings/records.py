"""What media is made of: ``Creative``, ``FaceTrack``, ``VoiceSegment``, ``TextLine``, ``Fingerprint``, ``ModelPack``.

No record here holds an embedding vector. Vectors travel beside the records, in memory only (``FaceSample``, ``VoiceSample`` in
``embeddings.faces`` and ``embeddings.speech``), so that a face or voice that matches nobody leaves no trace.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class MediaKind(StrEnum):
    """What a creative turned out to be once decoded, whatever it was called."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle as fractions of the displayed frame: ``left``, ``top``, ``width``, ``height`` in [0, 1]."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Creative:
    """One unique piece of media, by the SHA-256 of its bytes, with the facts of its container.

    ``problems`` says in plain sentences what could not be read (truncated after 3.2 s, no sound track decodable, …).
    ``sandbox`` names the isolation level in which it was decoded.
    """

    sha256: str
    size_bytes: int
    kind: MediaKind
    container: str
    duration_s: float | None
    width_px: int | None
    height_px: int | None
    frame_rate: float | None
    video_codec: str | None
    audio_codec: str | None
    encoder: str | None
    has_sound: bool
    frames_sampled: int
    problems: tuple[str, ...]
    sandbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTrack:
    """One face followed through one creative. ``region`` and ``size_px`` are those of the best frame, at ``best_s``.

    ``size_px`` is the face box height in pixels of the original picture; ``sharpness`` is the variance of the Laplacian of the
    aligned grey crop (higher is sharper; unitless). ``quality`` in [0, 1], ``yaw_deg`` (rough; positive for a face turned to
    the right of the picture), ``pitch_deg`` (rough; positive for a bowed face, None where the landmarks do not tell it) and
    ``occlusion`` (the share of the face that shows nothing of one, in [0, 1]) are those of ``embeddings.face_quality``. The last
    two are None in records of versions that did not note them.
    """

    creative_sha256: str
    track: int
    start_s: float
    end_s: float
    best_s: float
    region: Region
    size_px: int
    sharpness: float
    quality: float
    yaw_deg: float
    frames_seen: int
    pitch_deg: float | None = None
    occlusion: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSegment:
    """A stretch of one creative in which somebody speaks; ``speech_s`` is the speech in it, pauses left out.

    ``speaker`` numbers the voices of this one creative from 0, in the order in which they are first heard; 0 of one creative
    has nothing to do with 0 of another.
    """

    creative_sha256: str
    segment: int
    start_s: float
    end_s: float
    speech_s: float
    speaker: int


class TextPlace(StrEnum):
    """Where words were found that nobody typed for us."""

    FRAMES = "frames"
    """Written in a creative's pictures."""
    SCREENSHOT = "screenshot"
    """Written in the screenshot of a landing page."""
    SPEECH = "speech"
    """Said in a creative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line that was read in pictures, or a stretch of speech that was written down; ``source_sha256`` is the file's.

    ``line`` numbers them from 0 in the order in which they are seen or heard. ``confidence`` in [0, 1] is the recogniser's
    own, None where it states none. ``region`` is where it stands, ``start_s..end_s`` when it was seen or said (the first and
    the last picture in which it was read). ``language`` is what a transcriber says it heard, None for what is written.
    """

    source_sha256: str
    place: TextPlace
    line: int
    text: str
    confidence: float | None
    start_s: float | None
    end_s: float | None
    region: Region | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A perceptual fingerprint (``algorithm`` such as ``pdq``; ``value`` in hex), of the frame at ``at_s`` or the whole."""

    creative_sha256: str
    algorithm: str
    value: str
    quality: int
    at_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One weight file of a pack: found inside an installed ``package`` or in a directory; refused if its hash differs.

    What the network takes is stated too: square pictures of ``input_px`` whose values become ``(value - mean) / std``, or sound
    at ``rate_hz``. None where the family's own code fixes it. An ``optional`` file may be absent, and the pack works without it.
    """

    role: str
    name: str
    package: str | None
    sha256: str
    licence: str
    input_px: int | None = None
    mean: float | None = None
    std: float | None = None
    rate_hz: int | None = None
    optional: bool = False


POINTS_ROLE = "face_points"
"""Of the one file that may be optional: it marks lids and lips and makes no vectors (``embeddings.face_mesh``)."""

LEAST_FACE_PX = 48
"""No pack may compare lower faces. The thumbnails by which copies are recognised are so high and show whole pictures, so that no
face that lies inside one is higher than this; they are kept unblurred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPack:
    """The facts of a set of models, all from its manifest. Scores of different packs are never compared.

    A score is always "higher is more alike": ``1 - distance`` for the metric ``euclidean``, the cosine for ``cosine``.
    ``face_family`` and ``voice_family`` name the code that runs the files (``FACE_FAMILIES``, ``VOICE_FAMILIES`` in
    ``embeddings.packs``), ``face_landmarks`` what its five points are (``embeddings.landmarks``). ``providers`` are ONNX
    Runtime's, in order of preference, and refused where they are not there; what PyTorch runs is run on the processor.
    ``threads`` is how many each network may use.
    """

    name: str
    version: str
    licence_note: str
    providers: tuple[str, ...]
    threads: int
    face_family: str
    face_landmarks: str
    face_dimension: int
    face_metric: str
    face_threshold: float
    face_min_size_px: int
    voice_family: str
    voice_dimension: int
    voice_metric: str
    voice_threshold: float
    voice_min_speech_s: float
    validated_on: str
    files: tuple[PackFile, ...]

    @property
    def label(self) -> str:
        """``name@version``, as written into every match."""
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 over the hashes of its files by role: other weights under the same label make other vectors. Points of a face
        are none."""
        named = sorted(f"{file.role} {file.sha256}" for file in self.files if file.role != POINTS_ROLE)
        return hashlib.sha256("\n".join(named).encode()).hexdigest()

    def file(self, role: str) -> PackFile:
        """The file of this role; ``LookupError`` if the pack has none."""
        for file in self.files:
            if file.role == role:
                return file
        raise LookupError(f"the pack {self.label} has no {role} among its files")


REGION_TYPE = pa.struct(
    [("left", pa.float64()), ("top", pa.float64()), ("width", pa.float64()), ("height", pa.float64())]
)

CREATIVE_SCHEMA = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("size_bytes", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("container", pa.string(), nullable=False),
        ("duration_s", pa.float64()),
        ("width_px", pa.int32()),
        ("height_px", pa.int32()),
        ("frame_rate", pa.float64()),
        ("video_codec", pa.string()),
        ("audio_codec", pa.string()),
        ("encoder", pa.string()),
        pa.field("has_sound", pa.bool_(), nullable=False),
        pa.field("frames_sampled", pa.int32(), nullable=False),
        pa.field("problems", pa.list_(pa.string()), nullable=False),
        pa.field("sandbox", pa.string(), nullable=False),
    ]
)

FACE_TRACK_SCHEMA = pa.schema(
    [
        pa.field("creative_sha256", pa.string(), nullable=False),
        pa.field("track", pa.int32(), nullable=False),
        pa.field("start_s", pa.float64(), nullable=False),
        pa.field("end_s", pa.float64(), nullable=False),
        pa.field("best_s", pa.float64(), nullable=False),
        pa.field("region", REGION_TYPE, nullable=False),
        pa.field("size_px", pa.int32(), nullable=False),
        pa.field("sharpness", pa.float64(), nullable=False),
        pa.field("quality", pa.float64(), nullable=False),
        pa.field("yaw_deg", pa.float64(), nullable=False),
        pa.field("frames_seen", pa.int32(), nullable=False),
        ("pitch_deg", pa.float64()),
        ("occlusion", pa.float64()),
    ]
)

VOICE_SEGMENT_SCHEMA = pa.schema(
    [
        pa.field("creative_sha256", pa.string(), nullable=False),
        pa.field("segment", pa.int32(), nullable=False),
        pa.field("start_s", pa.float64(), nullable=False),
        pa.field("end_s", pa.float64(), nullable=False),
        pa.field("speech_s", pa.float64(), nullable=False),
        pa.field("speaker", pa.int32(), nullable=False),
    ]
)

TEXT_LINE_SCHEMA = pa.schema(
    [
        pa.field("source_sha256", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("line", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        ("confidence", pa.float64()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("region", REGION_TYPE),
        ("language", pa.string()),
    ]
)

FINGERPRINT_SCHEMA = pa.schema(
    [
        pa.field("creative_sha256", pa.string(), nullable=False),
        pa.field("algorithm", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        pa.field("quality", pa.int32(), nullable=False),
        ("at_s", pa.float64()),
    ]
)
