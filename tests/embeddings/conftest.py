"""Media made in the test, two public-domain faces, and the real ``open`` pack."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from embeddings.packs import load_pack
from embeddings.samples import LoadedPack

Picture = NDArray[np.uint8]
Film = Callable[..., Path]


@pytest.fixture(scope="session")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="session")
def astronaut() -> Picture:
    return _sample("skimage", "data/astronaut.png")


@pytest.fixture(scope="session")
def hopper() -> Picture:
    return _sample("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


def _sample(package: str, name: str) -> Picture:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return np.array(Image.open(Path(spec.submodule_search_locations[0]) / name).convert("RGB"))


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Write pictures (and sound at 16 kHz) as a video file and return its path."""

    def write(
        name: str,
        pictures: Sequence[Picture],
        *,
        fps: int = 10,
        sound: NDArray[np.float32] | None = None,
        codec: str = "libx264",
        options: dict[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as out:
            picture_stream: Any = _picture_stream(out, pictures[0], codec, fps) if pictures else None
            sound_stream: Any = None
            if sound is not None:
                sound_stream = out.add_stream(
                    "aac" if path.suffix == ".mp4" else "pcm_s16le", rate=16000, layout="mono"
                )
            for number, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, fps)
                out.mux(picture_stream.encode(frame))
            if picture_stream is not None:
                out.mux(picture_stream.encode(None))
            if sound_stream is not None and sound is not None:
                for frame in _sound_frames(sound):
                    out.mux(sound_stream.encode(frame))
                out.mux(sound_stream.encode(None))
        return path

    return write


def _picture_stream(out: Any, picture: Picture, codec: str, fps: int) -> Any:
    stream = out.add_stream(codec, rate=fps)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    if codec == "libx264":
        stream.options = {"preset": "ultrafast", "crf": "20"}
    return stream


def _sound_frames(sound: NDArray[np.float32]) -> Iterator[Any]:
    whole = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    for start in range(0, len(whole), 1024):
        frame = av.AudioFrame.from_ndarray(whole[None, start : start + 1024], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16000, start, Fraction(1, 16000)
        yield frame


@pytest.fixture(scope="session")
def say(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], NDArray[np.float32]]:
    """Let espeak-ng say a text with a voice: mono 16 kHz float32."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed; the speech tests need it: apt-get install espeak-ng")

    def speak(text: str, voice: str) -> NDArray[np.float32]:
        path = tmp_path_factory.mktemp("speech") / "said.wav"
        subprocess.run([program, "-v", voice, "-w", str(path), text], check=True)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16000)
        with av.open(str(path)) as said:
            pieces = [p.to_ndarray()[0] for frame in said.decode(audio=0) for p in resampler.resample(frame)]
        return np.concatenate(pieces).astype(np.float32)

    return speak


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The real media of the development set; tests that use it are marked ``fixtures``."""
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if not place.is_dir():
        pytest.skip(f"no development media at {place}; set QALQAN_FIXTURES to run this test")
    return place


@pytest.fixture(scope="session")
def still_scene(astronaut: Picture) -> Picture:
    """A wide picture of noise-free grey with the astronaut's portrait in its middle: 640×360."""
    scene = np.full((360, 640, 3), 90, dtype=np.uint8)
    scene[30:330, 170:470] = cv2.resize(astronaut[:300, 80:380], (300, 300))
    return scene
