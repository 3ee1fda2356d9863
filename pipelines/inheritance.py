"""What a copy takes over from the creative that it is a copy of: what is seen and heard in both, not what their files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detectors.records import Finding
from embeddings.fingerprints import CreativePrint
from embeddings.records import Region
from embeddings.sameness import Copy
from evidence.records import content_id
from pipelines.records import CreativeAnalysis, FaceTrail

LEAST_LEFT = 0.5
"""A region of which the copy shows less than this share is not mapped: the copy has to be analysed itself."""

OF_THE_FILE = "container"
"""The modality of findings on a file rather than on what it shows. A copy is another file."""


def inherit(
    analysis: CreativeAnalysis,
    *,
    leader: CreativePrint,
    copy: CreativePrint,
    why: Copy,
    own_findings: Sequence[Finding] = (),
) -> CreativeAnalysis | None:
    """The analysis of ``copy``, taken over from its leader's, with regions where the copy shows them and ids of its own.

    ``own_findings`` are those made on the copy's file. None if a region lies where the copy does not show it.
    """
    if why.original_sha256 != leader.creative.sha256 or why.copy_sha256 != copy.creative.sha256:
        raise ValueError(f"{why.copy_sha256[:12]} is no copy of {leader.creative.sha256[:12]}")
    mapped = _Mapping(leader, copy, why)
    sha256 = copy.creative.sha256
    problem = f"copy of {leader.creative.sha256}: {why.sentence}; its analysis was taken over"
    tallness = (copy.creative.height_px or 1) / (leader.creative.height_px or 1)
    try:
        return CreativeAnalysis(
            creative=replace(copy.creative, problems=(*copy.creative.problems, problem)),
            faces=tuple(
                replace(
                    face,
                    creative_sha256=sha256,
                    region=mapped.region(face.region),
                    size_px=max(1, round(face.size_px * tallness * mapped.stretch_y)),
                )
                for face in analysis.faces
            ),
            trails=tuple(
                FaceTrail(
                    track=trail.track,
                    seen=tuple(replace(seen, region=mapped.region(seen.region)) for seen in trail.seen),
                )
                for trail in analysis.trails
            ),
            voices=tuple(replace(voice, creative_sha256=sha256) for voice in analysis.voices),
            lines=tuple(
                replace(
                    line,
                    source_sha256=sha256,
                    region=None if line.region is None else mapped.region(line.region),
                )
                for line in analysis.lines
            ),
            unread=analysis.unread,
            matches=tuple(
                replace(
                    match,
                    match_id=content_id("copy", match.match_id, sha256),
                    creative_sha256=sha256,
                    region=None if match.region is None else mapped.region(match.region),
                )
                for match in analysis.matches
            ),
            findings=(
                *(
                    replace(
                        finding,
                        finding_id=content_id("copy", finding.finding_id, sha256),
                        creative_sha256=sha256,
                        region=None if finding.region is None else mapped.region(finding.region),
                    )
                    for finding in analysis.findings
                    if finding.modality != OF_THE_FILE
                ),
                *own_findings,
            ),
            copy_of=leader.creative.sha256,
        )
    except _NotShown:
        return None


class _NotShown(ValueError):
    """A region lies outside what the copy shows."""


class _Mapping:
    """From places in the leader's whole picture to places in the copy's."""

    def __init__(self, leader: CreativePrint, copy: CreativePrint, why: Copy) -> None:
        self._from, self._to = leader.content, copy.content
        self._placement, self._mirrored = why.placement, why.mirrored

    @property
    def stretch_y(self) -> float:
        """By how much a height, as a share of the picture's, becomes larger."""
        return self._placement.scale_y * self._to.height / self._from.height

    def region(self, region: Region) -> Region:
        """Raises ``_NotShown``."""
        placement = self._placement
        left, right = (
            (x - self._from.left) / self._from.width - 0.5 for x in (region.left, region.left + region.width)
        )
        left, right = placement.scale_x * left + placement.shift_x, placement.scale_x * right + placement.shift_x
        if self._mirrored:
            left, right = -right, -left
        top, bottom = ((y - self._from.top) / self._from.height - 0.5 for y in (region.top, region.top + region.height))
        top, bottom = placement.scale_y * top + placement.shift_y, placement.scale_y * bottom + placement.shift_y
        shown = _clipped(left), _clipped(top), _clipped(right), _clipped(bottom)
        area = (right - left) * (bottom - top)
        if (shown[2] - shown[0]) * (shown[3] - shown[1]) < LEAST_LEFT * area:
            raise _NotShown
        return Region(
            left=self._to.left + (shown[0] + 0.5) * self._to.width,
            top=self._to.top + (shown[1] + 0.5) * self._to.height,
            width=(shown[2] - shown[0]) * self._to.width,
            height=(shown[3] - shown[1]) * self._to.height,
        )


def _clipped(value: float) -> float:
    return min(0.5, max(-0.5, value))
