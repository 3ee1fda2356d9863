"""Looks for known logos in the screenshot of a landing page, in its upper part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from detectors.known_logos import KnownLogos
from detectors.logo_matching import find_logos
from embeddings.errors import UnreadableMedia
from embeddings.media import DEFAULT_LIMITS, Band, decode_bands
from embeddings.records import Region

BAND_PX, MOST_BANDS = 1_280, 3
"""Of a screenshot this width and at most this many times as high is searched."""

MOST_DETAILS = 6_000
"""Of each piece. Letters are full of details, and would crowd a logo out of fewer."""

VERSION = "1"
"""Raise it when something else may be found: what is remembered is then looked for anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoOnPage:
    """A logo of a brand (``sha256`` is that of its picture) and its place in the whole screenshot; ``agreeing`` details."""

    brand_id: str
    sha256: str
    region: Region
    agreeing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLogos:
    """What was found in a screenshot, the clearest showing of each brand. ``sought`` logos were looked for; none where it
    could not be looked at. ``problems`` say what was not looked for or not looked at."""

    seen: tuple[LogoOnPage, ...]
    sought: int
    problems: tuple[str, ...]


def logos_in_screenshot(path: Path, known: KnownLogos) -> PageLogos:
    """Look for the logos in a picture file; what cannot be read is told among the problems. ``OSError`` passes through."""
    if not known.logos:
        return PageLogos(seen=(), sought=0, problems=known.problems)
    try:
        bands = decode_bands(path, most=MOST_BANDS, limits=replace(DEFAULT_LIMITS, max_side_px=BAND_PX))
    except UnreadableMedia as error:
        return PageLogos(seen=(), sought=0, problems=(*known.problems, f"the screenshot cannot be read ({error})"))
    best: dict[str, LogoOnPage] = {}
    for band in bands:
        for shown in find_logos(band.pixels, known.logos, most_details=MOST_DETAILS):
            if shown.brand_id not in best or shown.agreeing > best[shown.brand_id].agreeing:
                best[shown.brand_id] = LogoOnPage(
                    brand_id=shown.brand_id,
                    sha256=shown.sha256,
                    region=_region(shown.box, band),
                    agreeing=shown.agreeing,
                )
    rest = 1.0 - (bands[-1].top + bands[-1].height)
    problems = [f"the lower {rest:.0%} of the screenshot was not searched"] if rest > 0.01 else []
    return PageLogos(
        seen=tuple(best[brand_id] for brand_id in sorted(best)),
        sought=known.count,
        problems=(*known.problems, *problems),
    )


def _region(box: tuple[float, float, float, float], band: Band) -> Region:
    height, width = band.pixels.shape[:2]
    left, right = (min(1.0, max(0.0, x / width)) for x in (box[0], box[2]))
    top, bottom = (band.top + band.height * min(1.0, max(0.0, y / height)) for y in (box[1], box[3]))
    return Region(left=left, top=top, width=right - left, height=bottom - top)
