"""A copy takes over what is seen and heard, where it shows it; not what was found in the leader's file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.fingerprints import CreativePrint, fingerprints
from embeddings.records import Region
from embeddings.registration import Placement
from embeddings.sameness import Copy
from embeddings.samples import DecodedMedia, Frame, SeenAt
from pipelines.inheritance import inherit
from pipelines.records import CreativeAnalysis, FaceTrail
from tests.factories import (
    make_creative,
    make_face_track,
    make_finding,
    make_match,
    make_text_line,
    make_voice_segment,
    sha,
)
from tests.media import portrait

FACE = Region(left=0.4, top=0.2, width=0.2, height=0.4)
WHOLE = Region(left=0.0, top=0.0, width=1.0, height=1.0)


@pytest.fixture(scope="module")
def some_print() -> CreativePrint:
    frame = Frame(at_s=0.0, pixels=portrait("astronaut"), scale=1.0)
    return fingerprints(DecodedMedia(creative=make_creative(), path=Path("film.mp4"), frames=(frame,), sound=None))


def one(some_print: CreativePrint, name: str, *, content: Region = WHOLE, height: int = 360) -> CreativePrint:
    return replace(some_print, creative=make_creative(sha256=sha(name), height_px=height), content=content)


def analysis_of(leader: CreativePrint, *, region: Region = FACE) -> CreativeAnalysis:
    sha256 = leader.creative.sha256
    return CreativeAnalysis(
        creative=leader.creative,
        faces=(make_face_track(creative_sha256=sha256, region=region, size_px=144),),
        trails=(FaceTrail(track=0, seen=(SeenAt(at_s=1.0, region=region),)),),
        voices=(make_voice_segment(creative_sha256=sha256),),
        matches=(make_match(creative_sha256=sha256, region=region),),
        findings=(
            make_finding(creative_sha256=sha256, region=region, modality="face"),
            make_finding(creative_sha256=sha256, region=None, modality="container"),
        ),
        lines=(make_text_line(source_sha256=sha256, region=region), make_text_line(source_sha256=sha256, region=None)),
        unread=("There is speech and no transcript.",),
    )


def why(leader: CreativePrint, copy: CreativePrint, **changes: object) -> Copy:
    found = Copy(
        original_sha256=leader.creative.sha256,
        copy_sha256=copy.creative.sha256,
        moments=8,
        mean_distance=3.0,
        max_distance=6,
        picture_difference=1.0,
        sound_bit_error=0.02,
        sound_difference_db=0.3,
        covered=1.0,
        mirrored=False,
        placement=Placement(),
        sentence="the picture agrees",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def near(region: Region | None, left: float, top: float, width: float, height: float) -> None:
    assert region is not None
    assert (region.left, region.top, region.width, region.height) == pytest.approx((left, top, width, height))


def test_everything_is_taken_over_under_the_copys_name(some_print: CreativePrint) -> None:
    leader, copy = one(some_print, "leader"), one(some_print, "copy", height=180)
    analysis = analysis_of(leader)
    found = inherit(analysis, leader=leader, copy=copy, why=why(leader, copy))
    assert found is not None
    own = copy.creative.sha256
    assert found.creative.sha256 == own
    assert found.creative.height_px == 180
    assert found.creative.problems == (
        f"copy of {leader.creative.sha256}: the picture agrees; its analysis was taken over",
    )
    assert {face.creative_sha256 for face in found.faces} == {voice.creative_sha256 for voice in found.voices} == {own}
    assert (
        {match.creative_sha256 for match in found.matches} == {one.creative_sha256 for one in found.findings} == {own}
    )
    assert found.faces[0].size_px == 72
    assert found.matches[0].match_id != analysis.matches[0].match_id
    assert found.findings[0].finding_id != analysis.findings[0].finding_id
    assert found.matches[0].score == analysis.matches[0].score
    near(found.matches[0].region, 0.4, 0.2, 0.2, 0.4)
    assert {line.source_sha256 for line in found.lines} == {own}
    near(found.lines[0].region, 0.4, 0.2, 0.2, 0.4)
    assert found.unread == analysis.unread
    again = inherit(analysis, leader=leader, copy=copy, why=why(leader, copy))
    assert again == found, "ids follow from the content"


def test_findings_on_the_file_stay_with_the_file(some_print: CreativePrint) -> None:
    leader, copy = one(some_print, "leader"), one(some_print, "copy")
    own = make_finding(creative_sha256=copy.creative.sha256, modality="container", claim="of the copy")
    found = inherit(analysis_of(leader), leader=leader, copy=copy, why=why(leader, copy), own_findings=(own,))
    assert found is not None
    assert [finding.modality for finding in found.findings] == ["face", "container"]
    assert found.findings[1] == own


def test_regions_follow_mirror_border_and_crop(some_print: CreativePrint) -> None:
    leader = one(some_print, "leader")
    boxed = one(some_print, "copy", content=Region(left=0.0, top=0.25, width=1.0, height=0.5))
    asymmetric = Region(left=0.1, top=0.2, width=0.2, height=0.4)

    def mapped(copy: CreativePrint, **changes: object) -> CreativeAnalysis:
        found = inherit(
            analysis_of(leader, region=asymmetric), leader=leader, copy=copy, why=why(leader, copy, **changes)
        )
        assert found is not None
        return found

    for found in (mapped(boxed), mapped(one(some_print, "copy"), mirrored=True)):
        regions = [found.faces[0].region, found.trails[0].seen[0].region, found.matches[0].region]
        assert regions == [found.findings[0].region] * 3
    near(mapped(boxed).faces[0].region, 0.1, 0.35, 0.2, 0.2)
    near(mapped(one(some_print, "copy"), mirrored=True).faces[0].region, 0.7, 0.2, 0.2, 0.4)
    crop = Placement(scale_x=1.1, shift_x=0.05, scale_y=1.0, shift_y=-0.02)
    near(mapped(one(some_print, "copy"), placement=crop).faces[0].region, 0.11, 0.18, 0.22, 0.4)
    assert mapped(boxed).faces[0].size_px == 72, "half of the frame's height is border"


def test_a_leader_with_borders(some_print: CreativePrint) -> None:
    leader = one(some_print, "leader", content=Region(left=0.25, top=0.0, width=0.5, height=1.0))
    copy = one(some_print, "copy")
    found = inherit(analysis_of(leader), leader=leader, copy=copy, why=why(leader, copy))
    assert found is not None
    near(found.faces[0].region, 0.3, 0.2, 0.4, 0.4)


def test_what_the_copy_does_not_show_cannot_be_taken_over(some_print: CreativePrint) -> None:
    leader, copy = one(some_print, "leader"), one(some_print, "copy")
    cut_off = Placement(scale_x=1.1, shift_x=-0.08, scale_y=1.0, shift_y=0.0)
    edge = Region(left=0.0, top=0.2, width=0.1, height=0.4)
    assert inherit(analysis_of(leader, region=edge), leader=leader, copy=copy, why=why(leader, copy)) is not None
    cropped = why(leader, copy, placement=cut_off)
    assert inherit(analysis_of(leader, region=edge), leader=leader, copy=copy, why=cropped) is None


def test_only_its_own_leader_leaves_it_anything(some_print: CreativePrint) -> None:
    leader, copy, third = (one(some_print, name) for name in ("leader", "copy", "third"))
    with pytest.raises(ValueError, match="no copy of"):
        inherit(analysis_of(third), leader=third, copy=copy, why=why(leader, copy))
