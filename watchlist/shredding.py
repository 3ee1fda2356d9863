"""What no generation names any more is destroyed: keys first, then what was derived from vectors and media, then the rest.

Workers may have an older index mapped while somebody is removed: that person's rows in it become zeros under their eyes,
which match nobody, and everybody else's stay.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from watchlist import generations
from watchlist.generations import Generation
from watchlist.index import Space, VectorIndex
from watchlist.private_files import blank, shred

AFTER_KEYS = ("footage", "sealed", "logos")


def sweep(directory: Path, *, keep: Generation | None) -> None:
    """Destroy every older generation, and every key, film, sealed file and logo that ``keep`` does not name."""
    named = set() if keep is None else {*keep.manifest["files"], *keep.manifest["kept"]}
    _shred_unnamed(directory, "keys", named)
    for path in sorted((directory / "generations").glob("*")):
        if keep is None or path != directory / generations.folder(keep.number):
            _drop_generation(path, keep)
    for folder in AFTER_KEYS:
        _shred_unnamed(directory, folder, named)


def _shred_unnamed(directory: Path, folder: str, named: set[str]) -> None:
    """Shred the files in ``folder`` and in its folders, and delete folders that are empty then; keys that sign stay."""
    with os.scandir(directory / folder) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for entry, is_folder in found:
        name = f"{folder}/{entry}"
        if is_folder:
            _shred_unnamed(directory, name, named)
            if not any((directory / name).iterdir()):
                (directory / name).rmdir()
        elif name not in named and not name.startswith("keys/signing.pem"):
            shred(directory / name)


def _drop_generation(path: Path, keep: Generation | None) -> None:
    if not path.is_dir():
        path.unlink()
        return
    for index in sorted(path.glob("*.faiss")):
        _shred_index(index, keep)
    shutil.rmtree(path)


def _shred_index(path: Path, keep: Generation | None) -> None:
    """Overwrite the rows of those who are gone; the whole file if they cannot be found in it, or if nobody can be
    reading it because its generation was never finished."""
    rows = _rows_of_the_gone(path, keep)
    if rows is None or not blank(path, rows):
        shred(path)


def _rows_of_the_gone(path: Path, keep: Generation | None) -> list[bytes] | None:
    modality = path.stem
    try:
        manifest: dict[str, Any] = json.loads((path.parent / "manifest.json").read_bytes())
        owners, space = manifest["owners"][modality], Space(**manifest["spaces"][modality])
        index = VectorIndex.read(path, owners, space=space)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a half-written generation, or one whose rows were overwritten before
    kept = set() if keep is None else set(keep.manifest["owners"].get(modality, ()))
    return [row.tobytes() for owner in sorted(set(owners) - kept) for row in index.rows(owner)]
