"""How well the recognised face is shown: a match of a small, turned or covered face is weaker than its score says.

What is said is that of the picture in which the face is shown best. From which values on a face counts as badly shown was chosen
by hand, where ``embeddings.face_quality`` gives less than full marks; by how much scores suffer from it was not measured here,
so it speaks neither for the likeness nor against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.records import FaceTrack
from watchlist.records import Match, Modality

BADLY_SHOWN, WELL_SHOWN = "face_badly_shown", "face_well_shown"

SMALL_PX = 80
TURNED_DEG = 40.0
BOWED_DEG = 35.0
COVERED = 0.25
POOR = 0.4
"""A quality below this without any of the other faults: blurred, flat or burnt out."""

LIMIT = "From which values on a face counts as badly shown was chosen by hand."
INNOCENT = ("Somebody who looks like the person may be shown just as well.",)


class FacePicture:
    """Says of each person whose face was recognised how well it is shown."""

    name = "face_picture"
    version = "1"
    declared = (
        Declaration(
            of="size, pose, cover and clearness of recognised faces",
            on=NotValidated(why="by how much a badly shown face errs more often was not measured"),
            command="python -m pytest -m fixtures -s tests/embeddings/test_face_quality.py",
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """One finding per person whose face was recognised, or one that says that none was."""
        faces = [match for match in subject.matches if match.modality is Modality.FACE]
        tracks = {sample.track.track: sample.track for sample in subject.faces}
        if not faces:
            yield self._made(
                subject,
                claim="no_face_to_judge",
                observation="No protected person's face was recognised, so there is none whose picture could be judged.",
            )
        for person_id in sorted({match.person_id for match in faces}):
            theirs = [match for match in faces if match.person_id == person_id]
            seen = [(match, tracks[match.track]) for match in theirs if match.track in tracks]
            if seen:
                yield self._judged(subject, *max(seen, key=lambda one: (one[1].quality, -one[1].track)))
            else:
                name = subject.gallery.person(person_id).names[0]
                yield self._made(
                    subject,
                    person_id=person_id,
                    claim="face_not_judged",
                    observation=f"Cannot tell how well {name}'s face is shown because where it was seen was not recorded.",
                )

    def _judged(self, subject: CreativeSubject, match: Match, track: FaceTrack) -> Finding:
        name = subject.gallery.person(match.person_id).names[0]
        wrong, shown = faults(track), ", ".join(in_words(track))
        if wrong:
            words = (
                f"Where the face taken for {name}'s is shown best, it is {' and '.join(wrong)}: the match is weaker than its "
                f"score says. It is {shown}."
            )
        else:
            words = f"The face taken for {name}'s is shown well: {shown}."
        return self._made(
            subject,
            person_id=match.person_id,
            claim=BADLY_SHOWN if wrong else WELL_SHOWN,
            observation=words,
            start_s=track.best_s,
            end_s=track.best_s,
            region=track.region,
            measurement=track.quality,
            unit="quality of the picture, 0 to 1",
        )

    def _made(self, subject: CreativeSubject, **facts: Any) -> Finding:
        return finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.LIKENESS,
            bearing=Bearing.INCONCLUSIVE,
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            reproduce=screen_command(subject.media.creative.sha256),
            quality_limits=(LIMIT,),
            innocent_explanations=INNOCENT,
            **facts,
        )


def faults(track: FaceTrack) -> list[str]:
    """What makes the face hard to compare, in words; empty if nothing does."""
    found = []
    if track.size_px < SMALL_PX:
        found.append("small")
    if abs(track.yaw_deg) >= TURNED_DEG:
        found.append("turned aside")
    if abs(track.pitch_deg or 0.0) >= BOWED_DEG:
        found.append("bowed" if (track.pitch_deg or 0.0) > 0 else "raised")
    if (track.occlusion or 0.0) >= COVERED:
        found.append("covered in part")
    if not found and track.quality < POOR:
        found.append("unclear")
    return found


def in_words(track: FaceTrack) -> list[str]:
    """The measures of a face's best picture, each with its unit."""
    pitch = track.pitch_deg
    said = [
        f"{track.size_px} px high",
        f"turned {abs(track.yaw_deg):.0f}° to the {'right' if track.yaw_deg > 0 else 'left'}",
    ]
    if pitch is not None:
        said.append(f"{'bowed' if pitch > 0 else 'raised'} by {abs(pitch):.0f}°")
    if track.occlusion is not None:
        said.append(f"{track.occlusion:.0%} of it covered")
    return [*said, f"quality {track.quality:.2f} of 1"]
