"""Detectors that learned from the very material they are evaluated on: their figures are better there than elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence


def in_sample(learned: Iterable[Sequence[str]], examined: Collection[str]) -> dict[str, int]:
    """How many items each detector learned from, by its name, of those that ``examined`` them; ``learned`` names the detectors
    of each item."""
    counts = Counter(name for names in learned for name in set(names) if name in examined)
    return dict(sorted(counts.items()))


def warning(names: Collection[str]) -> str:
    """What a reader has to know before any figure. ``names`` are of at least one detector."""
    listed = ", ".join(sorted(names))
    options = " ".join(f"--without {name}" for name in sorted(names))
    return (
        f"Learned from this very material: {listed}. What is measured of them here, and of everything that they are part of, is "
        f"better than on other material. To leave them out: {options}"
    )
