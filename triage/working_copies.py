"""The console's own working copies: what a screening run derived, and landing-page screenshots made small, faces blurred."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from embeddings.hiding import hide_faces

SCREENSHOT_WIDTH_PX = 1000
SCREENSHOT_HEIGHT_PX = 6000
SCREENSHOT_MAX_PIXELS = 80_000_000


def adopt(source: Path, target: Path) -> int:
    """Bring one creative's derivatives into the console's directory; returns how many files are new there.

    Linked where the file system can, copied where not. A later run replaces its directory, the console keeps what it showed.
    """
    if not source.is_dir():
        return 0
    new = 0
    for file in sorted(source.iterdir()):
        if file.is_symlink() or not file.is_file() or file.name.startswith("."):
            continue
        kept = target / file.name
        if kept.exists() and os.path.samestat(kept.stat(), file.stat()):
            continue
        target.mkdir(parents=True, exist_ok=True)
        _place(file, kept)
        new += 1
    return new


def _place(file: Path, kept: Path) -> None:
    partial = kept.with_name(f".{kept.name}.{os.getpid()}.part")
    try:
        try:
            os.link(file, partial)
        except OSError:  # another file system, or one without links
            shutil.copyfile(file, partial)
        partial.replace(kept)
    finally:
        partial.unlink(missing_ok=True)


def smaller_screenshot(data: bytes) -> bytes:
    """A screenshot as a bounded JPEG: at most ``SCREENSHOT_WIDTH_PX`` wide, cut off below ``SCREENSHOT_HEIGHT_PX``. Every face
    that ``hide_faces`` finds is blurred, whoever it is: the page itself stays in the evidence.

    Raises ``ValueError`` for what is not a picture or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            width, height = picture.size
            if width * height > SCREENSHOT_MAX_PIXELS:
                raise ValueError(f"the screenshot has {width}×{height} pixels, more than are opened here")
            shown = picture.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the screenshot cannot be read: {error}") from error
    scale = min(1.0, SCREENSHOT_WIDTH_PX / width)
    shown = shown.crop((0, 0, width, min(height, round(SCREENSHOT_HEIGHT_PX / scale))))
    if scale < 1:
        shown = shown.resize((SCREENSHOT_WIDTH_PX, max(1, round(shown.height * scale))), Image.Resampling.LANCZOS)
    pixels = np.array(shown)
    hide_faces(pixels)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=80)
    return out.getvalue()


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that it is whole or absent."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
