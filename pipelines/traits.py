"""What an ad carries that can join it with others: creative, text, domain, trackers, contacts, publisher, make of its page.

Of faces and voices only those of protected people are known here, by the person's id: unknown people are never compared.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from detectors.hosts import page_key
from detectors.normalise import fold
from detectors.page_html import LONGEST_HTML, read_page
from detectors.subject import LandingPage
from evidence.records import AccessMode, Ad
from pipelines.scripts import LONGEST_SCRIPT, script_of
from pipelines.shared_hosts import LONGEST_VALUE, PlaceKind, phone, place_of, public_host
from pipelines.sound_tracks import SoundTrack
from watchlist.records import Match, Modality

MOST_OF_A_KIND = 8
"""So many traits of one kind an ad has at most; the first in alphabetical order, the same whatever their order."""
FEWEST_TAGS = 40
"""A page of fewer tags is built like too many others."""
_LONGEST_CONTACTS = 50_000

_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]{0,30})")
_ADDRESS = re.compile(r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/[\w+@./?=&%-]{1,200}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\+\d[\d ().\u00a0-]{7,22}")
_INLINE_ICON = re.compile(r"href\s{0,5}=\s{0,5}[\"'](data:image[^\"']{1,200000})", re.IGNORECASE)
_IN_TEXT = frozenset({"a", "b", "br", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"})


class TraitKind(StrEnum):
    """What two ads can have in common. The first nine join by themselves, the next six only two together, the last two
    are named where ads are joined already."""

    CREATIVE = "creative"
    SCRIPT = "script"
    DOMAIN = "domain"
    LINK = "link"
    TRACKER = "tracker"
    CARD_FORM = "card_form"
    CONTACT = "contact"
    PAGE = "page"
    NEAR_SCRIPT = "near_script"
    """Not carried by an ad: found between the scripts of several."""
    SOUND = "sound"
    NEAR_SOUND = "near_sound"
    """Found between the sound tracks of several, as the one before between scripts."""
    FAVICON = "favicon"
    SKELETON = "skeleton"
    REDIRECT = "redirect"
    PICTURE = "picture"
    """Still, and nobody protected in it: perhaps from a stock of pictures."""
    FACE = "face"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """``value`` is what is compared, ``shown`` what people read; ``sketch`` belongs to a script
    (``pipelines.scripts``) or a sound track (``pipelines.sound_tracks``)."""

    kind: TraitKind
    value: str
    shown: str
    sketch: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdTraits:
    """An ad and what it carries. ``publisher`` tells pages apart; an ad without one is its own."""

    ad_id: str
    publisher: str
    traits: tuple[Trait, ...]


def traits_of(
    ad: Ad,
    *,
    landings: Sequence[LandingPage],
    creatives: Sequence[str],
    pictures: Sequence[str] = (),
    favicons: Sequence[str] = (),
    sounds: Sequence[SoundTrack] = (),
    matches: Sequence[Match] = (),
) -> AdTraits:
    """All traits of an ad: its ``creatives`` are SHA-256 of files and of what those are copies of, ``pictures`` of those that are
    still and show nobody protected, ``favicons`` of icons that were captured, if any were; ``sounds`` are heard
    in them.

    Never raises for odd values: what cannot be read is no trait.
    """
    shown = (_trait(TraitKind.PICTURE, sha256, sha256[:12]) for sha256 in pictures)
    every = chain(_all(ad, landings, favicons, creatives), shown, _of_sounds(sounds), _of_people(matches))
    found = {(trait.kind, trait.value): trait for trait in every}
    ordered = [found[key] for key in sorted(found)]
    few = [
        trait
        for number, trait in enumerate(ordered)
        if number < MOST_OF_A_KIND or ordered[number - MOST_OF_A_KIND].kind is not trait.kind
    ]
    return AdTraits(ad_id=ad.ad_id, publisher=_writable(_publisher(ad) or ad.ad_id), traits=tuple(few))


def skeleton(html: str) -> str | None:
    """A digest of how the page is built: its tags in order, without text, attributes, repeats and what only styles a text.

    None for a page of fewer than ``FEWEST_TAGS`` such tags. Takes linear time whatever the markup.
    """
    tags: list[str] = []
    at, end = 0, min(len(html), LONGEST_HTML)
    while found := _TAG.search(html, at, end):
        at = found.end()
        name = found[1].lower()
        if name in {"script", "style"}:
            close = html.find(f"</{name}", at, end)
            at = close if close >= 0 else end
        elif name not in _IN_TEXT and tags[-1:] != [name]:
            tags.append(name)
    if len(tags) < FEWEST_TAGS:
        return None
    return hashlib.sha256(" ".join(tags).encode()).hexdigest()[:32]


def _all(ad: Ad, landings: Sequence[LandingPage], favicons: Sequence[str], creatives: Sequence[str]) -> Iterator[Trait]:
    for sha256 in creatives:
        yield _trait(TraitKind.CREATIVE, sha256, sha256[:12])
    # The title of an imported file is its name
    title = None if ad.access_mode is AccessMode.ANALYST_IMPORT else ad.title
    script = script_of(title, ad.body)
    if script is not None:
        yield Trait(kind=TraitKind.SCRIPT, value=script.digest, shown=script.beginning, sketch=script.sketch)
    for name in filter(None, (_page_id(ad), _page_url(ad))):
        yield _trait(TraitKind.PAGE, name, name)
    for sha256 in favicons:
        yield _trait(TraitKind.FAVICON, sha256, sha256[:12])
    if ad.link_url and not _leads_on(ad.link_url, landings):
        yield from _place(ad.link_url)
    yield from _contacts("\n".join(text[:LONGEST_SCRIPT] for text in (title, ad.body, ad.link_caption) if text))
    for landing in landings:
        yield from _of_landing(landing)


def _leads_on(url: str, landings: Sequence[LandingPage]) -> bool:
    """Whether the domain of a link only led to another place: then it is a middleman's."""
    place = place_of(url)
    ends = [place_of(landing.capture.final_url or landing.capture.requested_url) for landing in landings]
    return place is not None and place.kind is PlaceKind.DOMAIN and bool(ends) and place not in ends


def _of_sounds(sounds: Sequence[SoundTrack]) -> Iterator[Trait]:
    for track in sounds:
        yield Trait(kind=TraitKind.SOUND, value=track.digest, shown=track.digest[:12], sketch=track.sketch)


def _of_people(matches: Sequence[Match]) -> Iterator[Trait]:
    kinds = {Modality.FACE: TraitKind.FACE, Modality.VOICE: TraitKind.VOICE}
    for match in matches:
        yield _trait(kinds[match.modality], match.person_id, match.person_id)


def _of_landing(landing: LandingPage) -> Iterator[Trait]:
    url = landing.capture.final_url or landing.capture.requested_url
    yield from _place(url)
    own = place_of(url)
    for hop in landing.capture.redirect_chain:
        place = place_of(hop)
        if place is not None and place != own:
            yield _trait(TraitKind.REDIRECT, place.value, place.value)
    if landing.text:
        yield from _contacts(landing.text[:_LONGEST_CONTACTS])
    if landing.html:
        yield from _of_html(landing.html, url)


def _of_html(html: str, url: str) -> Iterator[Trait]:
    page = read_page(html, url)
    for tracker in page.trackers:
        shown = f"{tracker.kind.replace('_', ' ')} {tracker.value}"
        yield _trait(TraitKind.TRACKER, f"{tracker.kind}:{tracker.value}"[:LONGEST_VALUE], shown[:LONGEST_VALUE])
    for form in page.forms:
        place = place_of(form.target) if form.card_fields and form.target else None
        if place is not None:
            yield _trait(TraitKind.CARD_FORM, place.value, place.value)
    built = skeleton(html)
    if built is not None:
        yield _trait(TraitKind.SKELETON, built, built[:12])
    icon = _inline_icon(html[:LONGEST_HTML])
    if icon is not None:
        yield _trait(TraitKind.FAVICON, icon, icon[:12])


def _inline_icon(html: str) -> str | None:
    """SHA-256 of the first icon that the page holds as a data URI."""
    at = 0
    for _ in range(64):
        at = html.find("<link", at)
        if at < 0:
            return None
        end = html.find(">", at)
        tag = html[at : end if end >= 0 else len(html)]
        at += 5
        icon = _INLINE_ICON.search(tag) if "icon" in tag[:200].lower() else None
        if icon is not None:
            return hashlib.sha256(icon[1].encode(errors="replace")).hexdigest()
    return None


def _contacts(text: str) -> Iterator[Trait]:
    """Accounts, links and telephone numbers that a text names."""
    for number in _NUMBER.findall(text):
        dialled = phone(number)
        if dialled is not None:
            yield _trait(TraitKind.CONTACT, dialled, dialled)
    for address in _ADDRESS.findall(text):
        yield from _place(address.rstrip(".,?&"))
    # Written with look-alike letters or invisible ones in between; capitals are lost here, which invitations need
    for address in _ADDRESS.findall(fold(text).text):
        if "+" not in address and "joinchat" not in address:
            yield from (trait for trait in _place(address.rstrip(".,?&")) if trait.kind is TraitKind.CONTACT)


def _place(url: str) -> Iterator[Trait]:
    place = place_of(url)
    if place is None:
        return
    kinds = {
        PlaceKind.DOMAIN: TraitKind.DOMAIN,
        PlaceKind.ACCOUNT: TraitKind.CONTACT,
        PlaceKind.LINK: TraitKind.LINK,
    }
    yield _trait(kinds[place.kind], place.value, place.value)


def _publisher(ad: Ad) -> str | None:
    return _page_id(ad) or _page_url(ad)


def _page_id(ad: Ad) -> str | None:
    """Two libraries may number different pages alike. A video's host is nobody's page."""
    if not ad.page_id or public_host(ad.page_id) is not None:
        return None
    return f"{ad.source}/{ad.page_id}"[:LONGEST_VALUE]


def _page_url(ad: Ad) -> str | None:
    """None for an address that names no page on its host."""
    key = page_key(ad.page_url) if ad.page_url else ""
    return key[:LONGEST_VALUE] if "/" in key or "?" in key else None


def _trait(kind: TraitKind, value: str, shown: str) -> Trait:
    return Trait(kind=kind, value=_writable(value), shown=_writable(shown))


def _writable(value: str) -> str:
    """Half a surrogate pair cannot be written to a table."""
    return value.encode(errors="replace").decode()
