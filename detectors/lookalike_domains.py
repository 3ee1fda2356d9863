"""Addresses that pose as a brand's: which brand, in what way, and whether the likeness is more than chance.

The ways are the edit classes of dnstwist, found by comparing instead of by listing every variant: importing dnstwist sets the
process's socket timeout, and its list for 2,000 brands would hold millions of names. A brand's keys are its names written as
one word and the registered labels of its official domains, as skeletons; an index holds each key and what is left of it when
one letter is taken out, so one address costs some hundred look-ups whatever the number of brands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import unquote, urlsplit

from detectors.hosts import host_of, split_host
from detectors.name_edits import Likeness, edit, is_added, is_one_edit, one_taken_out, without_added
from detectors.names import name_words
from detectors.normalise import fold_key
from detectors.skeletons import skeleton
from watchlist.records import Brand

SHORTEST_NAME = 4
"""Letters of the shortest name that is looked for."""
_SHORTEST_EDITED = 5
_SHORTEST_INSIDE = 6
"""A shorter name must be a part of a label by itself (``socar-qazanc``), not letters within (``socareer``)."""
_LONGEST_LABEL = 63
_LONGEST_PATH = 500
_MOST_PARTS = 20
_MOST_LABELS = 127
"""Of a host; no longer name can be asked for."""
_MOST_ADDED = 3
"""Words before or behind a name that has dots in it (``kapi.talbank-login``)."""

_ORDER = {likeness: number for number, likeness in enumerate(Likeness)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """``part`` of the address is like ``name`` of the brand; ``official`` is the domain that is meant, None where the
    watchlist knows none. ``strong`` is False where honest addresses are often as like (a word one letter away from a short
    name, a path)."""

    brand_id: str
    likeness: Likeness
    part: str
    name: str
    official: str | None
    strong: bool


@dataclass(frozen=True, slots=True)
class _Key:
    """A brand's name as it is compared. ``forms`` are the ways in which the brand itself writes it."""

    brand_id: str
    shape: str
    name: str
    official: str | None
    forms: frozenset[str]
    breaks: frozenset[int]
    """Letters of ``shape`` after which one of the brand's words ends and the next begins."""


class BrandAddresses:
    """The names and official domains of some brands, ready to be compared with addresses."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        self._official: dict[str, Brand] = {}
        self._exact: dict[str, list[_Key]] = {}
        self._near: dict[str, list[_Key]] = {}
        self._named: dict[str, list[Brand]] = {}
        for brand in brands:
            self._official |= {domain.lower(): brand for domain in brand.official_domains}
            for name in {"".join(name_words(name)) for name in brand.names}:
                self._named.setdefault(name, []).append(brand)
            for key in _keys(brand):
                self._exact.setdefault(key.shape, []).append(key)
                if len(key.shape) >= _SHORTEST_EDITED:
                    for rest in one_taken_out(key.shape):
                        self._near.setdefault(rest, []).append(key)

    def owner(self, host: str) -> Brand | None:
        """The brand on whose official domain the host is."""
        labels = host.lower().split(".")
        tails = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self._official[tail] for tail in tails if tail in self._official), None)

    def named(self, words: str) -> Sequence[Brand]:
        """The brands whose name this is, and nothing besides."""
        return self._named.get("".join(name_words(words)), ())

    def lookalikes(self, url: str) -> list[Lookalike]:
        """The brands that the address is like, each once, in its worst way; none if it is on any brand's official domain."""
        host = host_of(url)
        if host is None or self.owner(host) is not None:
            return []
        below, label, suffix = split_host(host)
        below = below[-_MOST_LABELS:]
        found = [
            *self._prefixes(host, below),
            *self._user(url),
            *self._label(label, suffix),
            *self._dotted(below, label, suffix),
            *self._below(below),
            *self._path(url),
        ]
        best: dict[str, Lookalike] = {}
        for one in sorted(found, key=lambda one: (not one.strong, _ORDER[one.likeness], one.name)):
            best.setdefault(one.brand_id, one)
        return list(best.values())

    def _prefixes(self, host: str, below: Sequence[str]) -> Iterator[Lookalike]:
        """``kapitalbank.az.evil.example``."""
        for start in range(len(below)):
            for end in range(start + 2, len(below) + 1):
                domain = ".".join(below[start:end])
                if (brand := self._official.get(domain)) is not None:
                    yield _of(brand, Likeness.OFFICIAL_AS_PREFIX, part=host, domain=domain)

    def _user(self, url: str) -> Iterator[Lookalike]:
        """``http://kapitalbank.az@evil.example/``."""
        user = urlsplit(url if "://" in url else f"//{url}").username or ""
        if (brand := self.owner(user[:_LONGEST_PATH])) is not None:
            yield _of(brand, Likeness.OFFICIAL_AS_USER, part=user, domain=user.lower())

    def _label(self, label: str, suffix: str) -> Iterator[Lookalike]:
        """The registered label: the name itself, changed, or with more around it."""
        label = label[:_LONGEST_LABEL]
        joined, parts = label.replace("-", ""), [part for part in label.split("-") if part]
        for key in self._exact.get(skeleton(joined), ()):
            likeness = _same_name(key, label)
            # Where no official domain is known, the brand's own name may be the brand's own domain.
            known = likeness is Likeness.HOMOGLYPH or key.official is not None
            yield _like(key, likeness, part=label, strong=known and len(key.shape) > SHORTEST_NAME)
        for key in self._within(label):
            if key.shape == skeleton(joined):
                continue
            as_written = any(form in joined.casefold() or form in label for form in key.forms)
            likeness = Likeness.ADDED_WORDS if as_written else Likeness.HOMOGLYPH
            yield _like(key, likeness, part=label, strong=True)
        for word in dict.fromkeys([joined, *parts, *without_added(joined)]):
            shape = skeleton(word)
            for key in self._one_edit_away(shape):
                same_ending = key.official is not None and key.official.endswith(f".{suffix}") and word == joined
                yield _like(
                    key, edit(shape, key.shape), part=label, strong=len(key.shape) >= _SHORTEST_INSIDE or same_ending
                )

    def _dotted(self, below: Sequence[str], label: str, suffix: str) -> Iterator[Lookalike]:
        """``kapi.talbank.az``, ``kapi.talbank-login.evil.example``: the name in one piece when the dots are left out."""
        labels = [*below, label, *suffix.split(".")]
        for start, end, pieces, whole in _runs_of(labels):
            for key in self._exact.get(skeleton("".join(pieces)), ()):
                if len(key.shape) < _SHORTEST_EDITED:
                    continue
                chosen = (whole and end > len(below)) or _tears_a_word(key, pieces)
                if end > len(below):
                    # ``m.bank.example`` may be the mobile pages of any bank, ``my.home.az`` those of any firm called Home.
                    same_ending = key.official is not None and key.official.endswith(f".{suffix}")
                    chosen &= same_ending and ".".join(labels[end:]) == suffix and not is_added(pieces[0])
                part = ".".join(labels[start:end])
                yield _like(key, Likeness.DOT_INSERTED, part=part, strong=chosen and len(key.shape) >= _SHORTEST_INSIDE)

    def _below(self, below: Sequence[str]) -> Iterator[Lookalike]:
        for label in below:
            for key in [*self._exact.get(skeleton(label.replace("-", "")), ()), *self._within(label)]:
                yield _like(key, Likeness.IN_SUBDOMAIN, part=label, strong=True)

    def _path(self, url: str) -> Iterator[Lookalike]:
        path = unquote(urlsplit(url if "://" in url else f"//{url}").path[:_LONGEST_PATH])
        for segment in path.split("/"):
            joined = segment.replace("-", "").replace("_", "")
            for key in [*self._exact.get(skeleton(joined), ()), *self._within(segment)]:
                yield _like(key, Likeness.IN_PATH, part=segment, strong=False)

    def _within(self, label: str) -> Iterator[_Key]:
        """Names that are a part of the label by themselves, or long enough to be no chance, or have only added words around."""
        parts = [part for part in label.replace("_", "-").replace(".", "-").split("-") if part][:_MOST_PARTS]
        shapes = [skeleton(part) for part in parts]
        for start in range(len(shapes)):
            for end in range(start + 1, len(shapes) + 1):
                yield from self._exact.get("".join(shapes[start:end])[:_LONGEST_LABEL], ())
        for whole in shapes:
            yield from self._inside(whole[:_LONGEST_LABEL])

    def _inside(self, whole: str) -> Iterator[_Key]:
        for start in range(len(whole)):
            for end in range(start + SHORTEST_NAME, len(whole) + 1):
                for key in self._exact.get(whole[start:end], ()):
                    around = (whole[:start], whole[end:])
                    if end - start >= _SHORTEST_INSIDE or all(not rest or is_added(rest) for rest in around):
                        yield key

    def _one_edit_away(self, shape: str) -> list[_Key]:
        if len(shape) < _SHORTEST_EDITED - 1 or len(shape) > _LONGEST_LABEL:
            return []
        keys = {id(key): key for rest in one_taken_out(shape) for key in self._near.get(rest, ())}
        return [key for key in keys.values() if is_one_edit(shape, key.shape)]


def _keys(brand: Brand) -> Iterator[_Key]:
    names = {"".join(name_words(name)): name for name in brand.names}
    labels = {split_host(domain)[1]: domain for domain in map(str.lower, brand.official_domains)}
    own = frozenset(
        {*names, *labels} | {name.casefold().replace(" ", "").replace("-", "") for name in brand.names} | {*brand.names}
    )
    first = next(iter(labels.values()), None)
    shapes = {skeleton(name): (shown, first) for name, shown in names.items()}
    shapes |= {skeleton(label.replace("-", "")): (label, domain) for label, domain in labels.items()}
    breaks: dict[str, set[int]] = {}
    for words in (*map(name_words, brand.names), *(label.split("-") for label in labels)):
        lengths = accumulate(len(skeleton(word)) for word in words)
        breaks.setdefault(skeleton("".join(words)), set()).update(lengths)
    for shape, (shown, official) in shapes.items():
        if len(shape) >= SHORTEST_NAME:
            yield _Key(brand.brand_id, shape, shown, official, own, frozenset(breaks[shape]))


def _runs_of(labels: Sequence[str]) -> Iterator[tuple[int, int, Sequence[str], bool]]:
    """Labels that follow one another, two at least, before the last: from which to which, and their shapes, together no longer
    than the longest label; whole, or without some words that stand before the first or behind the last with a hyphen."""
    words = [[_shape(word) for word in label.split("-")] for label in labels]
    for end in range(2, len(labels)):
        heads = _heads(words[end - 1])
        between: list[str] = []
        for start in range(end - 2, max(-1, end - _MOST_PARTS), -1):
            tails = _tails(words[start])
            for tail in tails:
                for head in heads:
                    if sum(map(len, between)) + len(tail) + len(head) <= _LONGEST_LABEL:
                        whole = (tail, head) == (tails[0], heads[0])
                        yield start, end, (tail, *between, head), whole
            between.insert(0, "".join(words[start]))
            if sum(map(len, between)) > _LONGEST_LABEL:
                break


def _shape(label: str) -> str:
    return skeleton(label.replace("-", "")[:_LONGEST_LABEL])


def _tails(words: Sequence[str]) -> list[str]:
    """The words in one piece: all, and without some of the first."""
    return ["".join(words[dropped:]) for dropped in range(min(len(words), _MOST_ADDED + 1))]


def _heads(words: Sequence[str]) -> list[str]:
    """The words in one piece: all, and without some of the last."""
    return ["".join(words[: len(words) - dropped]) for dropped in range(min(len(words), _MOST_ADDED + 1))]


def _tears_a_word(key: _Key, pieces: Sequence[str]) -> bool:
    """Whether a dot stands within a word. Between words, and beside one that many names have, it may stand in the sub-domains of
    anybody (``my.home.example.com``, ``az.telecom.example.com``)."""
    cuts = set(accumulate(map(len, pieces[:-1]))) - key.breaks
    if is_added(pieces[0]):
        cuts.discard(len(pieces[0]))
    if is_added(pieces[-1]):
        cuts.discard(sum(map(len, pieces[:-1])))
    return bool(cuts)


def _of(brand: Brand, likeness: Likeness, *, part: str, domain: str) -> Lookalike:
    return Lookalike(brand_id=brand.brand_id, likeness=likeness, part=part, name=domain, official=domain, strong=True)


def _like(key: _Key, likeness: Likeness, *, part: str, strong: bool) -> Lookalike:
    return Lookalike(
        brand_id=key.brand_id, likeness=likeness, part=part, name=key.name, official=key.official, strong=strong
    )


def _same_name(key: _Key, label: str) -> Likeness:
    """How a label of the same skeleton differs from what the brand writes."""
    joined = label.replace("-", "")
    if joined not in key.forms and fold_key(joined) not in key.forms:
        return Likeness.HOMOGLYPH
    if joined not in key.forms and not label.isascii():
        return Likeness.HOMOGLYPH
    return Likeness.OTHER_ENDING if label in key.forms else Likeness.HYPHENATION
