"""Every detector that is listed, on odd but readable subjects: only whole findings, the same ones each time."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import typer
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import resample_poly
from typer.core import TyperGroup

from detectors.networks import NETWORK_FAMILIES, load_networks, load_text_networks
from detectors.patience import CAP_S, CUT_SHORT, within
from detectors.records import FINDING_SCHEMA, Bearing, Finding
from detectors.subject import AdDetector, AdSubject, CreativeDetector, CreativeSubject, LandingPage
from detectors.tables import AD_DETECTORS, CREATIVE_DETECTORS, DETECTORS, ad_detectors, creative_detectors
from detectors.validation import Declaration, NotValidated
from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.speech import voice_samples
from evidence.records import Ad, CaptureKind, Visitor
from evidence.tables import read_records, write_records
from qalqan.main import app
from tests.detectors.recognised import everybody
from tests.detectors.tiny_networks import TINY_NETWORKS, TINY_TEXT_NETWORKS
from tests.factories import make_ad, make_brand, make_capture, make_match, make_person
from tests.portrait_film import babble, portrait_frames, write_film
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality

PERSON = make_person()
GREY = [np.full((240, 320, 3), 90, dtype=np.uint8)] * 20


def footage(*, frames: int) -> GenuineFootage:
    return GenuineFootage(
        person_id=PERSON.person_id,
        sha256="f" * 64,
        times_s=np.arange(frames) / 10,
        faces=np.random.default_rng(1).integers(0, 256, (frames, 96, 96), dtype=np.uint8),
        sound=None,
    )


def subject_of(
    path: Path, *, modalities: Iterable[Modality] = (), films: Iterable[GenuineFootage] = (), voice: bool = False
) -> CreativeSubject:
    """What the media at ``path`` really holds, with matches claimed over the whole of it."""
    pack = load_pack("open")
    media = decode(path)
    length_s = media.creative.duration_s or 0.0
    enrolled: dict[str, NDArray[np.float32]] = {}
    if voice:
        enrolled[PERSON.person_id] = np.eye(1, pack.manifest.voice_dimension, dtype=np.float32)
    matches = tuple(
        make_match(
            creative_sha256=media.creative.sha256,
            modality=modality,
            start_s=0.0,
            end_s=length_s,
            best_s=0.0,
            region=None,
            pack=pack.manifest.label,
        )
        for modality in modalities
    )
    return CreativeSubject(
        media=media,
        faces=see_faces(media, pack).samples,
        voices=tuple(voice_samples(media, pack)),
        matches=matches,
        gallery=Gallery.of(pack.manifest, persons=[PERSON], voice_vectors=enrolled, footage=tuple(films)),
        pack=pack,
    )


@pytest.fixture(scope="module")
def creatives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CreativeSubject]:
    """Odd subjects by what is odd about them."""
    place = tmp_path_factory.mktemp("creatives")
    both = (Modality.FACE, Modality.VOICE)
    silence = np.zeros(32_000, dtype=np.float32)
    picture = place / "picture.png"
    Image.fromarray(portrait_frames(0.1)[0]).save(picture)
    blank = write_film(place / "blank.mp4", GREY, silence)
    short = write_film(place / "short.mp4", portrait_frames(0.2), babble(0.2))
    film = write_film(place / "film.mp4", portrait_frames(4.0), babble(4.0))
    three = write_film(place / "three.mp4", [*portrait_frames(0.3), *[np.zeros((480, 480, 3), np.uint8)] * 20], None)
    moving = portrait_frames(3.0)
    four = write_film(place / "four.mp4", [np.tile(frame[::2, ::2], (2, 2, 1)) for frame in moving], babble(3.0))
    wide = write_film(place / "wide.mp4", [np.pad(frame, ((0, 0), (720, 720), (0, 0))) for frame in moving], None)
    fast = write_film(place / "fast.mp4", [frame for frame in moving[:8] for _ in range(24)], None, rate=240)
    slides = write_film(place / "slides.mp4", [frame for frame in moving[:3] for _ in range(20)], babble(6.0))
    narrow = resample_poly(babble(3.0), 1, 2).astype(np.float32)
    telephone = write_film(place / "telephone.mp4", moving, narrow, sound_hz=8_000)
    return {
        "nobody and silence": subject_of(blank),
        "matched silence": subject_of(blank, modalities=both, films=[footage(frames=40)], voice=True),
        "a fifth of a second": subject_of(short, modalities=both, films=[footage(frames=40)], voice=True),
        "a picture": subject_of(picture, modalities=[Modality.FACE], films=[footage(frames=40)]),
        "no footage enrolled": subject_of(film, modalities=both, voice=True),
        "empty footage": subject_of(film, modalities=[Modality.FACE], films=[footage(frames=0)]),
        "no voice enrolled": subject_of(film, modalities=[Modality.FACE], films=[footage(frames=40)]),
        "a voice alone": subject_of(film, modalities=[Modality.VOICE], voice=True),
        "a face for three frames": subject_of(three, modalities=[Modality.FACE], films=[footage(frames=40)]),
        "four faces at once": everybody(four),
        "four times as wide as high": everybody(wide),
        "240 frames a second": everybody(fast),
        "a slideshow": everybody(slides),
        "telephone sound": subject_of(telephone, modalities=both, films=[footage(frames=40)], voice=True),
    }


NOT_JUDGED = {
    "nobody and silence": {"genuine_source": "Nobody's face", "voice_spectrum": "nobody was recognised"},
    "matched silence": {"identity_agreement": "no speech", "prosody": "2.0 s of speech", "blink": "not found again"},
    "a fifth of a second": {
        "genuine_source": "too short",
        "lip_sync": "only 0.1 s",
        "voice_spectrum": "0.2 s of speech",
    },
    "a picture": {"genuine_source": "not a film", "micro_motion": "single frames", "prosody": "there is no sound"},
    "no footage enrolled": {"genuine_source": "is enrolled"},
    "a voice alone": {"identity_agreement": "cannot be held together"},
    "a face for three frames": {"blink": "only 0.2 s", "micro_motion": "on only 3 frames", "lip_sync": "no sound"},
    "four faces at once": {"face_blend": "px high", "blink": "frames a second"},
    "four times as wide as high": {"lip_sync": "Nobody's face"},
    "240 frames a second": {"lip_sync": "no sound", "blink": "without a break"},
    "a slideshow": {"lip_sync": "too few to see syllables", "prosody": "0.0 s of speech"},
    "telephone sound": {"voice_spectrum": "as on a telephone"},
}
"""What detectors say of subjects that they cannot judge, some of them by name: why they cannot."""

NOT_JUDGED_ADS = {
    "nothing but media": {"lure_text": "Cannot tell because", "landing_page": "Could not look because"},
    "a page that could not be captured": {"landing_page": "Could not look at"},
    "unknown script": {"lure_classifier": "cannot tell because"},
    "odd address": {"official_source": "nobody's official ones"},
}


@pytest.fixture(scope="module")
def ads() -> dict[str, AdSubject]:
    """Odd ads by what is odd about them."""
    gallery = Gallery.of(load_pack("open").manifest, persons=[PERSON], brands=[make_brand()])
    silent = make_ad(title=None, body=None, cta_text=None, link_url=None, page_id=None, page_name=None, page_url=None)
    page = make_capture(kind=CaptureKind.LANDING, requested_url="http://socar-qazanc.example/")
    again = make_capture(kind=CaptureKind.LANDING, requested_url=page.requested_url, visitor=Visitor.TELEPHONE)
    second = LandingPage(capture=again, html="<input name=card-number>", text="Gündə 500 AZN qazanın")

    def subject(ad: Ad, *landings: LandingPage, matches: tuple[Match, ...] = ()) -> AdSubject:
        return AdSubject(
            ad=ad,
            landings=landings,
            creatives=tuple({match.creative_sha256 for match in matches}),
            matches=matches,
            creative_findings=(),
            gallery=gallery,
        )

    return {
        "a lure": subject(make_ad(), LandingPage(capture=page, html="<p>SOCAR", text="SOCAR"), matches=(make_match(),)),
        "nothing but media": subject(silent),
        "a page that could not be captured": subject(make_ad(), LandingPage(capture=page, html=None, text=None)),
        "unknown script": subject(make_ad(title="ᚠᚢᚦᚨᚱᚲ", body="𓀀𓀁𓀂\u202e\u200b", cta_text="")),
        "a megabyte of text": subject(make_ad(body="qazanc 500 AZN " * 70_000)),
        "regex-hostile": subject(make_ad(body="a" * 20_000 + "!" + "1." * 20_000, title="((((" * 500)),
        "broken markup": subject(
            make_ad(), LandingPage(capture=page, html="<div " * 2000 + "<form action=<input", text="")
        ),
        "another page for telephones": subject(
            make_ad(), LandingPage(capture=page, html="<p>SOCAR", text="SOCAR", other=second), second
        ),
        "odd address": subject(make_ad(link_url="http://[::1", page_url="javascript:alert(1)")),
    }


def check(findings: list[Finding], declared: Iterable[Declaration], tmp_path: Path) -> None:
    most = {one.validated_on: one.weight for one in declared}
    for found in findings:
        assert found.validated_on in most, f"{found.claim} of {found.method} is not as declared"
        assert found.weight <= most[found.validated_on]
        assert found.observation.strip()
        assert found.claim.strip()
        assert found.reproduce.startswith("qalqan ")
        first, second = found.propositions
        assert first.strip()
        assert second.strip()
        assert first != second
        assert found.ad_id is not None or found.creative_sha256 is not None
        assert 0 <= found.weight <= 1
        assert found.weight == 0 or found.validated_on is not None
        assert found.bearing is not Bearing.SUPPORTS or found.innocent_explanations
        assert (found.measurement is None) == (found.unit is None)
        assert found.measurement is None or np.isfinite(found.measurement)
    assert len({found.finding_id for found in findings}) == len(findings)
    write_records(tmp_path / "findings.parquet", findings, FINDING_SCHEMA)
    assert read_records(tmp_path / "findings.parquet", Finding) == findings


def examine(detector: CreativeDetector, creatives: dict[str, CreativeSubject], tmp_path: Path) -> None:
    for odd, subject in creatives.items():
        sha256 = subject.media.creative.sha256
        findings = within(detector, detector.examine(subject), cap_s=CAP_S, creative_sha256=sha256)
        assert all(found.claim != CUT_SHORT for found in findings), f"{detector.name} takes too long over {odd}"
        assert all(found.bearing is Bearing.INCONCLUSIVE for found in findings), f"{detector.name} judges {odd}"
        why = NOT_JUDGED.get(odd, {}).get(detector.name, "")
        assert any(why in found.observation for found in findings), f"{detector.name} does not say why of {odd}"
        assert findings, f"{detector.name} is silent about {odd}"
        assert all(found.method == detector.name for found in findings)
        assert all(found.method_version == detector.version for found in findings)
        assert all(found.creative_sha256 == subject.media.creative.sha256 for found in findings)
        check(findings, detector.declared, tmp_path)
        assert list(detector.examine(subject)) == findings


@pytest.mark.parametrize("detector", creative_detectors(), ids=list(CREATIVE_DETECTORS))
def test_creative_detectors(detector: CreativeDetector, creatives: dict[str, CreativeSubject], tmp_path: Path) -> None:
    assert CREATIVE_DETECTORS[detector.name]
    examine(detector, creatives, tmp_path)


@pytest.mark.parametrize("family", TINY_NETWORKS)
def test_networks(family: str, creatives: dict[str, CreativeSubject], tmp_path: Path) -> None:
    for place, make in enumerate(TINY_NETWORKS[family]):
        (tmp_path / str(place)).mkdir()
        (network,) = load_networks([make(tmp_path / str(place))])
        examine(network, creatives, tmp_path)


def test_every_family_of_networks_is_tried() -> None:
    assert set(NETWORK_FAMILIES) == {*TINY_NETWORKS, *TINY_TEXT_NETWORKS}


@pytest.mark.parametrize("detector", ad_detectors(), ids=list(AD_DETECTORS))
def test_ad_detectors(detector: AdDetector, ads: dict[str, AdSubject], tmp_path: Path) -> None:
    assert AD_DETECTORS[detector.name]
    examine_ads(detector, ads, tmp_path)


@pytest.mark.parametrize("family", TINY_TEXT_NETWORKS)
def test_text_networks(family: str, ads: dict[str, AdSubject], tmp_path: Path) -> None:
    for place, make in enumerate(TINY_TEXT_NETWORKS[family]):
        (tmp_path / str(place)).mkdir()
        (network,) = load_text_networks([make(tmp_path / str(place))])
        examine_ads(network, ads, tmp_path)


def examine_ads(detector: AdDetector, ads: dict[str, AdSubject], tmp_path: Path) -> None:
    for odd, subject in ads.items():
        findings = within(detector, detector.examine(subject), cap_s=CAP_S, ad_id=subject.ad.ad_id)
        assert findings, f"{detector.name} is silent about {odd}"
        assert all(found.claim != CUT_SHORT for found in findings), f"{detector.name} takes too long over {odd}"
        why = NOT_JUDGED_ADS.get(odd, {}).get(detector.name, "")
        assert any(why in found.observation for found in findings) or not why, (
            f"{detector.name} does not say why of {odd}"
        )
        if why:
            assert all(found.bearing is not Bearing.SUPPORTS for found in findings), f"{detector.name} judges {odd}"
        assert all(found.method == detector.name for found in findings), odd
        assert all(found.ad_id == subject.ad.ad_id for found in findings), odd
        check(findings, detector.declared, tmp_path)
        assert list(detector.examine(subject)) == findings


@pytest.mark.parametrize("detector", [*creative_detectors(), *ad_detectors()], ids=list(DETECTORS))
def test_every_detector_declares_on_what_it_was_validated_or_why_not(detector: CreativeDetector | AdDetector) -> None:
    assert detector.declared
    for one in detector.declared:
        assert 0 <= one.weight <= 1
        if isinstance(one.on, NotValidated):
            assert one.on.why.strip()
            assert one.weight == 0
        else:
            assert all(getattr(one.on, fact.name).strip() for fact in fields(one.on))
            assert one.command is not None
        if one.command is not None:
            assert can_be_run(one.command), f"{one.command} is no command of this repository"


def can_be_run(command: str) -> bool:
    """Whether there is such a module, or such a command of ``qalqan``."""
    program, *words = shlex.split(command)
    if program == "python":
        return words[0] == "-m" and find_spec(words[1]) is not None
    here = typer.main.get_command(app)
    for word in words:
        if isinstance(here, TyperGroup) and word in here.commands:
            here = here.commands[word]
    return program == "qalqan" and not isinstance(here, TyperGroup)


def test_no_two_detectors_share_an_id(creatives: dict[str, CreativeSubject]) -> None:
    subject = creatives["no footage enrolled"]
    ids = [found.finding_id for detector in creative_detectors() for found in detector.examine(subject)]
    assert len(set(ids)) == len(ids)
