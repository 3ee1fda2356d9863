"""A verified creative is recognised encoded anew; with another voice, other words or mirrored it is not called the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.official_source import OfficialSource
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.verified_copy import VerifiedCopy
from embeddings.fingerprints import read_prints
from embeddings.packs import load_pack
from embeddings.print_tables import packed_print
from embeddings.samples import DecodedMedia, LoadedPack
from tests.detectors.subjects import by_claim
from tests.detectors.subjects import subject as ad_subject
from tests.factories import make_ad, make_allowed_creative, make_brand, make_person
from tests.film_variants import Film, mirrored, read_sound, voiced, write_film
from tests.media import say
from tests.portrait_film import portrait_frames
from watchlist.gallery import Gallery
from watchlist.records import AllowedCreative

Sound = NDArray[np.float32]
Examine = Callable[[Path], list[Finding]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def film(place: Path) -> Film:
    frames = [np.asarray(cv2.resize(frame[60:420], (320, 240)), dtype=np.uint8) for frame in portrait_frames(3.0)]
    return Film(pictures=frames, rate=10, sound=read_sound(say(place / "own.wav"))[: 3 * 16_000])


@pytest.fixture(scope="module")
def own(film: Film, place: Path) -> Path:
    return write_film(film, place / "own.mp4")


@pytest.fixture(scope="module")
def verified(own: Path) -> AllowedCreative:
    look = read_prints(own)
    return make_allowed_creative(sha256=look.creative.sha256, look=packed_print(look))


def gallery(pack: LoadedPack, *allowed: AllowedCreative) -> Gallery:
    return Gallery.of(pack.manifest, persons=[make_person()], brands=[make_brand()], allowed=allowed)


def examine(path: Path, *allowed: AllowedCreative) -> list[Finding]:
    pack = load_pack("open")
    media = DecodedMedia(creative=read_prints(path).creative, path=path, frames=(), sound=None)
    subject = CreativeSubject(media=media, faces=(), voices=(), matches=(), gallery=gallery(pack, *allowed), pack=pack)
    found = list(VerifiedCopy().examine(subject))
    assert all(one.axis is Axis.SOURCE for one in found)
    return found


def test_encoded_anew_it_is_a_copy_and_on_the_way_home_a_genuine_one(
    film: Film, verified: AllowedCreative, place: Path
) -> None:
    path = write_film(film, place / "small.mp4", height=180, bit_rate=150_000, sound_bit_rate=48_000)
    (found,) = examine(path, verified)
    assert (found.claim, found.bearing, found.person_id) == ("copy_of_verified", Bearing.SUPPORTS, "aysel-quliyeva")
    assert found.reference_sha256 == verified.sha256
    assert 0 < (found.measurement or 0) <= 31
    assert "is a copy of creative" in found.observation
    assert "the sound agrees" in found.observation
    ad = ad_subject(make_ad(link_url="http://gov-demo.example/"), findings=(found,))
    shown = replace(ad, creatives=(found.creative_sha256 or "",))
    said = by_claim(list(OfficialSource().examine(shown)))
    assert said["allowed_creative"].reference_sha256 == verified.sha256
    assert "a copy of what was verified" in said["allowed_creative"].observation
    beside_another = replace(ad, creatives=(found.creative_sha256 or "", "f" * 64))
    assert "allowed_creative" not in by_claim(list(OfficialSource().examine(beside_another)))


def test_the_print_that_the_job_took_is_used_and_the_file_not_decoded_again(
    own: Path, verified: AllowedCreative, place: Path
) -> None:
    pack, look = load_pack("open"), read_prints(own)
    creative = replace(look.creative, sha256="c" * 64)
    media = DecodedMedia(creative=creative, path=place / "is-gone.mp4", frames=(), sound=None)
    shown = CreativeSubject(
        media=media,
        faces=(),
        voices=(),
        matches=(),
        gallery=gallery(pack, verified),
        pack=pack,
        coarse=replace(look, creative=creative),
    )
    (found,) = VerifiedCopy().examine(shown)
    assert found.claim == "copy_of_verified"


def test_another_voice_or_mouth_is_another_creative(film: Film, verified: AllowedCreative, place: Path) -> None:
    text = "Invest two hundred today and receive ten thousand every month. Oil for everybody. Write your number below."
    other = read_sound(say(place / "other.wav", voice="en+m3", text=text))[: 3 * 16_000]
    mouths = [np.asarray(cv2.resize(one[60:420], (320, 240)), np.uint8) for one in portrait_frames(3.0, mouth_seed=9)]
    for name, changed in (("voice", voiced(film, other)), ("mouth", replace(film, pictures=mouths))):
        (found,) = examine(write_film(changed, place / f"{name}.mp4"), verified)
        assert (found.claim, found.bearing) == ("no_copy_of_verified", Bearing.AGAINST), name


def test_a_mirrored_copy_excuses_nothing(film: Film, verified: AllowedCreative, place: Path) -> None:
    (found,) = examine(write_film(mirrored(film), place / "mirrored.mp4"), verified)
    assert (found.claim, found.bearing) == ("copy_of_verified", Bearing.INCONCLUSIVE)
    assert "mirrored" in found.observation


def test_the_same_bytes_of_two_owners(own: Path, verified: AllowedCreative) -> None:
    found = examine(own, verified, replace(verified, person_id=None, brand_id="socar", look=None))
    assert [(one.person_id, one.brand_id) for one in found] == [("aysel-quliyeva", None), (None, "socar")]
    assert all("byte for byte" in one.observation for one in found)


def test_what_cannot_be_compared_is_said(film: Film, verified: AllowedCreative, place: Path) -> None:
    path = write_film(film, place / "again.mp4", bit_rate=500_000)
    (unseen,) = examine(path)
    assert (unseen.claim, unseen.bearing) == ("nothing_verified", Bearing.INCONCLUSIVE)
    (unread,) = examine(path, replace(verified, look=None))
    assert (unread.claim, unread.bearing) == ("copy_not_told", Bearing.INCONCLUSIVE)
    assert "allow them again" in unread.observation
