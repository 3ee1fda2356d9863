"""Suspects, each sought in all films of the development media, and what ``genuine_source`` says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np

from detectors.film_alignment import FaceSeries
from detectors.genuine_source import GenuineSource
from detectors.records import Finding
from detectors.searched_film import locate_in
from detectors.shift_search import MIN_PAIRS
from detectors.sound_alignment import hear
from detectors.source_verdicts import SAME_SOUND, picture_verdict, sound_verdict
from detectors.subject import CreativeSubject
from embeddings.faces import SeenFaces, see_faces
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.records import FaceTrack
from embeddings.samples import DecodedMedia
from tests.alignment_ledger import Ledger, Outcome
from tests.alignment_media import (
    PERSON_ID,
    POOR,
    Copy,
    Enrolled,
    Piece,
    Source,
    copies,
    encoded,
    enrolled,
    lip_synced,
    other_mouths,
    same_scene,
    sources,
)
from tests.factories import make_match, make_person
from tests.film_variants import Film, read_film, write_film
from tests.spoken_trials import spoken
from tests.strange_clips import strange_clips
from tests.strange_windows import around, window
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery
from watchlist.records import Match

PICTURE_CLAIMS = ("same_as_genuine", "mouth_regenerated", "mouth_unclear", "face_differs")
SOUND_CLAIMS = ("sound_as_genuine", "sound_unclear", "sound_replaced", "voice_replaced")
NOT_ALIGNED, NOT_HEARD = "not_aligned", "sound_not_compared"

RIGHT_PLACE_S = 0.35
"""How far the film's time may lie from the truth where an aligned stretch begins."""

FOUND_SHARE = 0.5
"""Share of a piece that must be aligned to count as found."""

BESIDE = "Twitch1"
"""What split screens show besides."""


class Trials:
    """All films of the media, enrolled as of one person, and what is sought in them; outcomes go into the ledger. ``bank`` is
    where enrolled films are kept for the next time."""

    def __init__(self, media: Path, scratch: Path, *, ledger: Ledger, bank: Path) -> None:
        self._media, self._scratch, self._ledger, self._kept = media, scratch, ledger, bank
        self._pack = load_pack("open")
        self._person = make_person(person_id=PERSON_ID)
        self.sources = sources(media)
        self._bank: dict[str, Enrolled] = {}
        self._swaps: dict[str, Enrolled] = {}

    def copies(self, chosen: Sequence[Source], *, conditions: Sequence[str]) -> None:
        """Excerpts under every condition (or those whose names begin so)."""
        beside = read_film(self._media / f"dfl_real/{BESIDE}.mp4", seconds=8)
        for source in chosen:
            for copy in copies(source.read(), beside):
                if copy.name.startswith(tuple(conditions)) and not self._ledger.has("copies", source.name, copy.name):
                    self._ledger.add(self._told(copy, source.name, part="copies", held_out=source.held_out))

    def mouths(self, chosen: Sequence[Source]) -> None:
        """Mouths that were generated (one real lip-synced film) or taken from another moment, throughout or for a while."""
        self._forged(lip_synced(self._media), "kim_7s_raw", held_out=False)
        for source in chosen:
            self._forged(other_mouths(source.read(), self._pack), source.name, held_out=source.held_out)

    def _forged(self, made: Iterator[Copy], name: str, *, held_out: bool) -> None:
        for copy in made:
            if not self._ledger.has("mouths", name, copy.name):
                told = self._told(copy, name, part="mouths", held_out=held_out)
                self._ledger.add(replace(told, wanted="mouth_regenerated"))

    def swaps(self) -> None:
        """The other half of each pair: the same scene with another face, which must not count as the film's own."""
        for source in self.sources:
            if source.paired and not self._ledger.has("swaps", source.name, "its own scene"):
                swap = self._swapped(source)
                films = self._footage()
                found = locate_in(FaceSeries(times_s=swap.times_s, faces=swap.faces), films)
                self._ledger.add(
                    Outcome(
                        part="swaps",
                        source=source.name,
                        condition="its own scene",
                        held_out=source.held_out,
                        claims=tuple(picture_verdict(one.agreement).claim for one in found) or (NOT_ALIGNED,),
                        remark=f"{found[0].agreement}" if found else "",
                    )
                )

    def sounds(self, count: int) -> None:
        """Speech of one speaker: kept, drowned in music, sped; or other words, other speakers and clones put in its place."""
        for number, (name, own, kinds) in enumerate(spoken(self._media, count)):
            for kind, wanted, sound, speed in kinds:
                if self._ledger.has("sounds", name, kind):
                    continue
                stills = [np.zeros((64, 64, 3), dtype=np.uint8)] * round(len(sound) / 1600)
                film = Film(pictures=stills, rate=10, sound=sound)
                played = decode(write_film(film, self._scratch / "sound.mp4", **POOR)).sound  # type: ignore[arg-type]
                assert played is not None
                heard = hear(played, own, speed=speed, pack=self._pack, enough=SAME_SOUND)
                claim = sound_verdict(heard).claim if heard else NOT_HEARD
                self._ledger.add(
                    Outcome(
                        part="sounds",
                        source=name,
                        condition=kind,
                        held_out=number % 2 == 1,
                        claims=(claim,),
                        wanted=wanted,
                        scores=(-heard.sound.correlation,) if heard else (),
                        lengths_s=(heard.sound.seconds,) if heard else (),
                        remark="" if claim == wanted else f"{heard}",
                    )
                )

    def strange_files(self, count: int) -> None:
        """Encoded files, sought in every film but that of their own scene, with every face in them taken for the person
        enrolled: a face that is not recognised would not even be looked for."""
        for number, clip in enumerate(strange_clips(self.sources, self._media, self._scratch, count=count)):
            if self._ledger.has("strange files", clip.name, str(number)):
                continue
            path = clip.write()
            began = process_time()
            media = decode(path)
            seen = see_faces(media, self._pack)
            films = [one.footage for name, one in self._enrolled() if not (clip.scene and same_scene(name, clip.scene))]
            gallery = Gallery.of(self._pack.manifest, persons=[self._person], footage=films)
            matches = [_taken_for(sample.track) for sample in seen.samples]
            findings = self._findings(media, seen, gallery, matches)
            found = [one for one in findings if one.claim in (*PICTURE_CLAIMS, "recut")]
            self._ledger.add(
                Outcome(
                    part="strange files",
                    source=clip.name,
                    condition=str(number),
                    held_out=False,
                    claims=tuple(one.claim for one in findings),
                    strays=len(found),
                    face_px=min((sample.track.size_px for sample in seen.samples), default=0),
                    media_s=media.creative.duration_s or 0.0,
                    cpu_s=process_time() - began,
                    remark=f"{clip.kind}, {clip.condition}" + "".join(f": {one.observation}" for one in found[:1]),
                )
            )

    def strange_windows(self, count: int) -> None:
        """Windows of films and of swapped faces, as arrays with noise, neither encoded nor decoded, sought in all films of other
        scenes and in the other moments of their own film; so many in all, spread evenly over all of them."""
        films = [(name, one.footage, True) for name, one in self._enrolled()]
        films += [(one.name, self._swapped(one), False) for one in self.sources if one.paired]
        for place, (name, own, original) in enumerate(films):
            share = (place + 1) * count // len(films) - place * count // len(films)
            rng = np.random.default_rng(700 + place)
            for number in range(share):
                piece = window(own, number, share, rng)
                condition = f"{'film' if original else 'swapped face'} {number} of {share}"
                if self._ledger.has("strange windows", name, condition):
                    continue
                strange = [one.footage for other, one in self._enrolled() if not same_scene(other, name)]
                began = process_time()
                if original:
                    strange += around(own, float(piece.times_s[0]), float(piece.times_s[-1]))
                found = locate_in(piece, strange) if len(piece.times_s) >= MIN_PAIRS else ()
                self._ledger.add(
                    Outcome(
                        part="strange windows",
                        source=name,
                        condition=condition,
                        held_out=False,
                        claims=("aligned" if found else NOT_ALIGNED,),
                        pieces=int(len(piece.times_s) >= MIN_PAIRS),
                        strays=len(found),
                        media_s=float(piece.times_s[-1] - piece.times_s[0]),
                        cpu_s=process_time() - began,
                        remark=f"from {piece.times_s[0]:.1f} s: {found[0].shift} {found[0].agreement}" if found else "",
                    )
                )

    def _told(self, copy: Copy, name: str, *, part: str, held_out: bool) -> Outcome:
        """What the detector says about a copy, held against what the copy shows."""
        path = encoded(copy, self._scratch / "suspect.mp4")
        began = process_time()
        media = decode(path)
        seen = see_faces(media, self._pack)
        gallery = self._gallery(name)
        findings = self._findings(media, seen, gallery, gallery.match_faces(seen.samples))
        spent = process_time() - began
        stretches = [one for one in findings if one.claim in PICTURE_CLAIMS]
        own = self._bank[name].footage
        beside = [film.footage.sha256 for other, film in self._bank.items() if same_scene(other, BESIDE)]
        strays = [one for one in stretches if not _true(one, copy.pieces, own) and one.reference_sha256 not in beside]
        scored = [one for one in stretches if one.measurement is not None and one.claim != "face_differs"]
        told = [one.claim for one in findings if one.claim in (*PICTURE_CLAIMS, *SOUND_CLAIMS, "recut", NOT_ALIGNED)]
        odd = [one for one in findings if one.claim in PICTURE_CLAIMS and one.claim != "same_as_genuine"]
        return Outcome(
            part=part,
            source=name,
            condition=copy.name,
            held_out=held_out,
            claims=tuple(told),
            pieces=len(copy.pieces),
            hits=sum(_hit(piece, stretches, own) for piece in copy.pieces),
            strays=len(strays),
            scores=tuple(float(one.measurement or 0.0) for one in scored),
            lengths_s=tuple((one.end_s or 0.0) - (one.start_s or 0.0) for one in scored),
            face_px=min((sample.track.size_px for sample in seen.samples), default=0),
            media_s=media.creative.duration_s or 0.0,
            cpu_s=spent,
            remark="".join(f"{one.observation} " for one in [*strays, *odd][:1]),
        )

    def _findings(
        self, media: DecodedMedia, seen: SeenFaces, gallery: Gallery, matches: Sequence[Match]
    ) -> list[Finding]:
        subject = CreativeSubject(
            media=media,
            faces=seen.samples,
            voices=(),
            matches=tuple(matches),
            gallery=gallery,
            pack=self._pack,
            paths=seen.paths,
        )
        return list(GenuineSource().examine(subject))

    def _enrolled(self) -> list[tuple[str, Enrolled]]:
        """Every film by name, with a face."""
        if not self._bank:
            self._bank = {source.name: self._enrol(source) for source in self.sources}
        return list(self._bank.items())

    def _gallery(self, name: str) -> Gallery:
        """Every film, but of the scene of a film this one alone: a copy may as well be found in another film of it."""
        kept = [film for other, film in self._enrolled() if other == name or not same_scene(other, name)]
        return Gallery.of(
            self._pack.manifest,
            persons=[self._person],
            face_vectors={PERSON_ID: np.concatenate([film.vectors for film in kept])},
            footage=[film.footage for film in kept],
        )

    def _footage(self) -> tuple[GenuineFootage, ...]:
        self._enrolled()
        return tuple(one.footage for one in self._bank.values())

    def _swapped(self, source: Source) -> GenuineFootage:
        if source.name not in self._swaps:
            self._swaps[source.name] = self._enrol(source, swapped=True)
        return self._swaps[source.name].footage

    def _enrol(self, source: Source, *, swapped: bool = False) -> Enrolled:
        """Read from where it was kept; enrolled if it was not."""
        kept = self._kept / f"{source.name}{'-swapped' if swapped else ''}.npz"
        if not kept.exists():
            path = source.path
            if source.paired:
                path = write_film(source.read(swapped=swapped), self._scratch / "film.mp4")
            enrolled(path, self._pack).keep(kept)
        return Enrolled.kept(kept)


def _taken_for(track: FaceTrack) -> Match:
    """A face, whoever's, as if it had been recognised."""
    return make_match(
        creative_sha256=track.creative_sha256,
        person_id=PERSON_ID,
        track=track.track,
        start_s=track.start_s,
        end_s=track.end_s,
        best_s=track.best_s,
        region=track.region,
    )


def _hit(piece: Piece, stretches: Sequence[Finding], film: GenuineFootage) -> bool:
    """Whether enough of the piece was found in its film at its time."""
    found_s = 0.0
    for one in stretches:
        if _true(one, [piece], film):
            found_s += max(0.0, min(piece[1], one.end_s or 0.0) - max(piece[0], one.start_s or 0.0))
    return found_s >= FOUND_SHARE * (piece[1] - piece[0])


def _true(one: Finding, pieces: Sequence[Piece], film: GenuineFootage) -> bool:
    """Whether the start of an aligned stretch shows what one of the pieces shows there."""
    assert one.start_s is not None
    assert one.end_s is not None
    assert one.reference_start_s is not None
    for start_s, end_s, film_start_s, film_end_s in pieces:
        pace = (film_end_s - film_start_s) / (end_s - start_s)
        truth_s = film_start_s + (one.start_s - start_s) * pace
        inside = min(end_s, one.end_s) - max(start_s, one.start_s)
        if one.reference_sha256 == film.sha256 and inside > 0 and abs(truth_s - one.reference_start_s) <= RIGHT_PLACE_S:
            return True
    return False
