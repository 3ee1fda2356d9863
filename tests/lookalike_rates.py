"""How often honest addresses are taken for a brand's name with dots put into it.

    python -m tests.lookalike_rates

The addresses are the public suffixes and what the installed packages' own files link to. The brands are the registered names of
those addresses, and, harder, every word and every two neighbouring words of the lure corpus. What trips the rule is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import tldextract

from detectors.hosts import split_host
from detectors.lookalike_domains import SHORTEST_NAME, BrandAddresses, Lookalike
from detectors.name_edits import Likeness
from tests.factories import make_brand
from tests.lure_corpus import read_corpus
from watchlist.records import Brand

_LINK = re.compile(
    rb"https?://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,20}[a-z]{2,18})(?![a-z0-9.@-])", re.IGNORECASE
)
_TEXTS = frozenset(
    {".py", ".txt", ".md", ".rst", ".json", ".toml", ".html", ".js", ".pyi", ".cfg", ".xml", ".yaml", ""}
)
_LARGEST = 3_000_000
_WORD = re.compile(r"[^\W\d_]+")


def main() -> None:
    """Print how many addresses and brands there are, and what of them trips the rule."""
    linked = sorted(set(_linked_hosts()))
    hosts = [*linked, *(f"www.{suffix}" for suffix in suffixes())]
    labels = sorted({split_host(host)[1:] for host in linked})
    _print_trips("registered names", hosts, [_brand(label, f"{label}.{suffix}") for label, suffix in labels])
    _print_trips("words and pairs of words", hosts, [_brand(name) for name in sorted(set(_names()))])


def dotted(addresses: BrandAddresses, host: str) -> list[Lookalike]:
    """The brands whose name is found in the host when dots are left out."""
    return [one for one in addresses.lookalikes(f"https://{host}/") if one.likeness is Likeness.DOT_INSERTED]


def suffixes() -> list[str]:
    """The public suffixes of two labels and more, those of hosting firms included, as tldextract brings them."""
    lines = (files("tldextract") / ".tld_set_snapshot").read_text(encoding="utf-8").split()
    return [line for line in (line.lstrip("*.!") for line in lines) if "." in line and not line.startswith("/")]


def _print_trips(what: str, hosts: Sequence[str], brands: Sequence[Brand]) -> None:
    addresses = BrandAddresses(brands)
    trips = [(host, one) for host in hosts for one in dotted(addresses, host)]
    strong = sum(one.strong for _, one in trips)
    print(f"{len(hosts)} addresses, {len(brands)} {what} as brands: {strong} support, {len(trips) - strong} shown only")
    for host, one in trips:
        print(f"    {host}: {one.part} for {one.name}, {'supports' if one.strong else 'shown only'}")


def _brand(name: str, *domains: str) -> Brand:
    return make_brand(brand_id=name, names=(name,), spellings=(), official_domains=domains)


def _linked_hosts() -> Iterator[str]:
    for path in Path(tldextract.__file__).parents[1].rglob("*"):
        if path.suffix in _TEXTS and path.is_file() and path.stat().st_size <= _LARGEST:
            yield from (host.decode().lower() for host in _LINK.findall(path.read_bytes()))


def _names() -> Iterator[str]:
    for text in read_corpus():
        words = _WORD.findall(text.text.casefold())
        yield from (word for word in words if len(word) >= SHORTEST_NAME)
        yield from (" ".join(pair) for pair in pairwise(words))


if __name__ == "__main__":
    main()
