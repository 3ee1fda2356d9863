"""The prints of creatives known before, kept in files that are read only as far as a question needs."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from embeddings.fingerprints import CreativePrint
from embeddings.print_tables import PRINTS_VERSION
from evidence.store import store_unavailable
from pipelines.print_files import FORMAT, DamagedPrints, PrintFile, open_prints, write_prints

IN_A_FILE, MOMENTS_IN_A_FILE = 1000, 64_000
"""Prints in one file, and their moments together unless it is one print: two hundred megabytes at most. A run that was killed
between two files has remembered its clearest leaders."""


class CopyRegistry:
    """The prints of creatives known before, oldest first: a file or more for each run that found new ones, in ``directory``.

    Files are only ever added, each whole or absent, named after their content; damaged ones are passed over, their creatives are
    new again. They hold prints and facts of containers, no vector of a face or voice.
    """

    def __init__(self, directory: Path) -> None:
        self._root = directory
        self._directory = directory / f"v{PRINTS_VERSION}.{FORMAT}"
        self._open: dict[tuple[str, int, int], PrintFile] = {}

    def files(self) -> list[PrintFile]:
        """The undamaged files, the oldest first; those that were open already are not read again. Raises ``StoreUnavailable``."""
        found: dict[tuple[str, int, int], PrintFile] = {}
        try:
            for path in sorted(self._directory.glob("*.arrow")):
                with suppress(DamagedPrints, FileNotFoundError):  # or forgotten meanwhile
                    facts = path.stat()
                    which = path.name, facts.st_ino, facts.st_mtime_ns
                    found[which] = self._open.get(which) or open_prints(path)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error
        self._open = found
        return list(found.values())

    def held(self) -> list[str]:
        """The SHA-256 of every creative that has a print here, the oldest first. Raises ``StoreUnavailable``."""
        return list(dict.fromkeys(name for file in self.files() for name in file.names()))

    def prints(self, sha256s: Collection[str]) -> dict[str, CreativePrint]:
        """The whole prints of those of these creatives that have one here, by SHA-256. Raises ``StoreUnavailable``."""
        known = KnownPrints(self.files())
        return {sha256: one for sha256 in sha256s if (one := known.get(sha256)) is not None}

    def add(self, prints: Sequence[CreativePrint]) -> None:
        """Remember these leaders as the youngest, in this order. Adding what is known already changes nothing.

        What versions of before left is deleted: nothing can be compared with it. Raises ``StoreUnavailable``.
        """
        known = KnownPrints(self.files())
        new = [one for one in prints if not known.holds(one.creative.sha256)]
        try:
            self._drop_others()
            number = max((int(path.name[:8]) for path in self._directory.glob("*.arrow")), default=0)
            for some in _filled(new):
                number += 1
                self._write(number, some)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error

    def forget(self, sha256s: Collection[str]) -> None:
        """Delete the prints of these creatives, pictures and all; a file that is left without any goes, a damaged one too.

        Raises ``StoreUnavailable``.
        """
        try:
            self._drop_others()
            for path in sorted(self._directory.glob("*.arrow")):
                _forget_in(path, sha256s)
        except OSError as error:
            raise store_unavailable(error, str(self._directory)) from error

    def _write(self, number: int, prints: Sequence[CreativePrint]) -> None:
        names = hashlib.sha256("".join(one.creative.sha256 for one in prints).encode()).hexdigest()
        write_prints(self._directory / f"{number:08d}-{names[:16]}.arrow", prints)

    def _drop_others(self) -> None:
        for path in self._root.glob("v*"):
            if path != self._directory:
                shutil.rmtree(path)


def _filled(prints: Sequence[CreativePrint]) -> Iterator[list[CreativePrint]]:
    """What goes into one file each, in order."""
    some: list[CreativePrint] = []
    moments = 0
    for one in prints:
        moments += len(one.frames)
        if some and (len(some) == IN_A_FILE or moments > MOMENTS_IN_A_FILE):
            yield some
            some, moments = [], len(one.frames)
        some.append(one)
    if some:
        yield some


class KnownPrints:
    """Prints in files, found by the SHA-256 of their creatives: 20 bytes of memory for each."""

    def __init__(self, files: Sequence[PrintFile]) -> None:
        self._files = files
        starts = np.concatenate([np.empty(0, dtype=np.uint64), *(file.sha256_starts() for file in files)])
        order = np.argsort(starts, kind="stable")  # so that of two with one name the older comes first
        lengths = [len(file) for file in files]
        self._starts = starts[order]
        self._file = np.repeat(np.arange(len(files), dtype=np.int32), lengths)[order]
        self._row = np.concatenate([np.empty(0, dtype=np.int64), *map(np.arange, lengths)])[order]

    def holds(self, sha256: str) -> bool:
        """Whether its print is there and undamaged."""
        return any(file.is_intact(row) for file, row in self._places(sha256))

    def get(self, sha256: str) -> CreativePrint | None:
        """Its whole print; None if there is none that is undamaged."""
        found = (fetched(file, row) for file, row in self._places(sha256))
        return next((one for one in found if one is not None), None)

    def _places(self, sha256: str) -> Iterator[tuple[PrintFile, int]]:
        name = bytes.fromhex(sha256)
        start = np.frombuffer(name[:8], dtype=np.uint64)[0]
        first, last = (int(np.searchsorted(self._starts, start, side=side)) for side in ("left", "right"))
        for number in range(first, last):
            file, row = self._files[self._file[number]], int(self._row[number])
            if file.sha256[row].tobytes() == name:
                yield file, row


def fetched(file: PrintFile, row: int) -> CreativePrint | None:
    """The whole print; None if it is damaged."""
    try:
        return file.fetch(row)
    except DamagedPrints:
        return None


def _forget_in(path: Path, sha256s: Collection[str]) -> None:
    try:
        file = open_prints(path)
    except DamagedPrints:
        path.unlink(missing_ok=True)
        return
    unwanted = {row for row, name in enumerate(file.names()) if name in sha256s}
    if not unwanted:
        return
    kept = [one for row in range(len(file)) if row not in unwanted and (one := fetched(file, row)) is not None]
    if kept:
        write_prints(path, kept)
    else:
        path.unlink(missing_ok=True)
