"""Looks for the logos of the watchlist's brands in a creative.

Claims, all on the axis ``lure``, all inconclusive, because a logo is no lure; beside one, it is the brand that is used:

- ``logo_shown`` (``brand_id`` set): a logo of the brand is in the picture; interval and region say where;
- ``no_logo_shown``: none was found in the frames that were looked at;
- ``logos_not_looked_for``: could not look because no brand has a logo that can be recognised, or nothing can be seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.finding import Method, finding, screen_command
from detectors.known_logos import known_logos
from detectors.logo_matching import SMALLEST_SHOWN_PX, SeenLogo, find_logos
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.records import Region
from embeddings.samples import Frame

_METHOD = Method(name="brand_logo", version="1")
MOST_FRAMES = 6
_ALIKE = 4.0
"""Mean difference, in grey levels, below which two frames show the same."""
PROPOSITIONS = ("The brand's logo is in the picture.", "A picture like the logo, or none, is in the picture.")

Say = Callable[..., Finding]


class BrandLogo:
    """Findings about logos in creatives; for those of landing pages see ``page_logo``."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="logos",
            on=NotValidated(why="how often logos are missed or wrongly seen was measured in the end decision only"),
            command="qalqan evaluate candidates DIR",
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterable[Finding]:
        """One finding per brand whose logo is seen, or one that says that none was or could be."""
        sha256 = subject.media.creative.sha256
        say = functools.partial(
            finding,
            method=_METHOD,
            creative_sha256=sha256,
            axis=Axis.LURE,
            bearing=Bearing.INCONCLUSIVE,
            modality="picture",
            reproduce=screen_command(sha256),
            propositions=PROPOSITIONS,
        )
        known = known_logos(subject.gallery)
        frames = distinct_frames(subject.media.frames)
        if not known.logos or not frames:
            nothing = (
                "there is no picture" if known.logos else "no brand has a logo with enough details to be recognised"
            )
            yield say(
                claim="logos_not_looked_for",
                observation=f"Could not look for logos because {nothing}.",
                quality_limits=known.problems,
            )
            return
        seen = [(frame, shown) for frame in frames for shown in find_logos(frame.pixels, known.logos)]
        names = {brand.brand_id: brand.names[0] for brand in subject.gallery.brands}
        limits = (
            f"{len(frames)} frames were looked at",
            f"logos under {SMALLEST_SHOWN_PX} pixels are not recognised",
            *known.problems,
        )
        if seen:
            yield from _shown(seen, names, limits=limits, say=say)
        else:
            yield say(
                claim="no_logo_shown",
                observation=f"None of the {known.count} known logos was found.",
                quality_limits=limits,
            )


def distinct_frames(frames: Sequence[Frame]) -> list[Frame]:
    """At most ``MOST_FRAMES`` frames that differ from one another, spread over the time."""
    spread = (
        [frames[at] for at in np.unique(np.linspace(0, len(frames) - 1, 4 * MOST_FRAMES).astype(int))] if frames else []
    )
    kept: list[tuple[Frame, NDArray[np.int16]]] = []
    for frame in spread:
        small = cv2.resize(frame.pixels, (32, 32), interpolation=cv2.INTER_AREA).astype(np.int16)
        if all(np.abs(small - other).mean() > _ALIKE for _, other in kept):
            kept.append((frame, small))
    return [kept[at][0] for at in np.unique(np.linspace(0, len(kept) - 1, MOST_FRAMES).astype(int))] if kept else []


def _shown(
    seen: Sequence[tuple[Frame, SeenLogo]], names: dict[str, str], *, limits: tuple[str, ...], say: Say
) -> Iterator[Finding]:
    for brand_id in sorted({shown.brand_id for _, shown in seen}):
        of_brand = [(frame, shown) for frame, shown in seen if shown.brand_id == brand_id]
        frame, best = max(of_brand, key=lambda one: one[1].agreeing)
        times = [frame.at_s for frame, _ in of_brand]
        yield say(
            claim="logo_shown",
            brand_id=brand_id,
            observation=f"A logo of {names[brand_id]} is in the picture at {frame.at_s:.1f} s: {best.agreeing} of its details "
            "are in their places.",
            start_s=min(times),
            end_s=max(times),
            region=_region(best, frame),
            measurement=float(best.agreeing),
            unit="details",
            quality_limits=limits,
            innocent_explanations=(
                "The brand's own advertising, or a shop, partner or newspaper that may show the logo.",
                "A sign, a shirt or a card in the background; a logo that resembles it.",
            ),
        )


def _region(shown: SeenLogo, frame: Frame) -> Region:
    height, width = frame.pixels.shape[:2]
    left, right = (min(1.0, max(0.0, x / width)) for x in (shown.box[0], shown.box[2]))
    top, bottom = (min(1.0, max(0.0, y / height)) for y in (shown.box[1], shown.box[3]))
    return Region(left=left, top=top, width=right - left, height=bottom - top)
