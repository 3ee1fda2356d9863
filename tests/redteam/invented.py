"""Material without anybody real: the demo's invented officials, drawn and spoken on the spot. For machines without development
media, and for tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from embeddings.samples import SAMPLE_RATE_HZ
from pipelines.truth import Alteration, SourceFilm
from qalqan.demo.animate import FRAMES_PER_S
from qalqan.demo.creatives import AYSEL, ENROLMENT_CLIPS, GULNAR, PORTRAIT_OF, VOICE_OF
from qalqan.demo.media import (
    ADVERT_WORDS_PER_MINUTE,
    FOOTAGE_GAP_S,
    enrolment_parts,
    genuine_sound,
    head,
    make,
    spoken,
)
from qalqan.demo.parts import portrait
from qalqan.demo.speech import Sound as Speech
from qalqan.demo.speech import openness
from qalqan.demo.texts import OTHER_SPEECH, SCAM_SPEECH
from tests.film_variants import Film, Picture
from tests.redteam.material import (
    MOUTH_REGENERATED,
    THINGS,
    VOICE_CLONED,
    VOICE_REPLACED,
    Guarded,
    Material,
    Scene,
    Sound,
    Still,
    Voice,
)

GENERATOR = "demo puppet"
FROM_S = 1.0


def invented(scratch: Path, *, seconds: float = 4.0, footage: bool = True) -> Material:
    """The demo's people; their enrolment media is written to ``scratch``. Without ``footage`` none is enrolled."""
    people = tuple(_guarded(who, scratch, footage=footage) for who in (AYSEL, GULNAR))
    return Material(
        people=people,
        scenes=tuple(scene for who in (AYSEL, GULNAR) for scene in _scenes(who, seconds)) + _strangers(seconds),
        stills=(
            *(Still(name=f"{who} still", picture=partial(_still, who), faces=(who,)) for who in (AYSEL, GULNAR)),
            Still(name="stranger still", picture=partial(_still, "woman")),
        ),
        voices=(
            *(
                Voice(
                    name=f"{who} cloned",
                    sound=partial(_heard, lambda who=who: _scam(who, "az"), seconds + 2),  # type: ignore[misc]
                    voices=(who,),
                    alterations=(Alteration(what=VOICE_CLONED),),
                    generator=GENERATOR,
                )
                for who in (AYSEL, GULNAR)
            ),
            Voice(name="stranger", sound=partial(_heard, _narrator, seconds + 2)),
        ),
        things=THINGS,
    )


def _guarded(who: str, scratch: Path, *, footage: bool) -> Guarded:
    parts = enrolment_parts(who)
    images = [name for name in parts if name.endswith(".jpg")][:2]
    audio = [name for name in parts if name.endswith("-az.wav")]
    clips = [clip for clip in ENROLMENT_CLIPS if clip.who == who][:1] if footage else []
    scratch.mkdir(parents=True, exist_ok=True)
    for name in (*images, *audio):
        parts[name](scratch / name)
    for clip in clips:
        make(clip, scratch / clip.file)
    return Guarded(
        person_id=who,
        images=tuple(scratch / name for name in images),
        audio=tuple(scratch / name for name in audio),
        footage=tuple(scratch / clip.file for clip in clips),
    )


def _scenes(who: str, seconds: float) -> tuple[Scene, ...]:
    source = SourceFilm(name=f"genuine-{who.split('-')[0]}-0.mp4", start_s=FROM_S, end_s=FROM_S + seconds)
    return (
        Scene(
            name=f"{who} genuine",
            film=lambda: _film(who, genuine_sound(who, 0).between(FROM_S, FROM_S + seconds), seconds),
            faces=(who,),
            voices=(who,),
            source=source,
        ),
        Scene(
            name=f"{who} fake",
            film=lambda: _film(who, _scam(who, "az"), seconds),
            faces=(who,),
            voices=(who,),
            alterations=(Alteration(what=MOUTH_REGENERATED), Alteration(what=VOICE_CLONED)),
            generator=GENERATOR,
            source=source,
        ),
        Scene(
            name=f"{who} with another voice",
            film=lambda: _film(
                who, genuine_sound(who, 0).between(FROM_S, FROM_S + seconds), seconds, heard=_narrator()
            ),
            faces=(who,),
            alterations=(Alteration(what=VOICE_REPLACED),),
            source=source,
        ),
        Scene(
            name=f"{who} other footage",
            film=lambda: _film(who, genuine_sound(who, 1).between(0.5, 0.5 + seconds), seconds, at_s=FOOTAGE_GAP_S),
            faces=(who,),
            voices=(who,),
        ),
    )


def _strangers(seconds: float) -> tuple[Scene, ...]:
    return tuple(
        Scene(name=f"stranger {who}", film=partial(_film_of_stranger, who, words, language, seconds))
        for who, words, language in (("woman", "news", "az"), ("man", "gym", "ru"))
    )


def _film_of_stranger(who: str, words: str, language: str, seconds: float) -> Film:
    return _film(who, spoken(OTHER_SPEECH[words], language, VOICE_OF[who], ADVERT_WORDS_PER_MINUTE), seconds)


def _film(who: str, speech: Speech, seconds: float, *, heard: Speech | None = None, at_s: float = 0.0) -> Film:
    """The puppet says ``speech``; ``heard`` is put in the place of its sound."""
    mouth = openness(speech, frames_per_s=FRAMES_PER_S, count=round(seconds * FRAMES_PER_S))
    pictures = list(head(who).frames(mouth, from_s=at_s + FROM_S))
    return Film(pictures=pictures, rate=FRAMES_PER_S, sound=_heard(lambda: heard or speech, seconds))


def _heard(speech: Callable[[], Speech], seconds: float) -> Sound:
    said = speech()
    at = np.arange(0, seconds, 1 / SAMPLE_RATE_HZ) * said.rate_hz
    heard: Sound = np.interp(at, np.arange(len(said.samples)), said.samples, right=0.0).astype(np.float32)
    return heard


def _scam(who: str, language: str) -> Speech:
    return spoken(SCAM_SPEECH[language], language, VOICE_OF[who], ADVERT_WORDS_PER_MINUTE)


def _narrator() -> Speech:
    return spoken(OTHER_SPEECH["narrator"], "az", VOICE_OF["narrator"], ADVERT_WORDS_PER_MINUTE)


def _still(who: str) -> Picture:
    return np.ascontiguousarray(portrait(PORTRAIT_OF[who]).pixels)
