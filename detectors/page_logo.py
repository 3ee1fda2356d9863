"""Says which logos of the watchlist's brands are on the landing pages of an ad, as far as their screenshots were searched.

Claims, all on the axis ``lure``, all inconclusive, because a logo is no lure; beside one, it is the brand that is used:

- ``logo_on_page`` (``brand_id`` set): a logo of the brand is in the screenshot; the region says where;
- ``no_logo_on_page``: none was found in the part that was searched;
- ``page_logos_not_looked_for``: could not look because there is no screenshot, or no logo that can be recognised.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator

from detectors.finding import Method, finding
from detectors.hosts import defanged
from detectors.logo_matching import SMALLEST_SHOWN_PX
from detectors.lure_text import ad_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject, LandingPage
from detectors.validation import Declaration, NotValidated

_METHOD = Method(name="page_logo", version="1")
PROPOSITIONS = ("The brand's logo is on the page.", "A picture like the logo, or none, is on the page.")

Say = Callable[..., Finding]


class PageLogo:
    """Findings about logos on pages. The screenshots were searched before, each once: see ``screenshot_logos``."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="logos on pages",
            on=NotValidated(why="how often logos on pages are missed or wrongly seen was not measured"),
            command=None,
        ),
    )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """At least one finding for each landing page; one if there is none."""
        say = functools.partial(
            finding,
            method=_METHOD,
            ad_id=subject.ad.ad_id,
            axis=Axis.LURE,
            bearing=Bearing.INCONCLUSIVE,
            modality="page",
            reproduce=ad_command(subject.ad.ad_id),
            propositions=PROPOSITIONS,
        )
        if not subject.landings:
            yield say(
                claim="page_logos_not_looked_for",
                observation="Could not look for logos because no landing page was captured.",
            )
        names = {brand.brand_id: brand.names[0] for brand in subject.gallery.brands}
        for landing in subject.landings:
            for found in _on(landing, names, say=say):
                # The same logo on two pages of one ad is two findings.
                yield landing.own(found)


def _on(landing: LandingPage, names: dict[str, str], *, say: Say) -> Iterator[Finding]:
    url = defanged(landing.capture.final_url or landing.capture.requested_url)
    logos = landing.logos
    if logos is None or not logos.sought:
        nothing = "its screenshot was not searched" if logos is None else "no logo of a brand could be recognised in it"
        why = nothing if landing.capture.screenshot is not None else "there is no screenshot of it"
        yield say(
            claim="page_logos_not_looked_for",
            observation=f"Could not look for logos on {url} because {why}.",
            quality_limits=() if logos is None else logos.problems,
        )
        return
    limits = (f"logos under {SMALLEST_SHOWN_PX} pixels are not recognised", *logos.problems)
    for shown in logos.seen:
        yield say(
            claim="logo_on_page",
            brand_id=shown.brand_id,
            observation=f"A logo of {names.get(shown.brand_id, shown.brand_id)} is in the screenshot of {url}, "
            f"{shown.region.top:.0%} of the way down: {shown.agreeing} of its details are in their places.",
            region=shown.region,
            measurement=float(shown.agreeing),
            unit="details",
            reference_sha256=shown.sha256,
            quality_limits=limits,
            innocent_explanations=(
                "The brand's own page, or that of a shop, partner or newspaper that may show the logo.",
                "A row of accepted cards or sponsors; a logo that resembles it.",
            ),
        )
    if not logos.seen:
        yield say(
            claim="no_logo_on_page",
            observation=f"None of the {logos.sought} known logos was found on {url}.",
            quality_limits=limits,
        )
