"""The logos of a watchlist's brands, read and prepared once."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from detectors.logo_matching import Logo, prepare
from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from watchlist.errors import WatchlistInvalid
from watchlist.gallery import Gallery


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownLogos:
    """``problems`` name the logos that cannot be looked for."""

    logos: tuple[Logo, ...]
    problems: tuple[str, ...]

    @property
    def count(self) -> int:
        """Of different pictures."""
        return len({logo.sha256 for logo in self.logos})


@functools.lru_cache(maxsize=2)
def known_logos(gallery: Gallery) -> KnownLogos:
    """Those of a gallery, remembered as long as it is in use."""
    logos: list[Logo] = []
    problems: list[str] = []
    for brand in gallery.brands:
        for sha256 in brand.logos:
            try:
                pixels = decode(gallery.logo(sha256)).frames[0].pixels
            except (UnreadableMedia, WatchlistInvalid, OSError) as error:
                problems.append(f"a logo of {brand.names[0]} could not be read ({error})")
                continue
            made = prepare(pixels, brand_id=brand.brand_id, sha256=sha256)
            if not made:
                problems.append(f"a logo of {brand.names[0]} has too few details to be recognised")
            logos += made
    return KnownLogos(logos=tuple(logos), problems=tuple(problems))
