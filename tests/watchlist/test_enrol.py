"""Enrolment on real portraits and voices: all or nothing, two approvers, expiry, removal without a trace."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.faces import see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from embeddings.speech import voice_samples
from tests.watchlist import portraits
from watchlist import store
from watchlist.enrol import EnrolmentRequest, approve, enrol, expire, remove, review
from watchlist.errors import EnrolmentRefused, PersonUnknown, WatchlistInvalid
from watchlist.gallery import Gallery
from watchlist.listing import list_people
from watchlist.records import Modality, ReferenceKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXPIRES = NOW + timedelta(days=365)


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    portraits.write_picture(folder / "astronaut.jpg", portraits.astronaut())
    portraits.write_picture(folder / "darker.jpg", portraits.darker(portraits.astronaut()))
    portraits.write_picture(folder / "hopper.jpg", portraits.hopper())
    portraits.write_speech(folder / "f2.wav", "+f2")
    portraits.write_speech(folder / "klatt2.wav", "+klatt2")
    portraits.write_film(folder / "astronaut.mp4", portraits.astronaut(), seconds=1.5)
    (folder / "request.pdf").write_bytes(b"signed")
    (folder / "empty.pdf").touch()
    return folder


def request(media: Path, **changes: Any) -> EnrolmentRequest:
    base = EnrolmentRequest(
        person_id="aysel",
        names=("Aysel Quliyeva", "Айсель Кулиева"),
        legal_basis="consent of 2026-02-01",
        purpose="takedown of impersonating ads",
        requested_by="Rena",
        expires_at=EXPIRES,
        provenance="press office",
        born=date(1970, 5, 5),
        images=(media / "astronaut.jpg", media / "darker.jpg"),
        audio=(media / "f2.wav",),
        footage=(media / "astronaut.mp4",),
        official_domains=("President.example",),
        languages=("az", "ru"),
        document=media / "request.pdf",
        review_at=NOW + timedelta(days=180),
    )
    return replace(base, **changes)


def gulnar(media: Path) -> EnrolmentRequest:
    return request(
        media,
        person_id="gulnar",
        names=("Gülnar Sadıqova",),
        images=(media / "hopper.jpg",),
        audio=(media / "klatt2.wav",),
        footage=(),
    )


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory, media: Path, pack: LoadedPack) -> Path:
    directory = tmp_path_factory.mktemp("enrolled") / "watchlist"
    enrol(directory, request(media), pack=pack, now=NOW)
    enrol(directory, gulnar(media), pack=pack, now=NOW)
    return directory


@pytest.fixture
def directory(enrolled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(enrolled, tmp_path / "watchlist"))


def approved(directory: Path, *people: str) -> Path:
    for person_id in people:
        approve(directory, person_id, by="Anar", now=NOW)
        approve(directory, person_id, by="Leyla", now=NOW)
    return directory


def test_nobody_matches_before_two_have_approved(directory: Path, media: Path, pack: LoadedPack) -> None:
    with pytest.raises(
        WatchlistInvalid, match=r"nobody in the watchlist .* is active \(aysel waiting for approval \(0 of"
    ):
        Gallery.load(directory, pack.manifest, now=NOW)
    approve(directory, "aysel", by="Anar", now=NOW)
    with pytest.raises(WatchlistInvalid, match=r"aysel waiting for approval \(1 of 2\), gulnar waiting"):
        Gallery.load(directory, pack.manifest, now=NOW)
    approve(directory, "aysel", by="Leyla", now=NOW)
    gallery = Gallery.load(directory, pack.manifest, now=NOW)
    assert [person.person_id for person in gallery.persons] == ["aysel"]
    assert gallery.match_faces(see_faces(decode(media / "hopper.jpg"), pack).samples) == []


def test_both_are_recognised_by_face_and_voice(directory: Path, media: Path, pack: LoadedPack) -> None:
    gallery = Gallery.load(approved(directory, "aysel", "gulnar"), pack.manifest, now=NOW)
    for person_id, picture, voice in (("aysel", "darker.jpg", "f2.wav"), ("gulnar", "hopper.jpg", "klatt2.wav")):
        [face] = gallery.match_faces(see_faces(decode(media / picture), pack).samples)
        assert (face.person_id, face.modality, face.pack) == (person_id, Modality.FACE, "open@1")
        assert face.score == pytest.approx(1.0)
        heard = voice_samples(decode(media / voice), pack)
        assert {match.person_id for match in gallery.match_voices(heard)} == {person_id}
        other = "gulnar" if person_id == "aysel" else "aysel"
        score = gallery.voice_score(heard[0], other)
        assert score is not None
        assert score < pack.manifest.voice_threshold
    [film] = gallery.footage("aysel")
    assert film.faces.shape[1:] == (96, 96)
    assert gallery.footage("gulnar") == ()
    [recording] = gallery.recordings("gulnar")
    assert len(recording.sound) > 16_000


def test_expired_people_never_match(directory: Path, pack: LoadedPack) -> None:
    approved(directory, "aysel", "gulnar")
    before = Gallery.load(directory, pack.manifest, now=EXPIRES - timedelta(seconds=1))
    assert len(before.persons) == 2
    with pytest.raises(WatchlistInvalid, match=r"nobody .* is active \(aysel expired, gulnar expired\): approve"):
        Gallery.load(directory, pack.manifest, now=EXPIRES)


def test_everything_is_recorded(directory: Path, media: Path) -> None:
    stored = store.read(directory)
    assert [person.person_id for person in stored.persons] == ["aysel", "gulnar"]
    assert stored.persons[0].official_domains == ("president.example",)
    assert stored.persons[0].languages == ("az", "ru")
    assert stored.enrolments[0].approved_by == ()
    assert stored.enrolments[0].document_sha256 == hashlib.sha256(b"signed").hexdigest()
    assert stored.enrolments[0].review_at == NOW + timedelta(days=180)
    kinds = [reference.kind for reference in stored.references if reference.person_id == "aysel"]
    assert kinds == [ReferenceKind.IMAGE, ReferenceKind.IMAGE, ReferenceKind.AUDIO, ReferenceKind.FOOTAGE]
    for reference in stored.references:
        data = store.open_reference(directory, reference).read()
        assert hashlib.sha256(data).hexdigest() == reference.sha256
        assert reference.provenance == "press office"
    audit = [json.loads(line) for line in (directory / "audit.jsonl").read_text().splitlines()]
    assert audit[0]["detail"] == (
        f"2 pictures, 1 recordings, 1 films; date of birth checked; signed request {stored.enrolments[0].document_sha256}"
    )
    assert "1970" not in json.dumps(audit)


def test_the_list_says_it_in_words(directory: Path) -> None:
    approved(directory, "aysel")
    approve(directory, "gulnar", by="Anar", now=NOW)
    rows = list_people(directory, NOW)
    assert [(row.person.person_id, row.state) for row in rows] == [
        ("aysel", "active"),
        ("gulnar", "waiting for approval (1 of 2)"),
    ]
    assert (rows[0].pictures, rows[0].recordings, rows[0].films) == (2, 1, 1)
    assert [row.state for row in list_people(directory, EXPIRES)] == ["expired", "expired"]
    assert list_people(directory / "absent", NOW) == []


def test_approval_is_refused_to_the_wrong_people(directory: Path) -> None:
    with pytest.raises(EnrolmentRefused, match="rena asked for the enrolment of aysel and may not approve it"):
        approve(directory, "aysel", by="rena", now=NOW)
    with pytest.raises(EnrolmentRefused, match="nobody is named as approver"):
        approve(directory, "aysel", by=" ", now=NOW)
    approve(directory, "aysel", by="Anar", now=NOW)
    with pytest.raises(EnrolmentRefused, match="ANAR has approved the enrolment of aysel already"):
        approve(directory, "aysel", by="ANAR", now=NOW)
    approve(directory, "aysel", by="Leyla", now=NOW)
    with pytest.raises(EnrolmentRefused, match="is approved by 2 people already: nothing to do"):
        approve(directory, "aysel", by="Samir", now=NOW)
    with pytest.raises(EnrolmentRefused, match="expired on 2027-03-01: remove it and enrol again"):
        approve(directory, "gulnar", by="Anar", now=EXPIRES)
    for unknown in (directory, directory / "absent"):
        with pytest.raises(PersonUnknown, match=r"nobody in the watchlist .* has the id 'nobody'"):
            approve(unknown, "nobody", by="Anar", now=NOW)
    assert not (directory / "absent").exists()


def test_an_enrolment_can_be_ended_before_its_time(directory: Path, pack: LoadedPack) -> None:
    approved(directory, "aysel", "gulnar")
    later = NOW + timedelta(days=10)
    ended = expire(directory, "aysel", by="Leyla", why="asked to be left out", now=NOW)
    assert ended.expires_at == NOW
    expire(directory, "gulnar", by="Leyla", why="leaves office", now=NOW, at=later)
    assert [person.person_id for person in Gallery.load(directory, pack.manifest, now=NOW).persons] == ["gulnar"]
    with pytest.raises(WatchlistInvalid, match=r"nobody .* is active \(aysel expired, gulnar expired\)"):
        Gallery.load(directory, pack.manifest, now=later)
    lines = [json.loads(line) for line in (directory / "audit.jsonl").read_text().splitlines()][-2:]
    assert [(line["action"], line["subject"], line["by"]) for line in lines] == [
        ("expire", "aysel", "Leyla"),
        ("expire", "gulnar", "Leyla"),
    ]
    assert lines[0]["detail"] == "ends 2026-03-01T12:00:00+00:00: asked to be left out"


def test_an_end_that_makes_no_sense_is_refused(directory: Path) -> None:
    def end(**changes: Any) -> None:
        asked: dict[str, Any] = {"person_id": "aysel", "by": "Leyla", "why": "she asked", "now": NOW} | changes
        expire(directory, **asked)

    for changes, sentence in (
        ({"by": " "}, "it is not said who ends the enrolment of aysel: say it"),
        ({"why": ""}, "it is not said why the enrolment of aysel ends"),
        ({"at": NOW - timedelta(days=1)}, "cannot have ended on 2026-02-28: leave the date out to end it now"),
        ({"at": EXPIRES + timedelta(days=1)}, "ends on 2027-03-01: enrol again to keep it for longer"),
        ({"at": datetime(2026, 6, 1)}, "has no time zone"),  # noqa: DTZ001
        ({"now": EXPIRES}, "expired on 2027-03-01 already: nothing to do"),
    ):
        with pytest.raises(EnrolmentRefused, match=sentence):
            end(**changes)
    with pytest.raises(PersonUnknown):
        end(person_id="nobody")
    assert len((directory / "audit.jsonl").read_text().splitlines()) == 2


def test_a_review_is_noted_or_refused(directory: Path) -> None:
    later = NOW + timedelta(days=200)
    asked: dict[str, Any] = {"by": "Leyla", "why": "in office", "now": NOW, "next_at": later}
    assert review(directory, "aysel", **asked).review_at == later
    assert store.read(directory).enrolments[0].review_at == later
    for changes, sentence in (
        ({"by": ""}, "it is not said who reviewed the enrolment of aysel"),
        ({"why": " "}, "it is not said why the enrolment of aysel is still needed"),
        ({"next_at": EXPIRES + timedelta(days=1)}, "the review would be on 2027-03-02, which is not between"),
        ({"now": EXPIRES}, "the enrolment of aysel has ended: remove it and enrol again"),
    ):
        with pytest.raises(EnrolmentRefused, match=sentence):
            review(directory, "aysel", **asked | changes)
    last = json.loads((directory / "audit.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["detail"]) == ("review", f"next {later.isoformat()}: in office")


def test_removal_deletes_every_trace_but_the_audit(directory: Path, pack: LoadedPack) -> None:
    vectors = store.read(directory).vectors
    rows = [row.tobytes() for modality in Modality for row in vectors[modality]["aysel"]]
    remove(directory, "aysel", by="Leyla", why="left office", now=NOW)
    assert [row.person.person_id for row in list_people(directory, NOW)] == ["gulnar"]
    for path in directory.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(row in data for row in rows), path
            # The manifest repeats the audit's line of the change that made it
            assert path.name in ("audit.jsonl", "manifest.json") or b"aysel" not in data.lower(), path
    assert not (directory / "footage" / "aysel").exists()
    assert not (directory / "sealed" / "aysel").exists()
    assert [path.name for path in (directory / "keys").glob("*.key")] == ["gulnar.key"]
    last = json.loads((directory / "audit.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["subject"], last["by"]) == ("remove", "aysel", "Leyla")
    assert last["detail"] == "left office"
    assert len(Gallery.load(approved(directory, "gulnar"), pack.manifest, now=NOW).persons) == 1
    with pytest.raises(PersonUnknown):
        remove(directory, "aysel", by="Leyla", now=NOW)
    with pytest.raises(EnrolmentRefused, match="nobody is named as remover"):
        remove(directory, "gulnar", by="", now=NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"legal_basis": ""}, "states no legal basis"),
        ({"document": "empty.pdf"}, r"the signed request .*empty\.pdf is empty: give the document as it was signed"),
        ({"images": ("astronaut.jpg", "hopper.jpg")}, r"the face in .*astronaut\.jpg .* is not like"),
        ({"audio": ("f2.wav", "klatt2.wav")}, "the voice in .* is not like"),
        ({"images": ("hopper.jpg",)}, r"no face in .*astronaut\.mp4 is like the pictures of aysel"),
    ],
)
def test_what_is_refused_leaves_nothing(
    media: Path, tmp_path: Path, pack: LoadedPack, changes: dict[str, Any], sentence: str
) -> None:
    files = {
        name: tuple(media / file for file in value) if isinstance(value, tuple) else media / value if value else value
        for name, value in changes.items()
    }
    with pytest.raises(EnrolmentRefused, match=sentence):
        enrol(tmp_path / "w", request(media, **files), pack=pack, now=NOW)
    assert not (tmp_path / "w").exists()


def test_who_is_there_already_or_one_too_many_is_refused(directory: Path, media: Path, pack: LoadedPack) -> None:
    with pytest.raises(EnrolmentRefused, match="aysel is enrolled already"):
        enrol(directory, request(media), pack=pack, now=NOW)
    with pytest.raises(EnrolmentRefused, match="holds 2 people and may hold 2"):
        enrol(directory, request(media, person_id="third"), pack=pack, now=NOW, cap=2)
    other = replace(pack, manifest=replace(pack.manifest, version="2"))
    with pytest.raises(WatchlistInvalid, match="built with the model pack open@1, not open@2"):
        enrol(directory, request(media, person_id="third"), pack=other, now=NOW)
    with pytest.raises(WatchlistInvalid, match="built with the model pack open@1, not open@2: use that pack"):
        Gallery.load(approved(directory, "aysel"), other.manifest, now=NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_the_systems_error(media: Path, pack: LoadedPack, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(PermissionError, match="locked"):
        enrol(locked / "watchlist", request(media), pack=pack, now=NOW)


def test_vectors_of_a_person_are_what_the_models_gave(directory: Path, media: Path, pack: LoadedPack) -> None:
    [sample] = see_faces(decode(media / "hopper.jpg"), pack).samples
    np.testing.assert_array_equal(store.read(directory).vectors[Modality.FACE]["gulnar"], sample.vectors)
