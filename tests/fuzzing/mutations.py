"""Ways to damage a file, as transfers, disks and those who mean harm do it. All chance comes from the ``Random`` given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

LIES = (0, 1, 2, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF8)
NAMED = re.compile(rb"[a-zA-Z][a-zA-Z0-9 ]{3}")


def damage(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """``data`` damaged in one to four ways; ``others`` are files that parts may come from."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        how = chance.choice(WAYS)
        data = how(data, others, chance) if data else data
    return data


def _piece(data: bytes, chance: Random) -> tuple[int, int]:
    """Start and end of a piece, small ones as likely as large ones."""
    start = chance.randrange(len(data))
    return start, min(len(data), start + int(len(data) ** chance.random()) + 1)


def _flip_bits(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    changed = bytearray(data)
    for _bit in range(chance.choice((1, 2, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _flip_at_the_start(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """Headers are short; left to chance they would seldom be hit."""
    return _flip_bits(data[:512], others, chance) + data[512:]


def _delete(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 9)) + data[end:]


def _swap(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _blank(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + chance.choice((b"\0", b"\xff", b"A")) * (end - start) + data[end:]


def _truncate(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _lie_about_a_length(data: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    """Overwrite the number before (ISO boxes, PNG) or after (RIFF) a four-letter name."""
    names = [match.start() for match in NAMED.finditer(data)]
    at = (chance.choice(names) if names else chance.randrange(len(data))) + chance.choice((-4, -4, 4))
    at = min(max(at, 0), max(0, len(data) - 4))
    lie = chance.choice((*LIES, chance.randrange(1 << 32), chance.randrange(1 << 12)))
    return data[:at] + lie.to_bytes(4, chance.choice(("big", "little"))) + data[at + 4 :]


def _splice(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    other = chance.choice(others)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _graft(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    other = chance.choice(others)
    start, end = _piece(other, chance)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


WAYS: tuple[Callable[[bytes, Sequence[bytes], Random], bytes], ...] = (
    *(_flip_bits, _flip_at_the_start, _delete, _repeat, _swap, _blank),
    *(_truncate, _lie_about_a_length, _lie_about_a_length, _splice, _graft),
)
