"""What is written into the demo's pictures: the mark that every file carries, captions, tickers, borders."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from qalqan.demo.creatives import Variant
from qalqan.demo.parts import Pixels, font_path

MARK = "SYNTHETIC DEMO"
MARK_PX = 26
CAPTION_PX = 44
TICKER_PX = 30
TICKER_PX_PER_FRAME = 3
TICKER_TEXT = "TƏCİLİ XƏBƏR · SOCAR PLATFORMASI AÇILDI · СРОЧНО · QEYDİYYAT BU GÜN BAĞLANIR · "


@functools.cache
def lettering(text: str, *, width: int, height: int, ink: tuple[int, int, int], paper: tuple[int, int, int]) -> Pixels:
    """One centred line of text on a strip, (height, width, 3); letters shrink until the line fits."""
    strip = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(strip)
    size = int(height * 0.62)
    font = ImageFont.truetype(str(font_path()), size)
    while size > 6 and pen.textlength(text, font=font) > width - 8:
        size -= 1
        font = ImageFont.truetype(str(font_path()), size)
    pen.text((width / 2, height / 2), text, font=font, fill=ink, anchor="mm")
    return np.asarray(strip, np.uint8)


def marked(pixels: Pixels) -> Pixels:
    """The picture with "SYNTHETIC DEMO" along its lower edge, where no portrait has its face."""
    height, width = pixels.shape[:2]
    strip = min(MARK_PX, max(12, height // 10))
    picture = pixels.copy()
    picture[height - strip :] = lettering(MARK, width=width, height=strip, ink=(255, 214, 10), paper=(20, 20, 20))
    return picture


def captioned(pixels: Pixels, text: str) -> Pixels:
    """The picture with a caption above the mark."""
    height, width = pixels.shape[:2]
    picture = pixels.copy()
    top = height - MARK_PX - CAPTION_PX
    picture[top : top + CAPTION_PX] = lettering(
        text, width=width, height=CAPTION_PX, ink=(255, 255, 255), paper=(178, 24, 36)
    )
    return picture


@functools.cache
def _ticker_tape(width: int) -> Pixels:
    paper = (12, 44, 110)
    line = lettering(TICKER_TEXT, width=width * 2, height=TICKER_PX, ink=(255, 255, 255), paper=paper)
    return np.hstack([line, line[:, :width]])


def varied(pixels: Pixels, variant: Variant, *, frame: int) -> Pixels:
    """What a re-uploader makes of the picture; sides stay even, as H.264 wants them."""
    height, width = pixels.shape[:2]
    if variant is Variant.RECODED:
        return np.asarray(cv2.resize(pixels, (width * 5 // 6, height * 5 // 6), interpolation=cv2.INTER_AREA), np.uint8)
    if variant is Variant.CROPPED:
        side = height * 5 // 6 // 2 * 2
        left = (width - side) // 2
        return np.ascontiguousarray(pixels[:side, left : left + side])
    if variant is Variant.MIRRORED:
        return np.ascontiguousarray(pixels[:, ::-1])
    if variant is Variant.BORDERED:
        return np.asarray(cv2.copyMakeBorder(pixels, 64, 96, 24, 24, cv2.BORDER_CONSTANT, value=(18, 52, 86)), np.uint8)
    if variant is Variant.TICKER:
        picture = pixels.copy()
        start = frame * TICKER_PX_PER_FRAME % (2 * width)
        top = height - MARK_PX - TICKER_PX
        picture[top : top + TICKER_PX] = _ticker_tape(width)[:, start : start + width]
        return picture
    return pixels
