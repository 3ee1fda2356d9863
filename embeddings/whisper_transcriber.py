"""Whisper-like models of Hugging Face transformers as a ``Transcriber``: from local files only, weights as safetensors only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.line_reading import plain
from embeddings.picture_text import Written
from embeddings.records import TextLine, TextPlace
from embeddings.samples import SAMPLE_RATE_HZ
from embeddings.transcription import SpeechModel
from embeddings.transformers_checkpoint import CONFIG, FEATURES, REFUSALS, WEIGHTS, open_checkpoint

GENERATION = "generation_config.json"
WINDOW_S = 28.0
"""Whisper listens to half a minute at once."""

PAUSE_S = 0.8
"""Stretches of speech with a shorter pause between them are written down together."""

SHORTEST_S = 0.3
LONGEST_TEXT = 2_000


class WhisperTranscriber:
    """Writes down each window of speech by itself, in the likeliest of the manifest's languages."""

    def __init__(
        self, *, facts: SpeechModel, model: Any, features: Any, tokenizer: Tokenizer, languages: dict[str, int]
    ) -> None:
        self.label = f"{facts.label}, weights {next(f.sha256 for f in facts.files if f.role == 'weights')[:12]}"
        self._facts = facts
        self._model = model
        self._features = features
        self._tokenizer = tokenizer
        self._languages = languages

    def __reduce__(self) -> NoReturn:
        raise TypeError("a loaded speech model is never pickled; call open_transcriber in the worker instead")

    def write_down(
        self, sound: NDArray[np.float32], intervals: Sequence[tuple[float, float]], *, source_sha256: str
    ) -> Written:
        """What is said in the intervals, up to the manifest's ``max_speech_s``."""
        lines: list[TextLine] = []
        left_s = self._facts.max_speech_s
        problems: tuple[str, ...] = ()
        for start_s, end_s in windows(intervals):
            if left_s < SHORTEST_S:
                problems = (f"only the first {self._facts.max_speech_s:g} s of its speech were written down",)
                break
            until_s = min(end_s, start_s + left_s)
            left_s -= until_s - start_s
            part = sound[int(start_s * SAMPLE_RATE_HZ) : int(until_s * SAMPLE_RATE_HZ)]
            if len(part) < SHORTEST_S * SAMPLE_RATE_HZ:
                continue
            text, language, confidence = self._hear(part)
            if text:
                lines.append(
                    TextLine(
                        source_sha256=source_sha256,
                        place=TextPlace.SPEECH,
                        line=len(lines),
                        text=text,
                        confidence=confidence,
                        start_s=start_s,
                        end_s=until_s,
                        region=None,
                        language=language,
                    )
                )
        return Written(lines=tuple(lines), problems=problems)

    def _hear(self, part: NDArray[np.float32]) -> tuple[str, str, float]:
        """(text, language, geometric mean of the probabilities of its tokens) of up to half a minute."""
        heard = self._features(part, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt").input_features
        with inference(), torch.inference_mode():
            encoded = self._model.get_encoder()(heard)
            start = torch.tensor([[self._model.generation_config.decoder_start_token_id]])
            likely = self._model(encoder_outputs=encoded, decoder_input_ids=start).logits[0, -1]
            language = max(self._languages, key=lambda one: (float(likely[self._languages[one]]), one))
            said = self._model.generate(
                heard,
                language=language,
                task="transcribe",
                max_new_tokens=self._facts.max_tokens,
                do_sample=False,
                num_beams=1,
                return_dict_in_generate=True,
                output_scores=True,
            )
        chosen = said.sequences[0][-len(said.scores) :].tolist() if said.scores else []
        chances = [
            float(torch.log_softmax(step[0].float(), dim=-1)[token])
            for step, token in zip(said.scores, chosen, strict=True)
        ]
        sure = [chance for chance in chances if math.isfinite(chance)]
        text = plain(self._tokenizer.decode(said.sequences[0].tolist(), skip_special_tokens=True), most=LONGEST_TEXT)
        return text, language, math.exp(sum(sure) / len(sure)) if sure else 0.0


def windows(intervals: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The intervals in order, joined over short pauses and cut, so that each fits into what is listened to at once."""
    waiting: tuple[float, float] | None = None
    for start_s, end_s in sorted(intervals):
        if waiting is not None and start_s - waiting[1] <= PAUSE_S and max(end_s, waiting[1]) - waiting[0] <= WINDOW_S:
            waiting = waiting[0], max(end_s, waiting[1])
            continue
        if waiting is not None:
            yield from _cut(waiting)
        waiting = start_s, end_s
    if waiting is not None:
        yield from _cut(waiting)


def _cut(interval: tuple[float, float]) -> Iterator[tuple[float, float]]:
    start_s, end_s = interval
    while end_s - start_s > WINDOW_S:
        yield start_s, start_s + WINDOW_S
        start_s += WINDOW_S
    if end_s > start_s:
        yield start_s, end_s


def load(facts: SpeechModel, files: Mapping[str, Path]) -> WhisperTranscriber:
    """The verified ``files`` of a manifest, in this process; ``PackInvalid`` if they are not what it says."""
    what = f"the speech model {facts.label}"
    model, features = open_checkpoint(
        {
            WEIGHTS: files["weights"],
            CONFIG: files["config"],
            FEATURES: files["features"],
            GENERATION: files["generation"],
        },
        network=WhisperForConditionalGeneration,
        features=WhisperFeatureExtractor,
        what=what,
        threads=facts.threads,
    )
    if features.sampling_rate != SAMPLE_RATE_HZ:
        raise PackInvalid(f"{what} takes sound of {features.sampling_rate} Hz; sound here has {SAMPLE_RATE_HZ} Hz")
    try:
        tokenizer = Tokenizer.from_file(str(files["tokenizer"]))
    except Exception as error:  # the library raises nothing narrower
        raise PackInvalid(
            f"{files['tokenizer']} is no tokenizer ({str(error)[:120]}); put the right file there"
        ) from error
    known = getattr(model.generation_config, "lang_to_id", None) or {}
    absent = [language for language in facts.languages if f"<|{language}|>" not in known]
    if absent:
        raise PackInvalid(
            f"{what} does not know the language {absent[0]}, which its manifest names; correct the manifest"
        )
    transcriber = WhisperTranscriber(
        facts=facts,
        model=model,
        features=features,
        tokenizer=tokenizer,
        languages={language: int(known[f"<|{language}|>"]) for language in facts.languages},
    )
    tone = (0.1 * np.sin(np.arange(SAMPLE_RATE_HZ) / 10)).astype(np.float32)
    try:
        transcriber.write_down(tone, [(0.0, 1.0)], source_sha256="")
    except REFUSALS as error:
        raise PackInvalid(
            f"{what} does not write speech down ({str(error).partition(chr(10))[0][:160]}); correct its files"
        ) from error
    return transcriber
