"""The list of media files of the demo: which scene, who, in which language, altered how. ``media.py`` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

AYSEL = "aysel-quliyeva"
GULNAR = "gulnar-sadiqova"

PORTRAIT_OF = {AYSEL: "astronaut", GULNAR: "hopper", "woman": "woman", "man": "man"}
VOICE_OF = {AYSEL: "f2", GULNAR: "klatt2", "woman": "m7", "man": "m7", "narrator": "m1"}
SEED_OF = {AYSEL: 1, GULNAR: 2, "woman": 3, "man": 4}


class Scene(StrEnum):
    """What a file shows and sounds like."""

    GENUINE = "genuine"
    """An official's own words; ``speech`` is the number of the clip."""
    FAKE = "fake"
    """A moment of genuine footage with the mouth re-driven by scam speech in the person's cloned voice."""
    VOICE_OVER = "voice_over"
    """Genuine picture, another voice over it."""
    TALK = "talk"
    """Somebody else, or an official's likeness in a parody, says ``speech``."""
    STILL = "still"
    """A portrait with a caption."""
    PRODUCT = "product"
    """A picture of a thing, or a slow pan over it with a tune or a narrator."""
    TRUNCATED = "truncated"
    EMPTY = "empty"
    TEXT = "text"
    SILENT = "silent"
    """A fake without a sound track."""
    LONG = "long"
    """Ten minutes of hardly anything."""


class Variant(StrEnum):
    """How re-uploaders change a file."""

    PLAIN = "plain"
    RECODED = "recoded"
    CROPPED = "cropped"
    MIRRORED = "mirrored"
    BORDERED = "bordered"
    TICKER = "ticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to make one media file. ``who`` is an official's id, ``woman``, ``man``, or the product shown; ``from_s`` is the moment
    of the genuine footage a fake is cut from; ``speech`` names a text of ``texts.py``; ``caption`` is burnt into the picture."""

    file: str
    scene: Scene
    who: str | None = None
    language: str = "az"
    speech: str | None = None
    voice: str | None = None
    from_s: float = 0.0
    until_s: float | None = None
    variant: Variant = Variant.PLAIN
    caption: str | None = None
    footage: int = 0
    """Which genuine clip's movements the picture follows."""

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self.file.endswith(".jpg") else "video/mp4"


def _fake(file: str, who: str, language: str, *, from_s: float, variant: Variant = Variant.PLAIN) -> Recipe:
    return Recipe(file=file, scene=Scene.FAKE, who=who, language=language, from_s=from_s, variant=variant)


def _talk(file: str, who: str, language: str, speech: str) -> Recipe:
    return Recipe(file=file, scene=Scene.TALK, who=who, language=language, speech=speech, voice="m7")


ENROLMENT_CLIPS = tuple(
    Recipe(file=f"genuine-{who.split('-')[0]}-{number}.mp4", scene=Scene.GENUINE, who=who, footage=number)
    for who in (AYSEL, GULNAR)
    for number in (0, 1)
)

ADVERTISED = (
    _fake("aysel-az.mp4", AYSEL, "az", from_s=1.4),
    *(
        _fake(f"aysel-az-{variant}.mp4", AYSEL, "az", from_s=1.4, variant=variant)
        for variant in Variant
        if variant is not Variant.PLAIN
    ),
    _fake("aysel-ru.mp4", AYSEL, "ru", from_s=0.6),
    _fake("aysel-kk.mp4", AYSEL, "kk", from_s=2.2),
    _fake("aysel-en.mp4", AYSEL, "en", from_s=1.0),
    _fake("gulnar-az.mp4", GULNAR, "az", from_s=0.8),
    _fake("gulnar-az-mirrored.mp4", GULNAR, "az", from_s=0.8, variant=Variant.MIRRORED),
    _fake("gulnar-az-bordered.mp4", GULNAR, "az", from_s=0.8, variant=Variant.BORDERED),
    _fake("gulnar-ru.mp4", GULNAR, "ru", from_s=1.8),
    _fake("gulnar-kk.mp4", GULNAR, "kk", from_s=0.4),
    _fake("gulnar-en.mp4", GULNAR, "en", from_s=1.2),
    Recipe(file="aysel-voice-over.mp4", scene=Scene.VOICE_OVER, who=AYSEL, speech="narrator", voice="m7", from_s=0.6),
    Recipe(file="gulnar-voice-over.mp4", scene=Scene.VOICE_OVER, who=GULNAR, speech="narrator", voice="m7", from_s=1.6),
    Recipe(file="aysel-excerpt.mp4", scene=Scene.GENUINE, who=AYSEL, from_s=1.0, until_s=9.0),
    Recipe(file="gulnar-excerpt.mp4", scene=Scene.GENUINE, who=GULNAR, footage=1, from_s=0.4, until_s=8.4),
    Recipe(file="aysel-school.mp4", scene=Scene.GENUINE, who=AYSEL, footage=1, from_s=0.2, until_s=9.0),
    Recipe(file="gulnar-winter.mp4", scene=Scene.GENUINE, who=GULNAR, from_s=0.8, until_s=9.6),
    Recipe(file="aysel-still.jpg", scene=Scene.STILL, who=AYSEL, caption="AYDA 5000 AZN — ZƏMANƏTLİ QAZANC"),
    Recipe(file="gulnar-still.jpg", scene=Scene.STILL, who=GULNAR, caption="5000 МАНАТ В МЕСЯЦ — ГАРАНТИЯ"),
    Recipe(file="news-still.jpg", scene=Scene.STILL, who=GULNAR, caption="FAKE · SAXTA · ПОДДЕЛКА"),
    Recipe(file="warning-still.jpg", scene=Scene.STILL, who=AYSEL, caption="DİQQƏT: SAXTA VİDEO"),
    Recipe(file="parody.mp4", scene=Scene.TALK, who=AYSEL, speech="parody", voice="f2", from_s=2.0),
    _talk("news.mp4", "woman", "az", "news"),
    _talk("furniture.mp4", "man", "az", "furniture"),
    _talk("gym.mp4", "man", "ru", "gym"),
    _talk("courses.mp4", "woman", "kk", "courses"),
    _talk("finance.mp4", "man", "en", "finance"),
    _talk("bank.mp4", "woman", "az", "bank"),
    Recipe(
        file="kapital.mp4", scene=Scene.PRODUCT, who="coffee", speech="narrator", voice="m1", caption="1500 AZN BONUS"
    ),
    Recipe(file="socar-shares.jpg", scene=Scene.PRODUCT, who="rocket", caption="SOCAR · 1200 AZN / HƏFTƏ"),
    Recipe(file="coffee.jpg", scene=Scene.PRODUCT, who="coffee", caption="Çay Evi · səhər menyusu"),
    Recipe(file="cat.mp4", scene=Scene.PRODUCT, who="cat", caption="Yeni dad"),
    Recipe(file="museum.jpg", scene=Scene.PRODUCT, who="rocket", caption="Kosmos sərgisi"),
    Recipe(file="fuel.mp4", scene=Scene.PRODUCT, who="rocket", caption="Yanacaq kartı"),
    Recipe(file="broken-truncated.mp4", scene=Scene.TRUNCATED, who="cat"),
    Recipe(file="broken-empty.mp4", scene=Scene.EMPTY),
    Recipe(file="broken-text.mp4", scene=Scene.TEXT),
    Recipe(file="no-sound.mp4", scene=Scene.SILENT, who=GULNAR, language="ru", from_s=1.8),
    Recipe(file="ten-minutes.mp4", scene=Scene.LONG, who="coffee"),
)
