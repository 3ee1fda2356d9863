"""Material from the development media: real people, real clips, real output of forging software.

For evaluation only; ads that are made of it stay on the machine.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np

from pipelines.truth import Alteration, SourceFilm
from tests.film_variants import RATE_HZ, Film, Picture, read_film, read_sound
from tests.redteam.conditions import fitted
from tests.redteam.material import (
    FACE_SWAPPED,
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

FILM_S = 4.5
VOICE_S = 7.0
TALLEST_PX = 480
SWAPPED = (Alteration(what=FACE_SWAPPED),)
CLONED = (Alteration(what=VOICE_CLONED),)
STRANGERS = ("Liu_Lice_0", "Keanu_Reeves_1", "David_Kovalniy_0", "Matilda_Bobbie_2", "Bryan_Greynolds_1", "Tim_Chrys_1")
FACES_OF_STRANGERS = ("img16.jpg", "img20.jpg", "img22.jpg", "img24.jpg", "img13.jpg", "img8.jpg")
LEARNED_FROM = ("face_blend", "lip_sync", "voice_spectrum")
"""By ``tests.train_face_blend``, ``tests.train_lip_sync`` and ``tests.train_voice``."""

READERS = ("1688/1688-142285-0000", "1998/1998-15444-0000", "2414/2414-128291-0002", "3005/3005-163389-0009")


def fixtures(place: Path, scratch: Path) -> Material:
    """What lies in ``place``; pictures of people of whom there are only films are written to ``scratch``.

    Raises ``FileNotFoundError`` if the media is not there.
    """
    if not (place / "MANIFEST.tsv").is_file():
        raise FileNotFoundError(f"{place} holds no development media: name its folder with --fixtures")
    scratch.mkdir(parents=True, exist_ok=True)
    return Material(
        people=_people(place, scratch),
        scenes=(*_protected(place), *_others(place)),
        stills=_stills(place),
        voices=_voices(place),
        things=THINGS,
        learned_from=LEARNED_FROM,
    )


def _people(place: Path, scratch: Path) -> tuple[Guarded, ...]:
    photos, clips, style = place / "face_recognition", place / "dfl_real", place / "styletalk"
    train = photos / "knn_examples" / "train"
    raw = place / "wav2lip_gfpgan" / "kim_7s_raw.mp4"
    heard = place / "resemblyzer" / "trump_real"
    return (
        Guarded(
            person_id="obama",
            images=(photos / "obama.jpg", photos / "obama2.jpg"),
            audio=(style / "wav" / "Obama_clip1.wav",),
            footage=(style / "video" / "Obama_clip2.mp4",),
        ),
        Guarded(person_id="biden", images=(train / "biden" / "biden.jpg", train / "biden" / "biden2.jpg")),
        Guarded(person_id="musk", images=(clips / "Elon_Musk.png", place / "edgeface" / "Elon_Musk.jpg")),
        Guarded(
            person_id="andrew",
            images=(style / "image" / "andrew_clip_1.png",),
            audio=(style / "wav" / "andrew_clip_1.wav",),
            footage=(style / "video" / "andrew_clip_1.mp4",),
        ),
        Guarded(person_id="kim", images=_frames(raw, scratch, at_s=(0.5, 6.8)), footage=(raw,)),
        Guarded(person_id="trump", audio=(heard / "4glfwiMXgwQ.mp3", heard / "F2PiuixG0NY.mp3")),
        Guarded(person_id="miranda", images=(photos / "lin-manuel-miranda.png",)),
        Guarded(
            person_id="lacamoire",
            images=(photos / "alex-lacamoire.png", train / "alex_lacamoire" / "img1.jpg"),
        ),
    )


def _frames(film: Path, scratch: Path, *, at_s: tuple[float, ...]) -> tuple[Path, ...]:
    paths = []
    for number, moment in enumerate(at_s):
        picture = read_film(film, seconds=0.05, from_s=moment).pictures[0]
        path = scratch / f"{film.stem}-{number}.png"
        cv2.imwrite(str(path), picture[:, :, ::-1])
        paths.append(path)
    return tuple(paths)


def _protected(place: Path) -> tuple[Scene, ...]:
    style, lips = place / "styletalk", place / "wav2lip_gfpgan"
    stranger = partial(_read_sound, place / f"resemblyzer/librispeech/{READERS[0]}.flac")
    raw = SourceFilm(name="kim_7s_raw.mp4", start_s=1.0, end_s=1.0 + FILM_S)
    clip2 = SourceFilm(name="Obama_clip2.mp4", start_s=6.0, end_s=6.0 + FILM_S)
    replaced = (Alteration(what=VOICE_REPLACED),)

    def talking(who: str, clip: str, from_s: float, source: SourceFilm | None = None) -> Scene:
        return Scene(
            name=clip,
            film=partial(_read, style / "video" / f"{clip}.mp4", from_s=from_s, sound=style / "wav" / f"{clip}.wav"),
            faces=(who,),
            voices=(who,),
            source=source,
        )

    def revoiced(scene: Scene) -> Scene:
        return Scene(
            name=f"{scene.name} with another voice",
            film=lambda: _voiced(scene.film(), stranger()),
            faces=scene.faces,
            alterations=(*scene.alterations, *replaced),
            generator=scene.generator,
            source=scene.source,
        )

    own = talking("obama", "Obama_clip2", 6.0, clip2)
    kim = Scene(name="kim_7s_raw", film=partial(_read, lips / "kim_7s_raw.mp4", from_s=1.0), faces=("kim",), source=raw)
    swaps = [
        Scene(
            name=f"Ewon_Spice_{number} swapped",
            film=partial(_read, place / "dfl_pairs" / f"Ewon_Spice_{number}.mp4", half="right"),
            faces=("musk",),
            alterations=SWAPPED,
            generator="DeepFaceLive",
        )
        for number in range(4)
    ]
    return (
        own,
        *swaps,
        Scene(
            name="kim_lip_synced",
            film=partial(_read, lips / "kim_lip_synced.mp4", from_s=1.0),
            faces=("kim",),
            alterations=(Alteration(what=MOUTH_REGENERATED), *replaced),
            generator="Wav2Lip and GFPGAN",
            source=raw,
        ),
        talking("andrew", "andrew_clip_2", 5.0),
        kim,
        revoiced(own),
        talking("obama", "Obama_clip3", 4.0),
        revoiced(swaps[0]),
        revoiced(swaps[2]),
        Scene(name="Obama_speaking", film=partial(_read, place / "dfl_real" / "Obama_speaking.mp4"), faces=("obama",)),
        revoiced(kim),
        Scene(
            name="short_hamilton_clip",
            film=partial(_read, place / "face_recognition" / "short_hamilton_clip.mp4", from_s=1.0),
            faces=("miranda", "lacamoire"),
        ),
        revoiced(talking("andrew", "andrew_clip_2", 12.0)),
    )


def _others(place: Path) -> tuple[Scene, ...]:
    """People who are not protected, half of them with swapped faces of others who are not protected either."""
    scenes = []
    for number, name in enumerate(STRANGERS):
        swapped = number % 2 == 1
        scenes.append(
            Scene(
                name=f"{name} {'swapped' if swapped else 'original'}",
                film=partial(_read, place / "dfl_pairs" / f"{name}.mp4", half="right" if swapped else "left"),
                alterations=SWAPPED if swapped else (),
                generator="DeepFaceLive" if swapped else None,
            )
        )
    reader = place / f"resemblyzer/librispeech/{READERS[1]}.flac"
    scenes.append(
        Scene(
            name="Tim_Chrys_3 original with a reader's voice",
            film=lambda: _voiced(_read(place / "dfl_pairs" / "Tim_Chrys_3.mp4", half="left"), _read_sound(reader)),
        )
    )
    return tuple(scenes)


def _stills(place: Path) -> tuple[Still, ...]:
    protected = {
        "dfl_real/Biden.png": "biden",
        "musetalk/musk.png": "musk",
        "styletalk/image/Obama_clip3.png": "obama",
        "styletalk/image/andrew_clip_2.png": "andrew",
        "face_recognition/knn_examples/test/obama1.jpg": "obama",
    }
    return (
        Still(
            name="dfl_pairs/Ewon_Spice.png",
            picture=partial(_picture, place / "dfl_pairs" / "Ewon_Spice.png"),
            faces=("musk",),
            alterations=SWAPPED,
            generator="DeepFaceLive",
        ),
        *(Still(name=name, picture=partial(_picture, place / name), faces=(who,)) for name, who in protected.items()),
        *(Still(name=name, picture=partial(_picture, place / "deepface" / name)) for name in FACES_OF_STRANGERS),
    )


def _voices(place: Path) -> tuple[Voice, ...]:
    fakes = [
        Voice(
            name=f"trump_fake {name}",
            sound=partial(_read_sound, place / "resemblyzer" / "trump_fake" / f"{name}.mp3", from_s=2.0),
            voices=("trump",),
            alterations=CLONED,
            generator="voice clone (unknown)",
        )
        for name in ("0ghm5Cqpfwk", "6xxGIDfe5BU", "J-SwzTNeN4M")
    ]
    real = Voice(
        name="trump_real dB0Za__55-Q",
        sound=partial(_read_sound, place / "resemblyzer" / "trump_real" / "dB0Za__55-Q.mp3", from_s=8.0),
        voices=("trump",),
    )
    readers = [
        Voice(name=name, sound=partial(_read_sound, place / "resemblyzer" / "librispeech" / f"{name}.flac"))
        for name in READERS[2:]
    ]
    vocoded = Voice(
        name="LJ001-0001_gen",
        sound=partial(_read_sound, place / "wavefake" / "generated" / "LJ001-0001_gen.wav"),
        alterations=CLONED,
        generator="vocoder",
    )
    return (*fakes, real, *readers, vocoded)


def _read(
    path: Path, *, from_s: float = 0.0, half: str | None = None, sound: Path | None = None, seconds: float = FILM_S
) -> Film:
    """A piece of a film at most ``TALLEST_PX`` high: one ``half`` of its pictures, with the ``sound`` of another file."""

    def part(picture: Picture) -> Picture:
        middle = picture.shape[1] // 2
        cut = picture if half is None else picture[:, :middle] if half == "left" else picture[:, middle:]
        return _smaller(cut)

    film = read_film(path, seconds=seconds, from_s=from_s, part=part)
    if sound is None:
        return film
    return Film(pictures=film.pictures, rate=film.rate, sound=_read_sound(sound, from_s=from_s, seconds=film.seconds))


def _voiced(film: Film, sound: Sound) -> Film:
    return Film(pictures=film.pictures, rate=film.rate, sound=sound[: round(film.seconds * RATE_HZ)])


def _read_sound(path: Path, *, from_s: float = 0.0, seconds: float = VOICE_S) -> Sound:
    start = round(from_s * RATE_HZ)
    return read_sound(path)[start : start + round(seconds * RATE_HZ)]


def _picture(path: Path) -> Picture:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise OSError(f"{path} cannot be read as a picture")
    return _smaller(np.ascontiguousarray(pixels[:, :, ::-1]))


def _smaller(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    if height <= TALLEST_PX:
        return np.ascontiguousarray(picture)
    return fitted(picture, (round(width * TALLEST_PX / height / 2) * 2, TALLEST_PX))
