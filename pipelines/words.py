"""The words of a creative: what is written in its pictures and what is said in it."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.records import TextLine
from embeddings.samples import DecodedMedia, VoiceSample
from pipelines.tools import MediaTools


def words_of(
    media: DecodedMedia, voices: Sequence[VoiceSample], tools: MediaTools
) -> tuple[tuple[TextLine, ...], tuple[str, ...]]:
    """The lines, and sentences about what was not read or not written down. Nothing is said of speech where nobody speaks."""
    lines: list[TextLine] = []
    unread: list[str] = []
    if media.frames and isinstance(tools.pictures, str):
        unread.append(f"Its frames were not read: {tools.pictures}.")
    elif media.frames and not isinstance(tools.pictures, str):
        with tools.stopwatch.stage("words in pictures"):
            written = tools.pictures.read_media(media)
        lines += written.lines
        unread += [_sentence(problem) for problem in written.problems]
    if voices and media.sound is not None and isinstance(tools.speech, str):
        unread.append(f"There is speech and no transcript: {tools.speech}.")
    elif voices and media.sound is not None and not isinstance(tools.speech, str):
        with tools.stopwatch.stage("words in speech"):
            said = tools.speech.write_down(
                media.sound,
                [(voice.segment.start_s, voice.segment.end_s) for voice in voices],
                source_sha256=media.creative.sha256,
            )
        lines += said.lines
        unread += [_sentence(problem) for problem in said.problems]
    return tuple(lines), tuple(unread)


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}."
