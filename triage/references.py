"""What a suspect is compared with: the names and reference media of the protected people, read from the watchlist."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from watchlist import generations
from watchlist.errors import WatchlistInvalid
from watchlist.records import Reference
from watchlist.sealing import SealedFile
from watchlist.store import StoredWatchlist, open_reference, read


class ReferenceBook:
    """The watchlist as the console shows it, read anew when it has changed: who is removed there is gone here.

    Without a directory the book is empty. Every method raises ``WatchlistInvalid`` if the stored watchlist is damaged.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._stored = StoredWatchlist()

    def person_name(self, person_id: str) -> str:
        """The name to show; the id itself when nobody of that id is enrolled (any longer)."""
        return next((person.names[0] for person in self._now().persons if person.person_id == person_id), person_id)

    def brand_name(self, brand_id: str) -> str:
        """The brand's name, or its id."""
        return next((brand.names[0] for brand in self._now().brands if brand.brand_id == brand_id), brand_id)

    def references(self, person_id: str) -> Sequence[Reference]:
        """The person's reference pictures, recordings and film; empty if there are none."""
        return tuple(reference for reference in self._now().references if reference.person_id == person_id)

    def open(self, sha256: str) -> SealedFile | None:
        """The bytes of a reference that is in the watchlist now, opened piece by piece and never laid down in a file; None
        if it is not in it, was lost, or cannot be opened."""
        if self._directory is None:
            return None
        for reference in self._now().references:
            if reference.sha256 == sha256:
                try:
                    sealed = open_reference(self._directory, reference)
                    sealed.read(0, 1)
                except WatchlistInvalid:
                    return None
                return sealed
        return None

    def _now(self) -> StoredWatchlist:
        if self._directory is None:
            return self._stored
        with self._lock:
            standing = generations.current(self._directory)
            number = None if standing is None else standing.number
            if number != self._generation:
                self._stored = StoredWatchlist() if standing is None else read(self._directory)
                self._generation = number
            return self._stored
