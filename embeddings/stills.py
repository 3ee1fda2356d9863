"""Pictures, still and animated, read with Pillow. Runs only inside the sandboxed child."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import numpy as np
from PIL import AvifImagePlugin, Image, ImageFile, ImageOps

from embeddings.confinement import Answers
from embeddings.cuts import Small, small_of
from embeddings.open_file import OpenFile
from embeddings.pace import Pace

MAX_ANIMATION_FRAMES = 3000
BAND_OVERLAP_PX = 64
"""What two neighbouring bands of a tall picture share, so that each line of text is whole in one of them."""


def read_picture(file: OpenFile, request: dict[str, Any], answers: Answers) -> None:
    """Send the frames and facts of one picture file; a damaged one as far as it can be read."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked below, before anything is unpacked
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a confined child may start no thread
    try:
        image = _open(file, request)
    except (OSError, ValueError, SyntaxError) as error:
        answers.send(
            "refused", text=f"a damaged {request['picture']} picture: its header cannot be read ({short(error)})"
        )
        return
    width, height = image.size
    if width * height > request["max_pixels"]:
        answers.send(
            "refused", text=f"a picture of {width}×{height} pixels, more than {request['max_pixels']} are not read"
        )
        return
    # An MPO is a photograph too; its further pictures are another view, a depth or a brightness map of the first
    animated = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        width, height = height, width
    facts: dict[str, Any] = {
        "media": "video" if animated else "image",
        "width_px": width,
        "height_px": height,
        "video_codec": "jpeg" if image.format == "MPO" else str(image.format).lower(),
        "encoder": _software(image),
    }
    answers.send("facts", **facts)
    if animated:
        _send_animation(image, request, answers, facts)
    else:
        _send_still(file, image, request, answers)


def _open(file: OpenFile, request: dict[str, Any]) -> Image.Image:
    file.seek(0)
    return Image.open(io.BufferedReader(file), formats=(request["picture"],))


def _send_still(file: OpenFile, image: Image.Image, request: dict[str, Any], answers: Answers) -> None:
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, IndexError) as error:
        answers.send("problem", text=f"the picture is damaged; only a part of it can be shown ({short(error)})")
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            image = _open(file, request)
            image.load()
        except (OSError, ValueError, SyntaxError, IndexError) as again:
            answers.send(
                "refused", text=f"a damaged {request['picture']} picture: nothing can be shown ({short(again)})"
            )
            return
    if request["bands"]:
        _send_bands(plain(image), request, answers)
    else:
        _send_frame(image, 0.0, request, answers)


def _send_bands(picture: Image.Image, request: dict[str, Any], answers: Answers) -> None:
    """A picture that is far taller than wide: as wide as is allowed, cut into pieces from the top, as many as are allowed."""
    side = request["max_side_px"]
    scale = min(1.0, side / picture.width)
    most = 1 + (request["max_frames"] - 1) * (side - BAND_OVERLAP_PX) + side
    picture = picture.crop((0, 0, picture.width, min(picture.height, round(most / scale))))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if scale < 1.0:
        picture = picture.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    for number in range(request["max_frames"]):
        top = number * (side - BAND_OVERLAP_PX)
        if number and top + BAND_OVERLAP_PX >= picture.height:
            break
        band = picture.crop((0, top, picture.width, min(picture.height, top + side)))
        pixels = np.asarray(band).tobytes()
        answers.send("frame", pixels, at_s=0.0, height=band.height, width=band.width, scale=scale)


def _send_animation(image: Image.Image, request: dict[str, Any], answers: Answers, facts: dict[str, Any]) -> None:
    pace = Pace.asked(request, step_s=1.0 / request["frames_per_s"], shots=request["shots"])
    at_s, index = 0.0, 0
    end = min(request["end_s"], request["max_duration_s"])
    while True:
        try:
            image.seek(index)
            image.load()
        except EOFError:
            break
        except (OSError, ValueError, SyntaxError, IndexError) as error:
            answers.send("problem", text=f"the animation is damaged after {at_s:.1f} s ({short(error)})")
            break
        if at_s > end:
            answers.send("problem", text=f"the animation is longer than {end:g} s; only that much was read")
            break
        if index == MAX_ANIMATION_FRAMES:
            answers.send("problem", text=f"the animation has more than {index} pictures; only those were read")
            break
        if pace.wants(at_s, partial(_small, image)):
            _send_frame(image, at_s, request, answers)
            if (keep := pace.excess()) is not None:
                answers.send("thin", keep=keep)
        at_s += shown_s(image)
        index += 1
    answers.send("facts", **facts, duration_s=at_s, frame_rate=index / at_s if at_s else None)


def shown_s(image: Image.Image) -> float:
    """How long the present picture of an animation is shown, in seconds; browsers take unlikely haste for a mistake, as we do."""
    stated = image.info.get("duration")
    return max(20.0, float(stated) if isinstance(stated, int | float) and stated > 0 else 100.0) / 1000


def _small(image: Image.Image) -> Small:
    return small_of(np.asarray(image.convert("RGB").convert("L")))


def _send_frame(image: Image.Image, at_s: float, request: dict[str, Any], answers: Answers) -> None:
    picture = plain(image)
    original = max(picture.size)
    side = request["max_side_px"]
    if original > side:
        scale = side / original
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    pixels = np.asarray(picture)
    answers.send(
        "frame",
        pixels.tobytes(),
        at_s=at_s,
        height=picture.height,
        width=picture.width,
        scale=max(picture.size) / original,
    )


def plain(image: Image.Image) -> Image.Image:
    """Upright, in RGB, white where it is clear."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA", "P") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.new("RGBA", clear.size, "white")
        upright.alpha_composite(clear)
    return upright.convert("RGB")


def _software(image: Image.Image) -> str | None:
    named = image.getexif().get(0x0131) or image.info.get("Software") or image.info.get("software")
    return str(named)[:200] if named else None


def short(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
