"""The facts of a pretrained network, all stated by its manifest: what it is shown, what its outputs mean, where it was validated.

They are read by ``detectors.network_manifest``; nothing here is guessed from a tensor's shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from detectors.validation import Conditions, ScoreCalibration, Validated
from embeddings.records import PackFile


class Shown(StrEnum):
    """What of a picture the network is shown."""

    FRAME = "frame"
    FACE_ALIGNED = "face_aligned"
    FACE_BOX = "face_box"


class Resize(StrEnum):
    """How a picture becomes as large as the input: each side by itself; scaled to ``resize_px`` (shorter side) and its middle cut
    out; or scaled to fit inside and surrounded by black."""

    STRETCH = "stretch"
    CROP = "crop"
    PAD = "pad"


class Short(StrEnum):
    """What is done with sound that is shorter than a window."""

    REFUSE = "refuse"
    SILENCE = "silence"
    REPEAT = "repeat"


class Form(StrEnum):
    """What the outputs are: one number per label before (``logits``) or after (``probabilities``) softmax, or one for the altered
    label alone before (``logit``) or after (``probability``) the sigmoid."""

    LOGITS = "logits"
    PROBABILITIES = "probabilities"
    LOGIT = "logit"
    PROBABILITY = "probability"


class Means(StrEnum):
    """What the altered labels say was done; of texts, that they lure."""

    ALTERED = "altered"
    SYNTHETIC = "synthetic"
    LURE = "lure"


class Pooling(StrEnum):
    """How the log-odds of several pictures or windows become one."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInput:
    """``[pictures]``: RGB values 0..255 in ``channels`` order become ``(value / scale - mean) / std``, channel by channel.

    ``margin`` is what is shown around a face on every side: as a share of the average face drawn in a square (``face_aligned``,
    see ``embeddings.landmarks``) or of the longer side of its box (``face_box``, which is square then).
    """

    shown: Shown
    width_px: int
    height_px: int
    channels: str
    layout: str
    interpolation: str
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize: Resize = Resize.STRETCH
    resize_px: int | None = None
    margin: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundInput:
    """``[sound]``: mono windows of ``window_s`` every ``step_s``, as samples in [-1, 1] at ``rate_hz``.

    ``normalise`` (zero mean, unit variance per window) and ``layout`` (``nt`` for (n, samples), ``nct`` for (n, 1, samples)) are
    for ONNX files; with transformers the feature extractor says it.
    """

    rate_hz: int
    window_s: float
    step_s: float
    short: Short
    normalise: bool = False
    layout: str = "nt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInput:
    """``[text]``: stretches of a text, cut into windows of at most ``max_tokens`` of the checkpoint's own tokenizer.

    Without ``hypotheses`` the checkpoint classifies texts itself. With them it is one for natural language inference and is
    asked, for each label of ours, whether the text entails the sentence beside it (zero-shot); ``entailment`` is what the
    checkpoint calls that answer.
    """

    max_tokens: int
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    entailment: str = "entailment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """``[output]``: ``altered`` are those of the ``labels``, in the order of the outputs, that mean altered or synthetic (of
    texts: a lure). Of several stretches of a text the one that is surest of a lure counts; ``pooling`` is for media.

    ``name`` picks one of several outputs of an ONNX file.
    """

    form: Form
    labels: tuple[str, ...]
    altered: tuple[str, ...]
    means: Means
    pooling: Pooling = Pooling.MEAN
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """``[origin]``: the repository on the hub and the commit (40 digits) whence ``qalqan detectors fetch`` takes the files."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``[cost]``: at most this much per creative or text (``max_windows`` windows). ``closer_look_s`` of a film are decoded
    again where a face is smaller than the network takes it; ``batch`` pictures or windows go through the network together, on
    ``threads`` threads."""

    max_appearances: int = 4
    max_pictures: int = 32
    max_windows: int = 16
    closer_look_s: float = 0.0
    batch: int = 8
    threads: int = 1
    providers: tuple[str, ...] = ("CPUExecutionProvider",)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkManifest:
    """All of ``detector.toml``; of ``pictures``, ``sound`` and ``text`` exactly one is set. ``sha256`` is of the manifest itself,
    which states the hash of every file: nothing about the network changes without it. ``directory`` is where it lies."""

    name: str
    version: str
    family: str
    files: tuple[PackFile, ...]
    output: Output
    pictures: PictureInput | None = None
    sound: SoundInput | None = None
    text: TextInput | None = None
    validated: Validated | None = None
    conditions: Conditions = field(default_factory=Conditions)
    calibration: ScoreCalibration | None = None
    cost: Cost = field(default_factory=Cost)
    origin: Origin | None = None
    sha256: str = ""
    directory: str = ""

    @property
    def label(self) -> str:
        """For messages."""
        return f"{self.family} {self.name}@{self.version}"

    def file(self, role: str) -> PackFile:
        """The file of this role; ``LookupError`` if the manifest names none."""
        for file in self.files:
            if file.role == role:
                return file
        raise LookupError(f"the manifest of {self.label} has no {role} among its files")
