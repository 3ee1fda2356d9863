"""Asks whether a creative is one that was verified to be a person's or a brand's own, be it encoded anew.

Claims, all on the axis ``source``:

- ``copy_of_verified`` (``person_id`` or ``brand_id`` set): supports; the same bytes, or picture and sound agree as
  ``embeddings.sameness`` demands of a copy; inconclusive where it is mirrored, which no platform does;
- ``no_copy_of_verified``: against; it is none of those that it could be compared with;
- ``copy_not_told``: inconclusive; something that may be one of them could not be compared;
- ``nothing_verified``: inconclusive; there is nothing to compare with.

A copy says nothing about the text and the link beside it: see ``official_source``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.errors import UnreadableMedia
from embeddings.fingerprints import CreativePrint, pdq_values, read_prints
from embeddings.print_tables import unpacked_print
from embeddings.records import Creative, MediaKind
from embeddings.sameness import LENGTH_TOLERANCE_S, Copy, same_creative
from watchlist.records import AllowedCreative

_METHOD = Method(name="verified_copy", version="3")
OF_THE_FILE = "container"
"""The modality of findings that copies do not inherit: a copy of a copy would drift from what was verified."""

MOST_COMPARED = 20
"""So many verified creatives, those most alike by PDQ, are compared closely."""
_PDQ_BITS = 256

_PROPOSITIONS = ("It is the verified creative, perhaps encoded anew.", "It is another creative.")
_COPIED = ("Anybody can copy a creative and put another text and link to it.",)
_LIMITS = (
    "a change smaller than what codecs do to picture and sound would pass",
    "of films longer than ten minutes only the same bytes are recognised",
)

Say = Callable[..., Finding]
Print = tuple[AllowedCreative, CreativePrint]


class VerifiedCopy:
    """Compares a creative with those that ``qalqan watchlist allow`` noted. Looks at the file, not at people."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="copies of verified creatives",
            on=NotValidated(
                why="how often copies are missed or other media taken for one was measured on other media only"
            ),
            command="python -m tests.copy_rates",
        ),
    )

    def __init__(self) -> None:
        self._known: tuple[Sequence[AllowedCreative], tuple[Print, ...]] | None = None

    def examine(self, subject: CreativeSubject) -> Iterable[Finding]:
        """One finding for each owner of what it is a copy of, or one that says why there is none."""
        creative = subject.media.creative
        say = functools.partial(
            finding,
            method=_METHOD,
            axis=Axis.SOURCE,
            modality=OF_THE_FILE,
            creative_sha256=creative.sha256,
            propositions=_PROPOSITIONS,
            reproduce=screen_command(creative.sha256),
        )
        allowed = subject.gallery.allowed
        if not allowed:
            yield say(
                claim="nothing_verified",
                bearing=Bearing.INCONCLUSIVE,
                observation="Could not look because no creative was verified to be anybody's own.",
            )
            return
        same = [one for one in allowed if one.sha256 == creative.sha256]
        if same:
            yield from (_same_bytes(one, subject, say=say) for one in same)
        else:
            yield from self._compared(subject, allowed, say=say)

    def _compared(self, subject: CreativeSubject, allowed: Sequence[AllowedCreative], *, say: Say) -> Iterator[Finding]:
        known = self._prints(allowed)
        alike = [one for one in known if _may_be(one[1].creative, subject.media.creative)]
        unread = len(allowed) - len(known)
        reasons = [f"{unread} verified creatives were noted without a print: allow them again"] if unread else []
        ours = None
        if alike:
            try:
                ours = subject.coarse or read_prints(subject.media.path)
            except UnreadableMedia as error:
                reasons.append(f"it could not be read again ({error})")
        if ours is not None:
            found = _copies(alike, ours)
            yield from (_copy(one, copy, subject, say=say) for one, copy in found)
            if found:
                return
            reasons += _incomparable(ours)
        yield say(
            claim="copy_not_told" if reasons else "no_copy_of_verified",
            bearing=Bearing.INCONCLUSIVE if reasons else Bearing.AGAINST,
            observation=f"Cannot tell whether it is a verified creative because {'; '.join(reasons)}."
            if reasons
            else f"It is none of the {len(known)} creatives that were verified to be somebody's own.",
            quality_limits=_LIMITS,
        )

    def _prints(self, allowed: Sequence[AllowedCreative]) -> tuple[Print, ...]:
        """Unpacked once for a watchlist; those of an earlier version are left out."""
        if self._known is None or self._known[0] is not allowed:
            self._known = allowed, tuple(_unpacked(allowed))
        return self._known[1]


def _unpacked(allowed: Iterable[AllowedCreative]) -> Iterator[Print]:
    for one in allowed:
        made = None if one.look is None else unpacked_print(one.look)
        if made is not None:
            yield one, made


def _may_be(theirs: Creative, ours: Creative) -> bool:
    """Whether kind and announced length let a closer look be worth its decoding."""
    if theirs.kind is not ours.kind:
        return False
    lengths = theirs.duration_s or 0.0, ours.duration_s or 0.0
    return ours.kind is MediaKind.IMAGE or abs(lengths[0] - lengths[1]) <= 2 * LENGTH_TOLERANCE_S


def _copies(alike: Iterable[Print], ours: CreativePrint) -> list[tuple[AllowedCreative, Copy]]:
    """Of which it is a copy, one for each owner."""
    found: dict[tuple[str | None, str | None], tuple[AllowedCreative, Copy]] = {}
    for one, theirs in _nearest(alike, ours):
        copy = same_creative(theirs, ours)
        if copy is not None:
            found.setdefault((one.person_id, one.brand_id), (one, copy))
    return list(found.values())


def _nearest(alike: Iterable[Print], ours: CreativePrint) -> list[Print]:
    """At most ``MOST_COMPARED``, the most alike first."""
    straight = pdq_values(ours.frames)
    asked = np.concatenate([straight, ours.mirrored]) if len(straight) else straight

    def distance(one: Print) -> int:
        theirs = pdq_values(one[1].frames)
        if not len(theirs) or not len(asked):
            return _PDQ_BITS
        return int(np.bitwise_count(theirs[:, None, :] ^ asked[None, :, :]).sum(axis=2).min())

    return sorted(alike, key=lambda one: (distance(one), one[0].sha256))[:MOST_COMPARED]


def _incomparable(ours: CreativePrint) -> list[str]:
    reasons = [] if ours.whole else [f"not all of it could be looked at ({'; '.join(ours.creative.problems)})"]
    if ours.creative.has_sound and ours.sound is None:
        reasons.append("its sound has no fingerprint here")
    return reasons


def _same_bytes(one: AllowedCreative, subject: CreativeSubject, *, say: Say) -> Finding:
    return say(
        claim="copy_of_verified",
        bearing=Bearing.SUPPORTS,
        person_id=one.person_id,
        brand_id=one.brand_id,
        reference_sha256=one.sha256,
        observation=f"It is, byte for byte, what was verified to be {_owner(one, subject)}'s own.",
        innocent_explanations=_COPIED,
    )


def _copy(one: AllowedCreative, copy: Copy, subject: CreativeSubject, *, say: Say) -> Finding:
    by_sound = copy.mean_distance is None
    turned = "a mirrored copy, and no platform mirrors," if copy.mirrored else "a copy"
    return say(
        claim="copy_of_verified",
        bearing=Bearing.INCONCLUSIVE if copy.mirrored else Bearing.SUPPORTS,
        person_id=one.person_id,
        brand_id=one.brand_id,
        reference_sha256=one.sha256,
        observation=f"It is {turned} of creative {one.sha256[:12]}, which was verified to be {_owner(one, subject)}'s own: "
        f"{copy.sentence}.",
        measurement=copy.sound_bit_error if by_sound else copy.mean_distance,
        unit="share of Chromaprint bits that differ" if by_sound else "bits of 256 (mean PDQ distance)",
        quality_limits=_LIMITS,
        innocent_explanations=_COPIED,
    )


def _owner(one: AllowedCreative, subject: CreativeSubject) -> str:
    if one.person_id is not None:
        return subject.gallery.person(one.person_id).names[0]
    return next((brand.names[0] for brand in subject.gallery.brands if brand.brand_id == one.brand_id), "a brand")
