"""The words of a creative: what is written in its pictures and what is said in it."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.records import TextLine
from embeddings.samples import DecodedMedia, VoiceSample
from pipelines.tools import MediaTools

Words = tuple[tuple[TextLine, ...], tuple[str, ...]]
"""Lines, and sentences about what was not read or not written down."""


def written_words(media: DecodedMedia, tools: MediaTools) -> Words:
    """What is written in its pictures. Threads may ask at once."""
    if not media.frames:
        return (), ()
    if isinstance(tools.pictures, str):
        return (), (f"Its frames were not read: {tools.pictures}.",)
    with tools.stopwatch.stage("words in pictures"):
        written = tools.pictures.read_media(media)
    return written.lines, tuple(_sentence(problem) for problem in written.problems)


def spoken_words(media: DecodedMedia, voices: Sequence[VoiceSample], tools: MediaTools) -> Words:
    """What is said in it. Nothing is told of speech where nobody speaks."""
    if not voices or media.sound is None:
        return (), ()
    if isinstance(tools.speech, str):
        return (), (f"There is speech and no transcript: {tools.speech}.",)
    with tools.stopwatch.stage("words in speech"):
        said = tools.speech.write_down(
            media.sound,
            [(voice.segment.start_s, voice.segment.end_s) for voice in voices],
            source_sha256=media.creative.sha256,
        )
    return said.lines, tuple(_sentence(problem) for problem in said.problems)


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}."
