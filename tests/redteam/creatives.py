"""Which creatives are made of the material, and their files. An ad library runs one creative in many ads, and so do we."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from pipelines.truth import Alteration, SourceFilm
from tests.film_variants import Film, Picture
from tests.redteam.conditions import (
    CONDITIONS,
    MIDDLING,
    Condition,
    Encoding,
    fitted,
    picture_in_picture,
    slideshow,
    split_screen,
    with_words,
)
from tests.redteam.material import Material, Scene, Still

JPEG_QUALITY = 80
STILL_CONDITIONS = ("jpeg", "border", "mirror", "crop")
SMALL = Encoding(height=360, bit_rate=300_000)
PROMISES = {
    "az": "250 AZN YATIRIN, AYDA 5000 AZN ZƏMANƏTLİ QAZANC! RİSK YOXDUR. QEYDİYYATDAN KEÇİN",
    "ru": "ВЛОЖИТЕ 250 МАНАТОВ И ПОЛУЧАЙТЕ 5000 В МЕСЯЦ, ДОХОД ГАРАНТИРОВАН! РЕГИСТРИРУЙТЕСЬ",
    "kk": "50 000 ТЕҢГЕ САЛЫҢЫЗ, АЙЫНА 1 000 000 ТЕҢГЕ КЕПІЛДЕНДІРІЛГЕН ТАБЫС! ТІРКЕЛІҢІЗ",
    "tr": "250 TL YATIRIN, AYDA 50 000 TL GARANTİLİ KAZANÇ! RİSK YOK. HEMEN KAYIT OLUN",
    "en": "DEPOSIT $250, EARN $5,000 A MONTH, GUARANTEED PROFIT! NO RISK. REGISTER NOW",
}
"""What is written into pictures whose ads say nothing: the lure is there to be seen, and nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creative:
    """A media file with what is true of it. ``promise`` is the language of a promise that is written into the picture."""

    file: str
    made_of: str
    condition: str
    faces: tuple[str, ...]
    voices: tuple[str, ...]
    alterations: tuple[Alteration, ...]
    generator: str | None
    source: SourceFilm | None
    promise: str | None = None

    @property
    def likeness(self) -> bool:
        """Whether somebody protected is seen or heard."""
        return bool(self.faces or self.voices)

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self.file.endswith(".jpg") else "video/mp4"


def make_creatives(
    material: Material, directory: Path, *, films: int, seed: int, promises: Sequence[str] = tuple(PROMISES)
) -> list[Creative]:
    """Write ``films`` films, all stills and, where somebody protected is on one, a still with a promise in each of the
    languages ``promises``."""
    directory.mkdir(parents=True, exist_ok=True)
    made = [*_films(material, directory, count=films, seed=seed), *_stills(material, directory, seed=seed)]
    return [*made, *_promises(material, directory, promises)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """A composed film before it goes through a condition. The voice of a slideshow is one of the alterations of a scene."""

    scene: Scene
    composed: str | None = None


def _bases(material: Material) -> list[_Base]:
    """Scenes as they are, slideshows of stills under each voice, and scenes within and beside others."""
    strangers = [still for still in material.stills if not still.faces]
    shown = [[still for still in material.stills if still.faces == (who.person_id,)] for who in material.people]
    groups = [group for group in shown if group]
    bases = [_Base(scene=scene) for scene in material.scenes]
    for number, voice in enumerate(material.voices):
        # Whoever is heard is not shown beside somebody else who is protected: a slideshow of things, or of one person
        if voice.voices or not groups:
            stills = list(material.things)
        else:
            stills = groups[number % len(groups)] if number % 2 == 0 else strangers
        bases.append(_Base(scene=_slides(stills, voice_number=number, material=material), composed="slideshow"))
    protected = [scene for scene in material.scenes if scene.faces]
    others = [scene for scene in material.scenes if not scene.faces]
    for number, scene in enumerate(protected[:4]):
        thing = material.things[number % len(material.things)]
        bases.append(_Base(scene=_inset(scene, thing), composed="picture in picture"))
        if others:
            beside = others[number % len(others)]
            bases.append(_Base(scene=_beside(scene, beside), composed="split screen"))
    if len(others) > 1:
        bases.append(_Base(scene=_inset(others[0], material.things[0]), composed="picture in picture"))
        bases.append(_Base(scene=_beside(others[0], others[1]), composed="split screen"))
    return bases


def _slides(stills: list[Still], *, voice_number: int, material: Material) -> Scene:
    voice = material.voices[voice_number]
    return Scene(
        name=f"stills under {voice.name}",
        film=lambda: slideshow([still.picture() for still in stills], voice.sound()),
        faces=tuple(sorted({who for still in stills for who in still.faces})),
        voices=voice.voices,
        alterations=voice.alterations,
        generator=voice.generator,
    )


def _inset(scene: Scene, thing: Still) -> Scene:
    return replace(scene, film=lambda: picture_in_picture(scene.film(), thing.picture()))


def _beside(scene: Scene, other: Scene) -> Scene:
    return replace(scene, film=lambda: split_screen(scene.film(), other.film()))


def _films(material: Material, directory: Path, *, count: int, seed: int) -> Iterator[Creative]:
    """Every base once, then again under other conditions, until there are ``count``; each base is read once."""
    bases = _bases(material)
    plan: dict[int, list[Condition]] = {}
    for turn, base in (divmod(number, len(bases)) for number in range(count)):
        composed = bases[base].composed
        if composed is not None and turn == 0:
            condition = Condition(name=composed, encoding=SMALL if composed == "slideshow" else MIDDLING)
        else:
            condition = CONDITIONS[(base + seed + turn * 5) % len(CONDITIONS)]
            if composed is not None:
                condition = replace(condition, name=f"{composed}, {condition.name}")
        plan.setdefault(base, []).append(condition)
    for base, conditions in plan.items():
        film = bases[base].scene.film()
        for condition in conditions:
            name = f"{base:02}-{_slug(condition.name)}.mp4"
            rng = np.random.default_rng([seed, base, len(condition.name)])
            condition.encoding.write(condition.apply(film, rng), directory / name)
            yield _creative(bases[base].scene, name, condition)


def _slug(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)


def _creative(scene: Scene, file: str, condition: Condition) -> Creative:
    source = scene.source
    if source is not None and condition.speed != 1.0:
        source = replace(source, speed=condition.speed)
    return Creative(
        file=file,
        made_of=scene.name,
        condition=condition.name,
        faces=scene.faces,
        voices=scene.voices,
        alterations=tuple(_at_speed(one, condition.speed) for one in scene.alterations),
        generator=scene.generator,
        source=source,
    )


def _at_speed(one: Alteration, speed: float) -> Alteration:
    def moved(at_s: float | None) -> float | None:
        return None if at_s is None else at_s / speed

    return replace(one, start_s=moved(one.start_s), end_s=moved(one.end_s))


def _stills(material: Material, directory: Path, *, seed: int) -> Iterator[Creative]:
    for number, still in enumerate([*material.stills, *material.things]):
        condition = STILL_CONDITIONS[(number + seed) % len(STILL_CONDITIONS)]
        file = f"still-{number:02}-{condition}.jpg"
        _write_still(_as(still.picture(), condition), directory / file)
        yield _of_still(still, file, condition)


def _promises(material: Material, directory: Path, languages: Sequence[str]) -> Iterator[Creative]:
    faces = [still for still in material.stills if still.faces]
    for number, (language, words) in enumerate((language, PROMISES[language]) for language in languages):
        if faces:
            still = faces[number % len(faces)]
            file = f"promise-{language}.jpg"
            _write_still(with_words(fitted(still.picture(), (480, 400)), words), directory / file)
            yield replace(_of_still(still, file, "words in the picture"), promise=language)


def _of_still(still: Still, file: str, condition: str) -> Creative:
    return Creative(
        file=file,
        made_of=still.name,
        condition=condition,
        faces=still.faces,
        voices=(),
        alterations=still.alterations,
        generator=still.generator,
        source=None,
    )


def _as(picture: Picture, condition: str) -> Picture:
    if condition == "jpeg":
        return picture
    change = next(one.change for one in CONDITIONS if one.name == condition)
    return change(Film(pictures=[picture], rate=1), np.random.default_rng(0)).pictures[0]


def _write_still(picture: Picture, path: Path) -> None:
    done, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(picture[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    if not done:
        raise OSError(f"{path} could not be encoded")
    path.write_bytes(data.tobytes())
